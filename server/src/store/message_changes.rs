//! What becomes of messages: edited, marked, deleted by somebody or because of their age.

use sqlx::{AnyConnection, Executor as _, Row as _};
use wire::{ChatMessage, Identity, Mark, MessageText, RoomName};

use super::backend::{SQLITE_WAITS, SQLITE_WAITS_SHORTLY};
use super::messages::number;
use super::{Noted, Store};
use crate::clock;

/// Up to when messages are deleted because of their age, in milliseconds since 1970.
pub struct Ages {
    /// In rooms that keep nothing: nobody who was inside can have missed them.
    pub none_before_ms: u64,
    /// In rooms that keep a month.
    pub month_before_ms: u64,
}

impl Store {
    /// Gives a message another text; `None` when there is none at this place.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn edit_message(
        &self,
        room: &RoomName,
        place: u64,
        text: &MessageText,
    ) -> Result<Option<ChatMessage>, sqlx::Error> {
        const SQL: &str =
            "UPDATE messages SET seq = $3, text = $4, edited = 1 WHERE room = $1 AND place = $2 AND text <> ''";
        self.change_message(SQL, room, place, text.as_str(), &Noted::Nothing).await
    }

    /// Marks a message, or takes its mark away, and writes that down; `None` when there is none at this place.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_message(
        &self,
        room: &RoomName,
        place: u64,
        mark: Mark,
        noted: &Noted,
    ) -> Result<Option<ChatMessage>, sqlx::Error> {
        const SQL: &str = "UPDATE messages SET seq = $3, mark = $4 WHERE room = $1 AND place = $2 AND text <> ''";
        self.change_message(SQL, room, place, mark.as_str(), noted).await
    }

    /// Sets what `sql` names to a value, under the next number.
    async fn change_message(
        &self,
        sql: &'static str,
        room: &RoomName,
        place: u64,
        value: &str,
        noted: &Noted,
    ) -> Result<Option<ChatMessage>, sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        let seq = next_number(&mut transaction, room).await?;
        let change = sqlx::query(sql).bind(room.as_str()).bind(number(place)).bind(seq).bind(value);
        if change.execute(&mut *transaction).await?.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(None);
        }
        noted.write(room, true, &mut transaction).await?;
        transaction.commit().await?;
        self.message(room, place).await
    }

    /// Who sent the message at a place, also when that is all that is left of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sender_at(&self, room: &RoomName, place: u64) -> Result<Option<Identity>, sqlx::Error> {
        let sender = sqlx::query_scalar("SELECT sender FROM messages WHERE room = $1 AND place = $2");
        let sender = sender.bind(room.as_str()).bind(number(place)).fetch_optional(&self.reader).await?;
        Ok(sender.map(Identity))
    }

    /// Deletes a message, and writes that down; answers the number of this change, `None` when there is none at this place.
    /// One that is deleted already may stand on pages all the same: they are told once more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_message(&self, room: &RoomName, place: u64, noted: &Noted) -> Result<Option<u64>, sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        let seq = next_number(&mut transaction, room).await?;
        let done = sqlx::query(&format!(
            "UPDATE messages SET seq = $3, sent_at_ms = $4, {EMPTY} WHERE room = $1 AND place = $2"
        ))
        .bind(room.as_str())
        .bind(number(place))
        .bind(seq)
        .bind(clock::now_ms().cast_signed())
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(None);
        }
        noted.write(room, true, &mut transaction).await?;
        transaction.commit().await?;
        Ok(Some(seq.cast_unsigned()))
    }

    /// Deletes all messages of a room, and writes that down; answers the number of this change.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clear_messages(&self, room: &RoomName, noted: &Noted) -> Result<u64, sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        let seq = next_number(&mut transaction, room).await?;
        sqlx::query(&format!(
            "UPDATE messages SET sent_at_ms = $3, {EMPTY} WHERE room = $1 AND seq < $2 AND text <> ''"
        ))
        .bind(room.as_str())
        .bind(seq)
        .bind(clock::now_ms().cast_signed())
        .execute(&mut *transaction)
        .await?;
        let mark = sqlx::query("UPDATE rooms SET cleared = $2 WHERE name = $1").bind(room.as_str()).bind(seq);
        mark.execute(&mut *transaction).await?;
        noted.write(room, true, &mut transaction).await?;
        transaction.commit().await?;
        Ok(seq.cast_unsigned())
    }

    /// Deletes what no room keeps any longer; answers how much that was. Marked messages outlive the meeting.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_messages(&self, ages: &Ages) -> Result<u64, sqlx::Error> {
        let unkept = format!("UPDATE messages SET sent_at_ms = $2, {EMPTY} {UNKEPT}");
        let unkept = sqlx::query(&unkept).bind(number(ages.none_before_ms)).bind(clock::now_ms().cast_signed());
        let mut forgotten = unkept.execute(&self.writer).await?.rows_affected();
        for statement in [OF_ROOMS_THAT_KEEP_A_MONTH, LEFT_OF_DELETED] {
            let delete = sqlx::query(statement).bind(number(ages.month_before_ms));
            forgotten += delete.execute(&self.writer).await?.rows_affected();
        }
        Ok(forgotten)
    }

    /// Overwrites what was deleted also where SQLite still holds it: the log of what was written last. Postgres does
    /// that when it vacuums. `false` when somebody still reads from that log.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn overwrite_deleted(&self) -> Result<bool, sqlx::Error> {
        if !self.is_sqlite {
            return Ok(true);
        }
        let mut writer = self.writer.acquire().await?;
        // Nobody who writes waits for somebody who reads.
        writer.execute(SQLITE_WAITS_SHORTLY).await?;
        let emptied = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *writer).await;
        writer.execute(SQLITE_WAITS).await?;
        Ok(emptied?.try_get::<i64, _>("busy")? == 0)
    }
}

/// What is left of a message that is deleted: its place, for those who have it still, and its id and sender, so that a late
/// retry does not bring it back and whoever may delete it still can. That ages from then on.
const EMPTY: &str = "sender_name = '', text = '', file = '', mark = 'none', edited = 0";
/// Of earlier meetings where no more than one is kept, and earlier than that where nothing is.
const UNKEPT: &str =
    "WHERE text <> '' AND mark = 'none' AND room IN (SELECT name FROM rooms WHERE history IN ('none', 'meeting'))
         AND (meeting < (SELECT meeting FROM rooms WHERE name = messages.room)
             OR (sent_at_ms < $1 AND room IN (SELECT name FROM rooms WHERE history = 'none')))";
const OF_ROOMS_THAT_KEEP_A_MONTH: &str = "DELETE FROM messages
     WHERE room IN (SELECT name FROM rooms WHERE history = 'month') AND sent_at_ms < $1";
/// No page has been open for so long.
const LEFT_OF_DELETED: &str = "DELETE FROM messages WHERE text = '' AND sent_at_ms < $1";

/// From here on the room's numbers are this transaction's.
async fn next_number(at: &mut AnyConnection, room: &RoomName) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("UPDATE rooms SET last_seq = last_seq + 1 WHERE name = $1 RETURNING last_seq")
        .bind(room.as_str())
        .fetch_one(at)
        .await
}
