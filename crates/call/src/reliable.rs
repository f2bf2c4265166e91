//! Messages from one participant to others that must arrive: once, in the order of their sender, and the sender learns
//! whom they have reached. Each recipient has a sequence of its own.

use std::collections::BTreeMap;

use wire::{Identity, PeerMessage, PeerPacket};

/// How long an acknowledgement is waited for.
const PATIENCE_MS: u64 = 3_000;
/// How often a message is sent to one recipient, the first time included.
const MOST_TRIES: u32 = 4;
/// How far ahead of what is missing a message may be; one that is further is sent again anyway.
const AHEAD_MAX: u64 = 32;

/// What has to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReliableEffect {
    /// Send this.
    Transmit {
        /// To whom alone.
        to: Identity,
        /// What.
        packet: PeerPacket,
    },
    /// Somebody says something to us.
    Deliver {
        /// Who: the server's word, not the packet's.
        from: Identity,
        /// What.
        body: PeerMessage,
    },
    /// One of our messages is done with one of its recipients.
    Settled {
        /// Whose.
        to: Identity,
        /// What was said.
        body: PeerMessage,
        /// Whether it has been taken in.
        reached: bool,
    },
}

/// Both directions, for one stay in a room.
#[derive(Debug, Clone)]
pub struct Reliable {
    stream: u64,
    last_seq: BTreeMap<Identity, u64>,
    waiting: Vec<Waiting>,
    inboxes: BTreeMap<Identity, Inbox>,
}

/// Ours, not acknowledged yet.
#[derive(Debug, Clone)]
struct Waiting {
    to: Identity,
    seq: u64,
    body: PeerMessage,
    tries: u32,
    again_at_ms: u64,
}

/// What somebody sends us.
#[derive(Debug, Clone)]
struct Inbox {
    stream: u64,
    next: u64,
    early: BTreeMap<u64, PeerMessage>,
}

impl Reliable {
    /// `stream` is another number for every stay, by chance.
    #[must_use]
    pub const fn new(stream: u64) -> Self {
        Self { stream, last_seq: BTreeMap::new(), waiting: Vec::new(), inboxes: BTreeMap::new() }
    }

    /// Says something to each of these.
    #[must_use]
    pub fn send(&mut self, to: &[Identity], body: PeerMessage, now_ms: u64) -> Vec<ReliableEffect> {
        for to in to {
            let last = self.last_seq.entry(to.clone()).or_default();
            *last += 1;
            self.waiting.push(Waiting { to: to.clone(), seq: *last, body, tries: 0, again_at_ms: now_ms });
        }
        self.tick(now_ms)
    }

    /// Takes a packet. `from` is whom LiveKit names as its sender.
    #[must_use]
    pub fn packet(&mut self, from: &Identity, packet: PeerPacket) -> Vec<ReliableEffect> {
        match packet {
            PeerPacket::Ack { stream, seq } if stream == self.stream => {
                self.settle(true, |waiting| waiting.to == *from && waiting.seq == seq)
            }
            PeerPacket::Ack { .. } => Vec::new(),
            PeerPacket::Message { stream, seq, base, body } => {
                let known = self.inboxes.get(from).is_some_and(|inbox| inbox.stream == stream);
                if !known {
                    self.inboxes.insert(from.clone(), Inbox { stream, next: base, early: BTreeMap::new() });
                }
                let Some(inbox) = self.inboxes.get_mut(from) else { return Vec::new() };
                let taken = inbox.take(seq, base, body);
                let transmit =
                    |seq| ReliableEffect::Transmit { to: from.clone(), packet: PeerPacket::Ack { stream, seq } };
                let mut effects = Vec::with_capacity(2);
                for (seq, news) in taken {
                    effects.push(transmit(seq));
                    effects.extend(news.map(|body| ReliableEffect::Deliver { from: from.clone(), body }));
                }
                effects
            }
        }
    }

    /// Somebody is gone: not waited for, and what they say when they are back is new.
    #[must_use]
    pub fn left(&mut self, who: &Identity) -> Vec<ReliableEffect> {
        self.inboxes.remove(who);
        self.settle(false, |waiting| waiting.to == *who)
    }

    /// Sends again what is not acknowledged in time, and gives up what was sent often enough.
    #[must_use]
    pub fn tick(&mut self, now_ms: u64) -> Vec<ReliableEffect> {
        let mut effects = self.settle(false, |waiting| waiting.again_at_ms <= now_ms && waiting.tries >= MOST_TRIES);
        let base = |waiting: &[Waiting], to: &Identity| {
            waiting.iter().filter(|other| other.to == *to).map(|other| other.seq).min().unwrap_or_default()
        };
        for at in 0..self.waiting.len() {
            let Some(due) = self.waiting.get(at).filter(|waiting| waiting.again_at_ms <= now_ms) else { continue };
            let base = base(&self.waiting, &due.to);
            let packet = PeerPacket::Message { stream: self.stream, seq: due.seq, base, body: due.body };
            effects.push(ReliableEffect::Transmit { to: due.to.clone(), packet });
            if let Some(sent) = self.waiting.get_mut(at) {
                sent.tries += 1;
                sent.again_at_ms = now_ms + PATIENCE_MS;
            }
        }
        effects
    }

    /// When [`Reliable::tick`] has something to do, in milliseconds since 1970.
    #[must_use]
    pub fn wakes_at_ms(&self) -> Option<u64> {
        self.waiting.iter().map(|waiting| waiting.again_at_ms).min()
    }

    fn settle(&mut self, reached: bool, done: impl Fn(&Waiting) -> bool) -> Vec<ReliableEffect> {
        let settled = self.waiting.extract_if(.., |waiting| done(waiting));
        settled.map(|Waiting { to, body, .. }| ReliableEffect::Settled { to, body, reached }).collect()
    }
}

impl Inbox {
    /// What can be acknowledged now, in order, each with its message unless that was delivered before.
    fn take(&mut self, seq: u64, base: u64, body: PeerMessage) -> Vec<(u64, Option<PeerMessage>)> {
        let mut taken = Vec::new();
        // What was given up does not hold up the rest.
        if base > self.next {
            let rest = self.early.split_off(&base);
            let before = std::mem::replace(&mut self.early, rest);
            taken.extend(before.into_iter().map(|(seq, body)| (seq, Some(body))));
            self.next = base;
        }
        match seq.checked_sub(self.next) {
            None => taken.push((seq, None)),
            Some(ahead) if ahead < AHEAD_MAX => drop(self.early.insert(seq, body)),
            Some(_) => {}
        }
        while let Some(body) = self.early.remove(&self.next) {
            taken.push((self.next, Some(body)));
            self.next = self.next.saturating_add(1);
        }
        taken
    }
}

#[cfg(test)]
mod tests;
