//! What the server says to a room through LiveKit's data channel.

use serde::{Deserialize, Serialize};

use crate::ChatMessage;

/// Topic of the server's packets. Anybody in a room can send on any topic, so a client believes a
/// packet only when it has no sender: LiveKit leaves the sender out of what a server sends.
pub const PACKET_TOPIC: &str = "parlour";

/// A packet from the server, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ServerPacket {
    /// A chat message was stored.
    Chat {
        /// The message.
        message: ChatMessage,
    },
}
