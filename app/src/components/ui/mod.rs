//! Small parts without a meaning of their own.

mod brand;
mod device_picker;
mod icon;
mod toast;

pub use brand::Brand;
pub use device_picker::DevicePicker;
pub use icon::Icon;
pub use toast::{ToastKind, ToastRegion, Toasts};
