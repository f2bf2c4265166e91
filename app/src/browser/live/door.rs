//! The door: waiting at it, and deciding about those who wait.

use std::rc::Rc;
use std::time::Duration;

use call::{ConnectionEvent, ConnectionState, EndReason, TrackEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use livekit_web::test_speaker;
use wire::{DatedRules, DoorNews, ErrorCode, HOST_FRAGMENT, Joined, Right, Role, Waiting};

use super::device::{CAPTURED, right};
use super::link;
use super::session::{Session, now_ms};
use crate::api::{become_host, leave_note, make_host_link, room_status, stop_waiting};
use crate::components::ui::ToastKind;

/// How often it is asked who is inside …
const LOOK_INSIDE_EVERY: Duration = Duration::from_secs(15);
/// … and how far apart at least, however often somebody comes back to the page.
const LOOK_INSIDE_APART_MS: u64 = 5_000;

impl Session {
    /// Takes in what the server tells of the door.
    pub fn at_the_door(self: &Rc<Self>, news: DoorNews) {
        match news {
            DoorNews::Waiting(place) => self.model.place.set(place),
            DoorNews::Decided => {
                self.model.queue.set(Vec::new());
                if self.waits() {
                    // Whoever has waited long looks elsewhere.
                    self.ring();
                }
                self.connection(ConnectionEvent::Decided);
            }
            DoorNews::Queue(queue) => self.show_queue(queue),
        }
    }

    /// Whoever came since the last time is told by sound, too: hosts look elsewhere while they talk.
    fn show_queue(self: &Rc<Self>, queue: Vec<Waiting>) {
        let known = self.model.queue.get_untracked();
        let newcomer = queue.iter().find(|one| known.iter().all(|other| other.identity != one.identity));
        if newcomer.is_some() {
            self.ring();
        }
        self.model.queue.set(queue);
    }

    /// A chime; a browser that may not play shows it all the same.
    fn ring(&self) {
        let speaker = self.model.speaker.chosen.get_untracked();
        spawn_local(async move { drop(test_speaker(speaker.as_deref()).await) });
    }

    /// Asks anew what may be known of the meeting: in the call the rules, where news of them may have been lost, before it
    /// who is inside, and after it whether a removal was for good.
    pub fn refresh_status(self: &Rc<Self>) {
        if self.closed() {
            return;
        }
        let asked = self.status_asked.get().wrapping_add(1);
        self.status_asked.set(asked);
        let (session, turn) = (Rc::clone(self), self.turn());
        spawn_local(async move {
            let Ok(status) = room_status(session.room_name()).await else { return };
            // What was asked since, or told at the entrance, is newer.
            if session.turn() != turn || session.status_asked.get() != asked {
                return;
            }
            if session.in_call() {
                session.take_rules(DatedRules { rules: status.rules, at_ms: status.rules_at_ms });
            } else if status.banned && session.removed() {
                session.connection(ConnectionEvent::Refused(ErrorCode::Banned));
            } else {
                session.model.take_status(status);
            }
        });
    }

    /// Who is inside, for as long as somebody stands before the meeting.
    pub fn keep_looking_inside(self: &Rc<Self>) {
        self.look_inside();
        set_timeout(self.when(Self::keep_looking_inside), LOOK_INSIDE_EVERY);
    }

    /// Looks again, if that is due and somebody sees it.
    pub fn look_inside(self: &Rc<Self>) {
        let outside = matches!(self.connection.borrow().state(), ConnectionState::Idle | ConnectionState::Failed(_));
        if outside && !document().hidden() && now_ms() >= self.looked_inside_ms.get() + LOOK_INSIDE_APART_MS {
            self.looked_inside_ms.set(now_ms());
            self.refresh_status();
        }
    }

    /// Goes away from the door.
    pub fn leave_door(self: &Rc<Self>) {
        let room = self.room_name();
        // Whoever closes the page is seen to have gone a moment later.
        spawn_local(async move { drop(stop_waiting(room).await) });
        self.connection(ConnectionEvent::Leave);
    }

    pub fn leave_note(self: &Rc<Self>) {
        let (session, note) = (Rc::clone(self), self.model.note.get_untracked());
        spawn_local(async move {
            match leave_note(session.room_name(), note).await {
                Ok(_) => session.toasts.show(ToastKind::Info, "The hosts see your note."),
                Err(failure) => session.toasts.show(ToastKind::Problem, format!("Your note was not left. {failure}")),
            }
        });
    }

    pub fn copy_host_link(self: &Rc<Self>) {
        let session = Rc::clone(self);
        spawn_local(async move {
            match make_host_link(session.room_name()).await {
                Ok(url) => {
                    let copied = "Host link copied. Whoever opens it is a host; links made before stop working.";
                    link::copy_text(session.toasts, &url, copied).await;
                }
                Err(failure) => session.toasts.show(ToastKind::Problem, failure.to_string()),
            }
        });
    }

    /// Opened by a host's link: its secret makes this browser a host, and leaves the address.
    pub fn take_host_link(self: &Rc<Self>) {
        let Some(secret) = link::take_fragment(HOST_FRAGMENT) else { return };
        let session = Rc::clone(self);
        spawn_local(async move {
            match become_host(session.room_name(), secret).await {
                Ok(_) => session.toasts.show(ToastKind::Info, "You are a host of this meeting."),
                Err(failure) if failure.0.code == ErrorCode::NotAllowed => {
                    session.toasts.show(ToastKind::Problem, "This host link is not good any more. Ask for a new one.");
                }
                Err(failure) => session.toasts.show(ToastKind::Problem, failure.to_string()),
            }
        });
    }

    /// A host has stopped what is shared: LiveKit mutes it, and nobody would see it again.
    pub fn observe_share(self: &Rc<Self>) {
        let muted = self.roster.borrow().local().is_some_and(|me| me.screen.as_ref().is_some_and(|track| track.muted));
        if muted && self.share.is_on() {
            let session = Rc::clone(self);
            spawn_local(async move { session.stop_share().await });
            self.toasts.show(ToastKind::Info, "A host has stopped your screen share.");
        }
    }

    /// What this person is, as the room shows it.
    pub fn observe_role(self: &Rc<Self>) {
        let now = self.roster.borrow().local().map(|me| me.role);
        if let Some(now) = now.filter(|now| *now != self.model.role.get_untracked()) {
            self.take_role(now);
            self.toasts.show(ToastKind::Info, word_of(now));
        }
    }

    /// What the door said at the entrance.
    pub fn admitted_as(self: &Rc<Self>, joined: &Joined) {
        self.rules.begin_anew();
        self.observe_rules(joined.rules);
        self.take_role(joined.role);
    }

    /// What this person is from now on.
    pub fn take_role(self: &Rc<Self>, role: Role) {
        let before = self.model.role.get_untracked();
        self.model.role.set(role);
        if !role.may(Right::Moderate) {
            self.model.queue.set(Vec::new());
        }
        for kind in CAPTURED {
            if !role.may(right(kind)) {
                self.track(kind, TrackEvent::Forbidden);
            } else if !before.may(right(kind)) {
                // LiveKit has taken back what was published when the right was lost.
                self.track(kind, TrackEvent::Unpublished);
            }
        }
        self.keep_to_rules();
    }

    /// What holds for everybody from now on.
    pub fn take_rules(self: &Rc<Self>, rules: DatedRules) {
        self.observe_rules(rules);
        self.keep_to_rules();
    }

    /// A screen that may not be shared is shared no longer.
    fn keep_to_rules(self: &Rc<Self>) {
        if self.share.is_on() && !untrack(|| self.model.may(Right::ShareScreen)) {
            let session = Rc::clone(self);
            spawn_local(async move { session.stop_share().await });
            self.toasts.show(ToastKind::Info, "Only hosts share a screen now.");
        }
    }

    fn removed(&self) -> bool {
        self.connection.borrow().state() == ConnectionState::Disconnected(EndReason::Removed)
    }

    /// Whether the page stands at the door.
    pub fn waits(&self) -> bool {
        !self.closed() && self.connection.borrow().state() == ConnectionState::Waiting
    }
}

const fn word_of(role: Role) -> &'static str {
    match role {
        Role::Host => "You are a host of this meeting now.",
        Role::CoHost => "You are a co-host of this meeting now.",
        Role::Participant | Role::Guest => "You may speak, show yourself and share your screen now.",
        Role::Student => "You may listen and write now. To speak, raise your hand.",
        Role::Viewer => "You may only listen now.",
    }
}
