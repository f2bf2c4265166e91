//! What is mended, what is left alone, and how often.

use proptest::collection::SizeRange;
use proptest::prelude::*;

use super::*;
use crate::long_history::{LONG, few};

const ON: &[(Source, bool)] = &[(Source::Microphone, true)];
const OFF: &[(Source, bool)] = &[(Source::Microphone, false)];

fn ours(packets: u64) -> Flow {
    let sid = TrackSid("TR_ours".to_owned());
    Flow { sid, source: Source::Microphone, local: true, live: true, muted: false, due: true, packets }
}

fn theirs(packets: u64) -> Flow {
    Flow { sid: TrackSid("TR_theirs".to_owned()), local: false, ..ours(packets) }
}

#[test]
fn what_is_as_wanted_is_left_alone() {
    let mut checkup = Checkup::default();
    for step in 0..10 {
        assert_eq!(checkup.look(ON, vec![ours(step), theirs(step)], step * 10_000), []);
    }
    let muted = Flow { muted: true, due: false, ..ours(7) };
    assert_eq!(checkup.look(OFF, vec![muted.clone()], 200_000), []);
    assert_eq!(checkup.look(OFF, vec![muted], 210_000), [], "a muted track sends nothing");
    assert_eq!(checkup.look(OFF, Vec::new(), 220_000), []);
    assert_eq!(checkup.look(&[], Vec::new(), 230_000), [], "what is being switched is not judged");
    assert_eq!(checkup.repairs(), 0);
}

#[test]
fn what_is_not_back_yet_after_nothing_came_at_all_is_given_time() {
    let mut checkup = Checkup::default();
    assert_eq!(checkup.look(OFF, vec![theirs(7)], 0), []);
    checkup.interrupted();
    assert_eq!(checkup.look(OFF, vec![theirs(7)], 10_000), [], "it was just not due to be here");
    let stuck = [Repair::Resubscribe(theirs(7).sid)];
    assert_eq!(checkup.look(OFF, vec![theirs(7)], 20_000), stuck);
}

#[test]
fn what_is_wanted_and_missing_is_published_again_and_not_at_once_a_second_time() {
    let mut checkup = Checkup::default();
    assert_eq!(checkup.look(ON, Vec::new(), 0), [Repair::Republish(Source::Microphone)]);
    assert_eq!(checkup.look(ON, Vec::new(), 10_000), []);
    assert_eq!(checkup.look(ON, Vec::new(), 30_000), [Repair::Republish(Source::Microphone)]);
    assert_eq!(checkup.repairs(), 2);
}

#[test]
fn an_ended_capture_is_opened_again_and_what_should_be_off_is_muted() {
    let mut checkup = Checkup::default();
    let ended = Flow { live: false, ..ours(3) };
    assert_eq!(checkup.look(ON, vec![ended], 0), [Repair::Recapture(Source::Microphone)]);
    assert_eq!(checkup.look(OFF, vec![ours(3)], 10_000), [Repair::Mute(Source::Microphone)]);
}

#[test]
fn what_is_wanted_and_muted_is_published_again_and_what_is_not_wanted_is_muted_also_where_nobody_listens() {
    let mut checkup = Checkup::default();
    let muted = Flow { muted: true, due: false, ..ours(3) };
    assert_eq!(checkup.look(ON, vec![muted.clone()], 0), [Repair::Republish(Source::Microphone)]);
    assert_eq!(checkup.look(&[], vec![muted.clone()], 40_000), [], "it is being switched, or paused");
    let unheard = Flow { due: false, ..ours(3) };
    assert_eq!(checkup.look(ON, vec![unheard.clone()], 50_000), []);
    assert_eq!(checkup.look(OFF, vec![unheard], 60_000), [Repair::Mute(Source::Microphone)]);
    assert_eq!(checkup.look(OFF, vec![muted], 100_000), []);
    let stopped = Flow { source: Source::ScreenShare, muted: true, due: false, ..ours(3) };
    assert_eq!(checkup.look(&[(Source::ScreenShare, true)], vec![stopped], 110_000), [], "a host has the last word");
}

