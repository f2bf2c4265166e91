//! The connection's state machine: from the first click on Join to the page after the call.
//!
//! livekit-client gets a few seconds to resume what it has. After that a new room is joined with a fresh token from
//! Parlour, again and again for as long as the person stays. Only what somebody meant ends a call: the person, a host, or
//! the same person elsewhere.
//!
//! LiveKit tells some things twice (a failed `connect` both rejects and disconnects) and some late (a recovery that
//! crosses with Leave). Those echoes are transitions of their own here, each with its reason beside it; everything else
//! that does not fit is an [`InvalidTransition`].

mod event;

pub use event::{ConnectionEvent, ConnectionState, Effect, EndReason, InvalidTransition, Recovery};

use wire::ErrorCode;

use event::meant;

use crate::back_off::{back_off_ms, within};

/// A connection that held this long was well: the next loss is a first one again.
const WELL_AFTER_MS: u64 = 10_000;
/// When the media server is back, everybody comes back within this time and not all at once.
const COMEBACK_MS: u64 = 250;
/// A resume that has not succeeded so long after that never will: the server that knew the session is gone.
const RESUME_GRACE_MS: u64 = 1_000;
/// A resume that is followed by another loss within this time has resumed nothing: livekit-client takes signalling for
/// all, also where the network lets no media through.
const RELAPSE_MS: u64 = 20_000;
/// An attempt that has not succeeded after so long may hang in a network that is back by now.
const HANGS_AFTER_MS: u64 = 2_000;

/// The connection of one visit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Connection {
    state: ConnectionState,
    /// Attempts since the connection was last well.
    attempts: u32,
    /// When LiveKit last let us in, in milliseconds since 1970.
    connected_at_ms: u64,
    /// When livekit-client last resumed this session.
    resumed_at_ms: Option<u64>,
    /// When the last attempt to come back began.
    rejoins_since_ms: u64,
    /// The media server came back while something was under way that may have begun before: if that fails, the next
    /// attempt comes soon.
    server_back: bool,
}

impl Connection {
    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> ConnectionState {
        self.state
    }

