//! What becomes of messages: edited, marked, deleted by somebody or because of their age.

use sqlx::AnyConnection;
use wire::{ChatMessage, Mark, MessageText, RoomName};

use super::Store;
use super::messages::number;
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
        self.change_message(SQL, room, place, text.as_str()).await
    }

    /// Marks a message, or takes its mark away; `None` when there is none at this place.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_message(
        &self,
        room: &RoomName,
        place: u64,
        mark: Mark,
    ) -> Result<Option<ChatMessage>, sqlx::Error> {
        const SQL: &str = "UPDATE messages SET seq = $3, mark = $4 WHERE room = $1 AND place = $2 AND text <> ''";
        self.change_message(SQL, room, place, mark.as_str()).await
    }

    /// Sets what `sql` names to a value, under the next number.
    async fn change_message(
        &self,
        sql: &'static str,
        room: &RoomName,
        place: u64,
        value: &str,
    ) -> Result<Option<ChatMessage>, sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        let seq = next_number(&mut transaction, room).await?;
        let change = sqlx::query(sql).bind(room.as_str()).bind(number(place)).bind(seq).bind(value);
        if change.execute(&mut *transaction).await?.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(None);
        }
        transaction.commit().await?;
        self.message(room, place).await
    }

    /// Deletes a message; answers the number of this change, `None` when there is none at this place.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_message(&self, room: &RoomName, place: u64) -> Result<Option<u64>, sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        let seq = next_number(&mut transaction, room).await?;
        // What is left ages from now on: those who have the message have to learn that it is gone.
        let done = sqlx::query(
            "UPDATE messages SET seq = $3, sent_at_ms = $4, sender_name = '', text = '', file = '', mark = 'none', edited = 0
             WHERE room = $1 AND place = $2 AND text <> ''",
        )
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
        transaction.commit().await?;
        Ok(Some(seq.cast_unsigned()))
    }

    /// Deletes all messages of a room; answers the number of this change.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clear_messages(&self, room: &RoomName) -> Result<u64, sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        let seq = next_number(&mut transaction, room).await?;
        for statement in
            ["DELETE FROM messages WHERE room = $1 AND seq < $2", "UPDATE rooms SET cleared = $2 WHERE name = $1"]
        {
            sqlx::query(statement).bind(room.as_str()).bind(seq).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(seq.cast_unsigned())
    }

    /// Deletes what no room keeps any longer; answers how much that was. Marked messages outlive the meeting.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_messages(&self, ages: &Ages) -> Result<u64, sqlx::Error> {
        let month = number(ages.month_before_ms);
        let mut forgotten = 0;
        for (statement, before_ms) in
            [(UNKEPT, number(ages.none_before_ms)), (OF_ROOMS_THAT_KEEP_A_MONTH, month), (LEFT_OF_DELETED, month)]
        {
            forgotten += sqlx::query(statement).bind(before_ms).execute(&self.writer).await?.rows_affected();
        }
        Ok(forgotten)
    }

    /// Overwrites what was deleted also where SQLite still holds it: the log of what was written last. Postgres does
    /// that when it vacuums.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn overwrite_deleted(&self) -> Result<(), sqlx::Error> {
        if self.is_sqlite {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_all(&self.writer).await?;
        }
        Ok(())
    }
}

/// Of earlier meetings where no more than one is kept, and earlier than that where nothing is.
const UNKEPT: &str = "DELETE FROM messages
     WHERE mark = 'none' AND room IN (SELECT name FROM rooms WHERE history IN ('none', 'meeting'))
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
