//! Making, finding and describing rooms.

use wire::{ErrorCode, RoomName, RoomStatus, Title};

use super::Meetings;
use super::door::Decision;
use super::identity::Session;
use crate::error::Error;
use crate::moment;
use crate::network::Network;
use crate::random;
use crate::store::{Noted, Room, RoomChange, Settings};

/// Random bytes for one try at a code: twice of what it needs, as some are passed over.
const CODE_BYTES: usize = 32;
/// Tries at a code. A taken or failed one is next to impossible; two in a row mean something else.
const CODE_TRIES: usize = 4;

impl Meetings {
    /// Makes a room; the session is its host.
    ///
    /// # Errors
    /// `invalid_title`, or when the database or the system's randomness fails.
    pub async fn create(&self, host: &Session, title: &str) -> Result<Room, Error> {
        let title = Title::parse(title)?.as_str().to_owned();
        for _ in 0..CODE_TRIES {
            let Some(name) = RoomName::from_random(&random::bytes::<CODE_BYTES>()?) else { continue };
            let room = Room::new(name, title.clone(), host.hash());
            if self.store.insert_room(&room).await? {
                return Ok(room);
            }
        }
        Err(ErrorCode::Internal.into())
    }

    /// The rooms that a session has made, newest first, and when (in milliseconds since 1970).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn made_by(&self, host: &Session) -> Result<Vec<(Room, u64)>, Error> {
        Ok(self.store.rooms_of(&host.hash()).await?)
    }

    /// The room with this name.
    ///
    /// # Errors
    /// `room_not_found`, or when the database fails.
    pub async fn find(&self, name: &RoomName) -> Result<Room, Error> {
        self.store.room(name).await?.ok_or_else(|| ErrorCode::RoomNotFound.into())
    }

    /// The room that somebody typed or pasted.
    ///
    /// # Errors
    /// `invalid_room_name`, and as [`Meetings::find`].
    pub async fn find_typed(&self, typed: &str) -> Result<Room, Error> {
        self.find(&RoomName::parse(typed)?).await
    }

    /// Makes sure that LiveKit has the room.
    ///
    /// # Errors
    /// `media_unavailable`.
    pub async fn ensure(&self, room: &Room) -> Result<(), Error> {
        Ok(self.ensured.ensure(&self.rooms, &room.name).await?)
    }

    /// What this session, which comes from there, may know of a room before joining. Who is inside is for those who would be let in now; others
    /// learn that somebody is.
    ///
    /// # Errors
    /// As [`Meetings::find_typed`]. A LiveKit that does not answer is none: the title is still worth showing, and
    /// joining will say what is wrong.
    pub async fn status(&self, session: &Session, network: Network, typed: &str) -> Result<RoomStatus, Error> {
        let room = self.stand_before(session, network, &RoomName::parse(typed)?).await?;
        // LiveKit itself and not Meetings::inside, which learns up to a minute later of those whose media does not flow
        // yet, and of everybody where LiveKit's webhooks do not reach Parlour. It would save one question to a LiveKit
        // that the caller is about to join anyway.
        let people = self.rooms.people(&room.name).await.unwrap_or_else(|cause| {
            tracing::warn!(%cause, "who is inside is not known");
            Vec::new()
        });
        let busy = !people.is_empty();
        let kept_out = self.is_kept_out(&room, network).await?;
        let decision = self.would_admit(session, &room, kept_out).await?;
        let admitted = decision == Decision::In;
        let inside = if admitted { people.into_iter().map(|person| person.name).collect() } else { Vec::new() };
        Ok(RoomStatus {
            inside,
            busy,
            password: decision == Decision::Refuse(ErrorCode::PasswordRequired),
            banned: decision == Decision::Refuse(ErrorCode::Banned),
            notice: notice(&room, decision),
            room_name: room.name,
            title: room.title,
            rules: room.rules,
            rules_at_ms: room.rules_at_ms,
        })
    }

    /// A room ended, at that time. What was decided about people counts no longer, unless the next meeting has begun before
    /// that was told.
    pub(super) async fn is_over(&self, room: &RoomName, at_ms: u64) -> Result<(), Error> {
        self.ensured.forget(room);
        if !self.rooms.exists(room).await? {
            self.store.change_room(room, RoomChange::Over(at_ms), Noted::Nothing).await?;
            self.history.notify_one();
        }
        self.doorsteps.changed(room);
        Ok(())
    }
}

/// What there is to know of a closed door that a code cannot say.
fn notice(room: &Room, decision: Decision) -> String {
    let Settings { starts_at_ms, ends_at_ms, zone_min, .. } = room.settings;
    match (decision, starts_at_ms, ends_at_ms) {
        (Decision::Refuse(ErrorCode::NotStarted), Some(at_ms), _) => {
            format!("The meeting begins on {}.", moment::words(at_ms, zone_min))
        }
        (Decision::Refuse(ErrorCode::Ended), _, Some(at_ms)) => {
            format!("The meeting ended on {}.", moment::words(at_ms, zone_min))
        }
        (Decision::Refuse(code @ (ErrorCode::RoomFull | ErrorCode::Locked)), ..) => code.sentence().to_owned(),
        _ => String::new(),
    }
}
