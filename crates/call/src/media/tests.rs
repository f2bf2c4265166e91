use proptest::collection::SizeRange;
use proptest::prelude::*;

use super::*;
use crate::long_history::{LONG, few};

/// Media that is due, watched every half second.
struct Line {
    watch: MediaWatch,
    received: u64,
    now_ms: u64,
    /// Whether Parlour answers, and after how long.
    answers: Option<u64>,
    due: bool,
}

impl Line {
    /// One on which media has arrived.
    fn flowing() -> Self {
        let mut line = Self { watch: MediaWatch::default(), received: 0, now_ms: 1_000, answers: None, due: true };
        assert_eq!(line.run(1_000, true), None);
        line
    }

    /// Watches for a while, until it is given up.
    fn run(&mut self, for_ms: u64, arrives: bool) -> Option<u64> {
        let (begin, mut told) = (self.now_ms, None);
        while self.now_ms < begin + for_ms && told.is_none() {
            self.now_ms += 500;
            self.received += u64::from(arrives) * 100;
            let traffic = Traffic { received: self.received, due: self.due };
            match self.watch.sample(traffic, self.now_ms) {
                Some(MediaEffect::AskServer) => {
                    if let Some(after_ms) = self.answers {
                        self.watch.server_answered(self.now_ms, self.now_ms + after_ms);
                    }
                }
                Some(MediaEffect::GiveUp) => told = Some(self.now_ms - begin),
                None => {}
            }
        }
        told
    }
}

#[test]
fn silence_is_said_within_two_seconds_and_unsaid_with_the_next_packet() {
    let mut line = Line::flowing();
    assert_eq!(line.run(1_000, false), None);
    assert!(!line.watch.is_silent() && line.watch.flows(), "a gap is no silence");
    line.run(1_000, false);
    assert!(line.watch.is_silent() && !line.watch.flows());
    line.run(1_000, true);
    assert!(!line.watch.is_silent() && line.watch.flows());
}

#[test]
fn looks_that_come_a_little_early_are_not_one_too_few() {
    let mut watch = MediaWatch::default();
    let mut look = |received, now_ms| {
        assert_eq!(watch.sample(Traffic { received, due: true }, now_ms), None);
        watch.is_silent()
    };
    assert!(!look(100, 1_000));
    assert_eq!([1_499, 1_998, 2_247].map(|now_ms| look(100, now_ms)), [false, false, true]);
}

#[test]
fn where_it_is_quiet_the_next_look_comes_sooner() {
    let mut line = Line { watch: MediaWatch::default(), received: 0, now_ms: 1_000, answers: None, due: true };
    let quiet = |line: &Line| line.watch.is_quiet(line.now_ms);
    line.run(3_500, false);
    assert!(!quiet(&line), "the first media has its time");
    line.run(1_000, false);
    assert!(quiet(&line));
    line.run(1_000, true);
    assert!(!quiet(&line));
    line.run(500, false);
    assert!(quiet(&line));
    line.run(1_000, false);
    assert!(line.watch.is_silent() && !quiet(&line), "the notice is there already");
    let mut line = Line::flowing();
    line.due = false;
    line.run(1_000, false);
    assert!(!quiet(&line), "nothing has to come");
}

#[test]
fn where_nothing_is_due_nobody_knows_whether_it_would_arrive() {
    let mut watch = MediaWatch::default();
    assert!(!watch.flows());
    for (received, due) in [(100, true), (200, false), (200, false)] {
        assert_eq!(watch.sample(Traffic { received, due }, received * 5), None);
        assert_eq!(watch.flows(), due);
    }
}

#[test]
fn a_report_of_livekits_is_no_media_but_shows_that_its_way_is_open() {
    let mut line = Line { answers: Some(50), ..Line::flowing() };
    line.run(2_500, false);
    for _ in 0..20 {
        assert!(line.watch.is_silent());
        assert_eq!(line.run(500, true), None);
        assert!(line.watch.is_silent(), "no blinking");
        assert_eq!(line.run(5_500, false), None, "somebody else's line is broken, not ours");
    }
    assert!(line.run(6_000, false).is_some(), "where no report comes either, it is ours");
}

#[test]
fn nothing_is_said_where_nothing_is_due() {
    let mut line = Line::flowing();
    for _ in 0..20 {
        line.now_ms += 500;
        assert_eq!(line.watch.sample(Traffic { received: line.received, due: false }, line.now_ms), None);
    }
    assert!(!line.watch.is_silent());
    // Somebody unmutes: their first packet may take its time.
    line.run(4_500, false);
    assert!(!line.watch.is_silent());
    line.run(1_000, false);
    assert!(line.watch.is_silent());
    // They mute again: nothing is due any more, and a report shows that its way is open.
    assert_eq!(line.watch.sample(Traffic { received: line.received + 1, due: false }, line.now_ms), None);
    assert!(!line.watch.is_silent());
}

