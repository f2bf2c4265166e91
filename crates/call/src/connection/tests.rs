//! Calls from the first click to the last page, as they should and should not go.

use wire::ErrorCode;

use super::ConnectionEvent as E;
use super::ConnectionState as S;
use super::*;
use crate::DisconnectReason;

mod random;

const LOST: [DisconnectReason; 6] = [
    DisconnectReason::ServerShutdown,
    DisconnectReason::StateMismatch,
    DisconnectReason::JoinFailure,
    DisconnectReason::SignalClose,
    DisconnectReason::ConnectionTimeout,
    DisconnectReason::Unknown,
];
const MEANT: [(DisconnectReason, EndReason); 5] = [
    (DisconnectReason::ClientInitiated, EndReason::Left),
    (DisconnectReason::DuplicateIdentity, EndReason::JoinedElsewhere),
    (DisconnectReason::ParticipantRemoved, EndReason::Removed),
    (DisconnectReason::RoomDeleted, EndReason::RoomEnded),
    (DisconnectReason::RoomClosed, EndReason::RoomEnded),
];
const START_MS: u64 = 1_700_000_000_000;

/// A connection to which something happens every second, always with the same luck.
struct Walk {
    connection: Connection,
    now_ms: u64,
    last: Option<Effect>,
}

impl Walk {
    fn through(events: &[E]) -> Self {
        let mut walk = Self { connection: Connection::default(), now_ms: START_MS, last: None };
        walk.go(events);
        walk
    }

    fn go(&mut self, events: &[E]) -> S {
        for event in events {
            self.now_ms += 1_000;
            self.last = self.connection.apply(*event, self.now_ms, 0.5).unwrap();
        }
        self.connection.state()
    }
}

fn after(events: &[E]) -> (S, Option<Effect>) {
    let walk = Walk::through(events);
    (walk.connection.state(), walk.last)
}

const INSIDE: [E; 2] = [E::Join, E::Connected];

fn inside_then(more: &[E]) -> (S, Option<Effect>) {
    after(&[&INSIDE, more].concat())
}

#[test]
fn a_call_from_join_to_rejoin() {
    assert_eq!(after(&[E::Join]), (S::Connecting, Some(Effect::Join)));
    assert_eq!(inside_then(&[]), (S::Connected, None));
    assert_eq!(inside_then(&[E::Leave]), (S::Disconnecting(EndReason::Left), Some(Effect::Leave)));
    let left = [E::Leave, E::Ended(DisconnectReason::ClientInitiated)];
    assert_eq!(inside_then(&left), (S::Disconnected(EndReason::Left), Some(Effect::Release)));
    assert_eq!(inside_then(&[&left[..], &INSIDE].concat()).0, S::Connected);
}

#[test]
fn livekit_client_resumes_first() {
    assert_eq!(inside_then(&[E::SignalLost]), (S::Reconnecting(Recovery::Resuming), None));
    assert_eq!(inside_then(&[E::SignalLost, E::SignalLost, E::Recovered]).0, S::Connected);
    assert_eq!(inside_then(&[E::Recovered]).0, S::Connected, "a recovery before its loss was told");
}

#[test]
fn a_resume_that_does_not_last_is_followed_by_a_new_room() {
    for (later_ms, anew) in [(RELAPSE_MS - 1, true), (RELAPSE_MS, false)] {
        let mut connection = Connection::default();
        for event in [&INSIDE[..], &[E::SignalLost, E::Recovered]].concat() {
            let _ = connection.apply(event, START_MS, 0.5).unwrap();
        }
        let _ = connection.apply(E::SignalLost, START_MS + later_ms, 0.5).unwrap();
        let waits = matches!(connection.state(), S::Reconnecting(Recovery::Waiting { .. }));
        assert_eq!(waits, anew, "{later_ms} ms later");
    }
    let anew = inside_then(&[E::SignalLost, E::Recovered, E::MediaLost, E::Retry, E::Connected, E::SignalLost]);
    assert_eq!(anew.0, S::Reconnecting(Recovery::Resuming), "another room has not resumed yet");
}

#[test]
fn every_loss_is_followed_by_attempts_until_one_succeeds() {
    for lost in LOST.map(E::Ended).into_iter().chain([E::MediaLost]) {
        for before in [&[][..], &[E::SignalLost]] {
            let mut walk = Walk::through(&INSIDE);
            walk.go(before);
            walk.go(&[lost]);
            let until_ms = walk.now_ms + 500;
            assert_eq!(
                walk.connection.state(),
                S::Reconnecting(Recovery::Waiting { attempt: 1, until_ms }),
                "{lost:?}"
            );
            assert_eq!(walk.last, Some(Effect::WakeAt(until_ms)));

            assert_eq!(walk.go(&[E::Woken]), S::Reconnecting(Recovery::Rejoining { attempt: 1 }));
            assert_eq!(walk.last, Some(Effect::Join));
            walk.go(&[E::Refused(ErrorCode::MediaUnavailable)]);
            let until_ms = walk.now_ms + 1_000;
            assert_eq!(walk.connection.state(), S::Reconnecting(Recovery::Waiting { attempt: 2, until_ms }));
            assert_eq!(walk.go(&[E::Woken, E::Connected]), S::Connected);
        }
    }
}

