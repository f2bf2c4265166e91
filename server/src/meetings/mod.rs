//! The domain: rooms, who is let in, who is inside, what is written. Pages and REST call the same functions.

mod admission;
mod attendance;
mod chat;
mod hands;
pub mod identity;
mod names;
mod presence;
mod rooms;

use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use wire::IceServer;

use crate::media::Endpoint;
use crate::media::ensure::Ensured;
use crate::media::probe::{self, Pulse};
use crate::media::rooms::{MediaError, Rooms};
use crate::secret::KeyPair;
use crate::store::Store;
use presence::Hub;

/// Everything that meetings are made of.
pub struct Meetings {
    store: Store,
    rooms: Arc<Rooms>,
    ensured: Ensured,
    keys: KeyPair,
    ice_servers: Option<Vec<IceServer>>,
    presence: Hub,
    attendance_days: u32,
}

/// Whether the parts answer.
pub struct Health {
    /// The database.
    pub database: Result<(), sqlx::Error>,
    /// LiveKit.
    pub livekit: Result<(), MediaError>,
}

impl Meetings {
    /// Meetings in `store`, held on the LiveKit at `endpoint`; who was in them is kept for some days.
    pub fn new(
        store: Store,
        endpoint: watch::Receiver<Endpoint>,
        keys: KeyPair,
        ice_servers: Option<Vec<IceServer>>,
        attendance_days: u32,
    ) -> Self {
        let rooms = Arc::new(Rooms::new(endpoint, keys.clone()));
        Self { store, rooms, ensured: Ensured::default(), keys, ice_servers, presence: Hub::default(), attendance_days }
    }

    /// Watches LiveKit until `stop`.
    pub fn watch_livekit(&self, stop: CancellationToken) -> watch::Receiver<Pulse> {
        probe::start(self.rooms.clone(), stop)
    }

    /// Asks the parts whether they answer.
    pub async fn health(&self) -> Health {
        let (database, livekit) = tokio::join!(self.store.ping(), self.rooms.ping());
        Health { database, livekit }
    }

    /// Waits until what is being written is written.
    pub async fn close(&self) {
        self.store.close().await;
    }
}
