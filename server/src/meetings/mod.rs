//! The domain: rooms, who is let in, who is inside, what is written. Pages and REST call the same functions.

mod admission;
mod attendance;
mod bans;
mod chat;
mod door;
pub mod doorsteps;
mod files;
mod gate;
mod hands;
mod history;
mod host_link;
mod hosts;
pub mod identity;
mod invitations;
mod moderation;
mod names;
mod news;
mod others;
mod owning;
mod patch;
mod people;
mod presence;
mod roles;
mod rooms;
mod round;
mod settings;
mod succession;
mod transcript;
mod uploads;
mod waiting;
mod wanted;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use wire::IceServer;

pub use admission::{Admittance, Knock};
pub use bans::{BAN_DAYS, NO_BAN_DAYS};
pub use files::Files;
pub use invitations::{Invited, NotInvited};
pub use owning::Described;
pub use patch::{NotChanged, RoomPatch};
pub use people::Person;
pub use settings::{BACKWARDS, CAPACITY_MAX, Door, NO_CAPACITY};
pub use transcript::Transcript;
pub use wanted::SettingsPatch;

use crate::files::DepotError;
use crate::media::Endpoint;
use crate::media::ensure::Ensured;
use crate::media::probe::{self, Pulse};
use crate::media::rooms::{MediaError, Rooms};
use crate::password::Passwords;
use crate::secret::KeyPair;
use crate::store::Store;
use doorsteps::Doorsteps;
use news::News;

/// For how many days what is written about people is kept.
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    /// Who was in a meeting.
    pub attendance_days: u32,
    /// What hosts did.
    pub audit_days: u32,
}

/// Everything that meetings are made of.
pub struct Meetings {
    store: Store,
    rooms: Arc<Rooms>,
    news: News,
    ensured: Ensured,
    doorsteps: Doorsteps,
    keys: KeyPair,
    ice_servers: Option<Vec<IceServer>>,
    retention: Retention,
    /// With slots of their own: whoever tries a meeting's password keeps nobody from signing in.
    passwords: Passwords,
    files: Files,
    /// Told when messages may be kept no longer.
    history: Notify,
    /// Whether the database's log may still hold messages that were deleted.
    not_overwritten: AtomicBool,
}

/// Whether the parts answer.
pub struct Health {
    /// The database.
    pub database: Result<(), Arc<sqlx::Error>>,
    /// LiveKit.
    pub livekit: Result<(), MediaError>,
    /// The bucket, where files are kept in one.
    pub files: Option<Result<(), Arc<DepotError>>>,
}

impl Meetings {
    /// Meetings in `store`, held on the LiveKit at `endpoint`.
    pub fn new(
        store: Store,
        endpoint: watch::Receiver<Endpoint>,
        keys: KeyPair,
        ice_servers: Option<Vec<IceServer>>,
        retention: Retention,
        files: Files,
    ) -> Self {
        let rooms = Arc::new(Rooms::new(endpoint, keys.clone()));
        let doorsteps = Doorsteps::new(store.outbox());
        let (passwords, history) = (Passwords::default(), Notify::new());
        Self {
            store,
            news: News::new(rooms.clone()),
            rooms,
            ensured: Ensured::default(),
            doorsteps,
            keys,
            ice_servers,
            retention,
            passwords,
            files,
            history,
            // A Parlour that was killed may have left some there.
            not_overwritten: AtomicBool::new(true),
        }
    }

    /// Watches LiveKit until `stop`.
    pub fn watch_livekit(&self, stop: CancellationToken) -> watch::Receiver<Pulse> {
        probe::start(self.rooms.clone(), stop)
    }

    /// Asks the parts whether they answer.
    pub async fn health(&self) -> Health {
        let (database, livekit, files) = tokio::join!(self.store.ready(), self.rooms.ping(), self.files.depot.ready());
        Health { database, livekit, files }
    }

    /// Asks LiveKit alone whether it answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ask_livekit(&self) -> Result<(), MediaError> {
        self.rooms.ping().await
    }

    /// Waits until what is being written is written; other Parlours hear of the last of it.
    pub async fn close(&self) {
        let rest = self.store.outbox().rest();
        if let Err(cause) = self.store.announce(&rest).await {
            tracing::warn!(%cause, "other Parlours could not be told");
        }
        self.store.close().await;
    }
}
