//! Tabs that want one call: each way it can go, and that two never have it without one being told to leave.

use proptest::collection::SizeRange;
use proptest::prelude::*;

use super::Handover as S;
use super::HandoverEffect as Do;
use super::HandoverEvent as E;
use super::*;
use crate::long_history::{LONG, few};

const START_MS: u64 = 1_700_000_000_000;

/// Everything happens at one moment.
fn after(events: &[E]) -> (S, Option<Do>) {
    let mut handover = Handover::default();
    let mut last = None;
    for event in events {
        last = handover.apply(*event, START_MS);
    }
    (handover, last)
}

const UNTIL_MS: u64 = START_MS + PATIENCE_MS;
const ENTER: Do = Do::Enter { move_here: false };
const REQUESTING: S = S::Requesting { move_here: false };
const TELL: Do = Do::Tell { message: "move", until_ms: UNTIL_MS };

#[test]
fn a_call_that_is_free_is_entered_and_let_go_of_at_its_end() {
    assert_eq!(after(&[E::Join]), (REQUESTING, Some(Do::Request)));
    assert_eq!(after(&[E::Join, E::Granted]), (S::Holding, Some(ENTER)));
    assert_eq!(after(&[E::Join, E::Granted, E::Over]), (S::Away, Some(Do::Release)));
    assert_eq!(after(&[E::Join, E::Granted, E::Over, E::Join]), (REQUESTING, Some(Do::Request)));
}

#[test]
fn the_person_decides_whether_the_call_moves() {
    assert_eq!(after(&[E::Join, E::Taken]), (S::Asking, None));
    assert_eq!(after(&[E::Join, E::Taken, E::Stay]), (S::Away, Some(Do::Release)));
    assert_eq!(after(&[E::Join, E::Taken, E::Move]), (S::Waiting { until_ms: UNTIL_MS }, Some(TELL)));
    assert_eq!(after(&[E::Join, E::Taken, E::Move, E::Granted]), (S::Holding, Some(ENTER)));
    assert_eq!(after(&[E::Join, E::Granted, E::Told]), (S::Holding, Some(Do::GiveUp)));
    assert_eq!(after(&[E::Join, E::Granted, E::Told, E::Over]), (S::Away, Some(Do::Release)));
}

#[test]
fn what_another_browser_has_is_asked_about_in_the_same_way() {
    let refused = [E::Join, E::Granted, E::Elsewhere];
    let then = |more: &[E]| after(&[&refused, more].concat());
    assert_eq!(after(&refused), (S::AskingElsewhere, Some(Do::Release)));
    assert!(S::AskingElsewhere.is_open() && S::AskingElsewhere.is_about_browsers());
    assert!(S::Asking.is_open() && !S::Asking.is_about_browsers());
    assert_eq!(then(&[E::Stay]), (S::Away, Some(Do::Release)));
    assert_eq!(then(&[E::Move]), (S::Requesting { move_here: true }, Some(Do::Request)));
    for free in [E::Granted, E::Lost] {
        assert_eq!(then(&[E::Move, free]), (S::Holding, Some(Do::Enter { move_here: true })));
    }
    // Another tab was quicker: that is asked about first, and Parlour asks again if need be.
    assert_eq!(then(&[E::Move, E::Taken]), (S::Asking, None));
    assert_eq!(then(&[E::Move, E::Taken, E::Move, E::Granted]), (S::Holding, Some(ENTER)));
    assert_eq!(after(&[E::Elsewhere]), (S::Away, None), "nobody is asked who does not want in");
}

#[test]
fn the_question_is_open_while_it_is_asked_and_being_answered() {
    let states = [
        (S::Away, false, false),
        (REQUESTING, false, false),
        (S::Asking, true, false),
        (S::AskingElsewhere, true, false),
        (S::Waiting { until_ms: UNTIL_MS }, true, true),
        (S::Stealing, true, true),
        (S::Holding, false, false),
    ];
    for (state, open, answered) in states {
        assert_eq!((state.is_open(), state.is_answered()), (open, answered), "{state:?}");
    }
}

#[test]
fn a_tab_that_does_not_answer_is_taken_over() {
    let (mut handover, _) = after(&[E::Join, E::Taken, E::Move]);
    let early = handover.apply(E::Woken, UNTIL_MS - 1);
    assert_eq!(early, Some(Do::WakeAt(UNTIL_MS)), "a timer that came early is set anew");
    assert_eq!(handover.apply(E::Woken, UNTIL_MS), Some(Do::Steal));
    assert_eq!(handover.apply(E::Granted, UNTIL_MS), Some(ENTER));
    assert_eq!(after(&[E::Join, E::Granted, E::Lost]), (S::Holding, Some(Do::GiveUp)), "the one it was stolen from");
}

#[test]
fn a_browser_without_locks_keeps_nobody_out() {
    assert_eq!(after(&[E::Join, E::Lost]), (S::Holding, Some(ENTER)));
    assert_eq!(after(&[E::Join, E::Taken, E::Move, E::Lost]), (S::Holding, Some(ENTER)));
}

