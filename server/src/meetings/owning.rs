//! What hosts do with their rooms from outside: list, describe, change, delete.

use wire::{Moderation, Role, RoomStatus, Rule, Title};

use super::Meetings;
use super::identity::Session;
use super::roles::role_of;
use crate::error::Error;
use crate::network::Network;
use crate::store::{Room, RoomChange, RoomsMark};

/// What is to be different about a room; what is absent stays.
#[derive(Default)]
pub struct RoomPatch {
    /// Another title.
    pub title: Option<String>,
    /// Rules, on or off.
    pub rules: Vec<(Rule, bool)>,
    /// Whether guests may take meetings over.
    pub guests_take_over: Option<bool>,
}

/// A room as one of its people sees it.
pub struct Described {
    /// What may be known of it.
    pub status: RoomStatus,
    /// What the caller is, or would be, in it.
    pub role: Role,
    /// Whether the last meeting was ended for all.
    pub ended: bool,
    /// Whether guests may take meetings over.
    pub guests_take_over: bool,
}

impl Meetings {
    /// Rooms that a session has made, newest first: those after a mark, at most `limit`, and when each was made (in
    /// milliseconds since 1970).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn made_by_after(
        &self,
        host: &Session,
        after: Option<&RoomsMark>,
        limit: u32,
    ) -> Result<Vec<(Room, u64)>, Error> {
        Ok(self.store.rooms_after(&host.hash(), after, limit).await?)
    }

    /// What a session, which comes from there, may know of a room, and what it is in it.
    ///
    /// # Errors
    /// As [`Meetings::status`].
    pub async fn describe(&self, session: &Session, network: Network, typed: &str) -> Result<Described, Error> {
        let status = self.status(session, network, typed).await?;
        let room = self.find(&status.room_name).await?;
        let member = self.store.member(&room.name, &session.identity(&room.name)).await?;
        let role = role_of(session, &room, member.as_ref());
        Ok(Described { status, role, ended: room.ended, guests_take_over: room.settings.guests_take_over })
    }

    /// Changes a room. What is wrong is found before anything is changed.
    ///
    /// # Errors
    /// `invalid_title`, `room_not_found`, `not_in_meeting`, `not_allowed`, `media_unavailable`, or when the database fails.
    pub async fn change(&self, session: &Session, typed: &str, patch: &RoomPatch) -> Result<(), Error> {
        let title = patch.title.as_deref().map(Title::parse).transpose()?;
        if title.is_some() || patch.guests_take_over.is_some() {
            let room = self.find_typed(typed).await?;
            let me = self.owner(session, &room).await?;
            if let Some(title) = title {
                self.write_down(&room, &me, "title", String::new()).await?;
                self.store.change_room(&room.name, RoomChange::Title(title)).await?;
            }
            if let Some(on) = patch.guests_take_over.filter(|on| *on != room.settings.guests_take_over) {
                self.write_down(&room, &me, "settings", String::new()).await?;
                self.store.change_room(&room.name, RoomChange::GuestsTakeOver(on)).await?;
            }
        }
        for (rule, on) in &patch.rules {
            self.moderate(session, typed, &Moderation::Rule(*rule, *on)).await?;
        }
        Ok(())
    }

    /// Ends a room's meeting and deletes the room with everything in it. It is ended first: when LiveKit does not answer,
    /// the room stays, and nobody comes in.
    ///
    /// # Errors
    /// `room_not_found`, `not_in_meeting`, `not_allowed`, `media_unavailable`, or when the database fails.
    pub async fn delete(&self, session: &Session, typed: &str) -> Result<(), Error> {
        let room = self.find_typed(typed).await?;
        self.owner(session, &room).await?;
        self.moderate(session, typed, &Moderation::End).await?;
        self.store.delete_room(&room.name).await?;
        // Its messages leave the database's log, too, and its files go.
        self.history.notify_one();
        // The room's own log has gone with it.
        tracing::info!(by = %session.identity(&room.name).as_str(), "a room was deleted by its host");
        self.doorsteps.changed(&room.name);
        Ok(())
    }
}
