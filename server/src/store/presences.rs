//! Who is inside, and who was: one row for each stay.

use sqlx::any::AnyRow;
use sqlx::{AnyExecutor, Row as _};
use wire::{Identity, RoomName};

use super::{SecretHash, Store, spoilt};

/// What a participant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody: the only kind that counts.
    Person,
    /// Somebody whom the others do not see.
    Hidden,
    /// A recorder, an agent, an ingress.
    Machine,
}

impl Kind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Hidden => "hidden",
            Self::Machine => "machine",
        }
    }
}

/// A participant, as LiveKit tells of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// LiveKit's id of this stay: somebody who comes back has another one.
    pub sid: String,
    /// Who.
    pub identity: Identity,
    /// Under which name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// When they came, by LiveKit's clock.
    pub joined_at_ms: u64,
}

/// One stay of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    /// LiveKit's id of it.
    pub sid: String,
    /// Who.
    pub identity: Identity,
    /// Under which name.
    pub name: String,
    /// From when, in milliseconds since 1970.
    pub joined_at_ms: u64,
    /// Until when; `None` while they are inside.
    pub left_at_ms: Option<u64>,
}

/// How many are inside at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Census {
    /// Rooms in which people are.
    pub rooms: u64,
    /// The people in them.
    pub people: u64,
}

impl Store {
    /// How many people are inside, and in how many rooms.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn census(&self) -> Result<Census, sqlx::Error> {
        const SQL: &str = "SELECT count(DISTINCT room) AS rooms, count(*) AS people FROM presences
             WHERE kind = 'person' AND left_at_ms IS NULL";
        let row = sqlx::query(SQL).fetch_one(&self.reader).await?;
        let count = |column: &str| row.try_get::<i64, _>(column).map(i64::cast_unsigned);
        Ok(Census { rooms: count("rooms")?, people: count("people")? })
    }

    /// People who are inside, in order of arrival.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn inside(&self, room: &RoomName) -> Result<Vec<Stay>, sqlx::Error> {
        inside(&self.reader, room).await
    }

    /// People who are inside the rooms that a session has made, by room and name, in order of arrival.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn inside_rooms_of(&self, host: &SecretHash) -> Result<Vec<(RoomName, String)>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT presences.room AS room, presences.name AS person FROM rooms JOIN presences ON presences.room = rooms.name
             WHERE rooms.host = $1 AND kind = 'person' AND left_at_ms IS NULL ORDER BY joined_at_ms, sid",
        )
        .bind(host.as_slice())
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(|row| Ok((room_name(row)?, row.try_get("person")?))).collect()
    }

    /// Stays of people that have not ended, or not before `since_ms`, in order of arrival.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stays(&self, room: &RoomName, since_ms: u64) -> Result<Vec<Stay>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT sid, identity, name, joined_at_ms, left_at_ms FROM presences
             WHERE room = $1 AND kind = 'person' AND (left_at_ms IS NULL OR left_at_ms >= $2)
             ORDER BY joined_at_ms, sid",
        )
        .bind(room.as_str())
        .bind(since_ms.cast_signed())
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(stay).collect()
    }

    /// Rooms in which somebody or something is, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn occupied_rooms(&self) -> Result<Vec<RoomName>, sqlx::Error> {
        const SQL: &str = "SELECT DISTINCT room FROM presences WHERE left_at_ms IS NULL ORDER BY room";
        let rows = sqlx::query(SQL).fetch_all(&self.reader).await?;
        rows.iter().map(room_name).collect()
    }

    /// Rooms whose last stay ended before a time, and whose meeting was not said to be over since.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deserted_rooms(&self, before_ms: u64) -> Result<Vec<RoomName>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT room FROM presences JOIN rooms ON rooms.name = presences.room
             GROUP BY room, meeting_since_ms
             HAVING count(CASE WHEN left_at_ms IS NULL THEN 1 END) = 0
                 AND max(left_at_ms) < $1 AND max(left_at_ms) >= meeting_since_ms",
        )
        .bind(before_ms.cast_signed())
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(room_name).collect()
    }

    /// Forgets stays that ended before a time, and the ids of events that were applied before another.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_presences(&self, left_before_ms: u64, applied_before_ms: u64) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM presences WHERE left_at_ms < $1")
            .bind(left_before_ms.cast_signed())
            .execute(&self.writer)
            .await?;
        sqlx::query("DELETE FROM applied_events WHERE applied_at_ms < $1")
            .bind(applied_before_ms.cast_signed())
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

/// The same within a transaction.
pub(super) async fn inside<'c>(from: impl AnyExecutor<'c>, room: &RoomName) -> Result<Vec<Stay>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT sid, identity, name, joined_at_ms, left_at_ms FROM presences
         WHERE room = $1 AND kind = 'person' AND left_at_ms IS NULL ORDER BY joined_at_ms, sid",
    )
    .bind(room.as_str())
    .fetch_all(from)
    .await?;
    rows.iter().map(stay).collect()
}

pub(super) fn room_name(row: &AnyRow) -> Result<RoomName, sqlx::Error> {
    RoomName::parse(row.try_get("room")?).map_err(|_| spoilt("presences.room"))
}

fn stay(row: &AnyRow) -> Result<Stay, sqlx::Error> {
    Ok(Stay {
        sid: row.try_get("sid")?,
        identity: Identity(row.try_get("identity")?),
        name: row.try_get("name")?,
        joined_at_ms: row.try_get::<i64, _>("joined_at_ms")?.cast_unsigned(),
        left_at_ms: row.try_get::<Option<i64>, _>("left_at_ms")?.map(i64::cast_unsigned),
    })
}
