//! The controls of the call.

mod bar;
mod device_toggle;
mod hand_toggle;
mod more;

pub use bar::ControlBar;
pub use device_toggle::DeviceToggle;
