//! Messages from one participant to others that must arrive: once, in the order of their sender, and the sender learns
//! whom they have reached. Each recipient has a sequence of its own.

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

/// Both directions, for one stay in a room. Lists, because they are short: maps would be kilobytes of WebAssembly.
#[derive(Debug, Clone)]
pub struct Reliable {
    stream: u64,
    last_seqs: Vec<(Identity, u64)>,
    waiting: Vec<Waiting>,
    inboxes: Vec<Inbox>,
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
    from: Identity,
    stream: u64,
    next: u64,
    /// In their order.
    early: Vec<(u64, PeerMessage)>,
}

impl Reliable {
    /// `stream` is another number for every stay, by chance.
    #[must_use]
    pub const fn new(stream: u64) -> Self {
        Self { stream, last_seqs: Vec::new(), waiting: Vec::new(), inboxes: Vec::new() }
    }

    /// Says something to each of these.
    #[must_use]
    pub fn send(&mut self, to: &[Identity], body: PeerMessage, now_ms: u64) -> Vec<ReliableEffect> {
        for to in to {
            let seq = self.next_seq(to);
            self.waiting.push(Waiting { to: to.clone(), seq, body, tries: 0, again_at_ms: now_ms });
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
                let mut inbox = self.inbox_of(from, stream, base);
                let taken = inbox.take(seq, base, body);
                self.inboxes.push(inbox);
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
        self.inboxes.retain(|inbox| inbox.from != *who);
        self.settle(false, |waiting| waiting.to == *who)
    }

    /// The stay is over: nobody is waited for any more.
    #[must_use]
    pub fn give_up(&mut self) -> Vec<ReliableEffect> {
        self.settle(false, |_| true)
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

    fn next_seq(&mut self, to: &Identity) -> u64 {
        if let Some((_, last)) = self.last_seqs.iter_mut().find(|(known, _)| known == to) {
            *last += 1;
            return *last;
        }
        self.last_seqs.push((to.clone(), 1));
        1
    }

    /// Takes out what this sender sends in this stay; another stay begins anew.
    fn inbox_of(&mut self, from: &Identity, stream: u64, base: u64) -> Inbox {
        let at = self.inboxes.iter().position(|inbox| inbox.from == *from);
        let known = at.map(|at| self.inboxes.swap_remove(at)).filter(|inbox| inbox.stream == stream);
        known.unwrap_or_else(|| Inbox { from: from.clone(), stream, next: base, early: Vec::new() })
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
            let given_up = self.early.partition_point(|(seq, _)| *seq < base);
            taken.extend(self.early.drain(..given_up).map(|(seq, body)| (seq, Some(body))));
            self.next = base;
        }
        match seq.checked_sub(self.next) {
            None => taken.push((seq, None)),
            Some(ahead) if ahead < AHEAD_MAX => {
                let at = self.early.partition_point(|(other, _)| *other < seq);
                if self.early.get(at).is_none_or(|(other, _)| *other != seq) {
                    self.early.insert(at, (seq, body));
                }
            }
            Some(_) => {}
        }
        while self.early.first().is_some_and(|(seq, _)| *seq == self.next) {
            taken.extend(self.early.drain(..1).map(|(seq, body)| (seq, Some(body))));
            self.next = self.next.saturating_add(1);
        }
        taken
    }
}

#[cfg(test)]
mod tests;
