//! Reads the events that the browser's half writes. Every event has the same fields, of which each fills in what concerns
//! it, and they are picked by hand: derived readers would be tens of kilobytes of WebAssembly.

use serde_json::Value;
use wire::{Identity, Role, hand_raised_at_ms};

use crate::{Arrival, Flow};

use super::{DisconnectReason, Everybody, ParticipantInfo, Publication, Quality, RoomEvent, Source, TrackSid};

/// Reads a JSON list of events. What is missing in one is empty, and what is not known is [`RoomEvent::Unknown`]: our own
/// adapter writes them, so there is nothing to refuse.
///
/// # Errors
/// When it is not JSON.
pub fn read_events(json: &str) -> Result<Vec<RoomEvent>, serde_json::Error> {
    let told: Value = serde_json::from_slice(json.as_bytes())?;
    Ok(list(&told, event))
}

/// Reads a JSON list of flows, in the same way.
///
/// # Errors
/// When it is not JSON.
pub fn read_flows(json: &str) -> Result<Vec<Flow>, serde_json::Error> {
    let told: Value = serde_json::from_slice(json.as_bytes())?;
    Ok(list(&told, |told| Flow {
        sid: TrackSid(text(&told["sid"])),
        source: source(told["source"].as_str().unwrap_or_default()),
        local: yes(&told["local"]),
        live: yes(&told["live"]),
        muted: yes(&told["muted"]),
        due: yes(&told["due"]),
        packets: told["packets"].as_u64().unwrap_or_default(),
    }))
}

/// Reads a JSON list of arrivals, in the same way.
///
/// # Errors
/// When it is not JSON.
pub fn read_arrivals(json: &str) -> Result<Vec<Arrival>, serde_json::Error> {
    let told: Value = serde_json::from_slice(json.as_bytes())?;
    Ok(list(&told, |told| Arrival {
        sid: TrackSid(text(&told["sid"])),
        count: told["count"].as_u64().unwrap_or_default(),
        energy: told["energy"].as_u64().unwrap_or_default(),
    }))
}

fn event(told: &Value) -> RoomEvent {
    let participant = || participant(&told["participant"]);
    let everybody = || Everybody { local: participant(), others: list(&told["others"], self::participant) };
    let identity = || Identity(text(&told["identity"]));
    let (word, words) = (|| text(&told["word"]), told["word"].as_str().unwrap_or_default());
    match told["type"].as_str().unwrap_or_default() {
        "connected" => RoomEvent::Connected(everybody()),
        "signalReconnecting" => RoomEvent::SignalReconnecting,
        "reconnecting" => RoomEvent::Reconnecting,
        "reconnected" => RoomEvent::Reconnected(everybody()),
        "disconnected" => RoomEvent::Disconnected { reason: reason(words) },
        "participantConnected" => RoomEvent::ParticipantConnected { participant: participant() },
        "participantChanged" => RoomEvent::ParticipantChanged { participant: participant() },
        "participantDisconnected" => RoomEvent::ParticipantDisconnected { identity: identity() },
        "activeSpeakers" => {
            RoomEvent::ActiveSpeakers { identities: list(&told["identities"], |identity| Identity(text(identity))) }
        }
        "connectionQuality" => RoomEvent::ConnectionQuality { identity: identity(), quality: quality(words) },
        "dataReceived" => RoomEvent::DataReceived {
            // Only what is really not there makes a packet the server's.
            sender: (!told["identity"].is_null()).then(identity),
            topic: word(),
            payload: text(&told["text"]),
        },
        "audioPlayback" => RoomEvent::AudioPlayback { allowed: yes(&told["allowed"]) },
        "subscriptionFailed" => {
            RoomEvent::SubscriptionFailed { identity: identity(), sid: TrackSid(text(&told["sid"])) }
        }
        "engineError" => RoomEvent::EngineError { message: text(&told["text"]) },
        "unknown" => RoomEvent::Unknown { name: word() },
        name => RoomEvent::Unknown { name: name.to_owned() },
    }
}

