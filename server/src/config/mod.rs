//! Configuration: what the environment and the command line say, checked once at the start.

mod args;
mod mail;
mod mistakes;
mod oidc;
mod parse;
mod recordings;
mod stored;
mod task;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use wire::{ClientProfile, IceServer};

pub use args::Args;
pub use mistakes::Mistakes;
pub use parse::{Invalid, livekit_url};
pub use stored::{FILE as LIVEKIT_FILE, Stored};
pub use task::{AccountTask, Task};

use crate::accounts::oidc::ProviderSettings;
use crate::accounts::{Access, Registration, Teachers};
use crate::mail::Smtp;
use crate::origin::Origin;
use crate::recordings::Recordings;
use crate::secret::KeyPair;
use crate::store::Quotas;

/// Everything that can be chosen, checked.
pub struct Config {
    /// Where to listen.
    pub addr: SocketAddr,
    /// The address that people use, when it is not the one of the request.
    pub public_url: Option<Origin>,
    /// Folder for the database, the keys and LiveKit's configuration.
    pub data_dir: PathBuf,
    /// Address of the database.
    pub database_url: String,
    /// Which LiveKit.
    pub livekit: LiveKit,
    /// What of it the environment or the command line says.
    pub livekit_given: Given,
    /// Proxies whose `X-Forwarded-*` are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// ICE servers for browsers; `None` leaves them to LiveKit.
    pub ice_servers: Option<Vec<IceServer>>,
    /// How often one address may ask.
    pub rates: Rates,
    /// Who may create meetings, and join them.
    pub access: Access,
    /// Whose accounts are teachers'.
    pub teachers: Teachers,
    /// The OpenID Connect provider that people sign in by.
    pub provider: Option<ProviderSettings>,
    /// The mail server; `None`: no mail is sent.
    pub smtp: Option<Smtp>,
    /// Who may make an account of their own.
    pub registration: Registration,
    /// How browsers behave.
    pub client_profile: ClientProfile,
    /// Filter of the log.
    pub log: String,
    /// Where Prometheus may ask; `None`: nowhere.
    pub metrics_addr: Option<SocketAddr>,
    /// For how many days who was in a meeting is kept.
    pub attendance_days: u32,
    /// For how many days what hosts did is kept.
    pub audit_days: u32,
    /// Bucket that files of chats are kept in; `None`: the data folder.
    pub bucket: Option<String>,
    /// How much of them.
    pub quotas: Quotas,
    /// Where recordings are kept; `None` where nobody may choose a folder for them.
    pub recordings: Option<Recordings>,
}

/// Which values about LiveKit the environment or the command line gives: they win over what administrators set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Given {
    /// Its address.
    pub url: bool,
    /// Its API key.
    pub key: bool,
    /// Its API secret.
    pub secret: bool,
}

/// Where LiveKit comes from.
pub enum LiveKit {
    /// A server that runs already.
    External {
        /// Its address, `http:` or `https:`.
        url: Origin,
        /// API key pair.
        keys: KeyPair,
        /// Key pair that signs its webhooks.
        webhook_keys: KeyPair,
    },
    /// A child process.
    Managed {
        /// Its program, when it was named.
        program: Option<PathBuf>,
        /// Where media travels.
        media: MediaAddress,
    },
}

/// Where a managed LiveKit receives media.
#[derive(Debug, Clone, Copy)]
pub struct MediaAddress {
    /// Address that browsers send to; `None`: the one of the default route.
    pub ip: Option<IpAddr>,
    /// The one UDP port.
    pub udp_port: u16,
    /// The one TCP port, for networks without UDP.
    pub tcp_port: u16,
}

/// How often something may be asked; 0 switches a limit off.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// New meetings per minute and client address.
    pub create_per_minute: u32,
    /// Requests per second and client address, behind which may be a school.
    pub requests_per_second: u32,
    /// Requests per second and session: one browser.
    pub session_requests_per_second: u32,
    /// What LiveKit tells everybody in a room, per second and room: who joins, messages, names, hands.
    pub room_changes_per_second: u32,
}

impl Rates {
    /// What holds unless something else is set.
    pub const STANDARD: Self = Self {
        create_per_minute: 30,
        requests_per_second: 100,
        session_requests_per_second: 10,
        room_changes_per_second: 100,
    };
    /// No limits.
    pub const NONE: Self = Self {
        create_per_minute: 0,
        requests_per_second: 0,
        session_requests_per_second: 0,
        room_changes_per_second: 0,
    };
}
