//! Who hears whom: this browser reports to the speakers what arrives of them, and counts what the others report of us.

use std::cell::RefCell;
use std::rc::Rc;

use call::{ConnectionState, Ears, Hearers};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::{HEARD_TOPIC, HeardReport, Identity};

use super::session::{Session, now_ms};

/// Both sides of it, in the room that there is now.
#[derive(Default)]
pub struct Hearing {
    ears: RefCell<Ears>,
    hearers: RefCell<Hearers>,
}

impl Hearing {
    /// The room is another one: its tracks count from nothing.
    pub fn begin_anew(&self) {
        self.ears.take();
    }

    /// A reading of the own microphone.
    pub fn listen(&self, voice: bool, on: bool, now_ms: u64) {
        self.hearers.borrow_mut().listen(voice, on, now_ms);
    }
}

impl Session {
    /// Shows who hears us, of those who tell.
    pub fn show_hearers(&self) {
        let heard = self.hearing.hearers.borrow_mut().heard(&self.roster.borrow(), now_ms());
        if self.model.heard.get_untracked() != heard {
            self.model.heard.set(heard);
        }
    }

    /// Tells those who speak whether they are heard here, and sees whose sound has stopped.
    pub fn tell_what_is_heard(self: &Rc<Self>) {
        // While livekit-client resumes, what is told would wait, and come late and all at once.
        let connected = self.connection.borrow().state() == ConnectionState::Connected;
        let wanted = Ears::wanted(&self.roster.borrow());
        if wanted.is_empty() {
            return self.look_for_sounds(&[]);
        }
        let Some(room) = self.connected_room().filter(|_| connected) else { return };
        let (session, turn) = (Rc::clone(self), self.turn());
        spawn_local(async move {
            let Some(mut sounds) = room.sounds(&wanted).await else { return };
            if session.turn() != turn {
                return;
            }
            session.look_for_sounds(&sounds);
            // What the browser may not play is not heard, however much of it arrives.
            if session.model.sound_blocked.get_untracked() {
                sounds.iter_mut().for_each(|sound| sound.energy = 0);
            }
            let reports = session.hearing.ears.borrow_mut().look(&session.roster.borrow(), sounds, now_ms());
            for (to, report) in reports {
                room.send(HEARD_TOPIC, report.to_json(), &to, false).await;
            }
        });
    }

    /// Somebody says whether they hear us. It is shown with the next look, however often they say it.
    pub fn take_report(&self, from: &Identity, report: HeardReport) {
        self.hearing.hearers.borrow_mut().take(&self.roster.borrow(), from, report, now_ms());
    }

    /// What was told of another microphone or in another room does not count.
    pub fn forget_hearers(&self) {
        self.hearing.hearers.take();
        self.model.heard.try_set(None);
    }
}
