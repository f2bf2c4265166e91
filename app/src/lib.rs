//! Parlour's pages, rendered on the server and hydrated in the browser.

// The server renders the view-models as they begin; only the browser writes them.
#![cfg_attr(not(feature = "hydrate"), allow(dead_code, unused_imports))]

pub mod api;
pub mod assets;
mod browser;
mod components;
#[cfg(feature = "hydrate")]
mod hydrate;
mod pages;
mod shell;
mod state;

pub use shell::{App, shell};
