//! The call itself: tiles, notices, and the page after it.

mod banner;
mod call_view;
mod door_notice;
mod goodbye;
mod microphone_notice;
mod notices;
mod quality_notice;
mod share_notice;
mod stage_area;
mod tile;

pub use call_view::CallView;
pub use goodbye::Goodbye;
pub use notices::Notices;
