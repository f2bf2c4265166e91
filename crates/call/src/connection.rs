//! The connection's state machine: from the first click on Join to the page after the call.
//!
//! LiveKit tells some things twice (a failed `connect` both rejects and disconnects) and some
//! late (a recovery that crosses with Leave). Those echoes are transitions of their own here, each
//! with its reason beside it; everything else that does not fit is an [`InvalidTransition`].

use std::fmt;

use wire::ErrorCode;

use crate::{DisconnectReason, RoomEvent};

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
    /// Inside, but signalling or media are being restored.
    Reconnecting,
    /// Leaving; devices and connection are being released.
    Disconnecting,
    /// No longer inside, and why.
    Disconnected(EndReason),
    /// Joining did not work, and why.
    Failed(ErrorCode),
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
    /// The media server went down.
    ServerShutdown,
    /// The connection was lost and not found again.
    ConnectionLost,
}

impl From<DisconnectReason> for EndReason {
    fn from(reason: DisconnectReason) -> Self {
        match reason {
            DisconnectReason::ClientInitiated => Self::Left,
            DisconnectReason::DuplicateIdentity => Self::JoinedElsewhere,
            DisconnectReason::ParticipantRemoved => Self::Removed,
            DisconnectReason::RoomDeleted | DisconnectReason::RoomClosed => Self::RoomEnded,
            DisconnectReason::ServerShutdown => Self::ServerShutdown,
            DisconnectReason::StateMismatch
            | DisconnectReason::JoinFailure
            | DisconnectReason::SignalClose
            | DisconnectReason::ConnectionTimeout
            | DisconnectReason::Unknown => Self::ConnectionLost,
        }
    }
}

/// What moves the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionEvent {
    /// The person wants in: the first time, again after leaving, or again after a failure.
    Join,
    /// LiveKit let us in.
    Connected,
    /// The signalling connection was lost.
    SignalLost,
    /// The media connection was lost.
    MediaLost,
    /// Signalling and media are back.
    Recovered,
    /// The person wants out.
    Leave,
    /// LiveKit ended the connection.
    Ended(DisconnectReason),
    /// Parlour or LiveKit did not let us in.
    Refused(ErrorCode),
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
            Self::Ended(_) => "ended",
            Self::Refused(_) => "refused",
        }
    }
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
            Self::Reconnecting => "reconnecting",
            Self::Disconnecting => "disconnecting",
            Self::Disconnected(_) => "disconnected",
            Self::Failed(_) => "failed",
        }
    }

    /// The next state.
    ///
    /// # Errors
    /// [`InvalidTransition`] when the event cannot happen in this state.
    pub fn apply(self, event: ConnectionEvent) -> Result<Self, InvalidTransition> {
        use ConnectionEvent as E;
        Ok(match (self, event) {
            (Self::Idle | Self::Disconnected(_) | Self::Failed(_), E::Join) => Self::Connecting,

            (Self::Connecting, E::Connected) => Self::Connected,
            (Self::Connecting, E::Refused(code)) => Self::Failed(code),
            (Self::Connecting, E::Ended(reason)) => ended_while_joining(reason),
            // The promise of `connect` names the cause better than the event before it did.
            (Self::Failed(_), E::Refused(code)) => Self::Failed(code),
            (Self::Failed(code), E::Ended(_)) => Self::Failed(code),

            (Self::Connected | Self::Reconnecting, E::SignalLost | E::MediaLost) => Self::Reconnecting,
            // A connection can recover before its loss was told.
            (Self::Connected | Self::Reconnecting, E::Recovered) => Self::Connected,
            (Self::Connected | Self::Reconnecting, E::Ended(reason)) => Self::Disconnected(reason.into()),

            (Self::Connecting | Self::Connected | Self::Reconnecting, E::Leave) => Self::Disconnecting,
            // Leaving was the person's wish, whatever ends the connection first; joining that is
            // broken off by it is refused.
            (Self::Disconnecting, E::Ended(_) | E::Refused(_)) => Self::Disconnected(EndReason::Left),
            // On their way when the person left, or a second click.
            (Self::Disconnecting, E::Connected | E::SignalLost | E::MediaLost | E::Recovered | E::Leave) => {
                Self::Disconnecting
            }
            // The first reason stands: closing what is left behind tells another one, and a `connect`
            // that was ended from outside rejects afterwards.
            (Self::Disconnected(reason), E::Ended(_) | E::Refused(_)) => Self::Disconnected(reason),

            (state, event) => return Err(InvalidTransition { state, event }),
        })
    }
}

/// An end before we were inside is a failure, unless somebody meant it.
fn ended_while_joining(reason: DisconnectReason) -> ConnectionState {
    match EndReason::from(reason) {
        EndReason::ConnectionLost | EndReason::ServerShutdown => ConnectionState::Failed(ErrorCode::MediaUnavailable),
        meant => ConnectionState::Disconnected(meant),
    }
}

#[cfg(test)]
mod tests;
