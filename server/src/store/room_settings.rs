//! What hosts have set for a room, changed from how it is at that moment: of two who change different things at once, neither
//! undoes what the other did. The page of settings changes all that it shows.

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyPool};
use wire::{Role, RoomName};

use super::audit::note;
use super::rooms::{COLUMNS, hold, room};
use super::{AuditEntry, Room, Store};

/// What became of a change of what hosts have set.
pub enum SettingsChanged {
    /// It is so now.
    Stored {
        /// The room as it was,
        before: Box<Room>,
        /// and as it is.
        now: Box<Room>,
    },
    /// It may not be so.
    Refused,
    /// Another room has the alias.
    AliasTaken,
}

impl Store {
    /// Changes title, settings, password, alias or history of a room, and writes down what was done: all of it is stored, or
    /// nothing. `change` is given the room as it is, and nobody else changes it meanwhile; it answers what is written down,
    /// and `None` when the room may not be so.
    ///
    /// # Errors
    /// `RowNotFound` without such a room, and when the database fails.
    pub async fn change_settings(
        &self,
        name: &RoomName,
        change: impl FnOnce(&mut Room) -> Option<Vec<AuditEntry>> + Send + 'static,
    ) -> Result<SettingsChanged, sqlx::Error> {
        self.change_to_the_end(name, change_held(self.writer.clone(), name.clone(), change)).await
    }
}

async fn change_held(
    writer: AnyPool,
    name: RoomName,
    change: impl FnOnce(&mut Room) -> Option<Vec<AuditEntry>> + Send,
) -> Result<SettingsChanged, sqlx::Error> {
    let statement = format!("SELECT {COLUMNS} FROM rooms WHERE name = $1");
    let mut transaction = writer.begin().await?;
    hold(&name).execute(&mut *transaction).await?;
    let before = room(&name, &sqlx::query(&statement).bind(name.as_str()).fetch_one(&mut *transaction).await?)?;
    let mut now = before.clone();
    let Some(entries) = change(&mut now) else {
        transaction.rollback().await?;
        return Ok(SettingsChanged::Refused);
    };
    match set(&now).execute(&mut *transaction).await {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            transaction.rollback().await?;
            return Ok(SettingsChanged::AliasTaken);
        }
        done => done?,
    };
    for entry in &entries {
        note(&name, entry).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(SettingsChanged::Stored { before: Box::new(before), now: Box::new(now) })
}

/// The statement that makes everything that hosts set what it is in `room`.
fn set(room: &Room) -> Query<'_, Any, AnyArguments<'_>> {
    let settings = room.settings;
    sqlx::query(
        "UPDATE rooms SET title = $2, guests_off = $3, capacity = $4, starts_at_ms = $5, ends_at_ms = $6, zone_min = $7,
             newcomers = $8, teachers = $9, guests_take_over = $10, password = $11, alias = $12, history = $13
         WHERE name = $1",
    )
    .bind(room.name.as_str())
    .bind(&room.title)
    .bind(i64::from(settings.guests_off))
    .bind(i64::from(settings.capacity.unwrap_or_default()))
    .bind(settings.starts_at_ms.map(u64::cast_signed))
    .bind(settings.ends_at_ms.map(u64::cast_signed))
    .bind(i64::from(settings.zone_min))
    .bind(settings.newcomers.map(Role::as_str))
    .bind(i64::from(settings.teachers))
    .bind(i64::from(settings.guests_take_over))
    .bind(room.password.as_deref().unwrap_or_default())
    .bind(room.alias.as_ref().map(RoomName::as_str))
    .bind(room.history.as_str())
}
