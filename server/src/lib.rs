//! Parlour's server: pages, server functions and REST over one domain, a store, and LiveKit.
//!
//! `http` → `meetings` → {`store`, `media`}, and nothing the other way round; `config`, `error` and the small modules
//! beside them know nobody.

// A page is one type, as deep as its elements.
#![recursion_limit = "512"]

mod account_command;
pub mod accounts;
mod alias;
mod asker;
mod backup;
mod check;
pub mod clock;
pub mod command;
pub mod config;
pub mod data_dir;
pub mod email;
pub mod error;
pub mod files;
pub mod http;
mod logging;
pub mod mail;
pub mod media;
pub mod meetings;
mod moment;
pub mod network;
pub mod origin;
pub mod password;
pub mod random;
pub mod recordings;
pub mod reserved;
pub mod secret;
mod serve;
pub mod settings;
mod slots;
pub mod state;
pub mod store;
pub mod telemetry;
mod trial;

pub use http::router;