#[test]
fn what_comes_twice_or_too_late_changes_nothing() {
    for (events, late) in [
        (&[][..], E::Told),
        (&[E::Join], E::Join),
        (&[E::Join, E::Taken], E::Join),
        (&[E::Join, E::Taken, E::Move], E::Move),
        (&[E::Join, E::Taken, E::Move], E::Stay),
        (&[E::Join, E::Taken, E::Stay], E::Move),
        (&[E::Join, E::Taken, E::Stay], E::Woken),
        (&[E::Join, E::Granted], E::Join),
        (&[E::Join, E::Granted], E::Woken),
    ] {
        let (mut handover, _) = after(events);
        let before = handover;
        assert_eq!(handover.apply(late, UNTIL_MS), None, "{late:?} after {events:?}");
        assert_eq!(handover, before);
    }
}

#[test]
fn only_what_is_understood_is_for_us() {
    assert_eq!(HandoverEvent::from_message("move"), Some(E::Told));
    for other in ["", "moved", "Move", r#"{"move":1}"#] {
        assert_eq!(HandoverEvent::from_message(other), None, "{other}");
    }
}

const TABS: usize = 3;

/// Some tabs and the lock that the browser keeps for them.
#[derive(Default)]
struct Browser {
    tabs: [Handover; TABS],
    holder: Option<usize>,
    queue: Vec<usize>,
    /// Who is in the call, and who of them has been told to leave it.
    inside: [bool; TABS],
    leaving: [bool; TABS],
    /// When each tab's timer comes, if one is set.
    alarms: [Option<u64>; TABS],
    now_ms: u64,
}

impl Browser {
    fn happen(&mut self, tab: usize, event: E) {
        if event == E::Woken {
            self.alarms[tab] = None;
        }
        let Some(effect) = self.tabs[tab].apply(event, self.now_ms) else { return };
        if let Do::Tell { until_ms, .. } | Do::WakeAt(until_ms) = effect {
            self.alarms[tab] = Some(until_ms);
        }
        match effect {
            Do::Request if self.holder.is_some() || !self.queue.is_empty() => self.happen(tab, E::Taken),
            Do::Request => self.grant(tab),
            // The others hear it, if they are not deaf: the test decides.
            Do::Tell { .. } => {
                self.queue.push(tab);
                self.next();
            }
            Do::Steal => {
                self.queue.retain(|waiting| *waiting != tab);
                if let Some(robbed) = self.holder.take() {
                    self.happen(robbed, E::Lost);
                }
                self.grant(tab);
            }
            Do::Enter { .. } => self.inside[tab] = true,
            Do::GiveUp => self.leaving[tab] = true,
            Do::WakeAt(_) => {}
            Do::Release => {
                (self.inside[tab], self.leaving[tab]) = (false, false);
                self.queue.retain(|waiting| *waiting != tab);
                self.holder.take_if(|holder| *holder == tab);
                self.next();
            }
        }
    }

    fn next(&mut self) {
        if self.holder.is_none() && !self.queue.is_empty() {
            let next = self.queue.remove(0);
            self.grant(next);
        }
    }

    fn grant(&mut self, tab: usize) {
        self.holder = Some(tab);
        self.happen(tab, E::Granted);
    }
}

/// What happens in which tab, how long after the step before.
type Step = (usize, E, u64);

fn any_history(length: impl Into<SizeRange>) -> impl Strategy<Value = Vec<Step>> {
    let events = vec![E::Join, E::Move, E::Stay, E::Woken, E::Told, E::Elsewhere, E::Over];
    proptest::collection::vec((0..TABS, proptest::sample::select(events), 0_u64..4_000), length)
}

/// Two tabs never stay in one call, and whoever wants it gets it, with patience.
fn obeys_the_rules(events: Vec<Step>) -> Result<(), TestCaseError> {
    let mut browser = Browser { now_ms: START_MS, ..Browser::default() };
    for (tab, event, passed_ms) in events {
        browser.now_ms += passed_ms;
        browser.happen(tab, event);
        let staying = (0..TABS).filter(|tab| browser.inside[*tab] && !browser.leaving[*tab]);
        prop_assert!(staying.clone().count() <= 1);
        for tab in staying {
            prop_assert_eq!(browser.holder, Some(tab));
        }
        for (tab, handover) in browser.tabs.iter().enumerate() {
            prop_assert_eq!(browser.inside[tab], *handover == S::Holding);
            if let S::Waiting { until_ms } = *handover {
                prop_assert_eq!(browser.alarms[tab], Some(until_ms), "whoever waits is woken");
            }
            let asked = browser.queue.iter().filter(|waiting| **waiting == tab).count();
            prop_assert_eq!(asked, usize::from(matches!(handover, S::Waiting { .. })), "nobody else wants the lock");
        }
    }
    browser.happen(0, E::Over);
    browser.happen(0, E::Join);
    browser.happen(0, E::Move);
    browser.now_ms += PATIENCE_MS;
    browser.happen(0, E::Woken);
    prop_assert!(browser.inside[0] && browser.holder == Some(0));
    Ok(())
}

proptest! {
    #[test]
    fn two_tabs_never_stay_in_one_call(events in any_history(0..200)) {
        obeys_the_rules(events)?;
    }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn nor_in_ten_thousand_steps(events in any_history(LONG)) {
        obeys_the_rules(events)?;
    }
}
