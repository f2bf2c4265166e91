//! The browser's functions on the server, where there is no browser.

use call::TrackSid;
use leptos::html::{Aside, Dialog, Div, Form, Input, Video};
use leptos::prelude::*;

use crate::state::RoomModel;

pub const fn mark_hydrated() {}

pub fn text_of(_id: &str, known: &str) -> String {
    known.to_owned()
}

pub const fn start_room(_model: RoomModel) {}

pub fn use_early_press(_form: NodeRef<Form>, _act: impl Fn() + 'static) {}

pub const fn use_preview(_video: NodeRef<Video>, _model: RoomModel) {}

pub fn use_picture(_video: NodeRef<Video>, _picture: Signal<Option<TrackSid>>) {}

pub fn use_size(_area: NodeRef<Div>) -> Signal<(f64, f64)> {
    Signal::stored((0.0, 0.0))
}

pub fn use_countdown(_until_ms: Signal<Option<u64>>) -> Signal<u64> {
    Signal::stored(0)
}

pub const fn use_attachments(_input: NodeRef<Input>, _panel: NodeRef<Aside>) {}

pub fn use_follow_end(_log: NodeRef<Div>, _length: Signal<usize>) {}

pub const fn use_modal(_dialog: NodeRef<Dialog>, _open: Signal<bool>) {}

pub const fn focus_soon(_id: &'static str) {}

/// Times of day are the reader's: the server does not know their zone.
pub const fn clock_time(_at_ms: u64) -> String {
    String::new()
}
