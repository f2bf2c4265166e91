//! The chat panel.

mod attach;
mod file;
mod menu;
mod message;
mod panel;

pub use panel::ChatPanel;
