//! What moves the connection, where it can stand, and what is to be done.

use std::fmt;

use wire::ErrorCode;

use crate::{DisconnectReason, RoomEvent};

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
    /// At the door, until a host has decided.
    Waiting,
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
    /// A host keeps this person out from now on.
    Banned,
    /// The meeting was ended for all.
    RoomEnded,
}

/// What an end of LiveKit's connection means: somebody meant it, or it was lost.
pub(super) const fn meant(reason: DisconnectReason) -> Option<EndReason> {
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
    /// A host has to let us in.
    Waits,
    /// A host has decided, or the door is another one now: asking again tells.
    Decided,
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
    /// Parlour says that its LiveKit answers again, and was started anew: it knows nobody.
    ServerAnew,
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
            Self::Waits => "waits",
            Self::Decided => "decided",
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
            Self::ServerAnew => "server anew",
        }
    }
}

/// What is to be done about a new state. Each is answered by an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "an effect that is not carried out leaves the connection where it is"]
pub enum Effect {
    /// Let go of the room there was, ask Parlour to be let in and connect a new one: `Connected`, `Waits`, `Refused` or
    /// `Ended`.
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
            Self::Connecting | Self::Waiting => "connecting",
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::fixtures::connected;

    #[test]
    fn a_room_tells_of_its_connection_and_of_much_else() {
        let inside = connected("me", &[]);
        let RoomEvent::Connected(everybody) = inside.clone() else { panic!("not {inside:?}") };
        let reason = DisconnectReason::SignalClose;
        for (told, means) in [
            (inside, Some(ConnectionEvent::Connected)),
            (RoomEvent::SignalReconnecting, Some(ConnectionEvent::SignalLost)),
            (RoomEvent::Reconnecting, Some(ConnectionEvent::MediaLost)),
            (RoomEvent::Reconnected(everybody), Some(ConnectionEvent::Recovered)),
            (RoomEvent::Disconnected { reason }, Some(ConnectionEvent::Ended(reason))),
            (RoomEvent::AudioPlayback { allowed: false }, None),
        ] {
            assert_eq!(ConnectionEvent::from_room(&told), means, "{told:?}");
        }
    }

    #[test]
    fn a_state_has_a_name_and_says_whether_somebody_is_inside() {
        for (state, name, inside, leaving) in [
            (ConnectionState::Idle, "idle", false, false),
            (ConnectionState::Connecting, "connecting", false, false),
            (ConnectionState::Waiting, "connecting", false, false),
            (ConnectionState::Connected, "connected", true, false),
            (ConnectionState::Reconnecting(Recovery::Resuming), "reconnecting", true, false),
            (ConnectionState::Disconnecting(EndReason::Left), "disconnecting", false, true),
            (ConnectionState::Disconnected(EndReason::Left), "disconnected", false, false),
            (ConnectionState::Failed(ErrorCode::Internal), "failed", false, false),
        ] {
            assert_eq!((state.label(), state.is_inside(), state.is_leaving()), (name, inside, leaving));
        }
    }
}
