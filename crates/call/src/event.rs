//! What happens in a room, as plain data: every event of livekit-client that the call needs.
//!
//! An event about a participant carries the participant as it is now, not a difference: an event
//! that was missed is healed by the next one.

use serde::Deserialize;
use wire::Identity;

/// A track's id in LiveKit (`TR_…`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct TrackSid(pub String);

/// What a track shows or carries (livekit-client's `Track.Source`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(from = "String")]
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

impl From<String> for Source {
    fn from(word: String) -> Self {
        match word.as_str() {
            "camera" => Self::Camera,
            "microphone" => Self::Microphone,
            "screen_share" => Self::ScreenShare,
            "screen_share_audio" => Self::ScreenShareAudio,
            _ => Self::Unknown,
        }
    }
}

/// One published track as this browser knows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Publication {
    /// Id of the track.
    pub sid: TrackSid,
    /// What it shows or carries.
    pub source: Source,
    /// Whether the publisher has muted it.
    pub muted: bool,
    /// Whether it is there to be attached: subscribed, or our own.
    pub subscribed: bool,
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

impl Quality {
    fn from_word(word: &str) -> Self {
        match word {
            "excellent" => Self::Excellent,
            "good" => Self::Good,
            "poor" => Self::Poor,
            "lost" => Self::Lost,
            _ => Self::Unknown,
        }
    }
}

/// A participant as it is now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ParticipantInfo {
    /// Identity in the room.
    pub identity: Identity,
    /// Name as the token carries it; may be empty with other clients.
    pub name: String,
    /// Whether it is this browser.
    pub local: bool,
    /// When it joined, in milliseconds since 1970.
    pub joined_at_ms: u64,
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

impl DisconnectReason {
    fn from_word(word: &str) -> Self {
        match word {
            "client_initiated" => Self::ClientInitiated,
            "duplicate_identity" => Self::DuplicateIdentity,
            "server_shutdown" => Self::ServerShutdown,
            "participant_removed" => Self::ParticipantRemoved,
            "room_deleted" => Self::RoomDeleted,
            "room_closed" => Self::RoomClosed,
            "state_mismatch" => Self::StateMismatch,
            "join_failure" => Self::JoinFailure,
            "signal_close" => Self::SignalClose,
            "connection_timeout" => Self::ConnectionTimeout,
            _ => Self::Unknown,
        }
    }
}

/// Everything that a room tells.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "Told")]
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
    /// One of our own tracks ended without being asked to (unplugged, share ended in the browser).
    LocalTrackEnded {
        /// Which.
        source: Source,
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

/// An event as the browser's half writes it: every event has the same shape, with what concerns it filled in. One
/// reader for each variant would be tens of kilobytes of WebAssembly.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Told {
    r#type: String,
    /// Whom it is about.
    participant: ParticipantInfo,
    /// Everybody else.
    others: Vec<ParticipantInfo>,
    /// Whom it is about, where nothing else is told; who sent a packet.
    identity: Option<Identity>,
    identities: Vec<Identity>,
    sid: TrackSid,
    /// One word about it: a source, a quality, a reason, a topic, a name.
    word: String,
    /// What is told in full: a payload, a message.
    text: String,
    allowed: bool,
}

impl From<Told> for RoomEvent {
    fn from(told: Told) -> Self {
        let Told { r#type, participant, others, identity, identities, sid, word, text, allowed } = told;
        let everybody = |local| Everybody { local, others };
        let whom = |identity: Option<Identity>| identity.unwrap_or_else(|| Identity(String::new()));
        match r#type.as_str() {
            "connected" => Self::Connected(everybody(participant)),
            "signalReconnecting" => Self::SignalReconnecting,
            "reconnecting" => Self::Reconnecting,
            "reconnected" => Self::Reconnected(everybody(participant)),
            "disconnected" => Self::Disconnected { reason: DisconnectReason::from_word(&word) },
            "participantConnected" => Self::ParticipantConnected { participant },
            "participantChanged" => Self::ParticipantChanged { participant },
            "participantDisconnected" => Self::ParticipantDisconnected { identity: whom(identity) },
            "activeSpeakers" => Self::ActiveSpeakers { identities },
            "connectionQuality" => {
                Self::ConnectionQuality { identity: whom(identity), quality: Quality::from_word(&word) }
            }
            "dataReceived" => Self::DataReceived { sender: identity, topic: word, payload: text },
            "audioPlayback" => Self::AudioPlayback { allowed },
            "localTrackEnded" => Self::LocalTrackEnded { source: Source::from(word) },
            "subscriptionFailed" => Self::SubscriptionFailed { identity: whom(identity), sid },
            "engineError" => Self::EngineError { message: text },
            "unknown" => Self::Unknown { name: word },
            _ => Self::Unknown { name: r#type },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> RoomEvent {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_snapshot_is_read_as_the_browser_writes_it() {
        let event = read(
            r#"{"type":"connected","participant":{"identity":"me","name":"","local":true,"joinedAtMs":1700000000000,
            "publications":[{"sid":"TR_1","source":"screen_share","muted":false,"subscribed":true}]},
            "others":[{"identity":"phone"}]}"#,
        );
        let RoomEvent::Connected(Everybody { local, others }) = event else { panic!("not {event:?}") };
        assert_eq!(local.joined_at_ms, 1_700_000_000_000);
        assert_eq!(local.publications[0].source, Source::ScreenShare);
        assert_eq!(others[0].identity, Identity("phone".to_owned()));
        assert!(!others[0].local && others[0].publications.is_empty());
    }

    #[test]
    fn words_that_are_new_to_us_are_unknown_not_errors() {
        let quality = read(r#"{"type":"connectionQuality","identity":"ada","word":"splendid"}"#);
        assert_eq!(
            quality,
            RoomEvent::ConnectionQuality { identity: Identity("ada".to_owned()), quality: Quality::Unknown }
        );
        let end = read(r#"{"type":"disconnected","word":"migration"}"#);
        assert_eq!(end, RoomEvent::Disconnected { reason: DisconnectReason::Unknown });
        let ended = read(r#"{"type":"localTrackEnded","word":"hologram"}"#);
        assert_eq!(ended, RoomEvent::LocalTrackEnded { source: Source::Unknown });
        assert_eq!(read(r#"{"type":"reconnecting"}"#), RoomEvent::Reconnecting);
        assert_eq!(read(r#"{"type":"moved"}"#), RoomEvent::Unknown { name: "moved".to_owned() });
    }

    #[test]
    fn a_server_packet_has_no_sender() {
        for json in [
            r#"{"type":"dataReceived","identity":null,"word":"parlour","text":"{}"}"#,
            r#"{"type":"dataReceived","word":"parlour","text":"{}"}"#,
        ] {
            let RoomEvent::DataReceived { sender, .. } = read(json) else { panic!("not data: {json}") };
            assert_eq!(sender, None);
        }
    }
}
