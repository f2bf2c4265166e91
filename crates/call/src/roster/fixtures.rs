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
        publications: Vec::new(),
    }
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
