//! Rooms and joining: what the server tells a browser.

use serde::{Deserialize, Serialize};

use crate::{ApiError, DisplayName, RoomName};

/// A participant's identity in LiveKit: stable per browser and room, meaningless elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Identity(pub String);

impl Identity {
    /// The identity as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Answer to the making of a room (`POST /api/rooms/create`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoomCreated {
    /// Name in the link.
    pub room_name: RoomName,
    /// Title; empty when it has none.
    pub title: String,
    /// The shareable link.
    pub url: String,
}

/// What a page may know of a room before joining it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoomStatus {
    /// Name in the link.
    pub room_name: RoomName,
    /// Title; empty when it has none.
    pub title: String,
    /// Names of the people inside, in order of arrival.
    pub inside: Vec<String>,
}

/// Answer of `GET /api/connection-details`: what a LiveKit client needs to connect.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionDetails {
    /// Address of the signalling (`ws:` or `wss:`).
    pub server_url: String,
    /// Name of the room.
    pub room_name: RoomName,
    /// The cleaned name that the token carries.
    pub participant_name: DisplayName,
    /// The access token (a JWT): a secret of this participant.
    pub participant_token: String,
}

impl std::fmt::Debug for ConnectionDetails {
    /// Leaves the token out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConnectionDetails")
            .field("server_url", &self.server_url)
            .field("room_name", &self.room_name)
            .finish_non_exhaustive()
    }
}

/// One ICE server for the browser's peer connection (RTCIceServer of WebRTC).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServer {
    /// `stun:` and `turn:` addresses.
    pub urls: Vec<String>,
    /// For `turn:`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// For `turn:`; a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

impl std::fmt::Debug for IceServer {
    /// Leaves the credential out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IceServer").field("urls", &self.urls).finish_non_exhaustive()
    }
}

/// Word in `PARLOUR_ICE_SERVERS` that leaves the choice of ICE servers to the LiveKit server.
pub const ICE_FROM_LIVEKIT: &str = "livekit";

/// Everything that an admitted browser needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Joined {
    /// Where and with which token to connect.
    pub details: ConnectionDetails,
    /// Title of the meeting; empty when it has none.
    pub title: String,
    /// Own identity.
    pub identity: Identity,
    /// Whether the caller is the room's host.
    pub host: bool,
    /// ICE servers to use (an empty list: none); absent when LiveKit's own list is to be used.
    pub ice_servers: Option<Vec<IceServer>>,
    /// When the token ends, in milliseconds since 1970.
    pub expires_at_ms: u64,
}

/// The server's decision about somebody who wants to join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Admission {
    /// Come in.
    Admitted(Box<Joined>),
    /// No, and why.
    Refused(ApiError),
}
