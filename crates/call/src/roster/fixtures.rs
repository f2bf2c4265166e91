//! People and events for tests.

use wire::Identity;

use crate::{Everybody, ParticipantInfo, Publication, RoomEvent, Source, TrackSid};

/// Somebody without tracks.
pub(crate) fn person(identity: &str, joined_at_ms: u64) -> ParticipantInfo {
    ParticipantInfo {
        identity: Identity(identity.to_owned()),
        name: identity.to_owned(),
        local: false,
        joined_at_ms,
        hand_at_ms: None,
        publications: Vec::new(),
    }
}

/// The same with a hand that was raised at a time.
pub(crate) fn with_hand(mut who: ParticipantInfo, at_ms: u64) -> ParticipantInfo {
    who.hand_at_ms = Some(at_ms);
    who
}

/// A subscribed track.
pub(crate) fn publication(source: Source, muted: bool) -> Publication {
    Publication { sid: TrackSid(format!("TR_{source:?}")), source, muted, subscribed: true }
}

/// We came in, and these were inside.
pub(crate) fn connected(local: &str, others: &[ParticipantInfo]) -> RoomEvent {
    let local = ParticipantInfo { local: true, ..person(local, 5) };
    RoomEvent::Connected(Everybody { local, others: others.to_vec() })
}
