//! Since when hands are up: what LiveKit forgets with a room.

use sqlx::Row as _;
use wire::{Identity, RoomName};

use super::members::about;
use super::{Ends, Noted, Store, to_the_end};

impl Store {
    /// Raises somebody's hand now, or `again`, as it was in the meeting that goes on, where nobody has lowered it. Answers since
    /// when it is up; `None` when nobody of this identity has come to the door.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn raise_hand(
        &self,
        room: &RoomName,
        identity: &Identity,
        now_ms: u64,
        again: bool,
    ) -> Result<Option<u64>, sqlx::Error> {
        const SQL: &str = "UPDATE admissions SET hand_at_ms =
                 CASE WHEN $4 = 1
                     AND hand_at_ms >= (SELECT meeting_since_ms FROM rooms WHERE rooms.name = admissions.room)
                     THEN hand_at_ms ELSE $3 END
             WHERE room = $1 AND identity = $2 RETURNING hand_at_ms";
        let raising = about(SQL, room, identity).bind(now_ms.cast_signed()).bind(i64::from(again));
        let writer = self.writer.clone();
        let row = to_the_end(async move { raising.fetch_optional(&writer).await }).await?;
        row.map(|row| Ok(row.try_get::<i64, _>("hand_at_ms")?.cast_unsigned())).transpose()
    }

    /// Lowers somebody's hand, and writes down who did it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lower_hand(&self, room: &RoomName, identity: &Identity, noted: Noted) -> Result<bool, sqlx::Error> {
        const SQL: &str = "UPDATE admissions SET hand_at_ms = NULL WHERE room = $1 AND identity = $2";
        self.do_to_member(room, identity, Ends::Nothing, Some(about(SQL, room, identity)), noted).await
    }
}
