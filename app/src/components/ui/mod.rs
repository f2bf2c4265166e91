//! Small parts without a meaning of their own.

mod brand;
mod device_picker;
mod follow;
mod icon;
mod toast;

pub use brand::Brand;
pub use device_picker::DevicePicker;
pub use follow::{effect, flag, note, part, text, whether, word};
pub use icon::Icon;
pub use toast::{ToastKind, ToastRegion, Toasts};
