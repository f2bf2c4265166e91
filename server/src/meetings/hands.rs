//! Raised hands: LiveKit keeps them with the participant, so that they go when their owner goes. Since when they are up the
//! database knows too: nobody loses their place by an outage.

use wire::{ErrorCode, HAND_ATTRIBUTE, Identity, Right, RoomName};

use super::Meetings;
use super::identity::Session;
use crate::clock;
use crate::error::Error;

impl Meetings {
    /// Raises or lowers the hand of somebody who is inside. One that is up already keeps its time, and one that nobody has
    /// lowered gets it back: asking again costs nobody their place, and neither does a LiveKit that was started anew.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, `not_in_meeting`, `not_allowed`, `media_unavailable`, or when the database fails.
    pub async fn set_hand(&self, session: &Session, typed: &str, raised: bool) -> Result<(), Error> {
        let room = self.find_typed(typed).await?;
        let identity = self.present_with(session, &room, Right::RaiseHand).await?.identity;
        if !raised {
            self.lower_hand(&room.name, &identity).await
        } else if self.raise_hand(&room.name, &identity).await? {
            Ok(())
        } else {
            Err(ErrorCode::NotInMeeting.into())
        }
    }

    async fn raise_hand(&self, room: &RoomName, identity: &Identity) -> Result<bool, Error> {
        let now_ms = clock::now_ms();
        let since_ms = self.store.raise_hand(room, identity, now_ms).await?.ok_or(ErrorCode::NotInMeeting)?;
        let told = self.rooms.set_attribute(room, identity, HAND_ATTRIBUTE, since_ms.to_string()).await;
        // Nobody takes a place before they come, or by what was refused.
        if !matches!(told, Ok(true)) && since_ms == now_ms {
            self.store.lower_hand(room, identity).await?;
        }
        Ok(told?)
    }

    /// Lowers a hand, whoever wants that; its owner may have left just now.
    pub(super) async fn lower_hand(&self, room: &RoomName, identity: &Identity) -> Result<(), Error> {
        self.store.lower_hand(room, identity).await?;
        self.rooms.set_attribute(room, identity, HAND_ATTRIBUTE, String::new()).await?;
        Ok(())
    }
}
