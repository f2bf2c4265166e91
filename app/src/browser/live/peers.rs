//! Messages between participants that must arrive: who is asked to unmute, and whether the question has reached them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use call::{Reliable, ReliableEffect, RoomEvent, peer_packet};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::{Identity, PEER_TOPIC, PeerMessage};

use super::dom::wait_until;
use super::session::{Session, now_ms};
use crate::components::ui::ToastKind;

/// How long a question stands; by then the talk has moved on.
const ASKED_SHOWN: Duration = Duration::from_secs(60);
/// After one question no other is shown for so long: nobody can pester.
const QUIET_MS: u64 = 20_000;
/// Streams are told apart by a number that JavaScript holds exactly.
const STREAMS: f64 = 9_007_199_254_740_991.0;

/// The messages of one stay in a room.
pub struct Peers {
    reliable: RefCell<Reliable>,
    alarm: Cell<Option<TimeoutHandle>>,
    /// When the last question was shown.
    asked_ms: Cell<u64>,
}

impl Default for Peers {
    fn default() -> Self {
        Self { reliable: RefCell::new(new_stream()), alarm: Cell::new(None), asked_ms: Cell::new(0) }
    }
}

impl Peers {
    /// Nobody is waited for any more.
    pub fn rest(&self) {
        self.reliable.replace(new_stream());
        if let Some(alarm) = self.alarm.take() {
            alarm.clear();
        }
    }
}

fn new_stream() -> Reliable {
    Reliable::new((js_sys::Math::random() * STREAMS) as u64)
}

impl Session {
    /// Asks somebody to unmute; a toast tells whether it has reached them.
    pub fn ask_to_unmute(self: &Rc<Self>, whom: Identity) {
        let effects = self.peers.reliable.borrow_mut().send(&[whom], PeerMessage::AskToUnmute, now_ms());
        self.carry_out_peers(effects);
    }

    /// Takes what an event says about or from the others. Before the roster does: it knows the names of those who leave.
    pub fn note_peers(self: &Rc<Self>, event: &RoomEvent) {
        let effects = match event {
            RoomEvent::Connected(_) => {
                let unanswered = self.peers.reliable.borrow_mut().give_up();
                self.peers.rest();
                unanswered
            }
            RoomEvent::ParticipantDisconnected { identity } => self.peers.reliable.borrow_mut().left(identity),
            _ => match peer_packet(event) {
                Some((from, packet)) => self.peers.reliable.borrow_mut().packet(from, packet),
                None => return,
            },
        };
        self.carry_out_peers(effects);
    }

    /// Nobody asks any more.
    pub fn answer_question(&self) {
        self.model.asked_by.try_set(None);
    }

    fn carry_out_peers(self: &Rc<Self>, effects: Vec<ReliableEffect>) {
        for effect in effects {
            match effect {
                ReliableEffect::Transmit { to, packet } => {
                    if let (Some(room), Ok(json)) = (self.room(), serde_json::to_string(&packet)) {
                        spawn_local(async move { room.send(PEER_TOPIC, &json, &to, true).await });
                    }
                }
                ReliableEffect::Deliver { from, body: PeerMessage::AskToUnmute } => self.asked(&from),
                ReliableEffect::Settled { to, body: PeerMessage::AskToUnmute, reached } => {
                    let Some(name) = self.name_of(&to) else { continue };
                    if reached {
                        self.toasts.show(ToastKind::Info, format!("{name} was asked to unmute."));
                    } else {
                        self.toasts.show(ToastKind::Problem, format!("{name} could not be asked to unmute."));
                    }
                }
            }
        }
        self.wake_peers();
    }

    fn wake_peers(self: &Rc<Self>) {
        let Some(at_ms) = self.peers.reliable.borrow().wakes_at_ms() else { return };
        let tick = self.when(|session| {
            let effects = session.peers.reliable.borrow_mut().tick(now_ms());
            session.carry_out_peers(effects);
        });
        if let Some(before) = self.peers.alarm.replace(set_timeout_with_handle(tick, wait_until(at_ms)).ok()) {
            before.clear();
        }
    }

    fn asked(self: &Rc<Self>, from: &Identity) {
        let now_ms = now_ms();
        let Some(name) = self.name_of(from) else { return };
        if self.microphone.wanted() || now_ms.saturating_sub(self.peers.asked_ms.get()) < QUIET_MS {
            return;
        }
        self.peers.asked_ms.set(now_ms);
        self.model.asked_by.set(Some(name));
        let over = self.when(move |session| {
            if session.peers.asked_ms.get() == now_ms {
                session.answer_question();
            }
        });
        set_timeout(over, ASKED_SHOWN);
    }

    pub fn name_of(&self, identity: &Identity) -> Option<String> {
        self.roster.borrow().get(identity).map(|person| person.name.clone())
    }
}
