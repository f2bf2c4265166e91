//! What hosts do with their rooms from outside: list, describe, delete.

use wire::{Moderation, Role, RoomStatus};

use super::Meetings;
use super::identity::Session;
use super::roles::role_of;
use crate::error::Error;
use crate::network::Network;
use crate::store::{Room, RoomsMark};

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
    /// The room with all that its hosts have set, for them.
    pub set: Option<Room>,
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
        let (ended, guests_take_over) = (room.ended, room.settings.guests_take_over);
        let set = match self.owner(session, &room).await {
            Ok(_) => Some(room),
            Err(Error::Refused(_)) => None,
            Err(error) => return Err(error),
        };
        Ok(Described { status, role, ended, guests_take_over, set })
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