#[test]
fn an_attempt_does_not_begin_early_but_may_be_hurried() {
    let mut walk = Walk::through(&[&INSIDE[..], &[E::Ended(DisconnectReason::SignalClose)]].concat());
    let waiting = walk.connection.state();
    let S::Reconnecting(Recovery::Waiting { until_ms, .. }) = waiting else { panic!("{waiting:?}") };
    let early = walk.connection.apply(E::Woken, until_ms - 1, 0.5);
    assert_eq!(early, Ok(Some(Effect::WakeAt(until_ms))), "a timer that came early is set anew");
    assert_eq!(walk.connection.state(), waiting);
    assert_eq!(walk.connection.apply(E::Retry, until_ms - 1, 0.5), Ok(Some(Effect::Join)));
}

#[test]
fn an_attempt_that_hangs_may_be_begun_anew() {
    let mut walk = Walk::through(&[&INSIDE[..], &[E::MediaLost, E::Retry]].concat());
    let (rejoining, began_ms) = (walk.connection.state(), walk.now_ms);
    assert_eq!(rejoining, S::Reconnecting(Recovery::Rejoining { attempt: 1 }));
    assert_eq!(walk.connection.apply(E::Retry, began_ms + 1_999, 0.5), Ok(None), "it has hardly begun");
    assert_eq!(walk.connection.apply(E::Retry, began_ms + 2_000, 0.5), Ok(Some(Effect::Join)));
    assert_eq!(walk.connection.apply(E::Retry, began_ms + 3_999, 0.5), Ok(None), "the new one, too");
    assert_eq!(walk.connection.state(), rejoining, "it is the same attempt still");
}

#[test]
fn when_the_server_is_back_everybody_comes_within_a_quarter_of_a_second() {
    let mut walk = Walk::through(&INSIDE);
    walk.go(&[E::MediaLost]);
    for _ in 0..8 {
        walk.go(&[E::Retry, E::Refused(ErrorCode::Unreachable)]);
    }
    let now_ms = walk.now_ms;
    for (chance, within_ms) in [(0.0, 0), (0.4, 100), (1.0, 250)] {
        let mut connection = walk.connection.clone();
        let effect = connection.apply(E::ServerBack, now_ms, chance);
        assert_eq!(effect, Ok(Some(Effect::WakeAt(now_ms + within_ms))));
        assert_eq!(connection.apply(E::Woken, now_ms + within_ms, chance), Ok(Some(Effect::Join)));
    }
    assert_eq!(walk.connection.apply(E::ServerBack, now_ms + 60_000, 1.0).unwrap(), {
        let S::Reconnecting(Recovery::Waiting { until_ms, .. }) = walk.connection.state() else { panic!() };
        Some(Effect::WakeAt(until_ms))
    });
}

#[test]
fn a_server_that_was_started_anew_has_nothing_to_resume() {
    let mut walk = Walk::through(&[&INSIDE[..], &[E::SignalLost]].concat());
    let soon = Effect::WakeAt(walk.now_ms + 125);
    assert_eq!(walk.connection.apply(E::ServerAnew, walk.now_ms, 0.5), Ok(Some(soon)));
    assert!(matches!(walk.connection.state(), S::Reconnecting(Recovery::Waiting { attempt: 1, .. })));
    // Where the loss has not been noticed yet, livekit-client will.
    let mut inside = Walk::through(&INSIDE);
    assert_eq!(inside.connection.apply(E::ServerAnew, inside.now_ms, 0.5), Ok(None));
    assert_eq!(inside.connection.state(), S::Connected);
}

