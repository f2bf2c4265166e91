//! Talking, pausing, losing hearers, and hearers who lie.

use proptest::collection::SizeRange;
use proptest::prelude::*;

use super::*;
use crate::long_history::{LONG, few};
use crate::roster::fixtures::{connected, person};

const YES: HeardReport = HeardReport { hears: true };
const NO: HeardReport = HeardReport { hears: false };

fn id(name: &str) -> Identity {
    Identity(name.to_owned())
}

fn meeting(others: &[&str]) -> Roster {
    let mut roster = Roster::default();
    let others: Vec<_> = others.iter().map(|name| person(name, 10)).collect();
    roster.apply(&connected("me", &others));
    roster
}

/// Reads the microphone ten times a second.
fn read(hearers: &mut Hearers, voice: bool, on: bool, from_ms: u64, to_ms: u64) {
    for now_ms in (from_ms..=to_ms).step_by(100) {
        hearers.listen(voice, on, now_ms);
    }
}

#[test]
fn who_hears_counts_among_those_who_tell() {
    let roster = meeting(&["ben", "cora", "mute-client"]);
    let mut hearers = Hearers::default();
    read(&mut hearers, true, true, 0, 9_000);
    assert_eq!(hearers.heard(&roster, 9_000), None, "nobody has told anything");
    hearers.take(&roster, &id("ben"), YES, 9_000);
    hearers.take(&roster, &id("cora"), NO, 9_000);
    assert_eq!(hearers.heard(&roster, 9_000), Some(Heard { by: 1, of: 2 }));
    hearers.take(&roster, &id("cora"), YES, 9_500);
    assert_eq!(hearers.heard(&roster, 9_500), Some(Heard { by: 2, of: 2 }));
}

#[test]
fn a_report_of_silence_says_nothing_while_there_is_silence() {
    let roster = meeting(&["ben"]);
    let mut hearers = Hearers::default();
    read(&mut hearers, false, true, 0, 20_000);
    hearers.take(&roster, &id("ben"), NO, 20_000);
    assert_eq!(hearers.heard(&roster, 20_000), None, "there was nothing to hear yet");
    read(&mut hearers, true, true, 20_000, 21_000);
    hearers.take(&roster, &id("ben"), NO, 21_000);
    assert_eq!(hearers.heard(&roster, 21_000), None, "it may have been on its way when the first word was said");
    hearers.take(&roster, &id("ben"), YES, 22_000);
    read(&mut hearers, false, true, 22_000, 60_000);
    hearers.take(&roster, &id("ben"), NO, 60_000);
    assert_eq!(hearers.heard(&roster, 60_000), Some(Heard { by: 1, of: 1 }), "they were heard when they talked");
    read(&mut hearers, true, true, 60_000, 68_000);
    hearers.take(&roster, &id("ben"), NO, 68_000);
    assert_eq!(hearers.heard(&roster, 68_000), Some(Heard { by: 0, of: 1 }));
}

#[test]
fn breath_does_not_end_a_sentence_and_a_pause_does() {
    let roster = meeting(&["ben"]);
    for (pause_ms, counts) in [(1_000, true), (2_000, false)] {
        let mut hearers = Hearers::default();
        for begin_ms in (0..9_000).step_by(500 + pause_ms) {
            let begin_ms = u64::try_from(begin_ms).unwrap();
            let pause_ms = u64::try_from(pause_ms).unwrap();
            read(&mut hearers, true, true, begin_ms, begin_ms + 500);
            read(&mut hearers, false, true, begin_ms + 600, begin_ms + 400 + pause_ms);
        }
        hearers.take(&roster, &id("ben"), NO, 9_500);
        assert_eq!(hearers.heard(&roster, 9_500).is_some(), counts, "pauses of {pause_ms} ms");
    }
}

#[test]
fn talking_begins_with_the_first_word_and_not_while_nobody_has_read_the_microphone() {
    let roster = meeting(&["ben"]);
    let mut hearers = Hearers::default();
    read(&mut hearers, false, true, 0, 1_400);
    read(&mut hearers, true, true, 1_500, 9_000);
    hearers.take(&roster, &id("ben"), NO, 9_000);
    assert_eq!(hearers.heard(&roster, 9_000), None, "it was silent before");
    // The page slept, and they talked before and do so now.
    hearers.listen(true, true, 60_000);
    hearers.take(&roster, &id("ben"), NO, 60_000);
    assert_eq!(hearers.heard(&roster, 60_000), None);
}

