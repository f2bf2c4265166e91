//! Chat: stored first, then pushed to the room.

use wire::{
    ChatChange, ChatMessage, ChatPage, ErrorCode, Gone, Mark, MessageId, MessageText, Right, RoomName, ServerPacket,
};

use super::Meetings;
use super::identity::Session;
use super::roles::Present;
use crate::error::Error;
use crate::store::{Appended, NewMessage, Noted, Room};

impl Meetings {
    /// Stores a message of somebody who was let in, and pushes it to the room.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, `not_in_meeting`, `not_allowed`, `chat_off`, `invalid_message`,
    /// `message_not_found` when it has been deleted since an earlier try, or when the database fails.
    pub async fn send(&self, session: &Session, typed: &str, id: &str, text: &str) -> Result<ChatMessage, Error> {
        self.write(session, typed, MessageId::parse(id)?, MessageText::parse(text)?, Mark::None).await
    }

    /// The same with a mark from the beginning, which hosts and co-hosts alone may give it.
    ///
    /// # Errors
    /// As for sending.
    pub async fn write(
        &self,
        session: &Session,
        typed: &str,
        id: MessageId,
        text: MessageText,
        mark: Mark,
    ) -> Result<ChatMessage, Error> {
        let room = self.find_typed(typed).await?;
        let me = self.writer(session, &room).await?;
        if mark != Mark::None && !me.role.may(Right::Moderate) {
            return Err(ErrorCode::NotAllowed.into());
        }
        let noted = (mark != Mark::None).then(|| me.did(marking(mark), me.name.to_string()));
        let new = NewMessage { id, sender: me.identity, sender_name: me.name, text, mark, file: None, noted };
        self.store_message(&room.name, new).await
    }

    /// Who the session is, when it may write in the room now.
    pub(super) async fn writer(&self, session: &Session, room: &Room) -> Result<Present, Error> {
        let me = self.present_with(session, room, Right::Write).await?;
        if room.rules.chat_off && !me.role.may(Right::Moderate) {
            return Err(ErrorCode::ChatOff.into());
        }
        Ok(me)
    }

    /// Stores a message of somebody who may write, and pushes it to the room.
    pub(super) async fn store_message(&self, room: &RoomName, new: NewMessage) -> Result<ChatMessage, Error> {
        let message = stored(self.store.append_message(room, new).await?)?;
        // Also when it was there already: whoever sends again has heard no answer, and perhaps nobody was told. To those who
        // were, it is nothing new.
        self.news.tell(room, ServerPacket::Chat { message: message.clone() });
        Ok(message)
    }

    /// Changes a stored message: its sender may edit and delete it, hosts may delete and mark all.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, `not_in_meeting`, `not_allowed`, `chat_off`, `message_not_found`, or when
    /// the database fails. One that is gone already may be deleted again.
    pub async fn change_chat(&self, session: &Session, typed: &str, change: &ChatChange) -> Result<(), Error> {
        let room = self.find_typed(typed).await?;
        match change {
            ChatChange::Edit(place, text) => {
                let me = self.writer(session, &room).await?;
                self.own_message(&room, &me, *place).await?;
                self.tell_changed(&room, self.store.edit_message(&room.name, *place, text).await?)
            }
            ChatChange::Delete(place) => self.delete_message(session, &room, *place).await,
            ChatChange::Mark(place, mark) => {
                let me = self.present_with(session, &room, Right::Moderate).await?;
                let message = self.known_message(&room, *place).await?;
                if message.mark == *mark {
                    return Ok(());
                }
                let noted = Noted::IfChanged(me.did(marking(*mark), message.sender_name));
                self.tell_changed(&room, self.store.mark_message(&room.name, *place, *mark, &noted).await?)?;
                // It may have outlived its time by its mark alone.
                self.history.notify_one();
                Ok(())
            }
        }
    }

    async fn delete_message(&self, session: &Session, room: &Room, place: u64) -> Result<(), Error> {
        let me = self.present(session, room).await?;
        let Some(sender) = self.store.sender_at(&room.name, place).await? else { return Ok(()) };
        let mut noted = Noted::Nothing;
        if sender != me.identity {
            let host = self.present_with(session, room, Right::Moderate).await?;
            if let Some(message) = self.store.message(&room.name, place).await? {
                noted = Noted::IfChanged(host.did("delete_message", message.sender_name));
            }
        }
        if let Some(seq) = self.store.delete_message(&room.name, place, &noted).await? {
            self.news.tell(&room.name, ServerPacket::Gone(Gone { seq, place, all: false }));
            self.history.notify_one();
        }
        Ok(())
    }

    async fn known_message(&self, room: &Room, place: u64) -> Result<ChatMessage, Error> {
        self.store.message(&room.name, place).await?.ok_or_else(|| ErrorCode::MessageNotFound.into())
    }

    async fn own_message(&self, room: &Room, me: &Present, place: u64) -> Result<(), Error> {
        let message = self.known_message(room, place).await?;
        if message.sender == me.identity { Ok(()) } else { Err(ErrorCode::NotYours.into()) }
    }

    fn tell_changed(&self, room: &Room, changed: Option<ChatMessage>) -> Result<(), Error> {
        let message = changed.ok_or(ErrorCode::MessageNotFound)?;
        self.news.tell(&room.name, ServerPacket::Chat { message });
        Ok(())
    }

    /// What has changed in the chat after `seq`, for somebody who was let in, as far as the room keeps it for them.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, `not_in_meeting`, or when the database fails.
    pub async fn messages_after(&self, session: &Session, typed: &str, seq: u64) -> Result<ChatPage, Error> {
        let room = self.find_typed(typed).await?;
        let readable = self.readable(session, &room).await?;
        Ok(self.store.messages_after(&room.name, readable, seq).await?)
    }
}

/// The message, when there is one.
pub(super) fn stored(appended: Appended) -> Result<ChatMessage, ErrorCode> {
    match appended {
        Appended::Stored(message) => Ok(message),
        Appended::Gone => Err(ErrorCode::MessageNotFound),
        Appended::IdTaken => Err(ErrorCode::InvalidMessage),
    }
}

/// What it is called in the audit log.
const fn marking(mark: Mark) -> &'static str {
    match mark {
        Mark::None => "unpin_message",
        Mark::Pinned => "pin_message",
        Mark::Important => "mark_important",
        Mark::Announcement => "announce_message",
    }
}
