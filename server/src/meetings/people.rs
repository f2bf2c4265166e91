//! The people in a room, for those who are in it.

use serde::Serialize;
use utoipa::ToSchema;
use wire::{ErrorCode, Identity, Role};

use super::Meetings;
use super::identity::Session;
use crate::error::Error;
use crate::media::participants::role_of;

/// Somebody who is inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// Their identity in this room.
    pub identity: Identity,
    /// What they are called.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// Since when they are inside, in milliseconds since 1970.
    pub joined_at_ms: u64,
}

impl Meetings {
    /// Whether a session was let into the meeting that goes on.
    ///
    /// # Errors
    /// `room_not_found`, `not_in_meeting`, or when the database fails.
    pub async fn takes_part(&self, session: &Session, typed: &str) -> Result<(), Error> {
        let room = self.find_typed(typed).await?;
        if self.present(session, &room).await?.current { Ok(()) } else { Err(ErrorCode::NotInMeeting.into()) }
    }

    /// Who is inside, in order of arrival, for those who were let into this meeting, and for hosts.
    ///
    /// # Errors
    /// `room_not_found`, `not_in_meeting`, `media_unavailable`, or when the database fails.
    pub async fn people(&self, session: &Session, typed: &str) -> Result<Vec<Person>, Error> {
        let room = self.find_typed(typed).await?;
        self.present_now(session, &room).await?;
        let people = self.rooms.people(&room.name).await?;
        let person = |info: livekit_protocol::ParticipantInfo| Person {
            role: role_of(&info),
            joined_at_ms: info.joined_at_ms.cast_unsigned(),
            identity: Identity(info.identity),
            name: info.name,
        };
        Ok(people.into_iter().map(person).collect())
    }
}
