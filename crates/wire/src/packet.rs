//! What the server says to a room through LiveKit's data channel.

use serde::Serialize;
use serde_json::Value;

use crate::read::{Read, deserialize_by_value, member};
use crate::{ChatMessage, Rules};

/// Topic of the server's packets. Anybody in a room can send on any topic, so a client believes a
/// packet only when it has no sender: LiveKit leaves the sender out of what a server sends.
pub const PACKET_TOPIC: &str = "parlour";

/// A packet from the server, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ServerPacket {
    /// A chat message was stored.
    Chat {
        /// The message.
        message: ChatMessage,
    },
    /// A host has made these the rules.
    Rules(Rules),
}

deserialize_by_value!(ServerPacket);

impl Read for ServerPacket {
    fn read(told: &Value) -> Option<Self> {
        match told.get("chat") {
            Some(chat) => Some(Self::Chat { message: member(chat, "message")? }),
            None => member(told, "rules").map(Self::Rules),
        }
    }
}