#[test]
fn a_blocked_way_is_given_up_also_when_the_others_have_left_for_the_same_reason() {
    let mut line = Line { answers: Some(50), ..Line::flowing() };
    assert_eq!(line.run(6_000, false), None);
    line.due = false;
    assert!(line.run(4_000, false).is_some());
    // Whose reports still came has an open way: the others alone were missing, and are gone.
    let mut line = Line { answers: Some(50), ..Line::flowing() };
    assert_eq!(line.run(3_000, false), None);
    assert_eq!(line.run(500, true), None);
    assert_eq!(line.run(3_000, false), None);
    assert!(line.watch.is_silent());
    line.due = false;
    assert_eq!(line.run(60_000, false), None);
    assert!(!line.watch.is_silent());
}

#[test]
fn a_network_that_is_gone_is_waited_for() {
    let mut line = Line::flowing();
    assert_eq!(line.run(60_000, false), None, "joining anew would not help");
    assert!(line.watch.is_silent());
}

#[test]
fn a_blocked_way_is_given_up_when_the_server_can_be_reached_all_the_time() {
    let mut line = Line { answers: Some(50), ..Line::flowing() };
    let given_up = line.run(60_000, false).unwrap();
    assert!((7_000..=10_000).contains(&given_up), "after {given_up} ms");
    // Should joining anew be of no use either, it is tried again and not at once.
    assert!(line.run(60_000, false).is_some_and(|again| again >= BLOCKED_AFTER_MS));
}

#[test]
fn answers_that_come_late_are_a_network_that_is_only_just_back() {
    let mut line = Line { answers: Some(5_000), ..Line::flowing() };
    assert_eq!(line.run(60_000, false), None);
    // One that answered before the network went says nothing about now.
    let mut line = Line { answers: Some(50), ..Line::flowing() };
    assert_eq!(line.run(7_000, false), None);
    line.answers = None;
    assert_eq!(line.run(20_000, false), None);
    line.answers = Some(50);
    let given_up = line.run(60_000, false).unwrap();
    assert!(given_up >= BLOCKED_AFTER_MS, "after {given_up} ms");
}

/// How long until a look, whether something has arrived by then, whether something had to, and whether Parlour answers.
type Step = (u64, bool, bool, bool);

fn any_history(length: impl Into<SizeRange>) -> impl Strategy<Value = Vec<Step>> {
    // It is quiet for long enough now and then.
    let arrives = prop::bool::weighted(0.3);
    prop::collection::vec((0_u64..3_000, arrives, prop::bool::weighted(0.8), any::<bool>()), length)
}

/// What is asked and given up is only ever about silence, and what is given up was asked about.
fn obeys_the_rules(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let (mut watch, mut received, mut now_ms) = (MediaWatch::default(), 0, 0);
    let (mut last_arrival, mut asked_ms) = (None, None);
    // The first and the last answer since something has arrived.
    let mut answers: Option<(u64, u64)> = None;
    for (wait_ms, arrives, due, answered) in steps {
        now_ms += wait_ms;
        received += u64::from(arrives);
        if arrives {
            (last_arrival, answers, asked_ms) = (Some(now_ms), None, None);
        }
        let effect = watch.sample(Traffic { received, due }, now_ms);
        prop_assert!(!watch.is_silent() || due || !arrives);
        prop_assert!(!(watch.is_silent() && watch.flows()));
        prop_assert!(effect.is_none() || (watch.is_silent() && !arrives));
        if effect.is_some() {
            prop_assert!(last_arrival.is_none_or(|at| now_ms - at >= QUIET_MS));
        }
        match effect {
            Some(MediaEffect::AskServer) => {
                prop_assert!(asked_ms.is_none_or(|at| now_ms - at >= ASK_EVERY_MS));
                asked_ms = Some(now_ms);
                if answered {
                    let at_ms = now_ms + wait_ms / 4;
                    watch.server_answered(now_ms, at_ms);
                    answers = Some((answers.map_or(at_ms, |(first, _)| first), at_ms));
                }
            }
            Some(MediaEffect::GiveUp) => {
                prop_assert!(answers.take().is_some_and(|(first, last)| last - first >= BLOCKED_AFTER_MS));
            }
            None => {}
        }
    }
    // Whatever was before: what comes is noticed at the second look, and a way that is blocked is given up.
    for _ in 0..2 {
        (now_ms, received) = (now_ms + 500, received + 1);
        let _ = watch.sample(Traffic { received, due: true }, now_ms);
    }
    prop_assert!(watch.flows() && !watch.is_silent());
    let mut line = Line { watch, received, now_ms, answers: Some(0), due: true };
    prop_assert!(line.run(10_000, false).is_some());
    Ok(())
}

proptest! {
    #[test]
    fn every_history_obeys_the_rules(steps in any_history(0..400)) {
        obeys_the_rules(steps)?;
    }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn so_does_one_of_ten_thousand_looks(steps in any_history(LONG)) {
        obeys_the_rules(steps)?;
    }
}
