//! What Parlour remembers: rooms, admissions, messages, in SQLite.
//!
//! Rooms never change once they are made, and an admission changes only through here, so both are
//! kept in bounded caches: the join path reads and writes the database only when something is new.

mod admissions;
mod messages;
mod rooms;

use std::num::NonZeroUsize;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lru::LruCache;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use wire::{DisplayName, Identity, RoomName};

pub use messages::{Appended, NewMessage};
pub use rooms::{Room, SessionHash};

/// How many rooms, and how many admissions, are kept in memory.
const CACHED: NonZeroUsize = match NonZeroUsize::new(4_096) {
    Some(size) => size,
    None => NonZeroUsize::MIN,
};
/// How long a statement waits for another one's write.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// SQLite has one writer; a few more connections let people read meanwhile.
const CONNECTIONS_MAX: u32 = 4;

/// The database, with what is cached of it.
pub struct Store {
    pool: SqlitePool,
    rooms: Mutex<LruCache<RoomName, Room>>,
    admissions: Mutex<LruCache<(RoomName, Identity), DisplayName>>,
}

impl Store {
    /// Opens the database, makes it if need be, and brings its schema up to date.
    ///
    /// # Errors
    /// When the file cannot be opened, or was written by a newer Parlour.
    pub async fn open(url: &str) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // With WAL this loses nothing when Parlour dies, at most the last commits at a power cut.
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS_MAX).connect_with(options).await?;
        sqlx::migrate!().run(&pool).await?;
        Ok(Self { pool, rooms: Mutex::new(LruCache::new(CACHED)), admissions: Mutex::new(LruCache::new(CACHED)) })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(&self.pool).await.map(drop)
    }

    /// Waits for running statements and closes the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// A cache is whole even when a thread panicked while it held the lock.
fn lock<T>(cache: &Mutex<T>) -> MutexGuard<'_, T> {
    cache.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A column that does not hold what was written there.
fn spoilt(column: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("the column {column} holds something that Parlour did not write").into())
}
