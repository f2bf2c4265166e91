//! The controls of the call.

mod bar;
mod hand_toggle;
mod host_controls;
mod more;
mod own_name;
mod picture_quality;

pub use bar::ControlBar;
