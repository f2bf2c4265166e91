//! The controls of the call.

mod bar;
mod device_toggle;
mod hand_toggle;
mod more;
mod picture_quality;

pub use bar::ControlBar;
pub use device_toggle::DeviceToggle;
