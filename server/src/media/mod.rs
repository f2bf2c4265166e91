//! LiveKit: finding or starting it, its tokens, its rooms.
//!
//! Everything but [`managed`] speaks LiveKit's public protocol only, to an address ([`Endpoint`]).

pub mod access;
mod child;
mod config;
pub mod ensure;
pub mod event;
pub mod guard;
mod helper;
pub mod http;
pub mod keys;
pub mod lookup;
pub mod managed;
pub mod network;
mod participant;
pub mod participants;
pub mod probe;
pub mod rooms;
pub mod tokens;
mod warm_up;

/// Where LiveKit answers at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// `http:` or `https:` address, without a slash at the end.
    pub url: String,
    /// Counts the starts of a managed server: another number means that its rooms are gone.
    pub generation: u64,
    /// Whether clients may come: not while a managed server starts.
    pub ready: bool,
}

/// The version that Parlour is tested with; `cargo xtask setup` installs it.
pub const LIVEKIT_VERSION: &str = include_str!("../../../livekit.version").trim_ascii();