#[test]
fn who_does_not_tell_any_more_or_has_left_does_not_count() {
    let roster = meeting(&["ben", "cora"]);
    let mut hearers = Hearers::default();
    read(&mut hearers, true, true, 0, 1_000);
    hearers.take(&roster, &id("ben"), YES, 1_000);
    hearers.take(&roster, &id("cora"), YES, 5_000);
    assert_eq!(hearers.heard(&roster, 12_900), Some(Heard { by: 2, of: 2 }));
    assert_eq!(hearers.heard(&roster, 13_000), Some(Heard { by: 1, of: 1 }));
    assert_eq!(hearers.heard(&meeting(&["ben"]), 13_000), None);
    assert_eq!(hearers.heard(&roster, 13_000), None, "who comes back tells anew");
}

#[test]
fn muted_there_is_nothing_to_say() {
    let roster = meeting(&["ben"]);
    let mut hearers = Hearers::default();
    hearers.take(&roster, &id("ben"), YES, 0);
    assert_eq!(hearers.heard(&roster, 0), None);
    read(&mut hearers, true, true, 0, 1_000);
    hearers.take(&roster, &id("ben"), YES, 1_000);
    assert!(hearers.heard(&roster, 1_000).is_some());
    hearers.listen(true, false, 1_100);
    assert_eq!(hearers.heard(&roster, 1_100), None);
    hearers.take(&roster, &id("ben"), YES, 1_200);
    hearers.listen(true, true, 1_300);
    assert_eq!(hearers.heard(&roster, 1_300), None, "what was told before does not count");
}

#[test]
fn strangers_and_we_ourselves_are_nobody() {
    let roster = meeting(&["ben"]);
    let mut hearers = Hearers::default();
    read(&mut hearers, true, true, 0, 9_000);
    for name in ["mallory", "me", ""] {
        hearers.take(&roster, &id(name), YES, 9_000);
        hearers.take(&roster, &id(name), NO, 9_000);
    }
    assert_eq!(hearers.heard(&roster, 9_000), None);
}

/// Who reports, whether they hear, whether there is a voice and the microphone may be muted, how long after the step before.
type Step = (u8, bool, [bool; 2], u64);

fn any_history(length: impl Into<SizeRange>) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((0_u8..8, any::<bool>(), any::<[bool; 2]>(), 0_u64..3_000), length)
}

/// Nobody counts twice, nobody can be talked into the room, and nobody is remembered who does not report any more.
fn obeys_the_rules(reports: Vec<Step>) -> Result<(), TestCaseError> {
    let roster = meeting(&["p0", "p1", "p2", "p3"]);
    let (mut hearers, mut now_ms) = (Hearers::default(), 0);
    for (who, hears, [voice, muted], wait_ms) in reports {
        now_ms += wait_ms;
        let on = !(muted && voice);
        hearers.listen(voice, on, now_ms);
        hearers.take(&roster, &id(&format!("p{who}")), HeardReport { hears }, now_ms);
        let heard = hearers.heard(&roster, now_ms);
        prop_assert!(hearers.hearers.len() < roster.len());
        prop_assert!(hearers.hearers.iter().all(|hearer| now_ms - hearer.told_at_ms < EXPIRES_MS));
        prop_assert!(heard.is_none() || on);
        if let Some(Heard { by, of }) = heard {
            prop_assert!(by <= of && of > 0 && of < roster.len());
        }
    }
    prop_assert_eq!(hearers.heard(&roster, now_ms + EXPIRES_MS), None);
    prop_assert!(hearers.hearers.is_empty());
    Ok(())
}

proptest! {
    #[test]
    fn every_history_obeys_the_rules(reports in any_history(0..200)) {
        obeys_the_rules(reports)?;
    }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn so_does_one_of_ten_thousand_reports(reports in any_history(LONG)) {
        obeys_the_rules(reports)?;
    }
}
