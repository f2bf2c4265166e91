//! People and events for tests.

use proptest::prelude::*;
use wire::{Identity, Role};

use crate::{Everybody, ParticipantInfo, Publication, Quality, RoomEvent, Source, TrackSid};

/// Somebody without tracks.
pub(crate) fn person(identity: &str, joined_at_ms: u64) -> ParticipantInfo {
    ParticipantInfo {
        identity: Identity(identity.to_owned()),
        name: identity.to_owned(),
        local: false,
        joined_at_ms,
        active: true,
        hand_at_ms: None,
        role: Role::default(),
        heir: false,
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
    Publication { sid: TrackSid(format!("TR_{source:?}")), source, muted, subscribed: true, paused: false }
}

/// We came in, and these were inside.
pub(crate) fn connected(local: &str, others: &[ParticipantInfo]) -> RoomEvent {
    let local = ParticipantInfo { local: true, ..person(local, 5) };
    RoomEvent::Connected(Everybody { local, others: others.to_vec() })
}

/// The same with these tracks.
pub(crate) fn with_tracks(mut who: ParticipantInfo, tracks: &[Publication]) -> ParticipantInfo {
    who.publications = tracks.to_vec();
    who
}

/// One of six people, as it may be at some moment.
pub(crate) fn any_person() -> impl Strategy<Value = ParticipantInfo> {
    let hand = proptest::option::of(1_u64..3);
    (0_u8..6, 0_u64..50, any::<bool>(), any::<bool>(), hand).prop_map(|(who, at, mic, muted, hand_at_ms)| {
        let tracks = if mic { vec![publication(Source::Microphone, muted)] } else { vec![] };
        ParticipantInfo { hand_at_ms, ..with_tracks(person(&format!("p{who}"), at), &tracks) }
    })
}

/// Something that a room may tell of them.
pub(crate) fn any_event() -> impl Strategy<Value = RoomEvent> {
    let identity = || (0_u8..6).prop_map(|who| Identity(format!("p{who}")));
    let others = || proptest::collection::vec(any_person(), 0..6);
    let local = || ParticipantInfo { local: true, ..person("me", 5) };
    prop_oneof![
        others().prop_map(move |others| RoomEvent::Connected(Everybody { local: local(), others })),
        others().prop_map(move |others| RoomEvent::Reconnected(Everybody { local: local(), others })),
        any_person().prop_map(|participant| RoomEvent::ParticipantConnected { participant }),
        any_person().prop_map(|participant| RoomEvent::ParticipantChanged { participant }),
        identity().prop_map(|identity| RoomEvent::ParticipantDisconnected { identity }),
        proptest::collection::vec(identity(), 0..4).prop_map(|identities| RoomEvent::ActiveSpeakers { identities }),
        identity().prop_map(|identity| RoomEvent::ConnectionQuality { identity, quality: Quality::Good }),
        proptest::collection::vec(0_usize..2, 0..3).prop_map(|kinds| {
            let sid = |kind: usize| TrackSid(["TR_Microphone", "TR_nobody's"][kind].to_owned());
            RoomEvent::Stalled { tracks: kinds.into_iter().map(sid).collect() }
        }),
        Just(RoomEvent::Reconnecting),
    ]
}
