//! Clicks, refusals, lost answers and other people's doing.

use proptest::collection::SizeRange;
use proptest::prelude::*;

use super::*;
use crate::long_history::{LONG, few};

/// Most values are switches.
type Toggle = Optimistic<bool>;

/// The world is as the attempt wants it.
fn settled_well(toggle: &mut Toggle, attempt: Attempt<bool>) -> Settled<bool> {
    let wants = *attempt.wants();
    toggle.settled(attempt, Ok::<_, ()>(wants))
}

const REFUSED: Result<bool, ()> = Err(());

#[test]
fn it_answers_at_once_and_settles() {
    let mut toggle = Toggle::new(false);
    let attempt = toggle.request(true, 0).unwrap();
    assert!(*attempt.wants() && *toggle.shown() && toggle.pending());
    assert_eq!(settled_well(&mut toggle, attempt), Settled::Done);
    assert!(*toggle.shown() && !toggle.pending());
    assert_eq!(toggle.request(true, 1), None, "it is on already");
}

#[test]
fn a_refusal_rolls_back() {
    let mut toggle = Toggle::new(false);
    let attempt = toggle.request(true, 0).unwrap();
    assert_eq!(toggle.settled(attempt, REFUSED), Settled::RolledBack);
    assert!(!*toggle.shown() && !toggle.pending());
}

#[test]
fn the_last_of_many_clicks_counts() {
    let mut toggle = Toggle::new(false);
    let first = toggle.request(true, 0).unwrap();
    assert_eq!(toggle.request(false, 1), None);
    assert_eq!(toggle.request(true, 2), None);
    assert_eq!(toggle.request(false, 3), None);
    assert!(!*toggle.shown());
    let Settled::Next(second) = settled_well(&mut toggle, first) else { panic!("there is another intent") };
    assert!(!*second.wants());
    assert_eq!(settled_well(&mut toggle, second), Settled::Done);
    assert!(!*toggle.shown());
}

#[test]
fn a_refusal_of_what_is_no_longer_wanted_is_no_news() {
    let mut toggle = Toggle::new(false);
    let first = toggle.request(true, 0).unwrap();
    assert_eq!(toggle.request(false, 1), None);
    assert_eq!(toggle.settled(first, REFUSED), Settled::Done);
    assert!(!*toggle.shown() && !toggle.pending());
}

#[test]
fn a_host_mutes_us() {
    let mut toggle = Toggle::new(true);
    toggle.observed(false);
    assert!(!*toggle.shown());

    // While we unmute, and after it had worked: the host's word is the last.
    let attempt = toggle.request(true, 0).unwrap();
    toggle.observed(true);
    toggle.observed(false);
    assert!(!*toggle.shown());
    assert_eq!(settled_well(&mut toggle, attempt), Settled::Done);
    assert!(!*toggle.shown());
}

#[test]
fn old_news_does_not_disturb_an_attempt() {
    let mut toggle = Toggle::new(false);
    let attempt = toggle.request(true, 0).unwrap();
    toggle.observed(false);
    assert!(*toggle.shown());
    assert_eq!(settled_well(&mut toggle, attempt), Settled::Done);
    assert!(*toggle.shown());
}

#[test]
fn seen_but_refused_and_no_longer_wanted_is_undone() {
    let mut toggle = Toggle::new(false);
    let attempt = toggle.request(true, 0).unwrap();
    toggle.observed(true);
    assert_eq!(toggle.request(false, 1), None);
    let Settled::Next(next) = toggle.settled(attempt, REFUSED) else { panic!("it is on and should be off") };
    assert!(!*next.wants());
}

#[test]
fn five_seconds_without_an_answer_are_enough() {
    let mut toggle = Toggle::new(false);
    let lost = toggle.request(true, 1_000).unwrap();
    assert!(!toggle.expired(5_999));
    assert!(toggle.expired(6_000));
    assert!(!toggle.expired(6_001), "told once");
    assert!(!*toggle.shown() && !toggle.pending());
    assert_eq!(settled_well(&mut toggle, lost), Settled::Done);
    assert!(!toggle.shown(), "only the room can say so now");
    toggle.observed(true);
    assert!(*toggle.shown());
}

#[test]
fn after_a_reset_old_results_mean_nothing() {
    let mut toggle = Toggle::new(false);
    let old = toggle.request(true, 0).unwrap();
    toggle.reset(false);
    assert!(!*toggle.shown() && !toggle.pending());
    let new = toggle.request(true, 1).unwrap();
    assert_ne!(old, new);
    assert_eq!(toggle.settled(old, REFUSED), Settled::Done);
    assert!(*toggle.shown() && toggle.pending());
    assert_eq!(settled_well(&mut toggle, new), Settled::Done);
}

#[test]
fn patience_counts_from_the_last_click() {
    let mut toggle = Toggle::new(false);
    let first = toggle.request(true, 0).unwrap();
    assert_eq!(toggle.request(false, 4_000), None);
    assert!(!toggle.expired(5_000));
    assert!(matches!(settled_well(&mut toggle, first), Settled::Next(_)));
    assert!(!toggle.expired(8_999));
    assert!(toggle.expired(9_000));
    assert!(toggle.shown(), "the first attempt did work");
}

