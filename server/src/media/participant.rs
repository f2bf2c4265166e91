//! LiveKit's participants, as Parlour keeps them.

use livekit_protocol::ParticipantInfo;
use livekit_protocol::participant_info::Kind as Told;
use wire::Identity;

use crate::store::{Kind, Participant};

/// What a participant of RoomService's is.
pub(super) fn kind(info: &ParticipantInfo) -> Kind {
    let (hidden, machine) = info.permission.as_ref().map_or((false, false), |permission| {
        // LiveKits before kinds marked recorders and agents this way, and newer ones still do.
        #[allow(deprecated)]
        (permission.hidden, permission.recorder || permission.agent)
    });
    match Told::try_from(info.kind) {
        Ok(Told::Standard | Told::Sip) if !machine => {
            if hidden {
                Kind::Hidden
            } else {
                Kind::Person
            }
        }
        // A kind that is new to us is not known to be somebody.
        _ => Kind::Machine,
    }
}

pub(super) fn of(info: ParticipantInfo) -> Participant {
    let joined_at_ms = if info.joined_at_ms > 0 { info.joined_at_ms } else { info.joined_at.saturating_mul(1_000) };
    Participant {
        kind: kind(&info),
        sid: info.sid,
        identity: Identity(info.identity),
        name: info.name,
        joined_at_ms: u64::try_from(joined_at_ms).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use livekit_protocol::ParticipantPermission;

    use super::*;

    #[test]
    fn only_people_who_are_seen_count() {
        let of_kind = |kind: i32| super::kind(&ParticipantInfo { kind, ..ParticipantInfo::default() });
        assert_eq!(of_kind(Told::Standard as i32), Kind::Person);
        assert_eq!(of_kind(Told::Sip as i32), Kind::Person, "somebody on a telephone");
        for kind in [Told::Ingress as i32, Told::Egress as i32, Told::Agent as i32, 99] {
            assert_eq!(of_kind(kind), Kind::Machine, "{kind}");
        }
        let with =
            |permission| super::kind(&ParticipantInfo { permission: Some(permission), ..ParticipantInfo::default() });
        assert_eq!(with(ParticipantPermission { hidden: true, ..ParticipantPermission::default() }), Kind::Hidden);
        #[allow(deprecated)]
        let recorder = ParticipantPermission { recorder: true, hidden: true, ..ParticipantPermission::default() };
        assert_eq!(with(recorder), Kind::Machine);
    }
}