    /// Takes in an event. `chance` is a random number from 0 to 1.
    ///
    /// # Errors
    /// [`InvalidTransition`] when the event cannot happen in this state, which then stays.
    pub fn apply(
        &mut self,
        event: ConnectionEvent,
        now_ms: u64,
        chance: f64,
    ) -> Result<Option<Effect>, InvalidTransition> {
        use ConnectionEvent as E;
        use ConnectionState as S;
        match (self.state, event) {
            (S::Idle | S::Disconnected(_) | S::Failed(_), E::Join) => {
                self.attempts = 0;
                self.become_(S::Connecting, Some(Effect::Join))
            }

            (S::Connecting | S::Reconnecting(Recovery::Rejoining { .. }), E::Connected) => {
                self.connected_at_ms = now_ms;
                self.resumed_at_ms = None;
                self.server_back = false;
                self.become_(S::Connected, None)
            }
            (S::Connecting, E::Waits) => self.become_(S::Waiting, None),
            // The meeting ended meanwhile, and another one has begun.
            (S::Reconnecting(Recovery::Rejoining { .. }), E::Waits) => self.become_(S::Waiting, Some(Effect::Release)),
            (S::Waiting, E::Decided) => self.become_(S::Connecting, Some(Effect::Join)),
            // It is news of the door only for those who wait at it.
            (_, E::Decided) => Ok(None),
            (S::Connecting, E::Refused(code)) => self.become_(S::Failed(code), None),
            (S::Connecting, E::Ended(reason)) => match meant(reason) {
                Some(end) => self.become_(S::Disconnected(end), Some(Effect::Release)),
                None => self.become_(S::Failed(ErrorCode::MediaUnavailable), None),
            },
            // The promise of `connect` names the cause better than the event before it did.
            (S::Failed(_), E::Refused(code)) => self.become_(S::Failed(code), None),

            (S::Connected, E::SignalLost) if self.relapses(now_ms) => self.lost(now_ms, chance),
            (S::Connected, E::SignalLost) => self.become_(S::Reconnecting(Recovery::Resuming), None),
            (S::Reconnecting(Recovery::Resuming), E::Recovered) => {
                self.resumed_at_ms = Some(now_ms);
                self.server_back = false;
                self.become_(S::Connected, None)
            }
            (S::Reconnecting(Recovery::Resuming), E::ServerBack) => {
                self.server_back = true;
                Ok(Some(Effect::WakeAt(now_ms + RESUME_GRACE_MS)))
            }
            // There is nothing to resume.
            (S::Reconnecting(Recovery::Resuming), E::ServerAnew) => {
                self.server_back = true;
                self.lost(now_ms, chance)
            }
            (S::Reconnecting(Recovery::Resuming), E::Woken) if self.server_back => self.lost(now_ms, chance),
            (S::Reconnecting(Recovery::Rejoining { .. }), E::ServerBack | E::ServerAnew) => {
                self.server_back = true;
                Ok(None)
            }
            (S::Connected | S::Reconnecting(Recovery::Resuming), E::MediaLost) => self.lost(now_ms, chance),
            (S::Connected | S::Reconnecting(Recovery::Resuming | Recovery::Rejoining { .. }), E::Ended(reason)) => {
                match meant(reason) {
                    Some(end) => self.become_(S::Disconnected(end), Some(Effect::Release)),
                    None => self.lost(now_ms, chance),
                }
            }
            // While we were away the person has taken the call to another browser.
            (S::Reconnecting(Recovery::Rejoining { .. }), E::Refused(ErrorCode::InCallElsewhere)) => {
                self.become_(S::Disconnected(EndReason::JoinedElsewhere), Some(Effect::Release))
            }
            (S::Reconnecting(Recovery::Rejoining { .. }), E::Refused(ErrorCode::Banned)) => {
                self.become_(S::Disconnected(EndReason::Banned), Some(Effect::Release))
            }
            (S::Reconnecting(Recovery::Rejoining { .. }), E::Refused(code)) if code.is_final() => {
                self.become_(S::Failed(code), Some(Effect::Release))
            }
            (S::Reconnecting(Recovery::Rejoining { .. }), E::Refused(_)) => self.lost(now_ms, chance),

            (S::Reconnecting(Recovery::Waiting { attempt, until_ms }), E::Woken) if now_ms >= until_ms => {
                self.rejoin(attempt, now_ms)
            }
            (S::Reconnecting(Recovery::Waiting { attempt, .. }), E::Retry) => self.rejoin(attempt, now_ms),
            (S::Reconnecting(Recovery::Rejoining { attempt }), E::Retry) if self.may_hang(now_ms) => {
                self.rejoin(attempt, now_ms)
            }
            // The timer came early, and nothing else will come.
            (S::Reconnecting(Recovery::Waiting { until_ms, .. }), E::Woken) => Ok(Some(Effect::WakeAt(until_ms))),
            (S::Reconnecting(Recovery::Waiting { attempt, until_ms }), E::ServerBack | E::ServerAnew) => {
                let until_ms = until_ms.min(now_ms + within(COMEBACK_MS, chance));
                let waiting = Recovery::Waiting { attempt, until_ms };
                self.become_(S::Reconnecting(waiting), Some(Effect::WakeAt(until_ms)))
            }

            (S::Connecting | S::Waiting | S::Connected | S::Reconnecting(_), E::Leave) => {
                self.become_(S::Disconnecting(EndReason::Left), Some(Effect::Leave))
            }
            (S::Connecting | S::Waiting | S::Connected | S::Reconnecting(_), E::Moved) => {
                self.become_(S::Disconnecting(EndReason::JoinedElsewhere), Some(Effect::Leave))
            }
            // Leaving was the person's wish, whatever ends the connection first; joining that is broken off by it is
            // refused.
            (S::Disconnecting(why), E::Ended(_) | E::Refused(_)) => {
                self.become_(S::Disconnected(why), Some(Effect::Release))
            }

            // A second loss of what is lost, and a recovery before its loss was told.
            (S::Reconnecting(Recovery::Resuming), E::SignalLost) | (S::Connected, E::Recovered) => Ok(None),
            // What somebody else meant may be told after the loss that it caused; an attempt would undo it.
            (S::Reconnecting(Recovery::Waiting { .. }), E::Ended(reason)) => match meant(reason) {
                Some(EndReason::Left) | None => Ok(None), // the room that was given up says so
                Some(end) => self.become_(S::Disconnected(end), Some(Effect::Release)),
            },
            (S::Reconnecting(Recovery::Waiting { .. }), E::Refused(_) | E::MediaLost) => Ok(None),
            // The room that was given up says so.
            (S::Waiting, E::Ended(_) | E::Refused(_)) => Ok(None),
            // On their way when the person left, or a second click.
            (
                S::Disconnecting(_),
                E::Waits | E::Connected | E::SignalLost | E::MediaLost | E::Recovered | E::Leave | E::Moved,
            ) => Ok(None),
            // LiveKit tells a removal alike, whether it is for good or not. Parlour knows.
            (S::Disconnected(EndReason::Removed), E::Refused(ErrorCode::Banned)) => {
                self.become_(S::Disconnected(EndReason::Banned), None)
            }
            // The other tab asks while the call ends here by itself.
            (S::Disconnected(_) | S::Failed(_), E::Moved) => Ok(None),
            // The first reason stands: closing what is left behind tells another one, and a `connect` that was ended from
            // outside rejects afterwards.
            (S::Disconnected(_), E::Ended(_) | E::Refused(_)) | (S::Failed(_), E::Ended(_)) => Ok(None),
            // Nothing is waited for (any more).
            (_, E::Woken | E::Retry | E::ServerBack | E::ServerAnew) => Ok(None),

            (state, event) => Err(InvalidTransition { state, event }),
        }
    }

