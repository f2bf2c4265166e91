//! What participants say to each other through LiveKit's data channel, apart from chat. Nobody vouches for it: a client
//! believes no more of it than that its sender, whom LiveKit names, wants something.

use serde::Serialize;
use serde_json::Value;

use crate::read::{Read, deserialize_by_value, member};

/// Topic of these packets.
pub const PEER_TOPIC: &str = "parlour.peer";
/// A longer packet is not one of ours.
pub const PEER_PACKET_MAX_BYTES: usize = 1_000;

/// What one participant wants of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PeerMessage {
    /// "You are muted": please unmute.
    AskToUnmute,
}

/// A packet from one participant to another, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PeerPacket {
    /// A message that is to be acknowledged.
    Message {
        /// The sender's time in the room; sequences begin anew with each.
        stream: u64,
        /// Place in the sequence from this sender to this recipient.
        seq: u64,
        /// The first place that the sender still waits for: what lies before it will not come any more.
        base: u64,
        /// What is said.
        body: PeerMessage,
    },
    /// A message has been taken in.
    Ack {
        /// Stream of the message.
        stream: u64,
        /// Sequence of the message.
        seq: u64,
    },
}

deserialize_by_value!(PeerPacket);

impl Read for PeerMessage {
    fn read(told: &Value) -> Option<Self> {
        (told.as_str()? == "askToUnmute").then_some(Self::AskToUnmute)
    }
}

impl Read for PeerPacket {
    fn read(told: &Value) -> Option<Self> {
        if let Some(ack) = told.get("ack") {
            return Some(Self::Ack { stream: member(ack, "stream")?, seq: member(ack, "seq")? });
        }
        let message = told.get("message")?;
        Some(Self::Message {
            stream: member(message, "stream")?,
            seq: member(message, "seq")?,
            base: member(message, "base")?,
            body: member(message, "body")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_read_as_written_and_nothing_else_is_one() {
        let message = PeerPacket::Message { stream: 1, seq: 2, base: 1, body: PeerMessage::AskToUnmute };
        for packet in [message, PeerPacket::Ack { stream: 3, seq: 4 }] {
            let json = serde_json::to_string(&packet).unwrap();
            assert!(json.len() <= PEER_PACKET_MAX_BYTES);
            assert_eq!(serde_json::from_str::<PeerPacket>(&json).unwrap(), packet);
        }
        for nonsense in [
            "null",
            "{}",
            r#"{"ack":{"stream":-1,"seq":1}}"#,
            r#"{"ack":{"stream":"1","seq":1}}"#,
            r#"{"message":{"stream":1,"seq":1,"body":"askToUnmute"}}"#,
            r#"{"message":{"stream":1,"seq":1,"base":1,"body":"becomeHost"}}"#,
        ] {
            assert!(serde_json::from_str::<PeerPacket>(nonsense).is_err(), "{nonsense}");
        }
    }
}
