//! The people panel.

mod heard_by;
mod panel;
mod person;
mod person_menu;
mod queue;

pub use heard_by::HeardBy;
pub use panel::PeoplePanel;