#[test]
fn what_somebody_else_made_of_it_before_the_answer_came_ends_the_intent() {
    let mut toggle = Toggle::new(false);
    let attempt = toggle.request(true, 0).unwrap();
    assert_eq!(toggle.settled(attempt, Ok::<_, ()>(false)), Settled::Done);
    assert!(!*toggle.shown() && !toggle.pending());
    // Unless the person has pressed again since.
    let attempt = toggle.request(true, 1).unwrap();
    assert_eq!(toggle.request(false, 2), None);
    let Settled::Next(next) = toggle.settled(attempt, Ok::<_, ()>(true)) else { panic!("it is on and should be off") };
    assert!(!*next.wants() && !*toggle.shown());
}

#[test]
fn the_same_again_does_not_end_what_was_wanted_since() {
    let mut toggle = Toggle::new(false);
    let attempt = toggle.request(true, 0).unwrap();
    toggle.observed(true);
    assert_eq!(toggle.request(false, 1), None);
    toggle.observed(true);
    assert!(!*toggle.shown(), "the room said so before the second click");
    assert!(matches!(settled_well(&mut toggle, attempt), Settled::Next(_)));
}

#[test]
fn older_word_is_never_shown_over_newer() {
    // On and off again: the room's word of the first click comes after the answer to the second.
    let mut newest = Newest::default();
    let mut toggle = Toggle::new(false);
    for (want, at_ms) in [(true, 2), (false, 3)] {
        let attempt = toggle.request(want, 0).unwrap();
        assert_eq!(toggle.settled(attempt, Ok::<_, ()>(newest.told(want, at_ms))), Settled::Done);
    }
    for (late, at_ms) in [(true, 2), (false, 3)] {
        toggle.observed(newest.told(late, at_ms));
        assert!(!*toggle.shown());
    }
    toggle.observed(newest.told(true, 4));
    assert!(*toggle.shown());
}

#[test]
fn word_without_a_date_is_believed_and_forgets_none() {
    let mut newest = Newest::default();
    assert_eq!(newest.told(1, 5), 1);
    assert_eq!(newest.told(2, 0), 2);
    assert_eq!(newest.told(3, 4), 2, "older than what was known before");
    assert_eq!(newest.told(4, 5), 4);
}

#[derive(Debug, Clone)]
enum Step {
    Request(bool),
    /// What is so now; nothing when it was refused.
    Settle(Option<bool>),
    Observe(bool),
    Wait(u64),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        any::<bool>().prop_map(Step::Request),
        any::<Option<bool>>().prop_map(Step::Settle),
        any::<bool>().prop_map(Step::Observe),
        (0_u64..6_000).prop_map(Step::Wait),
    ]
}

fn any_history(length: impl Into<SizeRange>) -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(any_step(), length)
}

/// It always comes to rest, and shows what is so unless something is on its way.
fn obeys_the_rules(steps: Vec<Step>, last: bool) -> Result<(), TestCaseError> {
    let mut toggle = Toggle::new(false);
    let (mut open, mut late) = (None, None);
    let mut now_ms = 0;
    for step in steps {
        match step {
            Step::Request(want) => {
                if let Some(attempt) = toggle.request(want, now_ms) {
                    prop_assert!(open.is_none(), "one attempt at a time");
                    open = Some(attempt);
                }
                prop_assert_eq!(*toggle.shown(), want);
            }
            Step::Settle(ok) => {
                let result = ok.ok_or(());
                if let Some(attempt) = late.take() {
                    let before = toggle.clone();
                    prop_assert_eq!(toggle.settled(attempt, result), Settled::Done, "it was given up");
                    prop_assert_eq!(&toggle, &before);
                } else if let Some(attempt) = open.take() {
                    match toggle.settled(attempt, result) {
                        Settled::Next(next) => open = Some(next),
                        Settled::RolledBack => prop_assert_eq!(ok, None),
                        Settled::Done => {}
                    }
                }
            }
            Step::Observe(value) => toggle.observed(value),
            Step::Wait(ms) => {
                now_ms += ms;
                if toggle.expired(now_ms) {
                    late = open.take();
                }
            }
        }
        prop_assert_eq!(toggle.pending(), open.is_some());
        prop_assert!(toggle.pending() || toggle.wanted == toggle.actual);
    }
    // The last word is the person's, when everything works from now on.
    if let Some(attempt) = toggle.request(last, now_ms) {
        open = Some(attempt);
    }
    for _ in 0..3 {
        if let Some(attempt) = open.take()
            && let Settled::Next(next) = settled_well(&mut toggle, attempt)
        {
            open = Some(next);
        }
    }
    prop_assert!(!toggle.pending());
    prop_assert_eq!(*toggle.shown(), last);
    Ok(())
}

proptest! {
    #[test]
    fn in_whatever_order_word_comes_the_newest_is_shown(
        order in Just((1_u64..20).collect::<Vec<_>>()).prop_shuffle()
    ) {
        let mut newest = Newest::default();
        let mut last = 0;
        for at_ms in order {
            last = last.max(at_ms);
            prop_assert_eq!(newest.told(at_ms, at_ms), last);
        }
    }

    #[test]
    fn every_history_obeys_the_rules(steps in any_history(0..60), last in any::<bool>()) {
        obeys_the_rules(steps, last)?;
    }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn so_does_one_of_ten_thousand_steps(steps in any_history(LONG), last in any::<bool>()) {
        obeys_the_rules(steps, last)?;
    }
}