fn participant(told: &Value) -> ParticipantInfo {
    ParticipantInfo {
        identity: Identity(text(&told["identity"])),
        name: text(&told["name"]),
        local: yes(&told["local"]),
        active: yes(&told["active"]),
        joined_at_ms: told["joinedAtMs"].as_u64().unwrap_or_default(),
        hand_at_ms: told["hand"].as_str().and_then(hand_raised_at_ms),
        role: told["role"].as_str().and_then(Role::parse).unwrap_or_default(),
        heir: told["heir"].is_string(),
        publications: list(&told["publications"], |told| Publication {
            sid: TrackSid(text(&told["sid"])),
            source: source(told["source"].as_str().unwrap_or_default()),
            muted: yes(&told["muted"]),
            subscribed: yes(&told["subscribed"]),
            paused: yes(&told["paused"]),
        }),
    }
}

fn list<T>(told: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    told.as_array().into_iter().flatten().map(read).collect()
}

fn text(told: &Value) -> String {
    told.as_str().unwrap_or_default().to_owned()
}

fn yes(told: &Value) -> bool {
    told.as_bool().unwrap_or_default()
}

fn source(word: &str) -> Source {
    match word {
        "camera" => Source::Camera,
        "microphone" => Source::Microphone,
        "screen_share" => Source::ScreenShare,
        "screen_share_audio" => Source::ScreenShareAudio,
        _ => Source::Unknown,
    }
}

fn quality(word: &str) -> Quality {
    match word {
        "excellent" => Quality::Excellent,
        "good" => Quality::Good,
        "poor" => Quality::Poor,
        "lost" => Quality::Lost,
        _ => Quality::Unknown,
    }
}

