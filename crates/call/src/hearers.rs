//! Who hears this person, by what the hearers' browsers report.
//!
//! Sound can be missed only while there is some, and only the speaker knows when that is. So a report of silence counts
//! when the person has been talking for a while, and what was true when they last talked stays until they talk again.

use wire::{HeardReport, Identity};

use crate::Roster;

/// A browser that has not reported for so long does not report any more.
const EXPIRES_MS: u64 = 12_000;
/// A pause for breath does not end the talking.
const PAUSE_MS: u64 = 1_500;
/// Who has talked for so long has been heard, or is not: longer than a report may lag behind what it reports
/// ([`Ears`](crate::Ears): it looks every second, at two looks, and remembers sound for four).
const TALK_MS: u64 = 8_000;

/// How many of those that had a chance to hear the person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// So many hear them.
    pub by: usize,
    /// Of so many whose browsers have told; at least one.
    pub of: usize,
}

/// Collects the reports about this person's microphone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hearers {
    /// Whether the microphone was on at the last reading.
    on: bool,
    /// Since when the person talks, and when they were last loud.
    talk: Option<(u64, u64)>,
    hearers: Vec<Hearer>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Hearer {
    identity: Identity,
    told_at_ms: u64,
    /// `None` as long as there was nothing to hear.
    hears: Option<bool>,
}

impl Hearers {
    /// Takes in a reading of the own microphone: whether there was a voice, and whether the others can hear it.
    /// Switched off or on, everything begins anew.
    pub fn listen(&mut self, voice: bool, on: bool, now_ms: u64) {
        if on != self.on {
            *self = Self { on, ..Self::default() };
        }
        self.talk = match self.talk {
            Some((_, last)) if now_ms.saturating_sub(last) > PAUSE_MS => voice.then_some((now_ms, now_ms)),
            Some((begin, _)) if voice => Some((begin, now_ms)),
            None if voice => Some((now_ms, now_ms)),
            talk => talk,
        };
    }

    /// Takes in a report. Only of those who are inside, each of whom counts once.
    pub fn take(&mut self, roster: &Roster, from: &Identity, report: HeardReport, now_ms: u64) {
        if !self.on || roster.get(from).is_none_or(|sender| sender.local) {
            return;
        }
        let at = self.hearers.iter().position(|hearer| hearer.identity == *from).unwrap_or_else(|| {
            self.hearers.push(Hearer { identity: from.clone(), told_at_ms: now_ms, hears: None });
            self.hearers.len() - 1
        });
        let missed = self.talk.is_some_and(|(begin, last)| last.saturating_sub(begin) >= TALK_MS);
        if let Some(hearer) = self.hearers.get_mut(at) {
            hearer.told_at_ms = now_ms;
            if report.hears || missed {
                hearer.hears = Some(report.hears);
            }
        }
    }

    /// How it is now; nothing while nobody could tell, or the microphone is off.
    pub fn heard(&mut self, roster: &Roster, now_ms: u64) -> Option<Heard> {
        self.hearers.retain(|hearer| {
            now_ms.saturating_sub(hearer.told_at_ms) < EXPIRES_MS && roster.get(&hearer.identity).is_some()
        });
        let told = || self.hearers.iter().filter_map(|hearer| hearer.hears);
        let heard = Heard { by: told().filter(|hears| *hears).count(), of: told().count() };
        (heard.of > 0).then_some(heard)
    }
}

#[cfg(test)]
mod tests;
