//! Who was let into which room, and under which name.

use sqlx::Row as _;
use wire::{DisplayName, Identity, RoomName};

use super::{Store, spoilt};
use crate::clock;

impl Store {
    /// Remembers that somebody was let in; writes only when that is news.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remember_admission(
        &self,
        room: &RoomName,
        identity: &Identity,
        name: &DisplayName,
    ) -> Result<(), sqlx::Error> {
        if self.admitted(room, identity).await?.as_ref() == Some(name) {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO admissions (room, identity, name, admitted_at_ms) VALUES ($1, $2, $3, $4)
             ON CONFLICT (room, identity) DO UPDATE SET name = excluded.name, admitted_at_ms = excluded.admitted_at_ms",
        )
        .bind(room.as_str())
        .bind(identity.as_str())
        .bind(name.as_str())
        .bind(clock::now_ms().cast_signed())
        .execute(&self.writer)
        .await?;
        self.admissions.put((room.clone(), identity.clone()), name.clone());
        Ok(())
    }

    /// The name under which somebody was let in last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn admitted(&self, room: &RoomName, identity: &Identity) -> Result<Option<DisplayName>, sqlx::Error> {
        let key = (room.clone(), identity.clone());
        if let Some(name) = self.admissions.get(&key) {
            return Ok(Some(name));
        }
        let row = sqlx::query("SELECT name FROM admissions WHERE room = $1 AND identity = $2")
            .bind(room.as_str())
            .bind(identity.as_str())
            .fetch_optional(&self.reader)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let name = DisplayName::parse(row.try_get("name")?).map_err(|_| spoilt("admissions.name"))?;
        self.admissions.put(key, name.clone());
        Ok(Some(name))
    }
}
