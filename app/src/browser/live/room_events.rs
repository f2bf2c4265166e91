//! What the room tells, carried into the view-model: only what changed is written.

use std::rc::Rc;

use call::{Changes, ConnectionEvent, RoomEvent, Roster, hands, heard_report, server_packet, tiles};
use leptos::prelude::*;
use wire::{Identity, ServerPacket};

use super::dom::next_frame;
use super::session::{Session, now_ms};

/// Comings, goings and hands are read out one by one only in small meetings.
const ANNOUNCED_MAX: usize = 10;

impl Session {
    /// Takes in what happened in one task of the browser. The first news of a frame are shown at once, what follows
    /// in the same frame all together with the next one; news of the connection never wait.
    pub fn take_in(self: &Rc<Self>, events: Vec<RoomEvent>) {
        let mut urgent = false;
        for event in events {
            urgent |= self.events.borrow_mut().push(event, now_ms());
        }
        if urgent || !self.frame_begun.get() {
            self.show_news();
        }
    }

    /// Handles everything that waits. The frame is asked for first: should a handler fail, the rest comes with it.
    fn show_news(self: &Rc<Self>) {
        if !self.frame_begun.replace(true) {
            next_frame(self.when(|session| {
                session.frame_begun.set(false);
                if !session.closed() && !session.events.borrow().is_empty() {
                    session.show_news();
                }
            }));
        }
        let dropped = self.events.borrow().dropped();
        loop {
            let Some(event) = self.events.borrow_mut().pop(now_ms()) else { break };
            self.handle(&event);
        }
        if self.events.borrow().dropped() > dropped {
            livekit_web::note("queue", "dropped what was stale");
        }
        self.show_tiles();
        self.show_hands();
    }

    fn handle(self: &Rc<Self>, event: &RoomEvent) {
        self.announce_leaving(event);
        self.note_peers(event);
        let changes = self.roster.borrow_mut().apply(event);
        let me = self.model.identity;
        let mine = me.with_untracked(|me| changes.updated.iter().any(|changed| Some(changed) == me.as_ref()));
        if mine {
            self.observe_name();
        }
        self.observe_roles();
        self.show_people(&changes);
        if mine {
            self.observe();
            self.observe_hand();
            self.observe_role();
            self.observe_share();
        }
        self.note(event);
        if let Some(event) = ConnectionEvent::from_room(event) {
            self.connection(event);
        }
    }

    fn note(self: &Rc<Self>, event: &RoomEvent) {
        if let Some(packet) = server_packet(event) {
            self.was_told(packet);
        }
        if let Some((from, report)) = heard_report(event) {
            self.take_report(from, report);
        }
        match event {
            RoomEvent::Connected(_) => {
                self.forget_given();
                self.catch_up();
            }
            RoomEvent::Reconnected(_) => {
                self.forget_given();
                self.catch_up();
                self.refresh_status();
            }
            RoomEvent::SubscriptionFailed { sid, .. } => self.check_up_soon(sid),
            RoomEvent::AudioPlayback { allowed } => self.model.sound_blocked.set(!allowed),
            RoomEvent::EngineError { message } => leptos::logging::warn!("livekit-client: {message}"),
            RoomEvent::Unknown { name } => leptos::logging::warn!("unknown room event {name}"),
            _ => {}
        }
    }

    fn was_told(self: &Rc<Self>, packet: ServerPacket) {
        match packet {
            ServerPacket::Chat { message } => self.heard(message),
            ServerPacket::Gone(gone) => self.took_back(gone),
            ServerPacket::Rules(rules) => self.take_rules(rules),
            ServerPacket::Several(packets) => packets.into_iter().for_each(|packet| self.was_told(packet)),
            _ => {}
        }
    }

    fn show_people(&self, changes: &Changes) {
        let roster = self.roster.borrow();
        let people = self.model.people;
        for identity in &changes.updated {
            if let (Some(signal), Some(now)) = (self.model.person(identity), roster.get(identity)) {
                signal.set(self.as_shown(now));
            }
        }
        if changes.order {
            let known = people.get_untracked();
            people.set(
                roster
                    .iter()
                    .map(|now| {
                        known
                            .iter()
                            .find(|signal| signal.with_untracked(|before| before.identity == now.identity))
                            .cloned()
                            .unwrap_or_else(|| ArcRwSignal::new(self.as_shown(now)))
                    })
                    .collect(),
            );
        }
        if let [one] = changes.joined.as_slice() {
            self.announce(one, "joined");
        }
        if let [one] = changes.raised.as_slice() {
            self.announce(one, "raised a hand");
        }
        if let [one] = changes.unheard.as_slice() {
            self.announce(one, "cannot be heard just now");
        }
    }

    /// Before the roster forgets the name.
    fn announce_leaving(&self, event: &RoomEvent) {
        if let RoomEvent::ParticipantDisconnected { identity } = event {
            self.announce(identity, "left");
        }
    }

    fn announce(&self, identity: &Identity, what: &str) {
        let roster = self.roster.borrow();
        if roster.len() <= ANNOUNCED_MAX
            && let Some(person) = roster.get(identity)
        {
            self.model.announcement.set(format!("{} {what}", person.name));
        }
    }

    fn show_tiles(&self) {
        let roster = self.roster.borrow();
        let now = tiles(&roster);
        if self.model.tiles.with_untracked(|before| *before != now) {
            self.model.tiles.set(now);
        }
    }

    fn show_hands(&self) {
        let now = hands(&self.roster.borrow());
        if self.model.hands.with_untracked(|before| *before != now) {
            self.model.hands.set(now);
        }
    }

    /// Nobody is there: before a room and after it.
    pub fn forget_people(&self) {
        self.roster.replace(Roster::default());
        self.model.people.set(Vec::new());
        self.model.tiles.set(Vec::new());
        self.model.hands.set(Vec::new());
        self.model.sharing.set(false);
        self.model.sound_blocked.set(false);
    }
}
