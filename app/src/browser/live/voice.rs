//! Listens to the person's own microphone: its level before the call, what is wrong with it in the call.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use call::{Loudness, Voice};
use leptos::prelude::*;
use livekit_web::Meter;

use super::session::{Session, now_ms};

/// How often the level is read that is shown: smooth to the eye, nothing to the processor.
const SHOWN_EVERY: Duration = Duration::from_millis(50);
/// How much of the last level is left after one such period while it falls.
const RELEASE: f64 = 0.75;
/// How often the microphone is listened to in the call.
const HEARD_EVERY: Duration = Duration::from_millis(100);

impl Session {
    /// Listens to the microphone that there is now.
    pub fn listen_to_microphone(self: &Rc<Self>) {
        self.stop_listening();
        let model = self.model;
        let meter = self.microphone.capture().map(|capture| {
            if self.in_call() {
                let session = Rc::downgrade(self);
                Meter::new(&capture, HEARD_EVERY, move |loudness| {
                    if let Some(session) = session.upgrade() {
                        session.hear(loudness);
                    }
                })
            } else {
                let shown = Cell::new(0.0);
                Meter::new(&capture, SHOWN_EVERY, move |loudness| {
                    shown.set(loudness.level.max(shown.get() * RELEASE));
                    model.level.try_set(shown.get());
                })
            }
        });
        self.microphone.meter.replace(meter.flatten());
    }

    /// Listens to another one, of which nothing is known.
    pub fn listen_anew(self: &Rc<Self>) {
        self.voice.set(Voice::default());
        self.listen_to_microphone();
    }

    /// What was heard so far says nothing about what comes.
    pub fn stop_listening(&self) {
        self.microphone.meter.take();
        self.model.level.set(0.0);
        self.model.voice_warning.set(None);
        self.model.soundless.set(false);
        self.voice.set(self.voice.get().anew());
        self.forget_hearers();
    }

    pub fn listens(&self) -> bool {
        self.microphone.meter.borrow().is_some()
    }

    fn hear(&self, loudness: Loudness) {
        if self.closed() {
            return;
        }
        let (on, now_ms) = (self.microphone.wanted(), now_ms());
        self.hearing.listen(loudness.is_voice(), on, now_ms);
        let unheard = self.model.heard.get_untracked().is_some_and(|heard| heard.by == 0);
        let mut voice = self.voice.get();
        let warning = voice.hear(loudness, on, unheard, now_ms);
        self.voice.set(voice);
        if self.model.voice_warning.get_untracked() != warning {
            self.model.voice_warning.set(warning);
        }
        if self.model.soundless.get_untracked() != voice.is_silent() {
            self.model.soundless.set(voice.is_silent());
        }
    }
}
