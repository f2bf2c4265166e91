//! Names of people who are inside, changed while they are.

use wire::{DisplayName, ErrorCode};

use super::Meetings;
use super::identity::Session;
use crate::error::Error;

impl Meetings {
    /// Gives somebody who is inside another name: the others are told, and it stands on what they write from now on.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, `not_in_meeting`, `invalid_participant_name`, `media_unavailable`, or when
    /// the database fails.
    pub async fn set_name(&self, session: &Session, typed: &str, name: &str) -> Result<(), Error> {
        let room = self.find_typed(typed).await?;
        let identity = self.present(session, &room).await?.identity;
        let name = DisplayName::parse(name)?;
        if !self.rooms.set_name(&room.name, &identity, &name).await? {
            return Err(ErrorCode::NotInMeeting.into());
        }
        self.store.set_name(&room.name, &identity, &name).await?;
        Ok(())
    }
}
