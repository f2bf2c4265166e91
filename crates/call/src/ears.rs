//! What this browser hears of the others, and which reports of it go to whom.

use wire::{HeardReport, Identity};

use crate::{Arrival, Participant, Roster, TrackSid};

/// So many browsers report of one person, and of so many people one browser reports.
const REPORTS: usize = 25;
/// More than this in a second is sound and not the noise that Opus fills silence with: 50 dB below full scale, in
/// billionths.
const SOUND_PER_S: u64 = 10_000;
/// Sound is heard for so long after it came: people pause.
const HOLD_MS: u64 = 4_000;
/// One person is told at most so often.
const APART_MS: u64 = 1_000;
/// What has not changed is told again after this time: a report may be lost. Looks come a little early by the clock.
const AGAIN_MS: u64 = 4_900;

/// Listens to the others.
#[derive(Debug, Clone, Default)]
pub struct Ears {
    ears: Vec<Ear>,
}

/// For one of them.
#[derive(Debug, Clone)]
struct Ear {
    identity: Identity,
    /// What was counted at the last look, and when; `None` while they are muted.
    before: Option<(Arrival, u64)>,
    heard_at_ms: Option<u64>,
    told: Option<(HeardReport, u64)>,
}

impl Ears {
    /// The tracks to count at the next look.
    #[must_use]
    pub fn wanted(roster: &Roster) -> Vec<TrackSid> {
        speakers(roster).map(|(_, sid)| sid.clone()).collect()
    }

    /// Takes in what was counted, once a second; answers what is to be told to whom. Those who are muted are told
    /// nothing.
    #[must_use]
    pub fn look(&mut self, roster: &Roster, sounds: Vec<Arrival>, now_ms: u64) -> Vec<(Identity, HeardReport)> {
        let speakers: Vec<_> = speakers(roster).collect();
        let speaker = |sid: &TrackSid| speakers.iter().find(|(_, of)| *of == sid).map(|(identity, _)| *identity);
        let now: Vec<_> = sounds.into_iter().filter_map(|sound| Some((speaker(&sound.sid)?, sound))).collect();
        // Who was told lately is remembered: to switch on and off fast makes no more reports.
        self.ears.retain_mut(|ear| {
            let speaks = now.iter().any(|(identity, _)| **identity == ear.identity);
            if !speaks {
                (ear.before, ear.heard_at_ms) = (None, None);
            }
            speaks || ear.told.is_some_and(|(_, at_ms)| now_ms.saturating_sub(at_ms) < APART_MS)
        });
        let mut reports = Vec::new();
        for (identity, sound) in now {
            let at = self.ears.iter().position(|ear| ear.identity == *identity).unwrap_or_else(|| {
                self.ears.push(Ear { identity: identity.clone(), before: None, heard_at_ms: None, told: None });
                self.ears.len() - 1
            });
            let report = self.ears.get_mut(at).and_then(|ear| ear.hear(sound, now_ms));
            reports.extend(report.map(|report| (identity.clone(), report)));
        }
        reports
    }
}

impl Ear {
    fn hear(&mut self, sound: Arrival, now_ms: u64) -> Option<HeardReport> {
        let before = self.before.replace((sound.clone(), now_ms)).filter(|(before, _)| before.sid == sound.sid);
        // One look says how much there ever was, two say what there is now.
        let (before, then_ms) = before?;
        let due = SOUND_PER_S.saturating_mul(now_ms.saturating_sub(then_ms)) / 1_000;
        if sound.count > before.count && sound.energy.saturating_sub(before.energy) > due {
            self.heard_at_ms = Some(now_ms);
        }
        let report =
            HeardReport { hears: self.heard_at_ms.is_some_and(|at_ms| now_ms.saturating_sub(at_ms) < HOLD_MS) };
        let pause_ms = self.told.map(|(told, at_ms)| (told, now_ms.saturating_sub(at_ms)));
        if pause_ms.is_some_and(|(told, ms)| ms < if told == report { AGAIN_MS } else { APART_MS }) {
            return None;
        }
        self.told = Some((report, now_ms));
        Some(report)
    }
}

/// Those of whom this browser reports and who can be heard now, with the track.
fn speakers(roster: &Roster) -> impl Iterator<Item = (&Identity, &TrackSid)> {
    nearest(roster).into_iter().filter_map(|p| {
        let track = p.microphone.as_ref().filter(|track| !track.muted && track.subscribed)?;
        Some((&p.identity, &track.sid))
    })
}

/// Everybody in a meeting of ordinary size. In a larger one all stand in a circle by their identities, and each reports of
/// those who come next: so everybody has equally many reporters, and all agree on who they are without a word.
fn nearest(roster: &Roster) -> Vec<&Participant> {
    let Some(me) = roster.local() else { return Vec::new() };
    let place = |p: &Participant| p.identity < me.identity;
    let mut nearest: Vec<&Participant> = Vec::with_capacity(REPORTS + 1);
    for p in roster.iter().filter(|p| !p.local) {
        let at = nearest.partition_point(|q| (place(q), &q.identity) < (place(p), &p.identity));
        nearest.insert(at, p);
        nearest.truncate(REPORTS);
    }
    nearest
}

#[cfg(test)]
mod tests;