#[test]
fn what_began_before_the_server_was_back_does_not_hold_up_the_return() {
    let resuming = S::Reconnecting(Recovery::Resuming);
    let mut walk = Walk::through(&[&INSIDE[..], &[E::SignalLost]].concat());
    assert_eq!(walk.connection.apply(E::Woken, walk.now_ms, 0.5), Ok(None), "nothing was waited for");
    let grace = Effect::WakeAt(walk.now_ms + 1_000);
    assert_eq!(walk.connection.apply(E::ServerBack, walk.now_ms, 0.5), Ok(Some(grace)));
    assert_eq!(walk.connection.state(), resuming, "it may still succeed");
    let mut resumed = walk.connection.clone();
    assert_eq!(resumed.apply(E::Recovered, walk.now_ms + 1, 0.5), Ok(None));
    let later_ms = walk.now_ms + 1 + RELAPSE_MS;
    assert_eq!(resumed.apply(E::SignalLost, later_ms, 0.5), Ok(None));
    assert_eq!(resumed.apply(E::Woken, later_ms, 0.5), Ok(None), "the next loss is another one");
    let now_ms = walk.now_ms + 1_000;
    assert_eq!(walk.connection.apply(E::Woken, now_ms, 0.5), Ok(Some(Effect::WakeAt(now_ms + 125))));

    // An attempt that asked a moment too early.
    let mut walk = Walk::through(&[&INSIDE[..], &[E::MediaLost, E::Retry]].concat());
    for _ in 0..8 {
        walk.go(&[E::Refused(ErrorCode::Unreachable), E::Retry]);
    }
    assert_eq!(walk.connection.apply(E::ServerBack, walk.now_ms, 0.5), Ok(None));
    let refused = walk.connection.apply(E::Refused(ErrorCode::MediaUnavailable), walk.now_ms, 0.5);
    assert_eq!(refused, Ok(Some(Effect::WakeAt(walk.now_ms + 125))));
    walk.go(&[E::Retry]);
    walk.go(&[E::Refused(ErrorCode::MediaUnavailable)]);
    let S::Reconnecting(Recovery::Waiting { until_ms, .. }) = walk.connection.state() else { panic!() };
    assert!(until_ms > walk.now_ms + 1_000, "once only");
}

#[test]
fn a_connection_that_held_forgets_its_losses_and_one_that_flaps_does_not() {
    let attempt = |seconds_inside: u64| {
        let mut walk = Walk::through(&INSIDE);
        walk.go(&[E::MediaLost, E::Retry, E::Refused(ErrorCode::Unreachable), E::Retry, E::Connected]);
        walk.now_ms += seconds_inside * 1_000;
        match walk.go(&[E::MediaLost]) {
            S::Reconnecting(Recovery::Waiting { attempt, .. }) => attempt,
            state => panic!("{state:?}"),
        }
    };
    assert_eq!(attempt(1), 3);
    assert_eq!(attempt(10), 1);
}

#[test]
fn a_calm_word_comes_after_ten_attempts() {
    let mut walk = Walk::through(&INSIDE);
    walk.go(&[E::MediaLost]);
    for failed in 0..12 {
        let S::Reconnecting(recovery) = walk.connection.state() else { panic!("after {failed}") };
        assert_eq!(recovery.is_long(), failed >= 10, "after {failed}");
        walk.go(&[E::Retry, E::Refused(ErrorCode::Unreachable)]);
    }
}

#[test]
fn what_somebody_meant_ends_the_call_wherever_it_stands() {
    for (reason, end) in MEANT {
        let over = (S::Disconnected(end), Some(Effect::Release));
        assert_eq!(inside_then(&[E::Ended(reason)]), over);
        assert_eq!(inside_then(&[E::SignalLost, E::Ended(reason)]), over);
        assert_eq!(inside_then(&[E::MediaLost, E::Retry, E::Ended(reason)]), over);
        assert_eq!(after(&[E::Join, E::Ended(reason)]), over);
        // A room that is let go of says that we left it: then the next attempt is still waited for.
        if end != EndReason::Left {
            assert_eq!(inside_then(&[E::MediaLost, E::Ended(reason)]), over);
        }
    }
    let gone = [E::MediaLost, E::Retry, E::Refused(ErrorCode::RoomNotFound)];
    assert_eq!(inside_then(&gone), (S::Failed(ErrorCode::RoomNotFound), Some(Effect::Release)));
}

#[test]
fn who_was_thrown_out_by_himself_elsewhere_never_comes_back_unasked() {
    let before: [&[E]; 5] = [
        &[],
        &[E::Connected],
        &[E::Connected, E::SignalLost],
        &[E::Connected, E::MediaLost],
        &[E::Connected, E::MediaLost, E::Retry],
    ];
    let later = [E::Woken, E::Retry, E::ServerBack, E::ServerAnew, E::Ended(DisconnectReason::SignalClose)];
    for before in before {
        let mut walk = Walk::through(&[&[E::Join], before].concat());
        walk.go(&[E::Ended(DisconnectReason::DuplicateIdentity)]);
        for event in later {
            assert_eq!(walk.go(&[event]), S::Disconnected(EndReason::JoinedElsewhere), "{event:?} after {before:?}");
            assert_eq!(walk.last, None, "{event:?} after {before:?}");
        }
    }
}

