//! What Parlour remembers: rooms, their members and what was decided about them, messages, who is inside. In SQLite, or in
//! Postgres when it grows; every statement is written once, in what both understand.
//!
//! Beside SQLite there is one Parlour, and what it reads at every join is kept in bounded caches. Several may share a
//! Postgres: there nothing is kept, and they tell each other where to look.

mod account_sessions;
mod accounts;
mod api_keys;
mod arrivals;
mod audit;
mod backend;
mod changes;
mod deeds;
mod deleted_rooms;
mod files;
mod hands;
mod hosts;
mod invitations;
mod members;
mod message_changes;
mod messages;
mod networks;
mod new_messages;
mod notices;
mod one_time_links;
mod presences;
mod provider_accounts;
mod ready;
mod registrations;
mod room_settings;
mod rooms;
mod schema;
mod seats;
mod second_factors;
mod together;
mod tokens;
mod unavailable;

use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lru::LruCache;
use sqlx::AnyPool;
use wire::{Identity, RoomName};

pub use account_sessions::{AccountSession, Known, SESSION_LASTS, TokenHash};
pub use accounts::{Account, AccountId};
pub use api_keys::StoredKey;
pub use audit::AuditEntry;
pub use backend::is_supported;
pub use changes::Change;
pub use deeds::Noted;
pub use files::{NewFile, Quotas, StoredFile, is_picture};
pub use hosts::{Ends, Hosting};
pub use invitations::Invitation;
pub use members::{Member, Standing};
pub use message_changes::Ages;
pub use messages::{Appended, Readable};
pub use networks::{Banned, NetworkBan};
pub use new_messages::NewMessage;
pub use notices::{Notice, Notices, Outbox, SAID_EVERY};
pub use one_time_links::Opens;
pub use presences::{Census, Kind, Participant, Stay};
pub use provider_accounts::Told;
pub use room_settings::SettingsChanged;
pub use rooms::{Room, RoomChange, RoomsMark, SecretHash, Settings};
pub use schema::{Schema, files_in, is_sound, schema, schema_of_file, snapshot, sqlite_file, whereabouts};
pub use seats::Seated;
pub use second_factors::SecondFactor;
pub use unavailable::{is_unavailable, is_unstorable};

use crate::trial::Trial;
use backend::Backend;

/// How many rooms, and how many members, are kept in memory.
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
    new_messages: together::Queue<new_messages::Sent>,
    arrivals: together::Queue<arrivals::Arrival>,
    trial: Trial<sqlx::Error>,
    is_sqlite: bool,
    /// Other Parlours; none beside SQLite.
    others: Option<Arc<notices::Others>>,
    rooms: Cache<RoomName, Room>,
    members: Cache<(RoomName, Identity), Member>,
    signed_in: Cache<TokenHash, (Instant, Arc<Account>)>,
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
        let others = (!alone).then(|| notices::Others::new(url)).transpose();
        Ok(Self {
            reader,
            writer,
            new_messages: together::Queue::new(alone),
            arrivals: together::Queue::new(alone),
            trial: Trial::default(),
            is_sqlite: alone,
            others: others.map_err(|cause| sqlx::Error::Configuration(cause.into()))?.map(Arc::new),
            rooms: Cache::new(alone),
            members: Cache::new(alone),
            signed_in: Cache::new(alone),
        })
    }

    /// Waits for running statements and closes the database.
    pub async fn close(&self) {
        self.writer.close().await;
        self.reader.close().await;
    }
}

/// What is read often; nothing where others may write.
#[derive(Clone)]
struct Cache<K: Hash + Eq, V>(Option<Arc<Mutex<Kept<K, V>>>>);

struct Kept<K: Hash + Eq, V> {
    values: LruCache<K, V>,
    /// Counts what was forgotten: what was read before that may be old.
    epoch: u64,
}

impl<K: Hash + Eq, V: Clone> Cache<K, V> {
    fn new(kept: bool) -> Self {
        Self(kept.then(|| Arc::new(Mutex::new(Kept { values: LruCache::new(CACHED), epoch: 0 }))))
    }

    /// A cache is whole even when a thread panicked while it held the lock.
    fn lock(&self) -> Option<MutexGuard<'_, Kept<K, V>>> {
        self.0.as_ref().map(|cache| cache.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn get(&self, key: &K) -> Option<V> {
        self.lock()?.values.get(key).cloned()
    }

    /// To be asked before the database is.
    fn epoch(&self) -> u64 {
        self.lock().map_or(0, |kept| kept.epoch)
    }

    /// Keeps what was read, unless something was forgotten since `epoch`.
    fn put(&self, epoch: u64, key: K, value: V) {
        if let Some(mut kept) = self.lock()
            && kept.epoch == epoch
        {
            kept.values.put(key, value);
        }
    }

    /// Forgets what has changed.
    fn forget(&self, key: &K) {
        if let Some(mut kept) = self.lock() {
            kept.epoch += 1;
            kept.values.pop(key);
        }
    }

    /// Forgets everything.
    fn clear(&self) {
        if let Some(mut kept) = self.lock() {
            kept.epoch += 1;
            kept.values.clear();
        }
    }
}

/// Changes something to the end, also when whoever asked has gone by then: the database goes on with a statement that it has
/// taken, and what was kept from before has to be forgotten after that.
async fn to_the_end<T: Send + 'static>(
    change: impl Future<Output = Result<T, sqlx::Error>> + Send + 'static,
) -> Result<T, sqlx::Error> {
    tokio::spawn(change).await.map_err(|_| sqlx::Error::WorkerCrashed)?
}

/// A column that does not hold what was written there.
fn spoilt(column: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("the column {column} holds something that Parlour did not write").into())
}
