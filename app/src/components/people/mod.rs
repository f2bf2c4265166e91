//! The people panel.

mod panel;

pub use panel::PeoplePanel;
