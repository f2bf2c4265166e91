//! Messages on their way into the store.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use sqlx::{Any, Row as _, Transaction};
use wire::{ChatMessage, DisplayName, FileId, Identity, Mark, MessageId, MessageText, RoomName};

use super::audit::note;
use super::together::Job;
use super::{Appended, AuditEntry, Store};
use crate::clock;

/// A message that is to be stored.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// The sender's id for it.
    pub id: MessageId,
    /// Who sent it.
    pub sender: Identity,
    /// The sender's name.
    pub sender_name: DisplayName,
    /// What it says.
    pub text: MessageText,
    /// What it is marked as from the beginning.
    pub mark: Mark,
    /// A file that comes with it.
    pub file: Option<FileId>,
    /// What is written down when it is stored, and not when it was already.
    pub noted: Option<AuditEntry>,
}

/// A message that waits for its turn.
pub(super) struct Sent {
    room: RoomName,
    new: NewMessage,
}

/// What a transaction has done with a message.
pub(super) enum Written {
    /// It has this number, and was sent at this time.
    Under(u64, u64),
    /// There is one with its id already.
    Known,
    /// There is no such room any more.
    NoRoom,
}

impl Job for Sent {
    type Done = Written;

    fn room(&self) -> &RoomName {
        &self.room
    }

    /// Each room's are together, and stay in their order.
    fn order(&self) -> impl Ord + '_ {
        &self.room
    }

    async fn write(sent: &[Self], transaction: &mut Transaction<'_, Any>) -> Result<Vec<Written>, sqlx::Error> {
        let mut written = Vec::with_capacity(sent.len());
        for of_room in sent.chunk_by(|one, other| one.room == other.room) {
            write_in_room(of_room, transaction, &mut written).await?;
        }
        Ok(written)
    }
}

async fn write_in_room(
    of_room: &[Sent],
    transaction: &mut Transaction<'_, Any>,
    written: &mut Vec<Written>,
) -> Result<(), sqlx::Error> {
    let Some(name) = of_room.first().map(|sent| &sent.room) else { return Ok(()) };
    let room = name.as_str();
    let count = i64::try_from(of_room.len()).unwrap_or(i64::MAX);
    // The first statement writes: from here on the room's numbers are this transaction's.
    let numbers = sqlx::query("UPDATE rooms SET last_seq = last_seq + $2 WHERE name = $1 RETURNING last_seq, meeting")
        .bind(room)
        .bind(count)
        .fetch_optional(&mut **transaction)
        .await?;
    let Some(numbers) = numbers else {
        written.extend(of_room.iter().map(|_| Written::NoRoom));
        return Ok(());
    };
    let meeting: i64 = numbers.try_get("meeting")?;
    let mut last = numbers.try_get::<i64, _>("last_seq")? - count;
    let before = last;
    for Sent { new, .. } in of_room {
        let now_ms = clock::now_ms();
        let stored = sqlx::query(
            "INSERT INTO messages (room, seq, place, id, sender, sender_name, text, sent_at_ms, meeting, file, mark)
             VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (room, id) DO NOTHING",
        )
        .bind(room)
        .bind(last + 1)
        .bind(new.id.as_str())
        .bind(new.sender.as_str())
        .bind(new.sender_name.as_str())
        .bind(new.text.as_str())
        .bind(now_ms.cast_signed())
        .bind(meeting)
        .bind(new.file.as_ref().map(FileId::as_str).unwrap_or_default())
        .bind(new.mark.as_str())
        .execute(&mut **transaction)
        .await?;
        if stored.rows_affected() == 0 {
            written.push(Written::Known);
            continue;
        }
        last += 1;
        written.push(Written::Under(last.cast_unsigned(), now_ms));
        if let Some(file) = &new.file {
            let attached = sqlx::query("UPDATE files SET attached = 1 WHERE id = $1").bind(file.as_str());
            attached.execute(&mut **transaction).await?;
        }
        if let Some(entry) = &new.noted {
            note(name, entry).execute(&mut **transaction).await?;
        }
    }
    if last < before + count {
        // The numbers of those that were there already go back.
        let back = sqlx::query("UPDATE rooms SET last_seq = $2 WHERE name = $1").bind(room).bind(last);
        back.execute(&mut **transaction).await?;
    }
    Ok(())
}

impl Store {
    /// Stores a message under the room's next number; the same id from the same sender is the same message.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn append_message(&self, room: &RoomName, new: NewMessage) -> Result<Appended, Arc<sqlx::Error>> {
        let sent = Sent { room: room.clone(), new: new.clone() };
        match self.new_messages.write(sent, &self.writer).await? {
            Written::NoRoom => Err(Arc::new(sqlx::Error::RowNotFound)),
            Written::Under(seq, sent_at_ms) if new.file.is_none() => {
                Ok(Appended::Stored(new.into_message(seq, sent_at_ms)))
            }
            Written::Under(..) | Written::Known => {
                Ok(self.sent_message(room, &new.id, &new.sender).await?.unwrap_or(Appended::Gone))
            }
        }
    }
}

impl NewMessage {
    /// What it is once it is stored; without its file.
    fn into_message(self, seq: u64, sent_at_ms: u64) -> ChatMessage {
        ChatMessage {
            id: self.id,
            seq,
            place: seq,
            sender: self.sender,
            sender_name: self.sender_name.to_string(),
            text: self.text,
            sent_at_ms,
            edited: false,
            mark: self.mark,
            file: None,
        }
    }
}
