//! The only code that knows livekit-client, and the browser's media besides: captures, devices,
//! meter, speaker test, files that are sent, what this browser can do, and what its tabs share.
//!
//! Nothing here decides; policy lives in `call`. No JavaScript value leaves this crate but the
//! elements that the caller lends. Every owner of hardware or of a listener releases it on drop.

mod attach;
mod attachment;
mod capture;
mod channel;
mod devices;
mod environment;
mod externs;
mod failure;
mod journal;
mod listener;
mod lock;
mod meter;
mod page;
mod permission;
mod room;
mod speaker;

pub use attach::{Listening, Sending};
pub use attachment::Attachment;
pub use capture::{Capture, Preview, open, screen};
pub use channel::{Channel, tell};
pub use devices::{devices, on_device_change, speaker_selectable};
pub use environment::{browser, obstacle, platform, screen_share_supported};
pub use failure::{ConnectError, LoadError, PublishError, ShareError};
pub use journal::note;
pub use listener::Listener;
pub use lock::{Claim, Lock, LockEvent, lock_held};
pub use meter::Meter;
pub use page::{now_ms, on_chance, on_page_hide, on_page_restored, pause, within};
pub use permission::on_permission_change;
pub use room::{Room, preload};
pub use speaker::{SpeakerError, test_speaker};
