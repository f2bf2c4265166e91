//! What the server says to a room through LiveKit's data channel.

use serde::Serialize;
use serde_json::Value;

use crate::read::{Read, deserialize_by_value, member};
use crate::{ChatMessage, DatedRules};

/// Topic of the server's packets. Anybody in a room can send on any topic, so a client believes a
/// packet only when it has no sender: LiveKit leaves the sender out of what a server sends.
pub const PACKET_TOPIC: &str = "parlour";

/// A packet from the server, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ServerPacket {
    /// A chat message was stored, or is another one now.
    Chat {
        /// The message.
        message: ChatMessage,
    },
    /// Chat messages have been deleted.
    Gone(Gone),
    /// A host has made these the rules.
    Rules(DatedRules),
    /// Several, which have happened one after the other.
    Several(Vec<ServerPacket>),
}

/// Chat messages have been deleted: the one at a place, or all up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Gone {
    /// The number of this change.
    pub seq: u64,
    /// The place.
    pub place: u64,
    /// Whether all before it are gone too.
    pub all: bool,
}

deserialize_by_value!(ServerPacket, Gone);

impl Read for Gone {
    fn read(told: &Value) -> Option<Self> {
        Some(Self { seq: member(told, "seq")?, place: member(told, "place")?, all: member(told, "all")? })
    }
}

impl Read for ServerPacket {
    fn read(told: &Value) -> Option<Self> {
        let (word, value) = told.as_object()?.iter().next()?;
        Some(match word.as_str() {
            "chat" => Self::Chat { message: member(value, "message")? },
            "gone" => Self::Gone(Gone::read(value)?),
            "rules" => Self::Rules(DatedRules::read(value)?),
            "several" => Self::Several(Vec::read(value)?),
            _ => return None,
        })
    }
}
