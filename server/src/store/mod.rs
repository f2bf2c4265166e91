//! What Parlour remembers: rooms, admissions, messages. In SQLite, or in Postgres when it grows; every statement is
//! written once, in what both understand.
//!
//! Beside SQLite there is one Parlour, and what it reads at every join is kept in bounded caches. Several may share a
//! Postgres: there nothing is kept that another one can change.

mod account_sessions;
mod accounts;
mod admissions;
mod backend;
mod messages;
mod one_time_links;
mod rooms;
mod second_factors;

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lru::LruCache;
use sqlx::AnyPool;
use wire::{DisplayName, Identity, RoomName};

pub use account_sessions::{AccountSession, Known, SESSION_LASTS, TokenHash};
pub use accounts::{Account, AccountId};
pub use backend::is_supported;
pub use messages::{Appended, NewMessage};
pub use one_time_links::Opens;
pub use rooms::{Room, SessionHash};
pub use second_factors::SecondFactor;

use backend::Backend;

/// How many rooms, and how many admissions, are kept in memory.
const CACHED: NonZeroUsize = match NonZeroUsize::new(4_096) {
    Some(size) => size,
    None => NonZeroUsize::MIN,
};

/// How long it is believed who is signed in: every request asks.
const SIGNED_IN_FOR: Duration = Duration::from_secs(5);

/// The database, with what is cached of it. A clone is the same store.
#[derive(Clone)]
pub struct Store {
    reader: AnyPool,
    /// SQLite has one writer at a time: those who would wait for it wait here, in order.
    writer: AnyPool,
    rooms: Cache<RoomName, Room>,
    admissions: Cache<(RoomName, Identity), DisplayName>,
    signed_in: Cache<TokenHash, (Instant, Arc<Account>)>,
    /// How often `signed_in` was forgotten.
    revocations: Arc<AtomicU64>,
}

impl Store {
    /// Opens the database, makes it if need be, and brings its schema up to date.
    ///
    /// # Errors
    /// When it cannot be opened, or was written by a newer Parlour.
    pub async fn open(url: &str) -> Result<Self, sqlx::Error> {
        let backend = Backend::of(url)?;
        let (reader, writer) = backend.connect(url).await?;
        backend.migrate(&writer).await?;
        let alone = backend == Backend::Sqlite;
        Ok(Self {
            reader,
            writer,
            rooms: Cache::new(alone),
            admissions: Cache::new(alone),
            signed_in: Cache::new(alone),
            revocations: Arc::default(),
        })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(&self.reader).await.map(drop)
    }

    /// Waits for running statements and closes the database.
    pub async fn close(&self) {
        self.writer.close().await;
        self.reader.close().await;
    }
}

/// What is read often; empty where others may write.
#[derive(Clone)]
struct Cache<K: std::hash::Hash + Eq, V>(Option<Arc<Mutex<LruCache<K, V>>>>);

impl<K: std::hash::Hash + Eq, V: Clone> Cache<K, V> {
    fn new(kept: bool) -> Self {
        Self(kept.then(|| Arc::new(Mutex::new(LruCache::new(CACHED)))))
    }

    /// A cache is whole even when a thread panicked while it held the lock.
    fn lock(&self) -> Option<MutexGuard<'_, LruCache<K, V>>> {
        self.0.as_ref().map(|cache| cache.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn get(&self, key: &K) -> Option<V> {
        self.lock()?.get(key).cloned()
    }

    fn put(&self, key: K, value: V) {
        if let Some(mut cache) = self.lock() {
            cache.put(key, value);
        }
    }
}

/// A column that does not hold what was written there.
fn spoilt(column: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("the column {column} holds something that Parlour did not write").into())
}
