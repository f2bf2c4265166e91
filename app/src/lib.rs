//! Parlour's pages, rendered on the server and hydrated in the browser.

// A view's type is as deep as the view.
#![recursion_limit = "256"]
// The server renders the view-models as they begin; only the browser writes them.
#![cfg_attr(not(feature = "hydrate"), allow(dead_code, unused_imports))]

// Set in .cargo/config.toml, which a `target.….rustflags` of your own puts out of force. Both halves must agree on it,
// or no page hydrates.
#[cfg(not(erase_components))]
compile_error!("build with RUSTFLAGS or build.rustflags that contain `--cfg erase_components`: see .cargo/config.toml");

#[cfg(feature = "ssr")]
pub mod account;
pub mod api;
pub mod assets;
mod browser;
mod components;
#[cfg(feature = "ssr")]
mod document;
#[cfg(feature = "ssr")]
pub mod hosting;
#[cfg(feature = "hydrate")]
mod hydrate;
mod pages;
mod root;
mod state;

#[cfg(feature = "ssr")]
pub use document::shell;
pub use root::App;
