//! Quick to go down, slow to go up.

use super::{Choice, Health, Reason, Rung};

/// So long everything has to be well before the next rung is tried.
const STEADY_MS: u64 = 10_000;
/// So long before the first picture: it costs little, and without one nobody knows what the way carries.
const FIRST_MS: u64 = 5_000;
/// And so long after a picture that was tried in vain: together with one more step still half a minute.
const STEADY_AGAIN_MS: u64 = 15_000;
/// A rung that holds so long was not tried in vain.
const PROVEN_MS: u64 = 20_000;
/// LiveKit's word lags behind by 8 to 12 s: it counts when it has been the same for so long.
const POOR_MS: u64 = 10_000;
/// Looks that are so far apart say nothing about the time between.
const APART_MS: u64 = 15_000;
/// A step up has succeeded when all is well so long after it.
const REACHED_MS: u64 = 4_000;
/// How much a look in a row of bad ones weighs, by how bad it is, and how much is a fall: five that only hold back (10 s),
/// two, or one. The last picture is given up only after more.
const LIMITED: u32 = 2;
const BAD: u32 = 5;
const FALL: u32 = 10;
const LAST_FALL: u32 = 15;

/// One direction's ladder: the largest picture that connection and computer carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ladder {
    rung: Rung,
    /// Where the picture stood before it fell; what is below is worth a word.
    before: Rung,
    reason: Reason,
    strikes: u32,
    looked_at_ms: u64,
    /// Since when nothing was amiss, and nothing was changed.
    calm_since_ms: u64,
    changed_at_ms: u64,
    /// Whether the last change was a step up that has not proven itself yet.
    trying: bool,
    /// Whether it has not even been seen to work.
    doubtful: bool,
    patience_ms: u64,
    poor_since_ms: Option<u64>,
}

impl Default for Ladder {
    fn default() -> Self {
        Self {
            rung: Rung::P1080,
            before: Rung::AudioOnly,
            reason: Reason::Connection,
            strikes: 0,
            looked_at_ms: 0,
            calm_since_ms: 0,
            changed_at_ms: 0,
            trying: false,
            doubtful: false,
            patience_ms: STEADY_MS,
            poor_since_ms: None,
        }
    }
}

impl Ladder {
    /// Where it stands.
    #[must_use]
    pub fn choice(&self) -> Choice {
        Choice { rung: self.rung, reason: (self.rung < self.before || self.doubtful).then_some(self.reason) }
    }

    /// The rung alone.
    #[must_use]
    pub const fn rung(&self) -> Rung {
        self.rung
    }

    /// Takes in a look. `in_use` is the size that pictures really have, which others may keep smaller; `poor` is
    /// LiveKit's word about the person's connection. Every two seconds is often enough.
    pub fn look(&mut self, health: Health, in_use: Rung, poor: bool, now_ms: u64) {
        if now_ms.saturating_sub(self.looked_at_ms) > APART_MS {
            (self.strikes, self.calm_since_ms, self.poor_since_ms) = (0, now_ms, None);
        }
        self.looked_at_ms = now_ms;
        if self.trying && now_ms.saturating_sub(self.changed_at_ms) >= PROVEN_MS {
            self.trying = false;
        }
        self.strikes = match health {
            Health::Well | Health::Strained => 0,
            Health::Rising => self.strikes,
            Health::Limited(_) => self.strikes + LIMITED,
            Health::Bad => self.strikes + BAD,
            Health::Failing => self.strikes + FALL,
        };
        if self.trying && health == Health::Well && now_ms.saturating_sub(self.changed_at_ms) >= REACHED_MS {
            (self.doubtful, self.patience_ms) = (false, STEADY_MS);
        }
        if health != Health::Well {
            self.calm_since_ms = now_ms;
        }
        self.poor_since_ms = poor.then(|| self.poor_since_ms.unwrap_or(now_ms));

        // Layouts keep pictures small too: what falls is what there is.
        let from = self.rung.min(in_use.max(Rung::P180));
        if self.strikes >= if self.rung == Rung::P180 { LAST_FALL } else { FALL } {
            let to = if health == Health::Failing { from.below().min(Rung::P180) } else { from.below() };
            let last = if self.rung > Rung::P180 { Rung::P180 } else { Rung::AudioOnly };
            let reason = if let Health::Limited(reason) = health { reason } else { Reason::Connection };
            self.fall(from, to.max(last), reason, now_ms);
        } else if self.is_poor(now_ms) && self.rung > Rung::P360 {
            self.fall(from, Rung::P360, Reason::Connection, now_ms);
        } else if self.rung < Rung::P1080 && now_ms.saturating_sub(self.calm_since_ms) >= self.patience_ms {
            self.doubtful = self.choice().reason.is_some();
            self.change(self.rung.above(), now_ms);
            (self.trying, self.patience_ms) = (true, self.patience_ms.max(STEADY_MS));
        }
    }

    /// Pictures that we keep small ourselves look poor to LiveKit for a while: it is believed long after a change only.
    fn is_poor(&self, now_ms: u64) -> bool {
        self.poor_since_ms.is_some_and(|since| now_ms.saturating_sub(since) >= POOR_MS)
            && now_ms.saturating_sub(self.changed_at_ms) >= PROVEN_MS
    }

    fn fall(&mut self, from: Rung, to: Rung, reason: Reason, now_ms: u64) {
        if to >= self.rung {
            return;
        }
        if self.rung >= self.before {
            // Between the two largest hardly anybody sees a difference.
            self.before = from.min(Rung::P720);
        }
        if self.trying {
            // The first picture costs little.
            self.patience_ms = if to == Rung::AudioOnly { STEADY_MS } else { STEADY_AGAIN_MS };
        } else if to == Rung::AudioOnly {
            self.patience_ms = FIRST_MS;
        }
        (self.trying, self.doubtful) = (false, false);
        self.reason = reason;
        self.change(to, now_ms);
    }

    const fn change(&mut self, to: Rung, now_ms: u64) {
        self.rung = to;
        self.strikes = 0;
        self.calm_since_ms = now_ms;
        self.changed_at_ms = now_ms;
    }
}
