//! Rooms and joining: what the server tells a browser.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::read::{Read, deserialize_by_value, member};
use crate::{ApiError, DatedRules, DisplayName, Place, Role, RoomName, Rules};

/// A participant's identity in LiveKit: stable per browser and room, meaningless elsewhere.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoomCreated {
    /// Name in the link.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub room_name: RoomName,
    /// Title; empty when it has none.
    pub title: String,
    /// The shareable link.
    pub url: String,
}

/// What a page may know of a room before joining it.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoomStatus {
    /// Name in the link.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub room_name: RoomName,
    /// Title; empty when it has none.
    pub title: String,
    /// Names of the people inside, in order of arrival; only for those who would be let in now.
    pub inside: Vec<String>,
    /// Whether anybody is inside.
    pub busy: bool,
    /// Whether the caller has to know the password.
    pub password: bool,
    /// Whether a host keeps the caller out.
    pub banned: bool,
    /// What else there is to know before joining, as a sentence; empty when nothing.
    pub notice: String,
    /// What holds for everybody.
    pub rules: Rules,
    /// Since when, in milliseconds since 1970.
    pub rules_at_ms: u64,
}

/// Answer of `GET /api/connection-details`: what a LiveKit client needs to connect.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionDetails {
    /// Address of the signalling (`ws:` or `wss:`).
    pub server_url: String,
    /// Name of the room.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub room_name: RoomName,
    /// The cleaned name that the token carries.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
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
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct IceServer {
    /// `stun:` and `turn:` addresses.
    pub urls: Vec<String>,
    /// For `turn:`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// For `turn:`; a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Joined {
    /// Where and with which token to connect.
    pub details: ConnectionDetails,
    /// Title of the meeting; empty when it has none.
    pub title: String,
    /// Own identity.
    pub identity: Identity,
    /// What the caller is in this meeting.
    pub role: Role,
    /// What holds for everybody.
    pub rules: DatedRules,
    /// ICE servers to use (an empty list: none); absent when LiveKit's own list is to be used.
    pub ice_servers: Option<Vec<IceServer>>,
}

/// The server's decision about somebody who wants to join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Admission {
    /// Come in.
    Admitted(Box<Joined>),
    /// Wait until a host has decided; the stream of events tells when (see [`DoorNews`](crate::DoorNews)).
    Waiting(Place),
    /// No, and why.
    Refused(ApiError),
}

/// The server's answer to somebody who has a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RoomLookup {
    /// There is such a room.
    Found(RoomStatus),
    /// There is none, or it could not be asked for, and why.
    Refused(ApiError),
}

/// That what was asked for is done; there is nothing to say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Done;

deserialize_by_value!(RoomCreated, RoomStatus, ConnectionDetails, IceServer, Joined, Admission, RoomLookup, Done);

impl Read for Identity {
    fn read(told: &Value) -> Option<Self> {
        String::read(told).map(Self)
    }
}

impl Read for RoomCreated {
    fn read(told: &Value) -> Option<Self> {
        Some(Self { room_name: member(told, "roomName")?, title: member(told, "title")?, url: member(told, "url")? })
    }
}

impl Read for RoomStatus {
    fn read(told: &Value) -> Option<Self> {
        let rules_at_ms: Option<u64> = member(told, "rulesAtMs")?;
        Some(Self {
            room_name: member(told, "roomName")?,
            title: member(told, "title")?,
            inside: member(told, "inside")?,
            busy: member(told, "busy")?,
            password: member(told, "password")?,
            banned: member(told, "banned")?,
            notice: member(told, "notice")?,
            rules: member(told, "rules")?,
            rules_at_ms: rules_at_ms.unwrap_or_default(),
        })
    }
}

impl Read for ConnectionDetails {
    fn read(told: &Value) -> Option<Self> {
        Some(Self {
            server_url: member(told, "serverUrl")?,
            room_name: member(told, "roomName")?,
            participant_name: member(told, "participantName")?,
            participant_token: member(told, "participantToken")?,
        })
    }
}

