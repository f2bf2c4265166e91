//! The call as pure logic: machines, order, geometry. Time is an argument, effects are return
//! values; nothing here knows JavaScript, Leptos or a clock.

mod event;

pub use event::{DisconnectReason, ParticipantInfo, Publication, Quality, RoomEvent, Source, TrackSid};
