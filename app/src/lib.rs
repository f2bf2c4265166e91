//! Parlour's pages, rendered on the server and hydrated in the browser.

pub mod api;
pub mod assets;
#[cfg(feature = "hydrate")]
mod hydrate;
mod shell;

pub use shell::{App, shell};