impl Read for IceServer {
    fn read(told: &Value) -> Option<Self> {
        Some(Self {
            urls: member(told, "urls")?,
            username: member(told, "username")?,
            credential: member(told, "credential")?,
        })
    }
}

impl Read for Joined {
    fn read(told: &Value) -> Option<Self> {
        Some(Self {
            details: member(told, "details")?,
            title: member(told, "title")?,
            identity: member(told, "identity")?,
            role: member(told, "role")?,
            rules: member(told, "rules")?,
            ice_servers: member(told, "iceServers")?,
        })
    }
}

impl Read for Admission {
    fn read(told: &Value) -> Option<Self> {
        if let Some(joined) = member::<Option<Joined>>(told, "admitted")? {
            return Some(Self::Admitted(Box::new(joined)));
        }
        match member::<Option<Place>>(told, "waiting")? {
            Some(place) => Some(Self::Waiting(place)),
            None => member(told, "refused").map(Self::Refused),
        }
    }
}

impl Read for RoomLookup {
    fn read(told: &Value) -> Option<Self> {
        match member::<Option<RoomStatus>>(told, "found")?.map(Self::Found) {
            None => member(told, "refused").map(Self::Refused),
            found => found,
        }
    }
}

impl Read for Done {
    fn read(_: &Value) -> Option<Self> {
        Some(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined() -> Joined {
        Joined {
            details: ConnectionDetails {
                server_url: "wss://meet.example".to_owned(),
                room_name: RoomName::parse("kfwm-23a7c-xq4d").unwrap(),
                participant_name: DisplayName::parse("Ada").unwrap(),
                participant_token: "token".to_owned(),
            },
            title: String::new(),
            identity: Identity("ada".to_owned()),
            role: Role::Host,
            rules: DatedRules { rules: Rules::default(), at_ms: 5 },
            ice_servers: Some(vec![IceServer {
                urls: vec!["turn:turn.example".to_owned()],
                username: Some("u".to_owned()),
                credential: None,
            }]),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let plain = Joined { ice_servers: None, ..joined() };
        let refused = Admission::Refused(crate::ErrorCode::RoomNotFound.into());
        let waiting = Admission::Waiting(Place { place: 3, attended: Some(true) });
        for admission in
            [Admission::Admitted(Box::new(joined())), Admission::Admitted(Box::new(plain)), waiting, refused]
        {
            let json = serde_json::to_string(&admission).unwrap();
            assert_eq!(serde_json::from_str::<Admission>(&json).unwrap(), admission, "{json}");
        }
        let room_name = RoomName::parse("kfwm-23a7c-xq4d").unwrap();
        let inside = vec!["Ada".to_owned()];
        let rules = Rules::default();
        let status = RoomStatus {
            room_name: room_name.clone(),
            title: "x".to_owned(),
            inside,
            busy: true,
            password: true,
            banned: true,
            notice: "Soon.".to_owned(),
            rules,
            rules_at_ms: 5,
        };
        let json = serde_json::to_string(&status).unwrap();
        assert_eq!(serde_json::from_str::<RoomStatus>(&json).unwrap(), status);
        let created = RoomCreated { room_name, title: String::new(), url: "https://meet.example/x".to_owned() };
        let json = serde_json::to_string(&created).unwrap();
        assert_eq!(serde_json::from_str::<RoomCreated>(&json).unwrap(), created);
    }

    #[test]
    fn the_token_does_not_show() {
        assert!(!format!("{:?}", joined()).contains("token"));
    }

    #[test]
    fn what_is_something_else_is_refused() {
        let json = serde_json::to_string(&joined()).unwrap();
        for (from, to) in
            [("\"host\"", "\"king\""), ("false", "0"), ("kfwm-23a7c-xq4d", ""), ("urls", "url"), ("\"Ada\"", "\"\"")]
        {
            assert_ne!(json.replace(from, to), json);
            assert!(serde_json::from_str::<Joined>(&json.replace(from, to)).is_err(), "{to}");
        }
        assert!(serde_json::from_str::<Admission>(r#"{"welcome":{}}"#).is_err());
    }
}
