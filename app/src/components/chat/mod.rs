//! The chat panel.

mod message;
mod panel;

pub use panel::ChatPanel;
