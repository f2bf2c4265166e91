//! Raised hands: kept by LiveKit with the participant, so that they go when their owner goes.

use wire::{ErrorCode, HAND_ATTRIBUTE, Right, hand_raised_at_ms};

use super::Meetings;
use super::identity::Session;
use crate::clock;
use crate::error::Error;

impl Meetings {
    /// Raises or lowers the hand of somebody who is inside. One that is up already keeps its time: asking again costs
    /// nobody their place.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, `not_in_meeting`, `not_allowed`, `media_unavailable`, or when the database fails.
    pub async fn set_hand(&self, session: &Session, typed: &str, raised: bool) -> Result<(), Error> {
        let room = self.find_typed(typed).await?;
        let identity = self.present_with(session, &room, Right::RaiseHand).await?.identity;
        let since = if raised {
            let known = self.rooms.attribute(&room.name, &identity, HAND_ATTRIBUTE).await?;
            if known.as_deref().and_then(hand_raised_at_ms).is_some() {
                return Ok(());
            }
            clock::now_ms().to_string()
        } else {
            String::new()
        };
        let inside = self.rooms.set_attribute(&room.name, &identity, HAND_ATTRIBUTE, since).await?;
        if inside { Ok(()) } else { Err(ErrorCode::NotInMeeting.into()) }
    }
}
