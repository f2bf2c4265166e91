//! Chat messages: numbered in their room, each stored once however often it is sent.

#[cfg(test)]
mod tests;

use sqlx::Row as _;
use sqlx::any::AnyRow;
use wire::{
    ChatFile, ChatMessage, ChatPage, DisplayName, FileId, Identity, MESSAGES_PAGE, Mark, MessageId, MessageText,
    RoomName,
};

use super::files::is_picture;
use super::{Store, spoilt};
use crate::clock;

/// A message that is to be stored.
pub struct NewMessage<'a> {
    /// The sender's id for it.
    pub id: &'a MessageId,
    /// Who sent it.
    pub sender: &'a Identity,
    /// The sender's name.
    pub sender_name: &'a DisplayName,
    /// What it says.
    pub text: &'a MessageText,
    /// A file that comes with it.
    pub file: Option<&'a FileId>,
}

impl NewMessage<'_> {
    /// What it is once it is stored; without its file.
    fn as_message(&self, seq: u64, sent_at_ms: u64) -> ChatMessage {
        ChatMessage {
            id: self.id.clone(),
            seq,
            place: seq,
            sender: self.sender.clone(),
            sender_name: self.sender_name.to_string(),
            text: self.text.clone(),
            sent_at_ms,
            edited: false,
            mark: Mark::None,
            file: None,
        }
    }
}

/// What became of a message.
pub enum Appended {
    /// It is stored, now or since an earlier try.
    Stored(ChatMessage),
    /// It was, and has been deleted since.
    Gone,
    /// Somebody else has sent a message with this id.
    IdTaken,
}

/// Which of a room's messages somebody may read. Those that are marked are read whenever they were written, but not
/// those of later meetings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readable {
    /// Of meetings from this one.
    pub from_meeting: i64,
    /// Of meetings up to this one.
    pub upto_meeting: i64,
    /// Sent since then, in milliseconds since 1970.
    pub since_ms: u64,
}

/// What is read of a message. Its file may be gone although it is named.
const SELECT: &str = "SELECT seq, place, messages.id AS id, sender, sender_name, text, sent_at_ms, edited, mark, \
     files.id AS file, files.name AS file_name, files.kind AS file_kind, files.bytes AS file_bytes \
     FROM messages LEFT JOIN files ON files.id = messages.file WHERE messages.room = $1 AND";
/// How many of the newest messages somebody gets who comes new; what came before is in the export.
const MESSAGES_AT_FIRST: u32 = 500;
/// That it is [`Readable`], by the values from `$2`; of a message that is gone everybody may know that.
pub(super) const READABLE: &str =
    "meeting <= $2 AND (text = '' OR mark <> 'none' OR (meeting >= $3 AND sent_at_ms >= $4)) AND";

