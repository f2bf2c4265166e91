//! Chat: stored first, then pushed to the room.

use wire::{ChatMessage, ErrorCode, MessageId, MessageText, Right, RoomName, ServerPacket};

use super::Meetings;
use super::identity::Session;
use crate::error::Error;
use crate::store::{Appended, NewMessage};

impl Meetings {
    /// Stores a message of somebody who was let in, and pushes it to the room.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, `not_in_meeting`, `not_allowed`, `chat_off`, `invalid_message`,
    /// or when the database fails.
    pub async fn send(&self, session: &Session, typed: &str, id: &str, text: &str) -> Result<ChatMessage, Error> {
        let room = self.find_typed(typed).await?;
        let me = self.present_with(session, &room, Right::Write).await?;
        if room.rules.chat_off && !me.role.may(Right::Moderate) {
            return Err(ErrorCode::ChatOff.into());
        }
        let new = NewMessage {
            id: &MessageId::parse(id)?,
            sender: &me.identity,
            sender_name: &me.name,
            text: &MessageText::parse(text)?,
        };
        let message = match self.store.append_message(&room.name, new).await? {
            Appended::Stored(message) => message,
            Appended::IdTaken => return Err(ErrorCode::InvalidMessage.into()),
        };
        self.tell_room(&room.name, ServerPacket::Chat { message: message.clone() });
        Ok(message)
    }

    /// Messages after `seq`, for somebody who was let in.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, `not_in_meeting`, or when the database fails.
    pub async fn messages_after(&self, session: &Session, typed: &str, seq: u64) -> Result<Vec<ChatMessage>, Error> {
        let room = self.find_typed(typed).await?;
        self.present(session, &room).await?;
        Ok(self.store.messages_after(&room.name, seq).await?)
    }

    /// Sends a packet to those who are inside, without making anybody wait: who misses a message sees the gap in the
    /// numbers and asks for it. A retry is pushed again, as the first push may have been what failed.
    pub(super) fn tell_room(&self, room: &RoomName, packet: ServerPacket) {
        let (rooms, room) = (self.rooms.clone(), room.clone());
        tokio::spawn(async move {
            let packet = match serde_json::to_vec(&packet) {
                Ok(packet) => packet,
                Err(cause) => return tracing::error!(%cause, "a packet could not be written as JSON"),
            };
            if let Err(cause) = rooms.send(&room, packet).await {
                tracing::warn!(%cause, "those inside could not be told");
            }
        });
    }
}
