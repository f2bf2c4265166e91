//! Every history that can be told, and what none of them may bring about.

use proptest::collection::SizeRange;
use proptest::prelude::*;

use super::*;
use crate::long_history::{LONG, few};

/// Some come more often than others: so many parts of the list, for a choice among strategies takes far longer.
fn any_event() -> impl Strategy<Value = E> {
    const PART: usize = 5;
    let codes = [
        ErrorCode::RoomNotFound,
        ErrorCode::InCallElsewhere,
        ErrorCode::Banned,
        ErrorCode::MediaUnavailable,
        ErrorCode::Unreachable,
        ErrorCode::RateLimited,
    ];
    let mut events: Vec<_> = LOST.into_iter().chain(MEANT.map(|(reason, _)| reason)).map(E::Ended).collect();
    events.extend(codes.iter().chain(&codes).copied().map(E::Refused));
    for (event, parts) in [
        (E::Join, 1),
        (E::Waits, 1),
        (E::Decided, 1),
        (E::Connected, 3),
        (E::SignalLost, 1),
        (E::MediaLost, 2),
        (E::Recovered, 1),
        (E::Leave, 1),
        (E::Moved, 1),
        (E::Woken, 3),
        (E::Retry, 1),
        (E::ServerBack, 1),
        (E::ServerAnew, 1),
    ] {
        events.extend([event].repeat(parts * PART));
    }
    proptest::sample::select(events)
}

type History = Vec<(E, u64, f64)>;

/// So many events, each some time after the one before, and by chance.
fn any_history(length: impl Into<SizeRange>) -> impl Strategy<Value = History> {
    proptest::collection::vec((any_event(), 0_u64..40_000, 0.0..=1.0), length)
}

fn obeys_the_rules(events: History) -> Result<(), TestCaseError> {
    let mut connection = Connection::default();
    let mut now_ms = START_MS;
    // What is being done, that is: which effect has not been answered.
    let mut running = None;
    // When the page's one timer comes; a change of state clears it.
    let mut alarm = None;
    for (event, passed_ms, chance) in events {
        now_ms += passed_ms;
        let before = connection.state();
        if event == E::Woken {
            alarm = None;
        }
        let Ok(effect) = connection.apply(event, now_ms, chance) else {
            prop_assert_eq!(connection.state(), before);
            continue;
        };
        let state = connection.state();
        if state != before {
            alarm = None;
        }
        if let Some(Effect::WakeAt(at_ms)) = effect {
            alarm = Some(at_ms);
        }
        match state {
            S::Idle => prop_assert_eq!(before, S::Idle, "nothing leads back to idle"),
            S::Connecting => prop_assert!(before == state || matches!(event, E::Join | E::Decided)),
            S::Waiting => prop_assert!(before == state || event == E::Waits),
            S::Connected => prop_assert!(before == state || matches!(event, E::Connected | E::Recovered)),
            S::Reconnecting(Recovery::Waiting { until_ms, .. }) if before != state => {
                prop_assert!(until_ms >= now_ms && until_ms <= now_ms + 30_000);
                prop_assert_eq!(effect, Some(Effect::WakeAt(until_ms)), "whoever waits is woken");
            }
            S::Reconnecting(_) => prop_assert!(before.is_inside(), "only who was inside comes back by itself"),
            S::Disconnecting(_) => prop_assert!(before == state || matches!(event, E::Leave | E::Moved)),
            S::Disconnected(_) | S::Failed(_) => {}
        }
        if let S::Disconnecting(why) = before {
            prop_assert!(state == before || state == S::Disconnected(why));
        }
        if event == E::Ended(DisconnectReason::DuplicateIdentity) {
            prop_assert!(!matches!(effect, Some(Effect::Join | Effect::WakeAt(_))), "two would fight");
        }
        if state != before || effect.is_some() {
            running = effect;
        }
        // A state that waits for an answer has somebody who gives it, and one that waits for a moment a timer.
        match state {
            S::Connecting | S::Reconnecting(Recovery::Rejoining { .. }) => prop_assert_eq!(running, Some(Effect::Join)),
            S::Reconnecting(Recovery::Waiting { until_ms, .. }) => {
                prop_assert_eq!(running, Some(Effect::WakeAt(until_ms)));
                prop_assert_eq!(alarm, Some(until_ms), "also after a timer that came early");
            }
            S::Disconnecting(_) => prop_assert_eq!(running, Some(Effect::Leave)),
            // Woken when the server was back and the resume has not succeeded.
            S::Reconnecting(Recovery::Resuming) => prop_assert_eq!(alarm.is_some(), connection.server_back),
            _ => prop_assert!(!matches!(running, Some(Effect::Join | Effect::WakeAt(_) | Effect::Leave))),
        }
    }
    // Wherever a call stands, it can be left, and joined again.
    if matches!(connection.state(), S::Connecting | S::Waiting | S::Connected | S::Reconnecting(_)) {
        prop_assert_eq!(connection.apply(E::Leave, now_ms, 0.5), Ok(Some(Effect::Leave)));
    }
    if matches!(connection.state(), S::Disconnecting(_)) {
        prop_assert!(connection.apply(E::Ended(DisconnectReason::ClientInitiated), now_ms, 0.5).is_ok());
    }
    prop_assert_eq!(connection.apply(E::Join, now_ms, 0.5), Ok(Some(Effect::Join)));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_history_obeys_the_rules(events in any_history(0..600)) {
        obeys_the_rules(events)?;
    }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn so_does_one_of_ten_thousand_events(events in any_history(LONG)) {
        obeys_the_rules(events)?;
    }
}