    #[allow(clippy::unnecessary_wraps, reason = "every arm of `apply` answers a result")]
    const fn become_(
        &mut self,
        state: ConnectionState,
        effect: Option<Effect>,
    ) -> Result<Option<Effect>, InvalidTransition> {
        self.state = state;
        Ok(effect)
    }

    fn relapses(&self, now_ms: u64) -> bool {
        self.resumed_at_ms.is_some_and(|resumed_at_ms| now_ms.saturating_sub(resumed_at_ms) < RELAPSE_MS)
    }

    const fn may_hang(&self, now_ms: u64) -> bool {
        now_ms.saturating_sub(self.rejoins_since_ms) >= HANGS_AFTER_MS
    }

    /// The connection is gone: the next attempt is waited for.
    fn lost(&mut self, now_ms: u64, chance: f64) -> Result<Option<Effect>, InvalidTransition> {
        let was_inside = !matches!(self.state, ConnectionState::Reconnecting(Recovery::Rejoining { .. }));
        if was_inside && now_ms.saturating_sub(self.connected_at_ms) >= WELL_AFTER_MS {
            self.attempts = 0;
        }
        self.attempts = self.attempts.saturating_add(1);
        let server_back = std::mem::take(&mut self.server_back);
        let pause_ms = if server_back { within(COMEBACK_MS, chance) } else { back_off_ms(self.attempts, chance) };
        let (attempt, until_ms) = (self.attempts, now_ms + pause_ms);
        let waiting = ConnectionState::Reconnecting(Recovery::Waiting { attempt, until_ms });
        self.become_(waiting, Some(Effect::WakeAt(until_ms)))
    }

    fn rejoin(&mut self, attempt: u32, now_ms: u64) -> Result<Option<Effect>, InvalidTransition> {
        self.rejoins_since_ms = now_ms;
        self.become_(ConnectionState::Reconnecting(Recovery::Rejoining { attempt }), Some(Effect::Join))
    }
}

#[cfg(test)]
mod tests;
