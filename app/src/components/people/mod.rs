//! The people panel.

mod heard_by;
mod panel;

pub use heard_by::HeardBy;
pub use panel::PeoplePanel;
