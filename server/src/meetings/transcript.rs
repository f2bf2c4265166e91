//! What was written in a room, from its beginning, for somebody who may read it: page by page, as there may be much of it.

use wire::ChatMessage;

use super::Meetings;
use super::identity::Session;
use crate::error::Error;
use crate::store::Room;

/// Of which room, for whom, and up to where.
#[derive(Clone)]
pub struct Transcript {
    /// The room.
    pub room: Room,
    session: Session,
    /// What is written later is not in it, however slowly it is read.
    upto: u64,
}

impl Meetings {
    /// What somebody who was let in may read.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, `not_in_meeting`, or when the database fails.
    pub async fn transcript(&self, session: &Session, typed: &str) -> Result<Transcript, Error> {
        let room = self.find_typed(typed).await?;
        self.readable(session, &room).await?;
        let upto = self.store.last_seq(&room.name).await?;
        Ok(Transcript { room, session: session.clone(), upto })
    }

    /// The messages that follow a place, each as it is when it is read, in the order in which they were written; none after
    /// the last one.
    ///
    /// # Errors
    /// `not_in_meeting` for who may not read it any more, or when the database fails.
    pub async fn transcript_page(&self, of: &Transcript, after: u64) -> Result<Vec<ChatMessage>, Error> {
        // Whoever was let in when it began may have been taken out since.
        let readable = self.readable(&of.session, &self.find(&of.room.name).await?).await?;
        let mut page = self.store.messages_from(&of.room.name, readable, after).await?;
        page.retain(|message| message.place <= of.upto);
        Ok(page)
    }
}
