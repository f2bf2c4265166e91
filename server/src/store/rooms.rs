//! Rooms.

use sqlx::Row as _;
use wire::RoomName;

use super::{Store, spoilt};
use crate::clock;

/// SHA-256 of a session: enough to know it again, useless to a thief.
pub type SessionHash = [u8; 32];

/// How many rooms of one host are listed.
const ROOMS_PAGE: i64 = 200;

/// A stored room.
#[derive(Clone, PartialEq, Eq)]
pub struct Room {
    /// Name in the link.
    pub name: RoomName,
    /// Title; empty when it has none.
    pub title: String,
    /// The session of its host.
    pub host: SessionHash,
}

impl Store {
    /// Stores a room; `false` when its name is taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_room(&self, room: &Room) -> Result<bool, sqlx::Error> {
        let done = sqlx::query(
            "INSERT INTO rooms (name, title, host, created_at_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(room.name.as_str())
        .bind(&room.title)
        .bind(room.host.as_slice())
        .bind(clock::now_ms().cast_signed())
        .execute(&self.writer)
        .await?;
        let new = done.rows_affected() == 1;
        if new {
            self.rooms.put(room.name.clone(), room.clone());
        }
        Ok(new)
    }

    /// The room with this name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn room(&self, name: &RoomName) -> Result<Option<Room>, sqlx::Error> {
        if let Some(room) = self.rooms.get(name) {
            return Ok(Some(room));
        }
        let row = sqlx::query("SELECT title, host FROM rooms WHERE name = $1")
            .bind(name.as_str())
            .fetch_optional(&self.reader)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let host = row.try_get::<&[u8], _>("host")?.try_into().map_err(|_| spoilt("rooms.host"))?;
        let room = Room { name: name.clone(), title: row.try_get("title")?, host };
        self.rooms.put(name.clone(), room.clone());
        Ok(Some(room))
    }

    /// Rooms that this session has made, newest first, at most [`ROOMS_PAGE`], and when each was made (in milliseconds
    /// since 1970).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rooms_of(&self, host: &SessionHash) -> Result<Vec<(Room, u64)>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT name, title, created_at_ms FROM rooms WHERE host = $1 ORDER BY created_at_ms DESC, name LIMIT $2",
        )
        .bind(host.as_slice())
        .bind(ROOMS_PAGE)
        .fetch_all(&self.reader)
        .await?;
        let room = |row: &sqlx::any::AnyRow| {
            let name = RoomName::parse(row.try_get("name")?).map_err(|_| spoilt("rooms.name"))?;
            let room = Room { name, title: row.try_get("title")?, host: *host };
            Ok((room, row.try_get::<i64, _>("created_at_ms")?.cast_unsigned()))
        };
        rows.iter().map(room).collect()
    }
}
