//! One call in one tab: carries out what the handover between the tabs of this browser asks for.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use call::{ConnectionEvent, Handover, HandoverEffect, HandoverEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use livekit_web::{Channel, Claim, Lock, LockEvent, lock_held, tell};

use super::dom::wait_until;
use super::session::{Session, now_ms};

/// This tab among those of its browser.
#[derive(Default)]
pub struct Tabs {
    handover: Cell<Handover>,
    /// Held or asked for.
    lock: RefCell<Option<Lock>>,
    /// What other tabs say, while the call is here.
    channel: RefCell<Option<Channel>>,
    /// Whether the call that is joined comes from another browser.
    move_here: Cell<bool>,
}

impl Tabs {
    /// Whether the call comes here from another browser; says so once.
    pub fn take_move_here(&self) -> bool {
        self.move_here.take()
    }

    /// Lets other tabs have the call.
    pub fn release(&self) {
        self.channel.take();
        self.lock.take();
    }
}

impl Session {
    /// Applies an event to the handover, and does what follows.
    pub fn handover(self: &Rc<Self>, event: HandoverEvent) {
        if self.closed() {
            return;
        }
        let mut handover = self.tabs.handover.get();
        let effect = handover.apply(event, now_ms());
        self.tabs.handover.set(handover);
        if self.model.handover.get_untracked() != handover {
            self.model.handover.set(handover);
        }
        match effect {
            Some(HandoverEffect::Request) => self.request_lock(Claim::IfFree),
            Some(HandoverEffect::Tell { message, until_ms }) => {
                tell(&self.tabs_name(), message);
                self.request_lock(Claim::Wait);
                self.wake_handover(until_ms);
            }
            Some(HandoverEffect::WakeAt(until_ms)) => self.wake_handover(until_ms),
            Some(HandoverEffect::Steal) => self.request_lock(Claim::Steal),
            Some(HandoverEffect::Enter { move_here }) => {
                self.tabs.move_here.set(move_here);
                self.model.elsewhere.set(false);
                self.listen_to_tabs();
                self.connection(ConnectionEvent::Join);
            }
            Some(HandoverEffect::GiveUp) => self.connection(ConnectionEvent::Moved),
            Some(HandoverEffect::Release) => self.tabs.release(),
            None => {
                if handover == Handover::Asking {
                    self.model.elsewhere.set(true);
                }
            }
        }
    }

    fn wake_handover(self: &Rc<Self>, at_ms: u64) {
        set_timeout(self.when(|session| session.handover(HandoverEvent::Woken)), wait_until(at_ms));
    }

    /// Shows before joining whether the call is in another tab; `false` where the browser cannot tell.
    pub fn look_for_call(self: &Rc<Self>) {
        let session = Rc::clone(self);
        // A lock of our own says nothing about others.
        let away = |session: &Self| session.tabs.handover.get() == Handover::Away;
        if !away(&session) {
            return;
        }
        spawn_local(async move {
            let held = lock_held(&session.tabs_name()).await;
            if away(&session) && !session.closed() {
                session.model.elsewhere.set(held);
            }
        });
    }

    fn request_lock(self: &Rc<Self>, claim: Claim) {
        // One request at a time: a lock that is stolen is not waited for as well.
        self.tabs.lock.take();
        let session = Rc::downgrade(self);
        let told = move |event| {
            let Some(session) = session.upgrade() else { return };
            session.handover(match event {
                LockEvent::Granted => HandoverEvent::Granted,
                LockEvent::Taken => HandoverEvent::Taken,
                LockEvent::Lost => HandoverEvent::Lost,
            });
        };
        let lock = Lock::request(&self.tabs_name(), claim, told);
        let missing = lock.is_none();
        self.tabs.lock.replace(lock);
        if missing {
            self.handover(HandoverEvent::Lost);
        }
    }

    fn listen_to_tabs(self: &Rc<Self>) {
        let session = Rc::downgrade(self);
        let told = move |message: String| {
            if let (Some(session), Some(event)) = (session.upgrade(), HandoverEvent::from_message(&message)) {
                session.handover(event);
            }
        };
        self.tabs.channel.replace(Channel::listen(&self.tabs_name(), told));
    }

    /// What lock and channel are called.
    fn tabs_name(&self) -> String {
        format!("parlour:{}", self.room_name())
    }
}
