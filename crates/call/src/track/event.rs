//! What happens to a track, and what it asks for.

use std::fmt;

use crate::{Ask, CaptureError, Device, Why};

/// Where a track stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackState {
    /// Nobody has asked for it yet.
    Uninitialised,
    /// The browser is asked for the device.
    Acquiring,
    /// The device is on; nothing of it is in a room.
    Acquired,
    /// The room is brought to show it.
    Publishing,
    /// It is on, here and in the room.
    Published,
    /// The room is told that it is off.
    Stopping,
    /// It is off; a microphone may be muted only.
    Stopped,
}

impl TrackState {
    /// Its name in a journal.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Uninitialised => "uninitialised",
            Self::Acquiring => "acquiring",
            Self::Acquired => "acquired",
            Self::Publishing => "publishing",
            Self::Published => "published",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
        }
    }
}

/// Names one command to a room; its answer bears it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket(pub(super) u32);

/// What a room is asked to do with a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Publish the device that is open.
    Publish,
    /// Put the device that is open in the place of the one that is published.
    Replace,
    /// Unmute.
    Unmute,
    /// Mute.
    Mute,
    /// Take back what is published.
    Unpublish,
}

impl Command {
    /// Whether the others see or hear more by it.
    pub(super) const fn switches_on(self) -> bool {
        matches!(self, Self::Publish | Self::Replace | Self::Unmute)
    }
}

/// What moves a track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrackEvent {
    /// The person wants it on or off.
    Want(bool),
    /// The person may not use it in this meeting (any more).
    Forbidden,
    /// The person wants this device; nothing: the system's choice.
    Choose(Option<String>),
    /// Open the device anew, because the person tries again or it has stopped without a word.
    Restart,
    /// The device asked for is open; its id, empty when the browser hides it.
    Came(String),
    /// The device asked for could not be had.
    Failed(CaptureError),
    /// The device stopped by itself.
    Ended,
    /// The devices of all kinds that there are.
    Listed(Vec<Device>),
    /// The browser allows this kind of device again.
    Allowed,
    /// The browser does not allow it any more.
    Withdrawn,
    /// There is a room to publish in.
    RoomCame,
    /// There is none (any more), and what it was asked for is of no interest.
    RoomGone,
    /// The call is over, or the page goes: everything goes off, and the wish is kept.
    Released,
    /// The page is here again: what is wanted may be on.
    Resumed,
    /// The room has done what it was asked for.
    Accepted(Ticket),
    /// The room has not.
    Refused(Ticket),
    /// The room shows it as on or as muted.
    Observed(bool),
    /// The room has lost it, or nothing goes out.
    Unpublished,
    /// A moment of [`TrackEffect::WakeAt`] has come.
    Woken,
}

impl TrackEvent {
    /// Its name in a journal.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Want(_) => "want",
            Self::Forbidden => "forbidden",
            Self::Choose(_) => "choose",
            Self::Restart => "restart",
            Self::Came(_) => "came",
            Self::Failed(_) => "failed",
            Self::Ended => "ended",
            Self::Listed(_) => "listed",
            Self::Allowed => "allowed",
            Self::Withdrawn => "withdrawn",
            Self::RoomCame => "room came",
            Self::RoomGone => "room gone",
            Self::Released => "released",
            Self::Resumed => "resumed",
            Self::Accepted(_) => "accepted",
            Self::Refused(_) => "refused",
            Self::Observed(_) => "observed",
            Self::Unpublished => "unpublished",
            Self::Woken => "woken",
        }
    }
}

/// What the person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The room refused, or did not answer; the switch shows what is so.
    Refused,
    /// The device cannot be had, and no other either: it is off.
    Failed(CaptureError),
    /// Another device is in use than before.
    Device {
        /// Why.
        why: Why,
        /// The name of the one that is in use; empty when the browser does not tell.
        label: String,
    },
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "an effect that is not carried out leaves the device where it is"]
pub enum TrackEffect {
    /// Ask the browser for a device: `Came` or `Failed`. What comes is let go of unless `Use` follows.
    Acquire(Ask),
    /// Take what came into use.
    Use,
    /// Switch the hardware off.
    Release,
    /// Tell the room: `Accepted` or `Refused`.
    Tell(Ticket, Command),
    /// Send `Woken` then, in milliseconds since 1970.
    WakeAt(u64),
    /// Say this to the person.
    Say(Notice),
}

/// An event came that cannot happen in this state: a bug in Parlour or in the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidTrackEvent {
    /// The state, which stays as it is.
    pub state: TrackState,
    /// Name of the event that does not fit.
    pub event: &'static str,
}

impl fmt::Display for InvalidTrackEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot happen to a track that is {}", self.event, self.state.label())
    }
}

impl std::error::Error for InvalidTrackEvent {}
