//! The hardware of a track: opened, exchanged, let go of.

use super::{Effects, Notice, Published, Track, TrackEffect};
use crate::pick::Search;
use crate::{CaptureError, Why};

/// After this time a device that was busy is asked for once more.
pub(super) const BUSY_PAUSE_MS: u64 = 1_000;

/// A device that stops before it has held for so long …
pub(super) const HELD_MS: u64 = 10_000;
/// … is opened again at once so often, …
const ENDS_AT_ONCE: u32 = 2;
/// … then after a pause, each twice as long as the one before, and after so many ends not at all.
const ENDS_MAX: u32 = 5;

/// Where the hardware stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hardware {
    /// Nobody has asked for it yet.
    Untouched,
    /// Off.
    Closed,
    /// The browser is asked; what it gives is `stale` when it was given up meanwhile.
    Opening { stale: bool },
    /// It was busy, or has stopped again and again: it is asked for again then.
    Pausing { until_ms: u64 },
    /// On.
    Open,
}

impl Track {
    /// Takes the next step towards what is wanted.
    pub(super) fn step_hardware(&mut self, effects: &mut Effects) {
        match self.hardware {
            Hardware::Untouched | Hardware::Closed if self.is_due() => {
                self.hardware = Hardware::Opening { stale: false };
                effects.push(TrackEffect::Acquire(self.pick.begin()));
            }
            Hardware::Pausing { .. } if !self.is_due() => self.hardware = Hardware::Closed,
            Hardware::Open if !self.is_due() && self.may_close() => self.let_go(effects),
            _ => {}
        }
    }

    /// A picture that is still in the room would freeze: it is muted first. A microphone stays open for the call.
    fn may_close(&self) -> bool {
        let shown = self.current && self.room == Some(Published::On) && !self.balked;
        self.asked.is_none() && !shown && !self.kept
    }

    /// The hardware goes off, also what is only being switched on.
    pub(super) fn let_go(&mut self, effects: &mut Effects) {
        match self.hardware {
            Hardware::Untouched | Hardware::Closed => {}
            Hardware::Opening { .. } => self.hardware = Hardware::Opening { stale: true },
            Hardware::Pausing { .. } => self.hardware = Hardware::Closed,
            Hardware::Open => {
                self.hardware = Hardware::Closed;
                self.current = false;
                effects.push(TrackEffect::Release);
            }
        }
    }

    /// The device has stopped by itself. Some do so as often as they are opened.
    pub(super) fn end(&mut self, now_ms: u64, effects: &mut Effects) {
        self.lose(effects);
        if now_ms.saturating_sub(self.opened_ms) >= HELD_MS {
            self.ends = 0;
        }
        self.ends += 1;
        if self.ends <= ENDS_AT_ONCE || !self.is_due() {
            return;
        }
        if self.ends > ENDS_MAX {
            return self.give_up(CaptureError::Busy, effects);
        }
        // What is asked for after the pause.
        self.pick.begin();
        self.pause(BUSY_PAUSE_MS << (self.ends - ENDS_AT_ONCE - 1), now_ms, effects);
    }

    pub(super) fn lose(&mut self, effects: &mut Effects) {
        self.lost = self.wanted;
        self.pick.because(Why::Gone);
        self.let_go(effects);
    }

    /// Another device is to be used: the old one goes first, since many phones open one camera at a time only.
    pub(super) fn exchange(&mut self, why: Why, effects: &mut Effects) {
        match (why, self.hardware) {
            (Why::Gone, Hardware::Open) => self.lose(effects),
            (Why::Back, _) => {
                self.wanted |= self.lost && !self.refused;
                self.pick.because(why);
                self.let_go(effects);
            }
            (Why::Default, Hardware::Open) => {
                self.pick.because(why);
                self.let_go(effects);
            }
            _ => {}
        }
    }

    pub(super) fn search(&mut self, error: CaptureError, now_ms: u64, effects: &mut Effects) {
        match self.pick.failed(error) {
            Search::Ask(ask) => {
                self.hardware = Hardware::Opening { stale: false };
                effects.push(TrackEffect::Acquire(ask));
            }
            Search::Pause => self.pause(BUSY_PAUSE_MS, now_ms, effects),
            Search::GiveUp(error) => self.give_up(error, effects),
        }
    }

    fn pause(&mut self, for_ms: u64, now_ms: u64, effects: &mut Effects) {
        let until_ms = now_ms.saturating_add(for_ms);
        self.hardware = Hardware::Pausing { until_ms };
        effects.push(TrackEffect::WakeAt(until_ms));
    }

    fn give_up(&mut self, error: CaptureError, effects: &mut Effects) {
        self.wanted = false;
        effects.push(TrackEffect::Say(Notice::Failed(error)));
    }

    /// The pause is over.
    pub(super) fn search_on(&mut self, now_ms: u64, effects: &mut Effects) {
        if matches!(self.hardware, Hardware::Pausing { until_ms } if now_ms >= until_ms) {
            self.hardware = Hardware::Opening { stale: false };
            effects.push(TrackEffect::Acquire(self.pick.asked()));
        }
    }

    /// The person, who has just chosen a device without seeing which, is to be told which one it has become.
    pub const fn tell_choice(&mut self) {
        self.pick.because(Why::Wanted);
    }

    pub(super) fn tell_device(&self, why: Why) -> TrackEffect {
        TrackEffect::Say(Notice::Device { why, label: self.pick.label() })
    }
}
