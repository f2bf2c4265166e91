//! The connection's state machine: from the first click on Join to the page after the call.
//!
//! livekit-client gets a few seconds to resume what it has. After that a new room is joined with a fresh token from
//! Parlour, again and again for as long as the person stays. Only what somebody meant ends a call: the person, a host, or
//! the same person elsewhere.
//!
//! LiveKit tells some things twice (a failed `connect` both rejects and disconnects) and some late (a recovery that
//! crosses with Leave). Those echoes are transitions of their own here, each with its reason beside it; everything else
//! that does not fit is an [`InvalidTransition`].

use std::fmt;

use wire::ErrorCode;

use crate::back_off::{back_off_ms, within};
use crate::{DisconnectReason, RoomEvent};

/// A connection that held this long was well: the next loss is a first one again.
const WELL_AFTER_MS: u64 = 10_000;
/// When the media server is back, everybody comes back within this time and not all at once.
const COMEBACK_MS: u64 = 500;
/// A resume that has not succeeded so long after that never will: the server that knew the session is gone.
const RESUME_GRACE_MS: u64 = 1_000;
/// After so many attempts that failed it is time for a calm word.
const CALM_AFTER: u32 = 10;

/// Where the connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ConnectionState {
    /// Not joined yet.
    #[default]
    Idle,
    /// Asking the server and connecting to LiveKit.
    Connecting,
    /// Inside, signalling and media as they should be.
    Connected,
    /// Inside as far as the person is concerned, but the connection is lost and being brought back.
    Reconnecting(Recovery),
    /// Leaving, and why; devices and connection are being released.
    Disconnecting(EndReason),
    /// No longer inside, and why.
    Disconnected(EndReason),
    /// Joining did not work, and why.
    Failed(ErrorCode),
}

/// How a lost connection is being brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovery {
    /// livekit-client resumes its session.
    Resuming,
    /// That has failed, or an attempt to join anew has: the next one begins by itself.
    Waiting {
        /// Number of the attempt that is waited for, from 1.
        attempt: u32,
        /// When it begins, in milliseconds since 1970.
        until_ms: u64,
    },
    /// A new room is being joined with a fresh token.
    Rejoining {
        /// Number of the attempt, from 1.
        attempt: u32,
    },
}

impl Recovery {
    /// Whether it takes so long that the person should know what is going on.
    #[must_use]
    pub const fn is_long(self) -> bool {
        match self {
            Self::Resuming => false,
            Self::Waiting { attempt, .. } | Self::Rejoining { attempt } => attempt > CALM_AFTER,
        }
    }
}

/// Why a call is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndReason {
    /// This person left.
    Left,
    /// The same person joined from another page or device.
    JoinedElsewhere,
    /// A host removed this person.
    Removed,
    /// The meeting was ended for all.
    RoomEnded,
}

/// What an end of LiveKit's connection means: somebody meant it, or it was lost.
const fn meant(reason: DisconnectReason) -> Option<EndReason> {
    match reason {
        DisconnectReason::ClientInitiated => Some(EndReason::Left),
        DisconnectReason::DuplicateIdentity => Some(EndReason::JoinedElsewhere),
        DisconnectReason::ParticipantRemoved => Some(EndReason::Removed),
        DisconnectReason::RoomDeleted | DisconnectReason::RoomClosed => Some(EndReason::RoomEnded),
        DisconnectReason::ServerShutdown
        | DisconnectReason::StateMismatch
        | DisconnectReason::JoinFailure
        | DisconnectReason::SignalClose
        | DisconnectReason::ConnectionTimeout
        | DisconnectReason::Unknown => None,
    }
}

/// What moves the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionEvent {
    /// The person wants in: the first time, again after leaving, or again after a failure.
    Join,
    /// LiveKit let us in.
    Connected,
    /// The signalling connection was lost; livekit-client resumes it.
    SignalLost,
    /// livekit-client could not resume, and would begin anew by itself.
    MediaLost,
    /// Signalling and media are back.
    Recovered,
    /// The person wants out.
    Leave,
    /// The person takes the call to another tab of this browser.
    Moved,
    /// LiveKit ended the connection.
    Ended(DisconnectReason),
    /// Parlour or LiveKit did not let us in.
    Refused(ErrorCode),
    /// The moment of an [`Effect::WakeAt`] has come.
    Woken,
    /// Trying now may help: the person says so, the network is back, the page is looked at again.
    Retry,
    /// Parlour says that its LiveKit answers again.
    ServerBack,
}

impl ConnectionEvent {
    /// What a room's event means for the connection; `None` when it says nothing about it.
    #[must_use]
    pub const fn from_room(event: &RoomEvent) -> Option<Self> {
        match event {
            RoomEvent::Connected(_) => Some(Self::Connected),
            RoomEvent::SignalReconnecting => Some(Self::SignalLost),
            RoomEvent::Reconnecting => Some(Self::MediaLost),
            RoomEvent::Reconnected(_) => Some(Self::Recovered),
            RoomEvent::Disconnected { reason } => Some(Self::Ended(*reason)),
            _ => None,
        }
    }

    /// What it is called in a log.
    const fn label(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Connected => "connected",
            Self::SignalLost => "signal lost",
            Self::MediaLost => "media lost",
            Self::Recovered => "recovered",
            Self::Leave => "leave",
            Self::Moved => "moved",
            Self::Ended(_) => "ended",
            Self::Refused(_) => "refused",
            Self::Woken => "woken",
            Self::Retry => "retry",
            Self::ServerBack => "server back",
        }
    }
}

