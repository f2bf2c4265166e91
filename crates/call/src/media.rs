//! Whether media arrives. It is watched apart from signalling: each can be gone while the other is well, and livekit-client
//! says nothing for fifteen seconds when media stops.

// It is looked at every half second, or quarter where nothing comes, and a look may come a little early: what is meant to be
// over at a look is a little less than its time, or it would be seen at the next one only.

/// Media that is due and has not come for so long after the look at which it last had, has stopped: a second and a quarter,
/// and up to half a second more since the last packet. With silence suppression Opus still sends one every 400 ms.
const QUIET_MS: u64 = 1_150;
/// The first media of a room, or of people who have just switched it on, may take longer.
const START_MS: u64 = 5_000;
/// Silence that lasts this long may be the way that media takes, and not the network: Parlour is asked.
const ASK_AFTER_MS: u64 = 3_900;
/// How often it is asked.
const ASK_EVERY_MS: u64 = 900;
/// When Parlour can be reached all this time and not a byte arrives, the way of media is blocked or has changed. Before
/// that LiveKit's reports, which come every three to six seconds also when nobody sends anything, would have arrived.
const BLOCKED_AFTER_MS: u64 = 2_900;

/// What the browser counts, at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes that have arrived on the media connection since it was made.
    pub received: u64,
    /// Whether media has to arrive now: somebody's microphone is on, or a camera that is looked at.
    pub due: bool,
}

/// What is to be done about silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum MediaEffect {
    /// Ask Parlour for a sign of life: [`MediaWatch::server_answered`] when it gives one.
    AskServer,
    /// Media will not come back this way: the room has to be joined anew.
    GiveUp,
}

/// Watches the media of one room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MediaWatch {
    received: u64,
    /// When media counts as stopped unless some comes before; `None` while nothing is due.
    stops_at_ms: Option<u64>,
    silence: Option<Silence>,
    flows: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Silence {
    /// Whether something has arrived at the last look: media does so again and again, a report of LiveKit's once.
    stirred: bool,
    /// Whether something has arrived since it began: then the way is open, and it is the others who are missing.
    stirred_once: bool,
    /// When the next question may be asked.
    ask_at_ms: u64,
    /// Since when Parlour has given signs of life, as of the last of them.
    reachable: Option<(u64, u64)>,
}

impl MediaWatch {
    /// Whether media is due and does not arrive.
    #[must_use]
    pub const fn is_silent(&self) -> bool {
        self.silence.is_some()
    }

    /// Whether media that is due arrives. Where nothing is due, nobody knows whether it would.
    #[must_use]
    pub const fn flows(&self) -> bool {
        self.flows
    }

    /// Whether nothing has come since the last look although it has to: the next look may come sooner.
    #[must_use]
    pub fn is_quiet(&self, now_ms: u64) -> bool {
        self.silence.is_none() && self.stops_at_ms.is_some_and(|stops_at_ms| stops_at_ms < now_ms + QUIET_MS)
    }

    /// Takes in what the browser counts; twice a second is often enough, and four times where it is quiet.
    pub fn sample(&mut self, traffic: Traffic, now_ms: u64) -> Option<MediaEffect> {
        let arrived = traffic.received != self.received;
        self.received = traffic.received;
        // Nobody's media is due any more, perhaps because they have left for the same reason: where not a byte has come since,
        // what was missed is still missing.
        if !traffic.due && (arrived || self.silence.is_none_or(|silence| silence.stirred_once)) {
            (self.stops_at_ms, self.silence, self.flows) = (None, None, false);
            return None;
        }
        if arrived {
            self.stops_at_ms = Some(now_ms + QUIET_MS);
            self.silence = self.silence.filter(|silence| !silence.stirred).map(|_| Silence {
                stirred: true,
                stirred_once: true,
                ask_at_ms: now_ms + ASK_AFTER_MS,
                reachable: None,
            });
            self.flows = self.silence.is_none();
            return None;
        }
        let stops_at_ms = *self.stops_at_ms.get_or_insert(now_ms + START_MS);
        if now_ms < stops_at_ms && self.silence.is_none() {
            return None;
        }
        self.flows = false;
        let begin = Silence { stirred: false, stirred_once: false, ask_at_ms: now_ms + ASK_AFTER_MS, reachable: None };
        let silence = self.silence.get_or_insert(begin);
        silence.stirred = false;
        if silence.reachable.is_some_and(|(first, last)| last - first >= BLOCKED_AFTER_MS) {
            silence.reachable = None;
            return Some(MediaEffect::GiveUp);
        }
        if now_ms < silence.ask_at_ms {
            return None;
        }
        silence.ask_at_ms = now_ms + ASK_EVERY_MS;
        Some(MediaEffect::AskServer)
    }

    /// Parlour has answered a question that was asked at `asked_ms`. An answer that took longer than the next question
    /// waits says that the network is only just coming back.
    pub fn server_answered(&mut self, asked_ms: u64, now_ms: u64) {
        let Some(silence) = &mut self.silence else { return };
        let prompt = now_ms.saturating_sub(asked_ms) <= ASK_EVERY_MS;
        silence.reachable = match silence.reachable {
            Some((first, last)) if prompt && asked_ms.saturating_sub(last) <= 2 * ASK_EVERY_MS => Some((first, now_ms)),
            _ => prompt.then_some((now_ms, now_ms)),
        };
    }
}

#[cfg(test)]
mod tests;