#[test]
fn a_screen_that_nobody_shares_any_more_is_taken_back() {
    let (mut checkup, screen) = (Checkup::default(), Source::ScreenShare);
    let shown = Flow { source: screen, live: false, due: false, ..ours(3) };
    assert_eq!(checkup.look(&[(screen, false)], vec![shown.clone()], 0), [Repair::Mute(screen)]);
    assert_eq!(checkup.look(&[(screen, false)], Vec::new(), 10_000), []);
    let shown = Flow { live: true, ..shown };
    assert_eq!(checkup.look(&[(screen, true)], vec![shown.clone()], 40_000), []);
    assert_eq!(checkup.look(&[(screen, true)], vec![shown], 50_000), [], "a still screen sends nothing");
}

#[test]
fn a_track_without_packets_is_mended_when_they_were_due_all_the_time() {
    let mut checkup = Checkup::default();
    assert_eq!(checkup.look(ON, vec![ours(5), theirs(5)], 0), []);
    assert_eq!(checkup.look(ON, vec![ours(5), theirs(5)], 1_000), [], "too soon to tell");
    assert_eq!(
        checkup.look(ON, vec![ours(5), theirs(5)], 11_000),
        [Repair::Republish(Source::Microphone), Repair::Resubscribe(TrackSid("TR_theirs".to_owned()))]
    );
    let mut checkup = Checkup::default();
    assert_eq!(checkup.look(ON, vec![Flow { due: false, ..theirs(5) }, ours(1)], 0), []);
    assert_eq!(checkup.look(ON, vec![theirs(5), ours(2)], 10_000), [], "they have only just unmuted");
}

#[test]
fn what_should_be_here_and_is_not_is_subscribed_to_again() {
    let missing = || vec![Flow { live: false, due: false, ..theirs(0) }];
    let resubscribe = || [Repair::Resubscribe(theirs(0).sid)];
    let mut checkup = Checkup::default();
    assert_eq!(checkup.look(&[], missing(), 10_000), [], "it has only just been published");
    assert_eq!(checkup.look(&[], missing(), 14_000), [], "too soon to tell");
    assert_eq!(checkup.look(&[], missing(), 24_000), resubscribe());
    assert_eq!(checkup.look(&[], missing(), 34_000), [], "that needs a while");
    assert_eq!(checkup.look(&[], missing(), 54_000), resubscribe());
    let muted = Flow { live: false, muted: true, due: false, ..theirs(0) };
    assert_eq!(checkup.look(&[], vec![muted], 84_000), [], "nobody misses what is muted");
    assert_eq!(checkup.look(&[], vec![theirs(0)], 94_000), [], "here it is");
    assert_eq!(checkup.look(&[], missing(), 104_000), [], "and gone, perhaps for a moment only");
    checkup.interrupted();
    assert_eq!(checkup.look(&[], missing(), 114_000), [], "another room has to bring it first");
    assert_eq!(checkup.look(&[], missing(), 124_000), resubscribe());
    assert_eq!(checkup.repairs(), 3);
}

#[test]
fn what_could_not_be_subscribed_to_is_not_waited_for() {
    let missing = || vec![Flow { live: false, due: false, ..theirs(0) }];
    let mut checkup = Checkup::default();
    checkup.failed(theirs(0).sid);
    checkup.failed(TrackSid("TR_another".to_owned()));
    assert_eq!(checkup.look(&[], missing(), 3_000), [Repair::Resubscribe(theirs(0).sid)]);
    checkup.failed(theirs(0).sid);
    assert_eq!(checkup.look(&[], missing(), 6_000), [], "not without end");
    let mut checkup = Checkup::default();
    checkup.failed(theirs(0).sid);
    checkup.interrupted();
    assert_eq!(checkup.look(&[], missing(), 3_000), [], "another room has to bring it first");
    let mut checkup = Checkup::default();
    checkup.failed(theirs(0).sid);
    assert_eq!(checkup.look(&[], vec![theirs(0)], 3_000), [], "it has come all the same");
    assert_eq!(checkup.look(&[], missing(), 6_000), [], "and that was long ago");
}

