//! Raised hands: LiveKit keeps them with the participant, so that they go when their owner goes. Since when they are up the
//! database knows too: nobody loses their place by an outage.

use wire::{ErrorCode, HAND_ATTRIBUTE, Identity, Right, RoomName, hand_raised_at_ms};

use super::Meetings;
use super::identity::Session;
use crate::clock;
use crate::error::Error;
use crate::store::Noted;

impl Meetings {
    /// Raises or lowers the hand of somebody who is inside. One that is up already keeps its time: asking again costs
    /// nobody their place. One that goes up `again`, since its room was lost, gets it back, unless somebody has lowered it.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, `not_in_meeting`, `not_allowed`, `media_unavailable`, or when the database fails.
    pub async fn set_hand(&self, session: &Session, typed: &str, raised: bool, again: bool) -> Result<(), Error> {
        let room = self.find_typed(typed).await?;
        let identity = self.present_with(session, &room, Right::RaiseHand).await?.identity;
        let inside = if raised {
            self.raise_hand(&room.name, &identity, again).await?
        } else {
            self.lower_hand(&room.name, &identity, Noted::Nothing).await?
        };
        if inside { Ok(()) } else { Err(ErrorCode::NotInMeeting.into()) }
    }

    async fn raise_hand(&self, room: &RoomName, identity: &Identity, again: bool) -> Result<bool, Error> {
        let known = self.rooms.attribute(room, identity, HAND_ATTRIBUTE).await?;
        if known.as_deref().and_then(hand_raised_at_ms).is_some() {
            return Ok(true);
        }
        let now_ms = clock::now_ms();
        let since_ms = self.store.raise_hand(room, identity, now_ms, again).await?.ok_or(ErrorCode::NotInMeeting)?;
        let told = self.rooms.set_attribute(room, identity, HAND_ATTRIBUTE, since_ms.to_string()).await;
        // Nobody takes a place before they come, or by what was refused.
        if !matches!(told, Ok(true)) && since_ms == now_ms {
            self.store.lower_hand(room, identity, Noted::Nothing).await?;
        }
        Ok(told?)
    }

    /// Lowers a hand, whoever wants that; `false` when its owner is not inside.
    pub(super) async fn lower_hand(&self, room: &RoomName, identity: &Identity, noted: Noted) -> Result<bool, Error> {
        self.store.lower_hand(room, identity, noted).await?;
        Ok(self.rooms.set_attribute(room, identity, HAND_ATTRIBUTE, String::new()).await?)
    }
}
