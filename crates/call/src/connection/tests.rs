//! Calls from the first click to the last page, as they should and should not go.

use proptest::prelude::*;

use super::ConnectionEvent as E;
use super::ConnectionState as S;
use super::*;

const REASONS: [DisconnectReason; 11] = [
    DisconnectReason::ClientInitiated,
    DisconnectReason::DuplicateIdentity,
    DisconnectReason::ServerShutdown,
    DisconnectReason::ParticipantRemoved,
    DisconnectReason::RoomDeleted,
    DisconnectReason::RoomClosed,
    DisconnectReason::StateMismatch,
    DisconnectReason::JoinFailure,
    DisconnectReason::SignalClose,
    DisconnectReason::ConnectionTimeout,
    DisconnectReason::Unknown,
];

fn walk(events: &[E]) -> S {
    events.iter().fold(S::Idle, |state, event| state.apply(*event).unwrap())
}

fn any_event() -> impl Strategy<Value = E> {
    prop_oneof![
        Just(E::Join),
        Just(E::Connected),
        Just(E::SignalLost),
        Just(E::MediaLost),
        Just(E::Recovered),
        Just(E::Leave),
        proptest::sample::select(REASONS.to_vec()).prop_map(E::Ended),
        Just(E::Refused(ErrorCode::RoomNotFound)),
    ]
}

#[test]
fn a_call_from_join_to_rejoin() {
    let left = [E::Join, E::Connected, E::Leave, E::Ended(DisconnectReason::ClientInitiated)];
    assert_eq!(walk(&left), S::Disconnected(EndReason::Left));
    assert_eq!(walk(&[&left[..], &[E::Join, E::Connected]].concat()), S::Connected);
}

#[test]
fn signalling_and_media_are_lost_and_found() {
    let lost = [E::Join, E::Connected, E::SignalLost, E::MediaLost];
    assert_eq!(walk(&lost), S::Reconnecting);
    assert_eq!(walk(&[&lost[..], &[E::Recovered]].concat()), S::Connected);
    assert_eq!(
        walk(&[&lost[..], &[E::Ended(DisconnectReason::SignalClose)]].concat()),
        S::Disconnected(EndReason::ConnectionLost)
    );
}

#[test]
fn the_server_can_end_a_connected_call() {
    for (reason, end) in [
        (DisconnectReason::ParticipantRemoved, EndReason::Removed),
        (DisconnectReason::RoomDeleted, EndReason::RoomEnded),
        (DisconnectReason::RoomClosed, EndReason::RoomEnded),
        (DisconnectReason::DuplicateIdentity, EndReason::JoinedElsewhere),
        (DisconnectReason::ServerShutdown, EndReason::ServerShutdown),
        (DisconnectReason::Unknown, EndReason::ConnectionLost),
    ] {
        assert_eq!(walk(&[E::Join, E::Connected, E::Ended(reason)]), S::Disconnected(end));
    }
}

#[test]
fn a_failed_join_tells_the_best_cause_and_can_be_tried_again() {
    let failed = [E::Join, E::Ended(DisconnectReason::JoinFailure)];
    assert_eq!(walk(&failed), S::Failed(ErrorCode::MediaUnavailable));
    let told = [&failed[..], &[E::Refused(ErrorCode::RoomNotFound)]].concat();
    assert_eq!(walk(&told), S::Failed(ErrorCode::RoomNotFound));
    assert_eq!(walk(&[&told[..], &[E::Join]].concat()), S::Connecting);
    let refused_first = [E::Join, E::Refused(ErrorCode::RateLimited), E::Ended(DisconnectReason::JoinFailure), E::Join];
    assert_eq!(walk(&refused_first[..3]), S::Failed(ErrorCode::RateLimited));
}

#[test]
fn leaving_while_joining_is_leaving() {
    let leaving = [E::Join, E::Leave];
    assert_eq!(walk(&leaving), S::Disconnecting);
    for end in [E::Refused(ErrorCode::MediaUnavailable), E::Ended(DisconnectReason::ClientInitiated)] {
        assert_eq!(walk(&[E::Join, E::Leave, E::Connected, end]), S::Disconnected(EndReason::Left));
    }
}

#[test]
fn what_cannot_happen_is_named() {
    let error = S::Idle.apply(E::Connected).unwrap_err();
    assert_eq!(error, InvalidTransition { state: S::Idle, event: E::Connected });
    assert_eq!(error.to_string(), "connected cannot happen while idle");
    for (state, event) in [
        (S::Idle, E::Leave),
        (S::Connecting, E::Join),
        (S::Connected, E::Join),
        (S::Connected, E::Connected),
        (S::Connected, E::Refused(ErrorCode::Internal)),
        (S::Disconnecting, E::Join),
        (S::Disconnected(EndReason::Left), E::Recovered),
        (S::Failed(ErrorCode::Internal), E::Leave),
    ] {
        assert_eq!(state.apply(event), Err(InvalidTransition { state, event }));
    }
}

proptest! {
    #[test]
    fn every_history_obeys_the_rules(events in proptest::collection::vec(any_event(), 0..60)) {
        let mut state = S::Idle;
        for event in events {
            let Ok(next) = state.apply(event) else { continue };
            match next {
                S::Idle => prop_assert!(false, "nothing leads back to idle"),
                S::Connecting => prop_assert_eq!(event, E::Join),
                S::Connected => prop_assert!(matches!(event, E::Connected | E::Recovered)),
                S::Failed(_) => prop_assert!(matches!(state, S::Connecting | S::Failed(_))),
                // Whoever wanted out never comes in again without asking.
                S::Reconnecting => prop_assert!(matches!(state, S::Connected | S::Reconnecting)),
                S::Disconnecting | S::Disconnected(_) => {}
            }
            if state == S::Disconnecting {
                prop_assert!(matches!(next, S::Disconnecting | S::Disconnected(EndReason::Left)));
            }
            state = next;
        }
        // Wherever a call stands, it can be left, and joined again.
        let over = match state {
            S::Idle | S::Disconnected(_) | S::Failed(_) => state,
            inside => inside.apply(E::Leave).unwrap().apply(E::Ended(DisconnectReason::ClientInitiated)).unwrap(),
        };
        prop_assert_eq!(over.apply(E::Join), Ok(S::Connecting));
    }
}
