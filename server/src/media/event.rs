//! LiveKit's events, as the bodies of its webhooks carry them: protobuf's JSON, in which what is nothing is left out and
//! numbers of 64 bits are texts.

use livekit_protocol::participant_info::Kind;
use livekit_protocol::{ParticipantInfo, ParticipantPermission};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use wire::RoomName;

use super::participant;
use crate::store::Participant;

/// What happened.
pub struct Event {
    /// LiveKit's id of it; the same event may come again.
    pub id: String,
    /// LiveKit's word for it, such as `participant_joined`.
    pub name: String,
    /// When, by LiveKit's clock, which is read in whole seconds.
    pub created_at_ms: u64,
    /// Where.
    pub room: Option<RoomName>,
    /// To whom.
    pub participant: Option<Participant>,
}

/// Reads a body. LiveKit adds members and kinds from version to version: they are passed over. `None` when it is no event.
pub fn read(body: &[u8]) -> Option<Event> {
    let body: Body = serde_json::from_slice(body).ok()?;
    Some(Event {
        id: Some(body.id).filter(|id| !id.is_empty())?,
        name: body.event,
        created_at_ms: u64::try_from(body.created_at.checked_mul(1_000)?).ok().filter(|at| *at > 0)?,
        room: body.room.and_then(|room| RoomName::parse(&room.name).ok()),
        // Without a sid nobody can be known again.
        participant: body.participant.map(Told::into_participant).filter(|participant| !participant.sid.is_empty()),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    event: String,
    id: String,
    #[serde(deserialize_with = "number")]
    created_at: i64,
    room: Option<Room>,
    participant: Option<Told>,
}

#[derive(Deserialize)]
struct Room {
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Told {
    sid: String,
    identity: String,
    name: String,
    kind: Value,
    permission: Permission,
    #[serde(deserialize_with = "number")]
    joined_at: i64,
    #[serde(deserialize_with = "number")]
    joined_at_ms: i64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Permission {
    hidden: bool,
    recorder: bool,
    agent: bool,
}

impl Told {
    #[allow(deprecated, reason = "see participant::kind")]
    fn into_participant(self) -> Participant {
        let Permission { hidden, recorder, agent } = self.permission;
        participant::of(ParticipantInfo {
            sid: self.sid,
            identity: self.identity,
            name: self.name,
            kind: kind(&self.kind),
            permission: Some(ParticipantPermission { hidden, recorder, agent, ..ParticipantPermission::default() }),
            joined_at: self.joined_at,
            joined_at_ms: self.joined_at_ms,
            ..ParticipantInfo::default()
        })
    }
}

/// The first kind is left out; one that this Parlour does not know is none.
fn kind(told: &Value) -> i32 {
    match told {
        Value::Null => Kind::default() as i32,
        told => told.as_str().and_then(Kind::from_str_name).map_or(-1, |kind| kind as i32),
    }
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let told = Value::deserialize(deserializer)?;
    let number = told.as_i64().or_else(|| told.as_str()?.parse().ok());
    number.ok_or_else(|| serde::de::Error::custom("not a number"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store;

    #[test]
    fn an_event_is_read_as_livekit_writes_it() {
        let body = json!({
            "event": "participant_left", "id": "EV_1", "createdAt": "1735689600", "somethingNew": [1],
            "room": { "sid": "RM_1", "name": "abcd-efghj-kmnp", "creationTime": "1735689000" },
            "participant": {
                "sid": "PA_1", "identity": "ada", "name": "Ada", "state": "DISCONNECTED", "joinedAt": "1735689500",
                "joinedAtMs": "1735689500123", "disconnectReason": "NOT_YET_INVENTED", "permission": { "canPublish": true },
            },
        });
        let event = read(body.to_string().as_bytes()).unwrap();
        assert_eq!((event.id.as_str(), event.name.as_str()), ("EV_1", "participant_left"));
        assert_eq!((event.created_at_ms, event.room.unwrap().as_str()), (1_735_689_600_000, "abcd-efghj-kmnp"));
        let participant = event.participant.unwrap();
        assert_eq!((participant.sid.as_str(), participant.identity.as_str()), ("PA_1", "ada"));
        assert_eq!((participant.kind, participant.joined_at_ms), (store::Kind::Person, 1_735_689_500_123));
    }

    #[test]
    fn what_a_participant_is_is_read_too() {
        for (told, kind) in [
            (json!({}), store::Kind::Person),
            (json!({ "kind": "SIP" }), store::Kind::Person),
            (json!({ "kind": "AGENT" }), store::Kind::Machine),
            (json!({ "kind": "EGRESS", "permission": { "hidden": true } }), store::Kind::Machine),
            (json!({ "kind": "NOT_YET_INVENTED" }), store::Kind::Machine),
            (json!({ "permission": { "recorder": true } }), store::Kind::Machine),
            (json!({ "permission": { "hidden": true } }), store::Kind::Hidden),
        ] {
            let mut participant = json!({ "sid": "PA_1", "identity": "x" });
            participant.as_object_mut().unwrap().extend(told.as_object().unwrap().clone());
            let body =
                json!({ "event": "participant_joined", "id": "EV_1", "createdAt": "1", "participant": participant });
            assert_eq!(read(body.to_string().as_bytes()).unwrap().participant.unwrap().kind, kind, "{told}");
        }
    }

    #[test]
    fn what_is_no_event_is_refused() {
        for body in [
            json!([]),
            json!({ "event": "room_finished" }),
            json!({ "event": "room_finished", "id": "", "createdAt": "1" }),
            json!({ "event": "room_finished", "id": "EV_1" }),
            json!({ "event": "room_finished", "id": "EV_1", "createdAt": "soon" }),
            json!({ "event": "room_finished", "id": "EV_1", "createdAt": "-1" }),
            json!({ "event": "room_finished", "id": "EV_1", "createdAt": i64::MAX }),
        ] {
            assert!(read(body.to_string().as_bytes()).is_none(), "{body}");
        }
    }
}