fn reason(word: &str) -> DisconnectReason {
    match word {
        "client_initiated" => DisconnectReason::ClientInitiated,
        "duplicate_identity" => DisconnectReason::DuplicateIdentity,
        "server_shutdown" => DisconnectReason::ServerShutdown,
        "participant_removed" => DisconnectReason::ParticipantRemoved,
        "room_deleted" => DisconnectReason::RoomDeleted,
        "room_closed" => DisconnectReason::RoomClosed,
        "state_mismatch" => DisconnectReason::StateMismatch,
        "join_failure" => DisconnectReason::JoinFailure,
        "signal_close" => DisconnectReason::SignalClose,
        "connection_timeout" => DisconnectReason::ConnectionTimeout,
        _ => DisconnectReason::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(json: &str) -> RoomEvent {
        read_events(&format!("[{json}]")).unwrap().remove(0)
    }

    #[test]
    fn a_snapshot_is_read_as_the_browser_writes_it() {
        let event = read(
            r#"{"type":"connected","participant":{"identity":"me","name":"","local":true,"joinedAtMs":1700000000000,
            "publications":[{"sid":"TR_1","source":"screen_share","muted":false,"subscribed":true}]},
            "others":[{"identity":"phone"},{"identity":"heir","role":"host","heir":"yes"}]}"#,
        );
        let RoomEvent::Connected(Everybody { local, others }) = event else { panic!("not {event:?}") };
        assert_eq!(local.joined_at_ms, 1_700_000_000_000);
        assert_eq!(local.publications[0].source, Source::ScreenShare);
        assert_eq!(others[0].identity, Identity("phone".to_owned()));
        assert!(!others[0].local && others[0].publications.is_empty());
        assert_eq!(
            others.iter().map(|one| (one.role, one.heir)).collect::<Vec<_>>(),
            [(Role::Guest, false), (Role::Host, true)]
        );
    }

    #[test]
    fn a_flow_is_read_as_the_browser_writes_it() {
        let json = r#"[{"sid":"TR_1","source":"microphone","local":true,"live":true,"muted":true,"due":false,"packets":42},{}]"#;
        let [full, empty] = read_flows(json).unwrap().try_into().unwrap();
        let sid = TrackSid("TR_1".to_owned());
        let expected =
            Flow { sid, source: Source::Microphone, local: true, live: true, muted: true, due: false, packets: 42 };
        assert_eq!(full, expected);
        assert_eq!((empty.source, empty.local, empty.packets), (Source::Unknown, false, 0));
        assert!(read_flows("").is_err());
    }

    #[test]
    fn an_arrival_is_read_as_the_browser_writes_it() {
        let [full, empty] =
            read_arrivals(r#"[{"sid":"TR_1","count":42,"energy":7000000000},{}]"#).unwrap().try_into().unwrap();
        assert_eq!(full, Arrival { sid: TrackSid("TR_1".to_owned()), count: 42, energy: 7_000_000_000 });
        assert_eq!((empty.count, empty.energy), (0, 0));
        assert!(read_arrivals("").is_err());
    }

    #[test]
    fn a_hand_is_up_since_a_time_and_nothing_else() {
        let hand = |hand: &str| {
            let json = format!(r#"{{"type":"participantChanged","participant":{{{hand}}}}}"#);
            let RoomEvent::ParticipantChanged { participant } = read(&json) else { panic!("not {json}") };
            participant.hand_at_ms
        };
        assert_eq!(hand(r#""hand":"1700000000123""#), Some(1_700_000_000_123));
        let others =
            ["", r#""hand":"""#, r#""hand":"up""#, r#""hand":1700000000123"#, r#""hand":true"#, r#""hand":{}"#];
        for other in others {
            assert_eq!(hand(other), None, "{other}");
        }
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
        let track = r#"{"type":"participantChanged","participant":{"publications":[{"source":"hologram"}]}}"#;
        let RoomEvent::ParticipantChanged { participant } = read(track) else { panic!("not {track}") };
        assert_eq!(participant.publications[0].source, Source::Unknown);
        assert_eq!(read(r#"{"type":"reconnecting"}"#), RoomEvent::Reconnecting);
        assert_eq!(read(r#"{"type":"moved"}"#), RoomEvent::Unknown { name: "moved".to_owned() });
        assert_eq!(read_events("{}").unwrap(), []);
        assert!(read_events("[").is_err());
    }

    #[test]
    fn livekits_words_are_read() {
        let sources = ["camera", "microphone", "screen_share", "screen_share_audio"];
        let track = |source: &str| format!(r#"{{"source":"{source}"}}"#);
        let flows = read_flows(&format!("[{}]", sources.map(track).join(","))).unwrap();
        assert_eq!(
            flows.iter().map(|flow| flow.source).collect::<Vec<_>>(),
            [Source::Camera, Source::Microphone, Source::ScreenShare, Source::ScreenShareAudio]
        );
        for (word, known) in [
            ("excellent", Quality::Excellent),
            ("good", Quality::Good),
            ("poor", Quality::Poor),
            ("lost", Quality::Lost),
            ("unknown", Quality::Unknown),
        ] {
            let event = read(&format!(r#"{{"type":"connectionQuality","identity":"ada","word":"{word}"}}"#));
            let identity = Identity("ada".to_owned());
            assert_eq!(event, RoomEvent::ConnectionQuality { identity, quality: known });
        }
        for (word, known) in [
            ("client_initiated", DisconnectReason::ClientInitiated),
            ("duplicate_identity", DisconnectReason::DuplicateIdentity),
            ("server_shutdown", DisconnectReason::ServerShutdown),
            ("participant_removed", DisconnectReason::ParticipantRemoved),
            ("room_deleted", DisconnectReason::RoomDeleted),
            ("room_closed", DisconnectReason::RoomClosed),
            ("state_mismatch", DisconnectReason::StateMismatch),
            ("join_failure", DisconnectReason::JoinFailure),
            ("signal_close", DisconnectReason::SignalClose),
            ("connection_timeout", DisconnectReason::ConnectionTimeout),
        ] {
            let event = read(&format!(r#"{{"type":"disconnected","word":"{word}"}}"#));
            assert_eq!(event, RoomEvent::Disconnected { reason: known });
        }
    }

    #[test]
    fn only_a_packet_without_an_identity_has_no_sender() {
        let sender = |identity: &str| {
            let json = format!(r#"{{"type":"dataReceived",{identity}"word":"parlour","text":"{{}}"}}"#);
            let event = read(&json);
            let RoomEvent::DataReceived { sender, topic, payload } = event else { panic!("not data: {json}") };
            assert_eq!((topic.as_str(), payload.as_str()), ("parlour", "{}"));
            sender
        };
        assert_eq!(sender(r#""identity":null,"#), None);
        assert_eq!(sender(""), None);
        for forged in [r#""identity":"","#, r#""identity":"ada","#, r#""identity":{},"#, r#""identity":false,"#] {
            assert!(sender(forged).is_some(), "{forged}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(kind in "[a-zA-Z]{0,24}", word in any::<String>(), number in any::<f64>()) {
            let json = serde_json::json!([{ "type": kind, "word": word, "participant": number, "others": word }, number]);
            prop_assert_eq!(read_events(&json.to_string()).unwrap().len(), 2);
        }
    }
}