/// What is to be done about a new state. Each is answered by an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "an effect that is not carried out leaves the connection where it is"]
pub enum Effect {
    /// Let go of the room there was, ask Parlour to be let in and connect a new one: `Connected`, `Refused` or `Ended`.
    Join,
    /// Do nothing until then, in milliseconds since 1970: `Woken`.
    WakeAt(u64),
    /// Disconnect, and let go of room and devices: `Ended`.
    Leave,
    /// The call is over: let go of room and devices.
    Release,
}

/// An event came that cannot happen in this state: a bug in Parlour or in livekit-client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidTransition {
    /// The state, which stays as it is.
    pub state: ConnectionState,
    /// The event that does not fit.
    pub event: ConnectionEvent,
}

impl fmt::Display for InvalidTransition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot happen while {}", self.event.label(), self.state.label())
    }
}

impl std::error::Error for InvalidTransition {}

impl ConnectionState {
    /// The state's name as it stands in `main[data-connection]`.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::Reconnecting(_) => "reconnecting",
            Self::Disconnecting(_) => "disconnecting",
            Self::Disconnected(_) => "disconnected",
            Self::Failed(_) => "failed",
        }
    }

    /// Whether the room is being let go of.
    #[must_use]
    pub const fn is_leaving(&self) -> bool {
        matches!(self, Self::Disconnecting(_))
    }

    /// Whether the person is in the call, as far as they are concerned.
    #[must_use]
    pub const fn is_inside(&self) -> bool {
        matches!(self, Self::Connected | Self::Reconnecting(_))
    }
}

/// The connection of one visit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Connection {
    state: ConnectionState,
    /// Attempts since the connection was last well.
    attempts: u32,
    /// When LiveKit last let us in, in milliseconds since 1970.
    connected_at_ms: u64,
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
                self.server_back = false;
                self.become_(S::Connected, None)
            }
            (S::Connecting, E::Refused(code)) => self.become_(S::Failed(code), None),
            (S::Connecting, E::Ended(reason)) => match meant(reason) {
                Some(end) => self.become_(S::Disconnected(end), Some(Effect::Release)),
                None => self.become_(S::Failed(ErrorCode::MediaUnavailable), None),
            },
            // The promise of `connect` names the cause better than the event before it did.
            (S::Failed(_), E::Refused(code)) => self.become_(S::Failed(code), None),

            (S::Connected, E::SignalLost) => self.become_(S::Reconnecting(Recovery::Resuming), None),
            (S::Reconnecting(Recovery::Resuming), E::Recovered) => {
                self.server_back = false;
                self.become_(S::Connected, None)
            }
            (S::Reconnecting(Recovery::Resuming), E::ServerBack) => {
                self.server_back = true;
                Ok(Some(Effect::WakeAt(now_ms + RESUME_GRACE_MS)))
            }
            (S::Reconnecting(Recovery::Resuming), E::Woken) if self.server_back => self.lost(now_ms, chance),
            (S::Reconnecting(Recovery::Rejoining { .. }), E::ServerBack) => {
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
            (S::Reconnecting(Recovery::Rejoining { .. }), E::Refused(code)) if code.is_final() => {
                self.become_(S::Failed(code), Some(Effect::Release))
            }
            (S::Reconnecting(Recovery::Rejoining { .. }), E::Refused(_)) => self.lost(now_ms, chance),

            (S::Reconnecting(Recovery::Waiting { attempt, until_ms }), E::Woken) if now_ms >= until_ms => {
                self.rejoin(attempt)
            }
            (S::Reconnecting(Recovery::Waiting { attempt, .. }), E::Retry) => self.rejoin(attempt),
            (S::Reconnecting(Recovery::Waiting { attempt, until_ms }), E::ServerBack) => {
                let until_ms = until_ms.min(now_ms + within(COMEBACK_MS, chance));
                let waiting = Recovery::Waiting { attempt, until_ms };
                self.become_(S::Reconnecting(waiting), Some(Effect::WakeAt(until_ms)))
            }

            (S::Connecting | S::Connected | S::Reconnecting(_), E::Leave) => {
                self.become_(S::Disconnecting(EndReason::Left), Some(Effect::Leave))
            }
            (S::Connecting | S::Connected | S::Reconnecting(_), E::Moved) => {
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
            // On their way when the person left, or a second click.
            (S::Disconnecting(_), E::Connected | E::SignalLost | E::MediaLost | E::Recovered | E::Leave | E::Moved) => {
                Ok(None)
            }
            // The other tab asks while the call ends here by itself.
            (S::Disconnected(_) | S::Failed(_), E::Moved) => Ok(None),
            // The first reason stands: closing what is left behind tells another one, and a `connect` that was ended from
            // outside rejects afterwards.
            (S::Disconnected(_), E::Ended(_) | E::Refused(_)) | (S::Failed(_), E::Ended(_)) => Ok(None),
            // Nothing is waited for (any more).
            (_, E::Woken | E::Retry | E::ServerBack) => Ok(None),

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

    fn rejoin(&mut self, attempt: u32) -> Result<Option<Effect>, InvalidTransition> {
        self.become_(ConnectionState::Reconnecting(Recovery::Rejoining { attempt }), Some(Effect::Join))
    }
}

#[cfg(test)]
mod tests;
