//! What hosts did, for hosts to read.

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, Row as _};
use wire::{Identity, RoomName};

use super::{Noted, Store};
use crate::clock;

/// The newest entries that are read at once.
const AUDIT_PAGE: i64 = 500;

/// One thing that somebody did.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// Who; their identity in the room,
    pub actor: Identity,
    /// and their name then.
    pub actor_name: String,
    /// What, as a stable word.
    pub action: String,
    /// To whom, by their name then; empty when to nobody.
    pub subject_name: String,
}

impl Store {
    /// Writes down what somebody does elsewhere than in the database.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn write_down(&self, room: &RoomName, noted: &Noted) -> Result<(), sqlx::Error> {
        noted.write(room, true, &mut *self.writer.acquire().await?).await
    }

    /// What was done in a room since a time, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit(&self, room: &RoomName, since_ms: u64) -> Result<Vec<AuditEntry>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT at_ms, actor, actor_name, action, subject_name FROM audit
             WHERE room = $1 AND at_ms >= $2 ORDER BY id DESC LIMIT $3",
        )
        .bind(room.as_str())
        .bind(since_ms.cast_signed())
        .bind(AUDIT_PAGE)
        .fetch_all(&self.reader)
        .await?;
        let entry = |row: &AnyRow| {
            Ok(AuditEntry {
                at_ms: row.try_get::<i64, _>("at_ms")?.cast_unsigned(),
                actor: Identity(row.try_get("actor")?),
                actor_name: row.try_get("actor_name")?,
                action: row.try_get("action")?,
                subject_name: row.try_get("subject_name")?,
            })
        };
        rows.iter().map(entry).collect()
    }

    /// Forgets what was done before a time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_actions(&self, before_ms: u64) -> Result<(), sqlx::Error> {
        let old = sqlx::query("DELETE FROM audit WHERE at_ms < $1").bind(before_ms.cast_signed());
        old.execute(&self.writer).await.map(drop)
    }
}

/// The statement that writes down what somebody did.
pub(super) fn note<'a>(room: &'a RoomName, entry: &'a AuditEntry) -> Query<'a, Any, AnyArguments<'a>> {
    sqlx::query(
        "INSERT INTO audit (room, at_ms, actor, actor_name, action, subject_name)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(room.as_str())
    .bind(clock::now_ms().cast_signed())
    .bind(entry.actor.as_str())
    .bind(&entry.actor_name)
    .bind(&entry.action)
    .bind(&entry.subject_name)
}