#[test]
fn who_took_the_call_elsewhere_while_this_browser_was_away_does_not_get_it_back_unasked() {
    let elsewhere = E::Refused(ErrorCode::InCallElsewhere);
    let over = (S::Disconnected(EndReason::JoinedElsewhere), Some(Effect::Release));
    assert_eq!(inside_then(&[E::MediaLost, E::Retry, elsewhere]), over);
    // Who wants in anew is asked.
    assert_eq!(after(&[E::Join, elsewhere]), (S::Failed(ErrorCode::InCallElsewhere), None));
}

#[test]
fn who_is_kept_out_is_told_so_and_not_that_they_were_only_taken_out() {
    let banned = E::Refused(ErrorCode::Banned);
    let over = S::Disconnected(EndReason::Banned);
    let removed = E::Ended(DisconnectReason::ParticipantRemoved);
    // The removal has let go of everything already.
    assert_eq!(inside_then(&[removed, banned]), (over, None));
    assert_eq!(inside_then(&[removed, banned, removed, E::Refused(ErrorCode::Unreachable), E::Retry]), (over, None));
    assert_eq!(inside_then(&[E::MediaLost, E::Retry, banned]), (over, Some(Effect::Release)), "while they were away");
    for (reason, end) in MEANT.into_iter().filter(|(_, end)| *end != EndReason::Removed) {
        assert_eq!(inside_then(&[E::Ended(reason), banned]).0, S::Disconnected(end), "another end stands");
    }
    // Before the call the door says it.
    assert_eq!(after(&[E::Join, banned]), (S::Failed(ErrorCode::Banned), None));
}

#[test]
fn a_call_that_is_moved_is_left_in_order_and_says_where_it_went() {
    let before: [&[E]; 4] = [&[], &[E::Connected], &[E::Connected, E::SignalLost], &[E::Connected, E::MediaLost]];
    for before in before {
        let mut walk = Walk::through(&[&[E::Join], before].concat());
        assert_eq!(walk.go(&[E::Moved]), S::Disconnecting(EndReason::JoinedElsewhere));
        assert_eq!(walk.last, Some(Effect::Leave));
        // Asked twice, and a person who leaves at the same moment.
        walk.go(&[E::Moved, E::Leave, E::Ended(DisconnectReason::ClientInitiated)]);
        assert_eq!(walk.connection.state(), S::Disconnected(EndReason::JoinedElsewhere));
        assert_eq!(walk.last, Some(Effect::Release));
        assert_eq!(walk.go(&[E::Moved]), S::Disconnected(EndReason::JoinedElsewhere));
    }
}

#[test]
fn a_failed_join_tells_the_best_cause_and_can_be_tried_again() {
    let failed = [E::Join, E::Ended(DisconnectReason::JoinFailure)];
    assert_eq!(after(&failed).0, S::Failed(ErrorCode::MediaUnavailable));
    let told = [&failed[..], &[E::Refused(ErrorCode::RoomNotFound)]].concat();
    assert_eq!(after(&told).0, S::Failed(ErrorCode::RoomNotFound));
    assert_eq!(after(&[&told[..], &[E::Join]].concat()), (S::Connecting, Some(Effect::Join)));
    let refused_first = [E::Join, E::Refused(ErrorCode::RateLimited), E::Ended(DisconnectReason::JoinFailure)];
    assert_eq!(after(&refused_first).0, S::Failed(ErrorCode::RateLimited));
}

#[test]
fn leaving_is_leaving_whatever_comes_first() {
    let before: [&[E]; 4] = [&[], &[E::Connected], &[E::Connected, E::SignalLost], &[E::Connected, E::MediaLost]];
    for before in before {
        for end in [E::Refused(ErrorCode::MediaUnavailable), E::Ended(DisconnectReason::SignalClose)] {
            let events = [&[E::Join], before, &[E::Leave, E::Recovered, end, end]].concat();
            assert_eq!(after(&events).0, S::Disconnected(EndReason::Left));
        }
    }
}

#[test]
fn what_cannot_happen_is_named() {
    let mut connection = Connection::default();
    let error = connection.apply(E::Connected, START_MS, 0.5).unwrap_err();
    assert_eq!(error, InvalidTransition { state: S::Idle, event: E::Connected });
    assert_eq!(error.to_string(), "connected cannot happen while idle");
    for (events, wrong) in [
        (&[][..], E::Leave),
        (&[E::Join], E::Join),
        (&INSIDE, E::Join),
        (&INSIDE, E::Connected),
        (&INSIDE, E::Refused(ErrorCode::Internal)),
        (&[E::Join, E::Leave], E::Join),
        (&[E::Join, E::Refused(ErrorCode::Internal)], E::Leave),
    ] {
        let mut connection = Walk::through(events).connection;
        let before = connection.clone();
        assert!(connection.apply(wrong, START_MS, 0.5).is_err(), "{wrong:?} after {events:?}");
        assert_eq!(connection, before);
    }
}
