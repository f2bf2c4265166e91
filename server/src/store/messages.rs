//! Chat messages: numbered in their room, each stored once however often it is sent.

#[cfg(test)]
mod tests;

use sqlx::Row as _;
use sqlx::any::AnyRow;
use wire::{ChatFile, ChatMessage, ChatPage, FileId, Identity, MESSAGES_PAGE, Mark, MessageId, MessageText, RoomName};

use super::files::is_picture;
use super::{Store, spoilt};

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
