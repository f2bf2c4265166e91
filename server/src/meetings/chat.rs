//! Chat: stored first, then pushed to the room.

use wire::{ChatMessage, ErrorCode, MessageId, MessageText, ServerPacket};

use super::Meetings;
use super::identity::Session;
use crate::error::Error;
use crate::store::{Appended, NewMessage, Room};

impl Meetings {
    /// Stores a message of somebody who was let in, and pushes it to the room.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, `not_in_meeting`, `invalid_message`, or when the database fails.
    pub async fn send(&self, session: &Session, typed: &str, id: &str, text: &str) -> Result<ChatMessage, Error> {
        let room = self.find_typed(typed).await?;
        let (sender, sender_name) = self.member(session, &room).await?;
        let new = NewMessage {
            id: &MessageId::parse(id)?,
            sender: &sender,
            sender_name: &sender_name,
            text: &MessageText::parse(text)?,
        };
        let message = match self.store.append_message(&room.name, new).await? {
            Appended::Stored(message) => message,
            Appended::IdTaken => return Err(ErrorCode::InvalidMessage.into()),
        };
        self.push(&room, message.clone());
        Ok(message)
    }

    /// Messages after `seq`, for somebody who was let in.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, `not_in_meeting`, or when the database fails.
    pub async fn messages_after(&self, session: &Session, typed: &str, seq: u64) -> Result<Vec<ChatMessage>, Error> {
        let room = self.find_typed(typed).await?;
        self.member(session, &room).await?;
        Ok(self.store.messages_after(&room.name, seq).await?)
    }

    /// Sends a stored message to those who are inside, without making its sender wait: who misses it sees the gap in
    /// the numbers and asks for it. A retry is pushed again, as the first push may have been what failed.
    fn push(&self, room: &Room, message: ChatMessage) {
        let (rooms, room) = (self.rooms.clone(), room.name.clone());
        tokio::spawn(async move {
            let packet = match serde_json::to_vec(&ServerPacket::Chat { message }) {
                Ok(packet) => packet,
                Err(cause) => return tracing::error!(%cause, "a message could not be written as JSON"),
            };
            if let Err(cause) = rooms.send(&room, packet).await {
                tracing::warn!(%cause, "a message was stored but not pushed");
            }
        });
    }
}
