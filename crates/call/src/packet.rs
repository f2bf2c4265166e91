//! What the server says in the room, told from what anybody could have sent; and what the others say.

use wire::{
    HEARD_TOPIC, HeardReport, Identity, PACKET_TOPIC, PEER_PACKET_MAX_BYTES, PEER_TOPIC, PeerPacket, ServerPacket,
};

use crate::RoomEvent;

/// The server's packet in an event. Anybody in the room can send bytes on any topic, but LiveKit
/// writes the sender's identity on them; only what the server sends itself has none.
#[must_use]
pub fn server_packet(event: &RoomEvent) -> Option<ServerPacket> {
    match event {
        RoomEvent::DataReceived { sender: None, topic, payload } if topic == PACKET_TOPIC => {
            // Bytes, like the answers of server functions: the WebAssembly holds one reader, not two.
            serde_json::from_slice(payload.as_bytes()).ok()
        }
        _ => None,
    }
}

/// Another participant's packet in an event, with its sender by LiveKit's word.
#[must_use]
pub fn peer_packet(event: &RoomEvent) -> Option<(&Identity, PeerPacket)> {
    match event {
        RoomEvent::DataReceived { sender: Some(sender), topic, payload }
            if topic == PEER_TOPIC && payload.len() <= PEER_PACKET_MAX_BYTES =>
        {
            Some((sender, serde_json::from_slice(payload.as_bytes()).ok()?))
        }
        _ => None,
    }
}

/// A peer's report of whether it hears us, and whose it is by LiveKit's word.
#[must_use]
pub fn heard_report(event: &RoomEvent) -> Option<(&Identity, HeardReport)> {
    match event {
        RoomEvent::DataReceived { sender: Some(sender), topic, payload } if topic == HEARD_TOPIC => {
            Some((sender, HeardReport::parse(payload)?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use wire::{ChatMessage, Gone, Mark, MessageId, MessageText};

    use super::*;

    fn packet() -> ServerPacket {
        ServerPacket::Chat {
            message: ChatMessage {
                id: MessageId::parse("0123abcd").unwrap(),
                seq: 7,
                place: 7,
                sender: Identity("ada".to_owned()),
                sender_name: "Ada".to_owned(),
                text: MessageText::parse("<img src=x onerror=alert(1)>").unwrap(),
                sent_at_ms: 1,
                edited: false,
                mark: Mark::None,
                file: None,
            },
        }
    }

    fn data(sender: Option<&str>, topic: &str, payload: String) -> RoomEvent {
        RoomEvent::DataReceived { sender: sender.map(|id| Identity(id.to_owned())), topic: topic.to_owned(), payload }
    }

    #[test]
    fn the_servers_packet_is_read() {
        let json = serde_json::to_string(&packet()).unwrap();
        assert_eq!(server_packet(&data(None, PACKET_TOPIC, json)), Some(packet()));
    }

    #[test]
    fn a_packet_with_a_sender_is_forged() {
        let json = serde_json::to_string(&packet()).unwrap();
        for sender in ["mallory", "ada", "server", ""] {
            assert_eq!(server_packet(&data(Some(sender), PACKET_TOPIC, json.clone())), None);
        }
    }

    #[test]
    fn a_deletion_is_believed_of_the_server_alone() {
        let packet = ServerPacket::Gone(Gone { seq: 9, place: 7, all: false });
        let json = serde_json::to_string(&packet).unwrap();
        assert_eq!(server_packet(&data(None, PACKET_TOPIC, json.clone())), Some(packet));
        assert_eq!(server_packet(&data(Some("mallory"), PACKET_TOPIC, json)), None);
    }

    #[test]
    fn another_topic_or_another_event_is_not_the_servers() {
        let json = serde_json::to_string(&packet()).unwrap();
        for topic in ["", "lk-chat-topic", "Parlour", "parlour "] {
            assert_eq!(server_packet(&data(None, topic, json.clone())), None);
        }
        assert_eq!(server_packet(&RoomEvent::Reconnecting), None);
    }

    #[test]
    fn what_does_not_parse_is_nothing() {
        let json = serde_json::to_string(&packet()).unwrap();
        for payload in ["", "null", "[]", r#"{"poll":{}}"#, r#"{"chat":{}}"#, &json[..json.len() - 1]] {
            assert_eq!(server_packet(&data(None, PACKET_TOPIC, payload.to_owned())), None, "{payload}");
        }
        let empty_text = json.replace("<img src=x onerror=alert(1)>", "  ");
        assert_eq!(server_packet(&data(None, PACKET_TOPIC, empty_text)), None);
    }

    #[test]
    fn a_peers_packet_has_a_sender_its_topic_and_a_decent_size() {
        let packet = PeerPacket::Ack { stream: 1, seq: 2 };
        let json = serde_json::to_string(&packet).unwrap();
        let ada = Identity("ada".to_owned());
        assert_eq!(peer_packet(&data(Some("ada"), PEER_TOPIC, json.clone())), Some((&ada, packet)));
        assert_eq!(peer_packet(&data(None, PEER_TOPIC, json.clone())), None);
        assert_eq!(peer_packet(&data(Some("ada"), PACKET_TOPIC, json.clone())), None);
        let long = json + &" ".repeat(PEER_PACKET_MAX_BYTES);
        assert_eq!(peer_packet(&data(Some("ada"), PEER_TOPIC, long)), None);
    }

    #[test]
    fn a_report_is_a_peers_and_never_the_servers() {
        let report = HeardReport { hears: true };
        let (ben, json) = (Identity("ben".to_owned()), report.to_json().to_owned());
        assert_eq!(heard_report(&data(Some("ben"), HEARD_TOPIC, json.clone())), Some((&ben, report)));
        assert_eq!(heard_report(&data(None, HEARD_TOPIC, json.clone())), None);
        assert_eq!(heard_report(&data(Some("ben"), PACKET_TOPIC, json.clone())), None);
        assert_eq!(server_packet(&data(None, HEARD_TOPIC, json)), None);
        let packet = serde_json::to_string(&packet()).unwrap();
        assert_eq!(heard_report(&data(Some("ben"), HEARD_TOPIC, packet)), None);
    }

    proptest! {
        #[test]
        fn no_payload_panics(payload in any::<String>()) {
            let _ = peer_packet(&data(Some("ada"), PEER_TOPIC, payload.clone()));
            let _ = heard_report(&data(Some("mallory"), HEARD_TOPIC, payload.clone()));
            let _ = server_packet(&data(None, PACKET_TOPIC, payload));
        }
    }
}
