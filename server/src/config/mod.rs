//! Configuration: what the environment and the command line say, checked once at the start.

mod args;
mod parse;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use wire::{ClientProfile, IceServer};

pub use args::{AccountTask, Args, Task};
pub use parse::Invalid;

use crate::accounts::Access;
use crate::origin::Origin;
use crate::secret::KeyPair;

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
    /// Proxies whose `X-Forwarded-*` are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// ICE servers for browsers; `None` leaves them to LiveKit.
    pub ice_servers: Option<Vec<IceServer>>,
    /// How often one address may ask.
    pub rates: Rates,
    /// Who may create meetings, and join them.
    pub access: Access,
    /// How browsers behave.
    pub client_profile: ClientProfile,
    /// Filter of the log.
    pub log: String,
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

/// How often one client address may ask; 0 switches a limit off.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// New meetings per minute.
    pub create_per_minute: u32,
    /// Requests per second, over ten seconds.
    pub requests_per_second: u32,
}