impl Store {
    /// Stores a message under the room's next number; the same id from the same sender is the same message.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn append_message(&self, room: &RoomName, new: NewMessage<'_>) -> Result<Appended, sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        // The first statement writes: from here on the room's numbers are this transaction's.
        let numbers =
            sqlx::query("UPDATE rooms SET last_seq = last_seq + 1 WHERE name = $1 RETURNING last_seq, meeting")
                .bind(room.as_str())
                .fetch_one(&mut *transaction)
                .await?;
        let seq: i64 = numbers.try_get("last_seq")?;
        let now_ms = clock::now_ms();
        let stored = sqlx::query(
            "INSERT INTO messages (room, seq, place, id, sender, sender_name, text, sent_at_ms, meeting, file)
             VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (room, id) DO NOTHING",
        )
        .bind(room.as_str())
        .bind(seq)
        .bind(new.id.as_str())
        .bind(new.sender.as_str())
        .bind(new.sender_name.as_str())
        .bind(new.text.as_str())
        .bind(now_ms.cast_signed())
        .bind(numbers.try_get::<i64, _>("meeting")?)
        .bind(new.file.map(FileId::as_str).unwrap_or_default())
        .execute(&mut *transaction)
        .await?;
        if stored.rows_affected() == 1 {
            let Some(file) = new.file else {
                transaction.commit().await?;
                return Ok(Appended::Stored(new.as_message(seq.cast_unsigned(), now_ms)));
            };
            let attached = sqlx::query("UPDATE files SET attached = 1 WHERE id = $1");
            attached.bind(file.as_str()).execute(&mut *transaction).await?;
            transaction.commit().await?;
        } else {
            // It is there already: the number goes back.
            transaction.rollback().await?;
        }
        self.sent_message(room, new.id, new.sender).await.map(|known| known.unwrap_or(Appended::Gone))
    }

    /// What became of a message that was sent under an id; `None` when none was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sent_message(
        &self,
        room: &RoomName,
        id: &MessageId,
        sender: &Identity,
    ) -> Result<Option<Appended>, sqlx::Error> {
        let row = sqlx::query(&format!("{SELECT} messages.id = $2"))
            .bind(room.as_str())
            .bind(id.as_str())
            .fetch_optional(&self.reader)
            .await?;
        let Some(row) = row else { return Ok(None) };
        if row.try_get::<String, _>("sender")? != sender.as_str() {
            return Ok(Some(Appended::IdTaken));
        }
        Ok(Some(message(&row)?.map_or(Appended::Gone, Appended::Stored)))
    }

    /// The message at a place; `None` when it has been deleted, or never was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn message(&self, room: &RoomName, place: u64) -> Result<Option<ChatMessage>, sqlx::Error> {
        let row = sqlx::query(&format!("{SELECT} place = $2"))
            .bind(room.as_str())
            .bind(number(place))
            .fetch_optional(&self.reader)
            .await?;
        row.map_or(Ok(None), |row| message(&row))
    }

    /// What has changed after `seq`, at most [`MESSAGES_PAGE`] of it. After 0, somebody comes new and gets the newest
    /// [`MESSAGES_AT_FIRST`], and before them as many as a page holds of what is marked: a room that keeps its messages for
    /// years is not loaded by everybody.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn messages_after(&self, room: &RoomName, readable: Readable, seq: u64) -> Result<ChatPage, sqlx::Error> {
        // Before the messages: whatever has a number up to this one is there by now.
        let numbers = sqlx::query("SELECT last_seq, cleared FROM rooms WHERE name = $1")
            .bind(room.as_str())
            .fetch_one(&self.reader)
            .await?;
        let earlier = if seq == 0 { self.earlier_messages(room, readable).await? } else { None };
        // Whoever knows nothing has nothing to forget.
        let which = if seq == 0 { "text <> '' AND seq > $5 ORDER BY seq" } else { "seq > $5 ORDER BY seq" };
        let rows = self.rows(room, readable, which, earlier.unwrap_or(number(seq))).await?;
        let mut page = ChatPage {
            cleared: numbers.try_get::<i64, _>("cleared")?.cast_unsigned(),
            more: rows.len() >= MESSAGES_PAGE as usize,
            earlier: earlier.is_some(),
            ..ChatPage::default()
        };
        for row in &rows {
            page.upto = row.try_get::<i64, _>("seq")?.cast_unsigned();
            match message(row)? {
                Some(message) => page.messages.push(message),
                None => page.gone.push(row.try_get::<i64, _>("place")?.cast_unsigned()),
            }
        }
        if !page.more {
            page.upto = page.upto.max(numbers.try_get::<i64, _>("last_seq")?.cast_unsigned());
        }
        if let Some(newest) = earlier {
            let marked = "mark <> 'none' AND text <> '' AND seq <= $5 ORDER BY seq DESC";
            let marked = self.rows(room, readable, marked, newest).await?;
            page.messages.extend(known(&marked)?);
        }
        Ok(page)
    }

    /// At most [`MESSAGES_PAGE`] of what somebody may read; `which` of it, by a number (`$5`).
    async fn rows(
        &self,
        room: &RoomName,
        readable: Readable,
        which: &str,
        number_there: i64,
    ) -> Result<Vec<AnyRow>, sqlx::Error> {
        sqlx::query(&format!("{SELECT} {READABLE} {which} LIMIT $6"))
            .bind(room.as_str())
            .bind(readable.upto_meeting)
            .bind(readable.from_meeting)
            .bind(number(readable.since_ms))
            .bind(number_there)
            .bind(i64::from(MESSAGES_PAGE))
            .fetch_all(&self.reader)
            .await
    }

    /// The number of the newest message of those that somebody who comes new is not told.
    async fn earlier_messages(&self, room: &RoomName, readable: Readable) -> Result<Option<i64>, sqlx::Error> {
        let newest = format!(
            "SELECT seq FROM messages WHERE room = $1 AND {READABLE} text <> '' ORDER BY seq DESC LIMIT 1 OFFSET $5"
        );
        let newest = sqlx::query_scalar(&newest)
            .bind(room.as_str())
            .bind(readable.upto_meeting)
            .bind(readable.from_meeting)
            .bind(number(readable.since_ms));
        newest.bind(i64::from(MESSAGES_AT_FIRST)).fetch_optional(&self.reader).await
    }

    /// The messages after a place, in the order in which they were written, at most [`MESSAGES_PAGE`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn messages_from(
        &self,
        room: &RoomName,
        readable: Readable,
        place: u64,
    ) -> Result<Vec<ChatMessage>, sqlx::Error> {
        known(&self.rows(room, readable, "text <> '' AND place > $5 ORDER BY place", number(place)).await?)
    }

    /// The number of the newest change in a room.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_seq(&self, room: &RoomName) -> Result<u64, sqlx::Error> {
        let last = sqlx::query_scalar("SELECT last_seq FROM rooms WHERE name = $1").bind(room.as_str());
        Ok(last.fetch_optional(&self.reader).await?.map_or(0, i64::cast_unsigned))
    }
}

