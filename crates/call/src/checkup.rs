//! The self-check: every few seconds what the person wants is compared with what is so, and what differs is mended. Events
//! get lost, browsers end tracks without a word, and nobody should have to leave and join again for it.

use crate::{Source, TrackSid};

/// Somebody's track as the browser counts it, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Id of the track.
    pub sid: TrackSid,
    /// What it shows or carries.
    pub source: Source,
    /// Whether it is ours.
    pub local: bool,
    /// Whether its capture goes on; of another's, whether it is here, for one that should be is counted too.
    pub live: bool,
    /// Whether it is muted.
    pub muted: bool,
    /// Whether it is unmuted, and somebody looks at it or listens: packets have to flow.
    pub due: bool,
    /// RTP packets sent or received so far.
    pub packets: u64,
}

/// Something that is not as the person wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// Ours is on, but not in the room or muted there, or nothing goes out: publish it again.
    Republish(Source),
    /// Its capture has ended without a word: open it again.
    Recapture(Source),
    /// Ours is off, but the room has it on: mute it, and take back a screen, which is never muted.
    Mute(Source),
    /// Another's is on, but not here, or nothing comes in: subscribe to it again.
    Resubscribe(TrackSid),
}

impl Repair {
    /// Its name in the console, where a bug report finds it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Republish(_) => "republish",
            Self::Recapture(_) => "recapture",
            Self::Mute(_) => "mute",
            Self::Resubscribe(_) => "resubscribe",
        }
    }
}

/// The same thing is mended again only after this time, and then after twice as long each time: a repair needs a while, and
/// one that does not help must not go on and on.
const AGAIN_AFTER_MS: u64 = 30_000;
/// How often the time is doubled: to eight minutes.
const DOUBLED_MOST: u32 = 4;
/// Packets are missed only between looks that are so far apart: silence suppression sends every 400 ms, a still picture
/// every second.
const APART_MS: u64 = 5_000;

/// Remembers the last look.
#[derive(Debug, Clone, Default)]
pub struct Checkup {
    before: Vec<Flow>,
    /// Others' that could not be subscribed to since the last look.
    failed: Vec<TrackSid>,
    looked_at_ms: u64,
    mended: Vec<Mended>,
    repairs: u32,
}

/// What was mended, when, and how often in a row before.
#[derive(Debug, Clone)]
struct Mended {
    what: Repair,
    at_ms: u64,
    again: u32,
}

impl Mended {
    /// How long it is left alone after that.
    fn pause_ms(&self) -> u64 {
        AGAIN_AFTER_MS << self.again.min(DOUBLED_MOST)
    }
}

impl Checkup {
    /// How much was mended so far.
    #[must_use]
    pub const fn repairs(&self) -> u32 {
        self.repairs
    }

    /// Compares. `wishes` says of our sources whether the person wants them on; one that is being switched just now is
    /// left out.
    #[must_use]
    pub fn look(&mut self, wishes: &[(Source, bool)], flows: Vec<Flow>, now_ms: u64) -> Vec<Repair> {
        let apart = now_ms.saturating_sub(self.looked_at_ms) >= APART_MS;
        let mut found: Vec<Repair> = wishes
            .iter()
            .filter_map(|(source, wanted)| {
                let ours = flows.iter().find(|flow| flow.local && flow.source == *source);
                match (ours, wanted) {
                    (None, true) => Some(Repair::Republish(*source)),
                    (Some(flow), true) if !flow.live => Some(Repair::Recapture(*source)),
                    // A screen that is muted was stopped by a host.
                    (Some(flow), true)
                        if flow.muted && *source != Source::ScreenShare || apart && self.is_stuck(flow) =>
                    {
                        Some(Repair::Republish(*source))
                    }
                    (Some(flow), false) if !flow.muted || *source == Source::ScreenShare => Some(Repair::Mute(*source)),
                    _ => None,
                }
            })
            .collect();
        let is_lost = |flow: &&Flow| apart && self.is_stuck(flow) || !flow.live && self.failed.contains(&flow.sid);
        let lost = flows.iter().filter(|flow| !flow.local).filter(is_lost);
        found.extend(lost.map(|flow| Repair::Resubscribe(flow.sid.clone())));
        (self.before, self.looked_at_ms) = (flows, now_ms);
        self.failed.clear();

        // What needed nothing for as long again as it was left alone is well.
        self.mended.retain(|mended| now_ms.saturating_sub(mended.at_ms) < 2 * mended.pause_ms());
        found.retain(|repair| self.begin(repair, now_ms));
        self.repairs = self.repairs.saturating_add(found.len().try_into().unwrap_or(u32::MAX));
        found
    }

    /// Whether something is mended now; if so it is remembered.
    fn begin(&mut self, repair: &Repair, now_ms: u64) -> bool {
        match self.mended.iter_mut().find(|mended| mended.what == *repair) {
            Some(mended) if now_ms.saturating_sub(mended.at_ms) < mended.pause_ms() => return false,
            Some(mended) => (mended.at_ms, mended.again) = (now_ms, mended.again + 1),
            None => self.mended.push(Mended { what: repair.clone(), at_ms: now_ms, again: 0 }),
        }
        true
    }

    /// Nothing at all has arrived for a while: what has not come since the last look is missed from the next one on, for
    /// pictures come back later than sound.
    pub fn interrupted(&mut self) {
        self.before.clear();
        self.failed.clear();
    }

    /// One of the others' could not be subscribed to: the next look need not see it missing twice.
    pub fn failed(&mut self, sid: TrackSid) {
        self.failed.push(sid);
    }

    /// Whether packets were due then and now, and none has come between, or it was missing both times.
    fn is_stuck(&self, now: &Flow) -> bool {
        let Some(before) = self.before.iter().find(|before| before.sid == now.sid) else { return false };
        before.due && now.due && before.packets == now.packets || !before.live && !now.live && !now.muted
    }
}

#[cfg(test)]
mod tests;
