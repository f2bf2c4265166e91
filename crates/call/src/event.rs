//! What happens in a room, as plain data: every event of livekit-client that the call needs.
//!
//! An event about a participant carries the participant as it is now, not a difference: an event
//! that was missed is healed by the next one.

use wire::{Identity, Role};

mod read;

pub use read::{read_arrivals, read_events, read_flows};

/// A track's id in LiveKit (`TR_…`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TrackSid(pub String);

/// What a track shows or carries (livekit-client's `Track.Source`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// A camera's picture.
    Camera,
    /// A microphone's sound.
    Microphone,
    /// A shared screen's picture.
    ScreenShare,
    /// A shared screen's sound.
    ScreenShareAudio,
    /// Something that another client publishes.
    Unknown,
}

/// One published track as this browser knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Id of the track.
    pub sid: TrackSid,
    /// What it shows or carries.
    pub source: Source,
    /// Whether the publisher has muted it.
    pub muted: bool,
    /// Whether it is there to be attached: subscribed, or our own.
    pub subscribed: bool,
    /// Whether LiveKit has paused it, because our way in does not carry it.
    pub paused: bool,
}

/// How good somebody's connection is (livekit-client's `ConnectionQuality`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quality {
    /// No loss to speak of.
    Excellent,
    /// Some loss.
    Good,
    /// Much loss: picture or sound suffer.
    Poor,
    /// Nothing arrives.
    Lost,
    /// Not known yet.
    #[default]
    Unknown,
}

/// A participant as it is now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParticipantInfo {
    /// Identity in the room.
    pub identity: Identity,
    /// Name as the token carries it; may be empty with other clients.
    pub name: String,
    /// Whether it is this browser.
    pub local: bool,
    /// Whether its media can travel: LiveKit announces people a moment before.
    pub active: bool,
    /// When it joined, in milliseconds since 1970.
    pub joined_at_ms: u64,
    /// When it raised its hand, in milliseconds since 1970; `None` while the hand is down.
    pub hand_at_ms: Option<u64>,
    /// What the server says that it is.
    pub role: Role,
    /// Whether it is a host only since none was there.
    pub heir: bool,
    /// Its tracks.
    pub publications: Vec<Publication>,
}

/// Who is inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Everybody {
    /// Ourselves.
    pub local: ParticipantInfo,
    /// The others.
    pub others: Vec<ParticipantInfo>,
}

/// Why the connection ended (livekit-client's `DisconnectReason`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DisconnectReason {
    /// This browser left.
    ClientInitiated,
    /// The same identity joined elsewhere.
    DuplicateIdentity,
    /// The server is going down.
    ServerShutdown,
    /// A host removed this participant.
    ParticipantRemoved,
    /// The room was ended.
    RoomDeleted,
    /// The room closed because it was empty.
    RoomClosed,
    /// The connection could not be resumed.
    StateMismatch,
    /// Joining failed.
    JoinFailure,
    /// The signalling connection was lost.
    SignalClose,
    /// The media connection was lost and not found again.
    ConnectionTimeout,
    /// Anything else.
    Unknown,
}

/// Everything that a room tells, and what is found out about it here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoomEvent {
    /// Connected; everybody who is inside now.
    Connected(Everybody),
    /// The signalling connection was lost; media may still flow.
    SignalReconnecting,
    /// Signalling and media are being restored.
    Reconnecting,
    /// Restored; everybody who is inside now.
    Reconnected(Everybody),
    /// The connection has ended.
    Disconnected {
        /// Why.
        reason: DisconnectReason,
    },
    /// Somebody came.
    ParticipantConnected {
        /// Who.
        participant: ParticipantInfo,
    },
    /// Name, attributes, tracks or permissions of somebody changed, ourselves included.
    ParticipantChanged {
        /// Who, as now.
        participant: ParticipantInfo,
    },
    /// Somebody left.
    ParticipantDisconnected {
        /// Who.
        identity: Identity,
    },
    /// Who speaks now, loudest first: the whole list, not a difference.
    ActiveSpeakers {
        /// The speakers.
        identities: Vec<Identity>,
    },
    /// Somebody's connection quality changed.
    ConnectionQuality {
        /// Whose.
        identity: Identity,
        /// Quality now.
        quality: Quality,
    },
    /// Nothing arrives of these tracks, by our own count ([`crate::Stalls`]): the whole list, not a difference.
    Stalled {
        /// The tracks.
        tracks: Vec<TrackSid>,
    },
    /// Bytes came on the data channel.
    DataReceived {
        /// Who sent it; a packet from the server has no sender.
        sender: Option<Identity>,
        /// Topic, possibly empty.
        topic: String,
        /// The payload as UTF-8; what is not valid is replaced.
        payload: String,
    },
    /// Whether the browser lets sound play.
    AudioPlayback {
        /// False until the person clicks somewhere.
        allowed: bool,
    },
    /// A remote track could not be subscribed.
    SubscriptionFailed {
        /// Whose.
        identity: Identity,
        /// Which.
        sid: TrackSid,
    },
    /// The connection will not be encrypted as asked, or another error of the engine.
    EngineError {
        /// What livekit-client says; for the log only.
        message: String,
    },
    /// An event that this version of Parlour does not know.
    Unknown {
        /// livekit-client's name for it.
        name: String,
    },
}
