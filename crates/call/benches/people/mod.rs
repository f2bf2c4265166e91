//! People for the benches.

use call::{Everybody, ParticipantInfo, Publication, RoomEvent, Source, TrackSid};
use wire::Identity;

/// Somebody with microphone and camera.
pub(crate) fn person(n: usize, muted: bool) -> ParticipantInfo {
    let track = |source, kind: &str| Publication {
        sid: TrackSid(format!("TR_{kind}{n}")),
        source,
        muted,
        subscribed: true,
        paused: false,
    };
    ParticipantInfo {
        identity: Identity(format!("{n:032x}")),
        name: format!("Person number {n}"),
        local: n == 0,
        joined_at_ms: 1_700_000_000_000 + n as u64,
        publications: vec![track(Source::Microphone, "AM"), track(Source::Camera, "VC")],
        ..ParticipantInfo::default()
    }
}

/// So many people, whom the room tells at once.
pub(crate) fn everybody(count: usize) -> RoomEvent {
    RoomEvent::Connected(Everybody { local: person(0, false), others: (1..count).map(|n| person(n, false)).collect() })
}