/// Those that have not been deleted.
fn known(rows: &[AnyRow]) -> Result<Vec<ChatMessage>, sqlx::Error> {
    rows.iter().filter_map(|row| message(row).transpose()).collect()
}

/// Numbers that the database cannot hold come after all that it does.
pub(super) fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// `None` when it has been deleted.
fn message(row: &AnyRow) -> Result<Option<ChatMessage>, sqlx::Error> {
    let text: String = row.try_get("text")?;
    if text.is_empty() {
        return Ok(None);
    }
    let mark: String = row.try_get("mark")?;
    Ok(Some(ChatMessage {
        id: MessageId::parse(row.try_get("id")?).map_err(|_| spoilt("messages.id"))?,
        seq: row.try_get::<i64, _>("seq")?.cast_unsigned(),
        place: row.try_get::<i64, _>("place")?.cast_unsigned(),
        sender: Identity(row.try_get("sender")?),
        sender_name: row.try_get("sender_name")?,
        text: MessageText::parse(&text).map_err(|_| spoilt("messages.text"))?,
        sent_at_ms: row.try_get::<i64, _>("sent_at_ms")?.cast_unsigned(),
        edited: row.try_get::<i64, _>("edited")? != 0,
        mark: Mark::parse(&mark).ok_or_else(|| spoilt("messages.mark"))?,
        file: file(row)?,
    }))
}

fn file(row: &AnyRow) -> Result<Option<ChatFile>, sqlx::Error> {
    let Some(id) = row.try_get::<Option<String>, _>("file")? else { return Ok(None) };
    Ok(Some(ChatFile {
        id: FileId::parse(&id).map_err(|_| spoilt("files.id"))?,
        name: row.try_get("file_name")?,
        bytes: row.try_get::<i64, _>("file_bytes")?.cast_unsigned(),
        picture: is_picture(row.try_get("file_kind")?),
    }))
}
