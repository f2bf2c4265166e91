//! A way out that is taken for narrower than it is.

use super::sample::SOME_LOST;
use super::{Choice, Reason, Rung, Sent};

/// The shorter side of a thumbnail in pixels: even of what moves everywhere, a frame is one packet.
const THUMBNAIL_PX: u32 = 45;
/// A way that is said to carry less than this, which is less than a small picture, is sounded, until it is said to carry as
/// much as that: a small picture and the next larger one.
const NARROW_KBPS: u64 = 120;
const WIDE_KBPS: u64 = 400;
/// Where packets travel for so long, a way is full, and not misjudged.
const FULL_MS: u64 = 400;
/// After so long it is empty again.
const EMPTY_AFTER_MS: u64 = 4_000;
/// For so long it is tried. A way that is as narrow as it is said to be is sounded less and less often: after these rests.
const FOR_MS: u64 = 6_000;
const REST_MS: u64 = 10_000;
const LONGEST_REST_MS: u64 = 160_000;

/// LiveKit answers a browser only for every twenty packets of its pictures, and a browser that hears nothing for three
/// seconds takes its way for broken and sends less. Few large frames would so stay few for ever, on however wide a way.
/// Thumbnails are many: while they are sent, the browser finds out what the way carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sounding {
    now: bool,
    asks: bool,
    /// Since when thumbnails are sent.
    since_ms: Option<u64>,
    rests_until_ms: u64,
    /// How long it has rested the last time.
    rested_ms: u64,
}

impl Sounding {
    /// Takes in a look, of which there is one every two seconds. `rung` is the one that is used.
    pub fn look(&mut self, sent: &Sent, rung: Rung, now_ms: u64) {
        self.asks = false;
        let (Some(kbps), Some(_)) = (sent.available_kbps, sent.round_trip_ms) else { return };
        let is_full = sent.is_full();
        let is_seen = rung != Rung::AudioOnly && sent.height_px > 0;
        if kbps >= if self.now { WIDE_KBPS } else { NARROW_KBPS } {
            *self = Self::default();
        } else if is_full {
            // What it is when it is full no more, nobody knows yet.
            *self = Self { rests_until_ms: now_ms + EMPTY_AFTER_MS, ..Self::default() };
        } else {
            self.now = now_ms >= self.rests_until_ms;
            self.count(is_seen, now_ms);
        }
        self.asks = is_seen && !is_full && kbps < WIDE_KBPS;
    }

    /// Counts how long thumbnails are seen; a picture that comes back begins as one.
    fn count(&mut self, seen: bool, now_ms: u64) {
        if !self.now {
            self.since_ms = None;
        } else if seen && now_ms.saturating_sub(*self.since_ms.get_or_insert(now_ms)) >= FOR_MS {
            let rested_ms = (2 * self.rested_ms).clamp(REST_MS, LONGEST_REST_MS);
            *self = Self { rests_until_ms: now_ms + rested_ms, rested_ms, ..Self::default() };
        }
    }

    /// Whether thumbnails are sent.
    #[must_use]
    pub const fn now(&self) -> bool {
        self.now
    }

    /// Whether the browser is to try now if the way carries more, which it does when what pictures may take changes.
    #[must_use]
    pub const fn asks(&self) -> bool {
        self.asks
    }

    /// How large a picture may be that is sent, by its shorter side in pixels.
    #[must_use]
    pub const fn most_px(&self, rung: Rung) -> u32 {
        if self.now && !matches!(rung, Rung::AudioOnly) { THUMBNAIL_PX } else { rung.height_px() }
    }

    /// What is said of what is sent: somebody whose picture is a thumbnail is told.
    #[must_use]
    pub fn shown(&self, choice: Choice) -> Choice {
        let reason = choice.reason.or(self.now.then_some(Reason::Connection));
        Choice { reason, ..choice }
    }
}

impl Sent {
    /// Whether the way carries no more than what is sent: something is lost, or late, which is believed of a browser that does
    /// not say.
    pub(super) fn is_full(&self) -> bool {
        self.lost >= SOME_LOST || self.round_trip_ms.is_none_or(|ms| ms >= FULL_MS)
    }

    /// Whether what was sent was a thumbnail.
    pub(super) fn is_thumbnail(&self) -> bool {
        (1..=u64::from(THUMBNAIL_PX)).contains(&self.height_px)
    }
}
