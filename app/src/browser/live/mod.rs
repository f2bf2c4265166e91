//! The browser's half of the door: the only place in the application where JavaScript runs.

mod attach;
mod choice;
mod device;
mod dom;
mod door;
mod hand;
mod hearing;
mod joining;
mod later;
mod leaving;
mod link;
mod moderation;
mod name;
mod notice;
mod peers;
mod pictures;
mod preferences;
mod quality;
mod repair;
mod room_events;
mod server_events;
mod session;
mod share;
mod slot;
mod stalls;
mod tabs;
mod talk;
mod voice;
mod watch;
mod wish;

pub use attach::use_attachments;
pub use dom::{
    clock_time, focus_soon, mark_hydrated, text_of, use_countdown, use_early_press, use_follow_end, use_modal, use_size,
};
pub use pictures::{use_picture, use_preview};
pub use session::start_room;
