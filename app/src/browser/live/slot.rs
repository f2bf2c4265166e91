//! What one of the person's two capture devices holds on to: its track's machine, its hardware and who listens to it.

use std::cell::RefCell;
use std::rc::Rc;

use call::{DeviceKind, Source, Track, TrackState};
use leptos::prelude::*;
use livekit_web::{Capture, Listener, Meter};

use crate::state::DeviceModel;

/// Microphone or camera.
pub struct Slot {
    pub(super) model: DeviceModel,
    pub(super) track: RefCell<Track>,
    /// What the browser gave a moment ago, until the machine says whether it is used.
    pub(super) fresh: RefCell<Option<Capture>>,
    capture: RefCell<Option<Rc<Capture>>>,
    ended: RefCell<Option<Listener>>,
    /// Of the microphone.
    pub(super) meter: RefCell<Option<Meter>>,
}

impl Slot {
    pub fn new(model: DeviceModel) -> Self {
        Self {
            model,
            track: RefCell::new(Track::new(model.kind)),
            fresh: RefCell::default(),
            capture: RefCell::default(),
            ended: RefCell::default(),
            meter: RefCell::default(),
        }
    }

    pub const fn source(&self) -> Source {
        match self.model.kind {
            DeviceKind::Camera => Source::Camera,
            _ => Source::Microphone,
        }
    }

    /// Its name in the journal.
    pub const fn label(&self) -> &'static str {
        match self.model.kind {
            DeviceKind::Camera => "camera",
            _ => "microphone",
        }
    }

    /// Where its track stands, and whether the person wants it on.
    pub fn standing(&self) -> (TrackState, bool) {
        let track = self.track.borrow();
        (track.state(), track.wanted())
    }

    /// Takes what came into use.
    pub fn adopt(&self, on_ended: impl Fn() + 'static) {
        let Some(capture) = self.fresh.take() else { return };
        self.ended.replace(Some(capture.on_ended(on_ended)));
        self.capture.replace(Some(Rc::new(capture)));
    }

    /// Switches the hardware off.
    pub fn release(&self) {
        self.ended.take();
        self.meter.take();
        // Who is publishing it may hold it for a while: the light goes off now.
        if let Some(capture) = self.capture.take() {
            capture.stop();
        }
    }

    /// Whether the person wants it on.
    pub fn wanted(&self) -> bool {
        self.track.borrow().wanted()
    }

    /// Whether it is being brought to what is wanted.
    pub fn is_switching(&self) -> bool {
        self.track.borrow().is_switching()
    }

    pub fn capture(&self) -> Option<Rc<Capture>> {
        self.capture.borrow().clone()
    }

    /// Shows the wish. Nothing is captured that the page calls off, however long the room takes to be told.
    pub fn show(&self) {
        let wanted = self.wanted();
        put(self.model.enabled, wanted);
        put(self.model.pending, self.is_switching());
        let device = self.track.borrow().device().map(str::to_owned);
        if self.model.chosen.with_untracked(|shown| *shown != device) {
            self.model.chosen.set(device);
        }
        if let Some(capture) = self.capture() {
            capture.set_enabled(wanted);
        }
    }
}

/// Writes only what is new: who follows a signal is called whenever it is written.
pub fn put(signal: RwSignal<bool>, value: bool) {
    if signal.get_untracked() != value {
        signal.set(value);
    }
}
