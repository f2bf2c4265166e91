//! Rooms that are deleted, with everything that was in them.

use wire::RoomName;

use super::{Store, to_the_end};
use crate::clock;

impl Store {
    /// Deletes a room: its messages, members, stays and audit log go with it. Only its name stays, for a while.
    ///
    /// # Errors
    /// When the database fails; then all of it is still there.
    pub async fn delete_room(&self, name: &RoomName) -> Result<(), sqlx::Error> {
        let (store, name) = (self.clone(), name.clone());
        to_the_end(async move {
            let mut transaction = store.writer.begin().await?;
            sqlx::query("INSERT INTO deleted_rooms (name, deleted_at_ms) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .bind(name.as_str())
                .bind(clock::now_ms().cast_signed())
                .execute(&mut *transaction)
                .await?;
            sqlx::query("DELETE FROM rooms WHERE name = $1").bind(name.as_str()).execute(&mut *transaction).await?;
            let done = transaction.commit().await;
            store.rooms.forget(&name);
            store.members.clear();
            done
        })
        .await
    }

    /// Whether a room of this name was deleted lately.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn was_deleted(&self, name: &RoomName) -> Result<bool, sqlx::Error> {
        let row = sqlx::query("SELECT 1 FROM deleted_rooms WHERE name = $1").bind(name.as_str());
        Ok(row.fetch_optional(&self.reader).await?.is_some())
    }

    /// Forgets the names of rooms that were deleted before a time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_deleted_rooms(&self, before_ms: u64) -> Result<(), sqlx::Error> {
        let old = sqlx::query("DELETE FROM deleted_rooms WHERE deleted_at_ms < $1").bind(before_ms.cast_signed());
        old.execute(&self.writer).await.map(drop)
    }
}
