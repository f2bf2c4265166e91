//! Who is a host of a room, and since when none is inside.

use sqlx::Row as _;
use sqlx::any::AnyRow;
use wire::{DisplayName, Identity, RoomName};

use super::{Store, spoilt};

/// Who is a host, in SQL: as [`Member::role_in`](super::Member::role_in) says.
const IS_HOST: &str = "(admissions.role = 'host'
     OR admissions.role IS NULL AND admissions.teacher = 1 AND rooms.teachers = 1)";

impl Store {
    /// Who is a host of a room, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hosts(&self, room: &RoomName) -> Result<Vec<(Identity, DisplayName)>, sqlx::Error> {
        let statement = format!(
            "SELECT admissions.identity AS identity, admissions.name AS name
             FROM admissions JOIN rooms ON rooms.name = admissions.room
             WHERE admissions.room = $1 AND {IS_HOST} ORDER BY admissions.name, admissions.identity"
        );
        let rows = sqlx::query(&statement).bind(room.as_str()).fetch_all(&self.reader).await?;
        let host = |row: &AnyRow| {
            let name = DisplayName::parse(row.try_get("name")?).map_err(|_| spoilt("admissions.name"))?;
            Ok((Identity(row.try_get("identity")?), name))
        };
        rows.iter().map(host).collect()
    }

    /// Since when people are in a room without a host, in milliseconds since 1970; `None` when one is inside, or nobody.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn without_host_since(&self, room: &RoomName) -> Result<Option<u64>, sqlx::Error> {
        let statement = format!(
            "SELECT min(CASE WHEN left_at_ms IS NULL THEN joined_at_ms END) AS begun,
                    max(CASE WHEN {IS_HOST} THEN left_at_ms END) AS host_left,
                    count(CASE WHEN {IS_HOST} AND left_at_ms IS NULL THEN 1 END) AS hosts
             FROM presences JOIN rooms ON rooms.name = presences.room
             LEFT JOIN admissions ON admissions.room = presences.room AND admissions.identity = presences.identity
             WHERE presences.room = $1 AND presences.kind = 'person'"
        );
        let row = sqlx::query(&statement).bind(room.as_str()).fetch_one(&self.reader).await?;
        let Some(begun) = row.try_get::<Option<i64>, _>("begun")? else { return Ok(None) };
        let left = row.try_get::<Option<i64>, _>("host_left")?;
        let hosts: i64 = row.try_get("hosts")?;
        Ok((hosts == 0).then(|| begun.max(left.unwrap_or_default()).cast_unsigned()))
    }
}
