//! Small parts without a meaning of their own.

mod brand;
mod client_only;
mod device_picker;
mod device_toggle;
mod follow;
mod icon;
mod list;
mod press;
mod toast;

pub use brand::Brand;
pub use client_only::{ClientOnly, part_of_call};
pub use device_picker::DevicePicker;
pub use device_toggle::DeviceToggle;
pub use follow::{effect, flag, note, part, text, whether, word};
pub use icon::Icon;
pub use list::list;
pub use press::press;
pub use toast::{ToastKind, ToastRegion, Toasts};
