//! The controls of the call.

mod bar;
mod hand_toggle;
mod host_controls;
mod more;
mod more_panel;
mod own_name;
mod picture_quality;

pub use bar::ControlBar;
pub use more_panel::MorePanel;