#[test]
fn what_does_not_help_is_tried_less_and_less_often() {
    let mut checkup = Checkup::default();
    let missing = || vec![Flow { live: false, due: false, ..theirs(0) }];
    let tried: Vec<u64> =
        (0..1_600).step_by(10).filter(|at_s| !checkup.look(&[], missing(), at_s * 1_000).is_empty()).collect();
    assert_eq!(tried, [10, 40, 100, 220, 460, 940, 1_420]);
    // It was well for a while: the next fault is a new one.
    assert_eq!(checkup.look(&[], vec![theirs(1)], 2_400_000), []);
    assert_eq!(checkup.look(&[], missing(), 2_410_000), []);
    assert_eq!(checkup.look(&[], missing(), 2_420_000).len(), 1);
    assert_eq!(checkup.look(&[], missing(), 2_450_000).len(), 1);
}

#[test]
fn each_track_is_compared_with_itself() {
    let another = |packets| Flow { sid: TrackSid("TR_another".to_owned()), ..theirs(packets) };
    let mut checkup = Checkup::default();
    assert_eq!(checkup.look(OFF, vec![theirs(5), another(6)], 0), []);
    assert_eq!(checkup.look(OFF, vec![theirs(6), another(7)], 10_000), [], "as many as the other had");
    let stuck = Repair::Resubscribe(TrackSid("TR_another".to_owned()));
    assert_eq!(checkup.look(OFF, vec![theirs(7), another(7)], 20_000), [stuck]);
}

#[test]
fn each_repair_has_a_name_of_its_own() {
    let microphone = Source::Microphone;
    let repairs = [
        Repair::Republish(microphone),
        Repair::Recapture(microphone),
        Repair::Mute(microphone),
        Repair::Resubscribe(TrackSid::default()),
    ];
    let names = repairs.each_ref().map(Repair::name);
    assert_eq!(names, ["republish", "recapture", "mute", "resubscribe"]);
}

/// A look, so long after the one before, with what is wanted, how often something came, and how it stands there.
type Step = (u64, bool, u64, [bool; 7]);

fn any_history(length: impl Into<SizeRange>) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((0_u64..20_000, any::<bool>(), 0_u64..3, any::<[bool; 7]>()), length)
}

/// Nothing is mended twice within the pause, and nothing is opened that nobody wants.
fn obeys_the_rules(looks: Vec<Step>) -> Result<(), TestCaseError> {
    let (mut checkup, mut now_ms) = (Checkup::default(), 0);
    let mut mended: Vec<(Repair, u64)> = Vec::new();
    let mut repairs = 0;
    for (wait_ms, wanted, packets, [published, live, due, here, failed, muted, interrupted]) in looks {
        now_ms += wait_ms;
        let theirs = Flow { live: here, due: here, ..theirs(packets) };
        if interrupted {
            checkup.interrupted();
        }
        if failed {
            checkup.failed(theirs.sid.clone());
        }
        let ours = Flow { live, due, muted, ..ours(packets) };
        let flows = if published { vec![ours, theirs] } else { Vec::new() };
        for repair in checkup.look(&[(Source::Microphone, wanted)], flows, now_ms) {
            mended.retain(|(_, at)| now_ms - at < AGAIN_AFTER_MS);
            prop_assert!(mended.iter().all(|(other, _)| *other != repair));
            prop_assert!(wanted || !matches!(repair, Repair::Republish(_) | Repair::Recapture(_)));
            mended.push((repair, now_ms));
            repairs += 1;
        }
    }
    prop_assert_eq!(checkup.repairs(), repairs);
    Ok(())
}

proptest! {
    #[test]
    fn every_history_obeys_the_rules(looks in any_history(1..200)) {
        obeys_the_rules(looks)?;
    }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn so_does_one_of_ten_thousand_looks(looks in any_history(LONG)) {
        obeys_the_rules(looks)?;
    }
}
