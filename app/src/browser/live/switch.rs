//! Switches that answer at once: the page shows what the person wants while it is carried out, and goes back when it is
//! refused or nobody answers.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use call::{Attempt, CaptureError, DeviceKind, Settled, Toggle};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::session::{Session, now_ms};

/// How long a room may take to accept a change.
const ROOM_PATIENCE: Duration = Duration::from_secs(5);

/// What can be switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// Microphone or camera.
    Device(DeviceKind),
    /// The own hand.
    Hand,
}

/// Why it could not be switched.
pub enum Fault {
    /// The hardware, or the permission.
    Capture(CaptureError),
    /// The room refused, or did not answer.
    Room,
}

impl Session {
    /// Switches something on or off.
    pub fn switch(self: &Rc<Self>, switch: Switch, want: bool) {
        let attempt = self.toggle_of(switch).borrow_mut().request(want, now_ms());
        self.show_switch(switch);
        // Patience counts from the last click, so each has its own alarm.
        if self.toggle_of(switch).borrow().pending() && self.is_up_to_the_room(switch) {
            set_timeout(self.when(move |session| session.give_up(switch)), ROOM_PATIENCE);
        }
        if let Some(attempt) = attempt {
            self.carry_out(switch, attempt);
        }
    }

    fn carry_out(self: &Rc<Self>, switch: Switch, attempt: Attempt) {
        let session = Rc::clone(self);
        spawn_local(async move {
            let mut attempt = attempt;
            loop {
                let result = session.bring_about(switch, attempt.wants()).await;
                if session.closed() {
                    return;
                }
                let settled = session.toggle_of(switch).borrow_mut().settled(attempt, result.as_ref().map(drop));
                session.show_switch(switch);
                match (settled, result) {
                    (Settled::Next(next), _) => attempt = next,
                    (Settled::RolledBack, Err(fault)) => {
                        session.explain(switch, fault);
                        return;
                    }
                    _ => return,
                }
            }
        });
    }

    /// The room did not answer: the switch shows what is so, and says that it failed.
    fn give_up(&self, switch: Switch) {
        if !self.closed() && self.toggle_of(switch).borrow_mut().expired(now_ms()) {
            self.show_switch(switch);
            self.explain(switch, Fault::Room);
        }
    }

    fn toggle_of(&self, switch: Switch) -> &RefCell<Toggle> {
        match switch {
            Switch::Device(kind) => &self.slot(kind).toggle,
            Switch::Hand => &self.hand.toggle,
        }
    }

    fn show_switch(&self, switch: Switch) {
        match switch {
            Switch::Device(kind) => self.slot(kind).show(),
            Switch::Hand => self.hand.show(),
        }
    }

    /// A permission prompt may stand open for as long as the person likes; a room may not.
    fn is_up_to_the_room(&self, switch: Switch) -> bool {
        match switch {
            Switch::Device(kind) => self.slot(kind).is_open(),
            Switch::Hand => true,
        }
    }

    async fn bring_about(self: &Rc<Self>, switch: Switch, want: bool) -> Result<(), Fault> {
        match switch {
            Switch::Device(kind) => self.apply(kind, want).await,
            Switch::Hand => self.apply_hand(want).await,
        }
    }

    fn explain(&self, switch: Switch, fault: Fault) {
        match switch {
            Switch::Device(kind) => self.explain_device(kind, fault),
            Switch::Hand => self.explain_hand(),
        }
    }
}
