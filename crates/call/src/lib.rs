//! The call as pure logic: machines, order, geometry. Time is an argument (`now_ms`, milliseconds
//! since 1970), so is chance, effects are return values; nothing here knows JavaScript, Leptos or a clock.
//!
//! A room's [`RoomEvent`]s go to [`ConnectionEvent::from_room`], [`Roster::apply`] and
//! [`server_packet`], each of which takes what concerns it; [`tiles`], [`hands`] and [`layout`] turn the
//! roster into a stage; [`Track`], [`Optimistic`] and [`Timeline`] answer the person before the server does; with [`Ears`] and
//! [`Hearers`] browsers tell each other who is heard.

mod avatar;
mod back_off;
mod chat;
mod checkup;
mod connection;
mod device;
mod ears;
mod event;
mod fetch;
mod grid;
mod handover;
mod hands;
mod hearers;
#[cfg(test)]
mod long_history;
mod media;
mod optimistic;
mod packet;
mod participant;
mod pick;
mod quality;
mod queue;
mod reach;
mod reliable;
mod roster;
mod stage;
mod stall;
mod tiles;
mod track;
mod voice;

pub use avatar::{hue, initials};
pub use back_off::back_off_ms;
pub use chat::{Delivery, Entry, Timeline};
pub use checkup::{Checkup, Flow, Repair};
pub use connection::{Connection, ConnectionEvent, ConnectionState, Effect, EndReason, InvalidTransition, Recovery};
pub use device::{Browser, CaptureError, Device, DeviceKind, Obstacle, Platform, next_device};
pub use ears::Ears;
pub use event::{
    DisconnectReason, Everybody, ParticipantInfo, Publication, Quality, RoomEvent, Source, TrackSid, read_arrivals,
    read_events, read_flows,
};
pub use fetch::Fetch;
pub use grid::{Grid, layout};
pub use handover::{Handover, HandoverEffect, HandoverEvent};
pub use hands::hands;
pub use hearers::{Heard, Hearers};
pub use media::{MediaEffect, MediaWatch, Traffic};
pub use optimistic::{Attempt, Newest, Optimistic, Settled};
pub use packet::{heard_report, peer_packet, server_packet};
pub use participant::{Participant, Presence, Stalled};
pub use pick::{Ask, CaptureSize, Pick, Why};
pub use quality::{
    Choice, Health, Ladder, Look, Pin, Reason, Received, Rung, Sent, Setting, Sounding, Waiting, read_look,
};
pub use queue::{EventQueue, Priority};
pub use reach::{Question, Reach};
pub use reliable::{Reliable, ReliableEffect};
pub use roster::{Changes, Roster};
pub use stage::{Rect, arrange};
pub use stall::{Arrival, Stalls};
pub use tiles::{TileKey, placed, tiles};
pub use track::{Command, InvalidTrackEvent, Notice, Ticket, Track, TrackEffect, TrackEvent, TrackState};
pub use voice::{Loudness, Voice, VoiceWarning};
