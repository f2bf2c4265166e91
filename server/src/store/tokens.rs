//! What ends with a session: its tokens, and where somebody may be inside by them.

use sqlx::Row as _;
use wire::{Identity, RoomName};

use super::presences::room_name;
use super::{SecretHash, Store, to_the_end};

impl Store {
    /// Makes the tokens that the holder of a session got before a time, in seconds since 1970, good for nothing in every
    /// room; they may ask for others.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_tokens(&self, session: &SecretHash, before_s: u64) -> Result<(), sqlx::Error> {
        let (store, session) = (self.clone(), *session);
        to_the_end(async move {
            let done = sqlx::query("UPDATE admissions SET valid_from_s = $2 WHERE session = $1 AND valid_from_s < $2")
                .bind(session.as_slice())
                .bind(before_s.cast_signed())
                .execute(&store.writer)
                .await;
            store.members.clear();
            done.map(drop)
        })
        .await
    }

    /// Where the holder of a session is inside, or may be: has come to the door after a time, in milliseconds since 1970,
    /// and LiveKit has perhaps not told of them yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn places(&self, session: &SecretHash, since_ms: u64) -> Result<Vec<(RoomName, Identity)>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT room, identity FROM admissions
             WHERE session = $1 AND (network_at_ms >= $2 OR EXISTS (
                 SELECT 1 FROM presences WHERE presences.room = admissions.room
                     AND presences.identity = admissions.identity AND left_at_ms IS NULL))",
        )
        .bind(session.as_slice())
        .bind(since_ms.cast_signed())
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(|row| Ok((room_name(row)?, Identity(row.try_get("identity")?)))).collect()
    }
}
