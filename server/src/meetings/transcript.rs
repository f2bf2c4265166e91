//! What was written in a room, from its beginning, for somebody who may read it: page by page, as there may be much of it.

use wire::ChatMessage;

use super::Meetings;
use super::identity::Session;
use crate::error::Error;
use crate::store::{Readable, Room};

/// Of which room, and what of it.
#[derive(Clone)]
pub struct Transcript {
    /// The room.
    pub room: Room,
    readable: Readable,
}

impl Meetings {
    /// What somebody who was let in may read.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, `not_in_meeting`, or when the database fails.
    pub async fn transcript(&self, session: &Session, typed: &str) -> Result<Transcript, Error> {
        let room = self.find_typed(typed).await?;
        let readable = self.readable(session, &room).await?;
        Ok(Transcript { room, readable })
    }

    /// The messages that follow a place, each as it is when it is read, in the order in which they were written; none after
    /// the last one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn transcript_page(&self, of: &Transcript, after: u64) -> Result<Vec<ChatMessage>, Error> {
        Ok(self.store.messages_from(&of.room.name, of.readable, after).await?)
    }
}
