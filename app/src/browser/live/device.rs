//! Microphone and camera: carries out what their tracks ask for, before the call and in it.

use std::rc::Rc;

use call::{Ask, Command, DeviceKind, Ticket, TrackEffect, TrackEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use livekit_web::open;
use wire::Right;

use super::dom::wait_until;
use super::preferences;
use super::session::{Session, now_ms};
use super::slot::{Slot, put};

/// The two whose tracks are published.
pub const CAPTURED: [DeviceKind; 2] = [DeviceKind::Microphone, DeviceKind::Camera];

/// What it takes to use one of them in a meeting.
pub const fn right(kind: DeviceKind) -> Right {
    match kind {
        DeviceKind::Camera => Right::ShowCamera,
        _ => Right::Speak,
    }
}

impl Session {
    /// Whether this person may use it.
    pub fn may_use(&self, kind: DeviceKind) -> bool {
        untrack(|| self.model.may(right(kind)))
    }

    pub fn slot(&self, kind: DeviceKind) -> &Slot {
        match kind {
            DeviceKind::Camera => &self.camera,
            _ => &self.microphone,
        }
    }

    /// The person switches a device on or off; it is remembered.
    pub fn toggle(self: &Rc<Self>, kind: DeviceKind) {
        if !self.may_use(kind) {
            return;
        }
        let want = !self.slot(kind).wanted();
        preferences::change(|kept| match kind {
            DeviceKind::Camera => kept.camera = want,
            _ => kept.microphone = want,
        });
        if kind == DeviceKind::Microphone {
            self.answer_question();
        }
        self.track(kind, TrackEvent::Want(want));
    }

    /// Applies an event to a device's track, and does what follows.
    pub fn track(self: &Rc<Self>, kind: DeviceKind, event: TrackEvent) {
        if self.closed() {
            return;
        }
        let slot = self.slot(kind);
        let label = event.label();
        let before = slot.standing();
        let applied = slot.track.borrow_mut().apply(event, now_ms());
        let now = slot.standing();
        if now != before {
            let (state, wanted) = now;
            let wish = if wanted { "on" } else { "off" };
            livekit_web::note(slot.label(), &format!("{label}: {}, to be {wish}", state.label()));
        }
        match applied {
            Ok(effects) => {
                for effect in effects {
                    self.carry_out_effect(kind, effect);
                }
            }
            Err(invalid) => leptos::logging::warn!("{invalid}"),
        }
        slot.show();
        if kind == DeviceKind::Camera {
            put(self.model.previewing, slot.wanted() && slot.capture().is_some());
        }
    }

    /// The same for both.
    pub fn tracks(self: &Rc<Self>, event: &TrackEvent) {
        for kind in CAPTURED {
            self.track(kind, event.clone());
        }
    }

    fn carry_out_effect(self: &Rc<Self>, kind: DeviceKind, effect: TrackEffect) {
        let slot = self.slot(kind);
        match effect {
            TrackEffect::Acquire(ask) => self.acquire(kind, ask),
            TrackEffect::Use => {
                slot.adopt(self.when(move |session| session.track(kind, TrackEvent::Ended)));
                self.hear_microphone(kind);
                // Names are told only now.
                let session = Rc::clone(self);
                spawn_local(async move { session.list_devices().await });
            }
            TrackEffect::Release => {
                slot.release();
                self.hear_microphone(kind);
            }
            TrackEffect::Tell(ticket, command) => self.tell_room(kind, ticket, command),
            TrackEffect::WakeAt(at_ms) => {
                set_timeout(self.when(move |session| session.track(kind, TrackEvent::Woken)), wait_until(at_ms));
            }
            TrackEffect::Say(notice) => self.say_notice(kind, notice),
        }
    }

    fn acquire(self: &Rc<Self>, kind: DeviceKind, ask: Ask) {
        let slot = self.slot(kind);
        // What was wrong with it is of the past.
        if slot.model.problem.with_untracked(Option::is_some) {
            slot.model.problem.set(None);
        }
        let session = Rc::clone(self);
        spawn_local(async move {
            let slot = session.slot(kind);
            let event = match open(slot.source(), &ask).await {
                Ok(capture) => {
                    let id = capture.device_id();
                    slot.fresh.replace(Some(capture));
                    TrackEvent::Came(id)
                }
                Err(error) => TrackEvent::Failed(error),
            };
            session.track(kind, event);
            slot.fresh.take();
        });
    }

    fn tell_room(self: &Rc<Self>, kind: DeviceKind, ticket: Ticket, command: Command) {
        let session = Rc::clone(self);
        let (room, capture) = (self.room(), self.slot(kind).capture());
        spawn_local(async move {
            let source = session.slot(kind).source();
            let done = match (command, room, capture) {
                (Command::Publish, Some(room), Some(capture)) => {
                    room.publish(&capture, session.is_paused(kind)).await.is_ok()
                }
                (Command::Replace, Some(room), Some(capture)) => room.replace(&capture).await.is_ok(),
                (Command::Mute, Some(room), _) => room.set_muted(source, true).await.is_ok(),
                (Command::Unmute, Some(room), _) => room.set_muted(source, session.is_paused(kind)).await.is_ok(),
                (Command::Unpublish, Some(room), _) => {
                    room.unpublish(source).await;
                    true
                }
                _ => false,
            };
            session.track(kind, if done { TrackEvent::Accepted(ticket) } else { TrackEvent::Refused(ticket) });
        });
    }

    fn hear_microphone(self: &Rc<Self>, kind: DeviceKind) {
        if kind == DeviceKind::Microphone {
            self.listen_anew();
        }
    }

    /// What the room shows of our tracks is true, whoever changed it. A picture that is paused for the connection's sake
    /// is on.
    pub fn observe(self: &Rc<Self>) {
        let Some((microphone, camera)) =
            self.roster.borrow().local().map(|me| {
                (me.microphone.as_ref().map(|track| !track.muted), me.camera.as_ref().map(|track| !track.muted))
            })
        else {
            return;
        };
        for (kind, on) in [(DeviceKind::Microphone, microphone), (DeviceKind::Camera, camera)] {
            let Some(on) = on else { continue };
            if on {
                self.seen(kind);
            }
            self.track(kind, TrackEvent::Observed(on || self.is_paused(kind)));
        }
    }
}
