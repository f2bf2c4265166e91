//! What pictures do on networks as they are.

mod way_out;

use proptest::collection::SizeRange;
use proptest::prelude::*;

use super::*;
use crate::long_history::{LONG, few};

const EVERY_MS: u64 = 2_000;
const WEAK: Health = Health::Bad;

/// Looks for a while; answers the rungs that were used, each once.
fn look(ladder: &mut Ladder, now_ms: &mut u64, health: Health, in_use: Rung, for_ms: u64) -> Vec<Rung> {
    let mut used = vec![ladder.rung()];
    for _ in 0..for_ms / EVERY_MS {
        *now_ms += EVERY_MS;
        ladder.look(health, in_use, false, *now_ms);
        used.push(ladder.rung());
    }
    used.dedup();
    used
}

#[test]
fn a_collapse_goes_down_at_once_and_recovery_comes_step_by_step() {
    use Rung::{P180, P360, P720, P1080};
    let (mut ladder, mut now) = (Ladder::default(), 1_700_000_000_000);
    look(&mut ladder, &mut now, Health::Well, P720, 60_000);
    assert_eq!(look(&mut ladder, &mut now, Health::Failing, P720, 2_000), [P1080, P180]);
    assert_eq!(ladder.choice().reason, Some(Reason::Connection));
    assert_eq!(look(&mut ladder, &mut now, Health::Well, P180, 8_000), [P180]);
    assert_eq!(look(&mut ladder, &mut now, Health::Well, P180, 2_000), [P180, P360]);
    assert_eq!(look(&mut ladder, &mut now, Health::Well, P360, 20_000), [P360, P720, P1080]);
    assert_eq!(ladder.choice().reason, None);
}

#[test]
fn what_is_too_much_goes_down_step_by_step_and_one_bad_look_is_none() {
    use Rung::{AudioOnly, P180, P360, P1080};
    let (mut ladder, mut now) = (Ladder::default(), 0);
    assert_eq!(look(&mut ladder, &mut now, WEAK, Rung::P720, 2_000), [P1080]);
    look(&mut ladder, &mut now, Health::Well, Rung::P720, 2_000);
    assert_eq!(look(&mut ladder, &mut now, WEAK, Rung::P720, 2_000), [P1080], "one now and then is none");
    assert_eq!(look(&mut ladder, &mut now, WEAK, Rung::P720, 2_000), [P1080, P360], "what falls is what there is");
    assert_eq!(look(&mut ladder, &mut now, WEAK, P360, 8_000), [P360, P180], "the last picture stays longer");
    assert_eq!(look(&mut ladder, &mut now, WEAK, P180, 4_000), [P180, AudioOnly]);
    assert_eq!(look(&mut ladder, &mut now, WEAK, P1080, 60_000), [AudioOnly]);
    assert_eq!(look(&mut ladder, &mut now, Health::Well, P1080, 10_000), [AudioOnly, P180], "and it comes back");
}

#[test]
fn the_first_picture_comes_sooner_and_after_one_in_vain_as_late_as_any() {
    use Rung::{AudioOnly, P180, P360};
    let (mut ladder, mut now) = (Ladder::default(), 0);
    look(&mut ladder, &mut now, Health::Failing, P180, 6_000);
    assert_eq!(look(&mut ladder, &mut now, Health::Well, P180, 4_000), [AudioOnly]);
    assert_eq!(look(&mut ladder, &mut now, Health::Well, P180, 2_000), [AudioOnly, P180]);
    assert_eq!(look(&mut ladder, &mut now, WEAK, P180, 6_000), [P180, AudioOnly]);
    assert_eq!(look(&mut ladder, &mut now, Health::Well, P180, 8_000), [AudioOnly]);
    assert_eq!(look(&mut ladder, &mut now, Health::Well, P180, 2_000), [AudioOnly, P180]);
    assert_eq!(look(&mut ladder, &mut now, Health::Well, P180, 8_000), [P180], "larger ones take their time");
    assert_eq!(look(&mut ladder, &mut now, Health::Well, P180, 2_000), [P180, P360]);
}

#[test]
fn small_tiles_do_not_bring_the_last_picture_down_in_one_step() {
    let (mut ladder, mut now) = (Ladder::default(), 0);
    assert_eq!(look(&mut ladder, &mut now, Health::Failing, Rung::P180, 2_000), [Rung::P1080, Rung::P180]);
}

#[test]
fn a_strained_link_holds_what_it_has() {
    let (mut ladder, mut now) = (Ladder::default(), 0);
    look(&mut ladder, &mut now, Health::Failing, Rung::P720, 2_000);
    assert_eq!(look(&mut ladder, &mut now, Health::Strained, Rung::P180, 600_000), [Rung::P180]);
}

#[test]
fn what_was_tried_in_vain_is_tried_again_later_and_later_is_not_for_ever() {
    let (mut ladder, mut now) = (Ladder::default(), 0);
    look(&mut ladder, &mut now, Health::Failing, Rung::P720, 2_000);
    let mut falls = 0;
    for _ in 0..150 {
        now += EVERY_MS;
        let before = ladder.rung();
        // Carries 180 pixels and nothing more.
        ladder.look(if before > Rung::P180 { WEAK } else { Health::Well }, before, false, now);
        falls += usize::from(ladder.rung() < before);
    }
    assert!(falls <= 16, "{falls} falls in five minutes");
    while ladder.rung() > Rung::P180 {
        look(&mut ladder, &mut now, WEAK, Rung::P360, EVERY_MS);
    }
    look(&mut ladder, &mut now, Health::Well, Rung::P180, 26_000);
    assert_eq!(ladder.rung(), Rung::P720, "two steps within half a minute");
}

#[test]
fn a_browser_that_holds_back_has_time_to_come_up_and_a_step_up_in_vain_is_not_called_one() {
    let (mut ladder, mut now) = (Ladder::default(), 0);
    let limited = Health::Limited(Reason::Connection);
    assert_eq!(look(&mut ladder, &mut now, limited, Rung::P360, 8_000), [Rung::P1080], "it begins small");
    assert_eq!(look(&mut ladder, &mut now, limited, Rung::P360, 2_000), [Rung::P1080, Rung::P180]);
    assert!(ladder.choice().reason.is_some());
    assert_eq!(look(&mut ladder, &mut now, Health::Well, Rung::P180, 10_000), [Rung::P180, Rung::P360]);
    look(&mut ladder, &mut now, limited, Rung::P360, 8_000);
    assert_eq!(ladder.choice(), Choice { rung: Rung::P360, reason: Some(Reason::Connection) });
    look(&mut ladder, &mut now, Health::Well, Rung::P360, 2_000);
    assert_eq!(ladder.choice(), Choice { rung: Rung::P360, reason: None });
}

#[test]
fn what_rises_is_given_time_and_not_for_ever() {
    let (mut ladder, mut now) = (Ladder::default(), 0);
    let limited = Health::Limited(Reason::Connection);
    look(&mut ladder, &mut now, limited, Rung::P360, 8_000);
    assert_eq!(look(&mut ladder, &mut now, Health::Rising, Rung::P360, 60_000), [Rung::P1080]);
    assert_eq!(look(&mut ladder, &mut now, limited, Rung::P360, 2_000), [Rung::P1080, Rung::P180], "it rises no more");
}

#[test]
fn a_slow_computer_makes_the_picture_smaller_but_never_takes_it_away() {
    let (mut ladder, mut now) = (Ladder::default(), 0);
    let busy = Sent { by_cpu: true, height_px: 720, ..Sent::default() };
    for _ in 0..100 {
        now += EVERY_MS;
        ladder.look(busy.health(ladder.rung()), Rung::P720, false, now);
    }
    assert_eq!(ladder.choice(), Choice { rung: Rung::P180, reason: Some(Reason::Computer) });
}

#[test]
fn livekits_word_counts_when_it_lasts_and_does_not_hold_a_picture_down() {
    let (mut ladder, mut now) = (Ladder::default(), 1_000_000);
    for _ in 0..5 {
        now += EVERY_MS;
        ladder.look(Health::Well, Rung::P720, true, now);
    }
    assert_eq!(ladder.rung(), Rung::P1080);
    now += EVERY_MS;
    ladder.look(Health::Well, Rung::P720, true, now);
    assert_eq!(ladder.choice(), Choice { rung: Rung::P360, reason: Some(Reason::Connection) });
    for _ in 0..5 {
        now += EVERY_MS;
        ladder.look(Health::Well, Rung::P360, true, now);
    }
    assert_eq!(ladder.rung(), Rung::P720, "our own small pictures look poor to it");
}

#[test]
fn a_picture_that_livekits_word_made_small_comes_back_although_the_word_stays() {
    let (mut ladder, mut now) = (Ladder::default(), 1_000_000);
    let mut look = |health, looks| {
        for _ in 0..looks {
            now += EVERY_MS;
            ladder.look(health, Rung::P360, true, now);
        }
        ladder.rung()
    };
    assert_eq!(look(Health::Strained, 30), Rung::P360);
    assert_eq!(look(Health::Well, 5), Rung::P720);
}

#[test]
fn time_that_nobody_looked_at_is_not_steady() {
    let (mut ladder, mut now) = (Ladder::default(), 0);
    look(&mut ladder, &mut now, Health::Failing, Rung::P720, 2_000);
    look(&mut ladder, &mut now, Health::Well, Rung::P180, 4_000);
    now += 3_600_000;
    assert_eq!(look(&mut ladder, &mut now, Health::Well, Rung::P180, 8_000), [Rung::P180]);
}

#[test]
fn a_pin_stays_and_data_is_saved() {
    let (mut ladder, mut now) = (Ladder::default(), 0);
    let pin = |pin| Setting { pin, save_data: false };
    let saving = Setting { pin: Pin::Automatic, save_data: true };
    assert_eq!(saving.received(&ladder), Choice { rung: Rung::P180, reason: Some(Reason::DataSaver) });
    assert_eq!(Setting { save_data: true, ..pin(Pin::High) }.sent(&ladder).rung, Rung::P180);
    look(&mut ladder, &mut now, Health::Failing, Rung::P720, 20_000);
    assert_eq!(ladder.rung(), Rung::AudioOnly);
    assert_eq!(pin(Pin::High).received(&ladder), Choice { rung: Rung::P1080, reason: Some(Reason::Pinned) });
    assert_eq!(pin(Pin::Medium).received(&ladder).rung, Rung::P360);
    assert_eq!(pin(Pin::Low).sent(&ladder).rung, Rung::P180);
    assert_eq!(pin(Pin::Off).received(&ladder).rung, Rung::AudioOnly);
    assert_eq!(pin(Pin::Off).sent(&ladder).rung, Rung::P180, "the camera has a switch of its own");
    assert_eq!(saving.received(&ladder), ladder.choice(), "less than little is not saved");
    let chosen = Setting { save_data: true, ..pin(Pin::Low) };
    assert_eq!(chosen.received(&ladder).reason, Some(Reason::Pinned), "what is small by choice saves no more");
}

#[test]
fn words_are_read_again_and_unknown_ones_are_automatic() {
    assert!(Pin::ALL.iter().all(|pin| Pin::named(pin.word()) == *pin));
    assert_eq!(Pin::named("ultra"), Pin::Automatic);
}

#[test]
fn a_look_is_read_as_the_browser_writes_it() {
    let json = r#"{"sentHeight":360,"byBandwidth":true,"byCpu":false,"available":140,"rises":true,"roundTrip":35,
        "sentLost":12,"keyFramesAsked":3,
        "height":180,"pictures":3,"frozen":1,"paused":2,"lost":30}"#;
    let Look { sent, received } = read_look(json).unwrap();
    assert_eq!(
        sent,
        Sent {
            height_px: 360,
            by_bandwidth: true,
            by_cpu: false,
            available_kbps: Some(140),
            rises: true,
            round_trip_ms: Some(35),
            lost: 12,
            key_frames_asked: 3,
        }
    );
    assert_eq!(received, Received { height_px: 180, pictures: 3, frozen: 1, paused: 2, lost: 30 });
    assert_eq!(read_look("{}").unwrap(), Look::default());
    assert!(read_look("").is_err());
}

#[test]
fn what_is_counted_means_what_it_should() {
    let sent = Sent { height_px: 180, available_kbps: Some(40), ..Sent::default() };
    assert_eq!(sent.health(Rung::P180), WEAK);
    assert_eq!(sent.health(Rung::AudioOnly), Health::Well, "sound alone does not show what there is room for");
    let limited = Sent { by_bandwidth: true, height_px: 180, ..Sent::default() };
    assert_eq!(limited.health(Rung::P360), Health::Limited(Reason::Connection));
    assert_eq!(Sent { rises: true, ..limited }.health(Rung::P360), Health::Rising);
    assert_eq!(limited.in_use(), Rung::P360, "the browser has left the larger one out already");
    assert_eq!(limited.health(Rung::P180), Health::Strained, "small and coarse is better than nothing");
    let frozen = Received { pictures: 3, frozen: 2, ..Received::default() };
    assert_eq!(frozen.health(Rung::P720), WEAK);
    assert_eq!(Received { frozen: 1, ..frozen }.health(Rung::P720), Health::Well, "one of three is its own fault");
    assert_eq!(frozen.health(Rung::P180), Health::Well, "what freezes without loss may go on small and large");
    assert_eq!(Received { paused: 1, ..Received::default() }.health(Rung::P360), WEAK);
    assert_eq!(Received { lost: 300, ..Received::default() }.health(Rung::P180), Health::Failing);
    assert_eq!(Received::default().health(Rung::P180), Health::Well);
}

#[test]
fn loss_counts_by_how_much_it_hurts_in_both_directions() {
    for (lost, means) in [(10, Health::Well), (40, Health::Strained), (120, WEAK), (300, Health::Failing)] {
        for rung in [Rung::AudioOnly, Rung::P180, Rung::P720] {
            let (sent, received) = (Sent { lost, ..Sent::default() }, Received { lost, ..Received::default() });
            assert_eq!((sent.health(rung), received.health(rung)), (means, means), "{lost} of a thousand at {rung:?}");
        }
    }
}

#[test]
fn what_is_just_enough_is_enough() {
    let sound = Sent { available_kbps: Some(50), round_trip_ms: Some(400), ..Sent::default() };
    assert_eq!(sound.health(Rung::P180), Health::Well);
    assert_eq!(Sent { lost: 20, ..sound }.health(Rung::AudioOnly), Health::Strained);
    let (mut ladder, mut now) = (Ladder::default(), 0);
    look(&mut ladder, &mut now, WEAK, Rung::P720, 2_000);
    ladder.look(WEAK, Rung::P720, false, now + 15_000);
    assert_eq!(ladder.rung(), Rung::P360, "looks that are not farther apart belong together");
}

#[test]
fn what_the_browser_says_of_sending_counts_by_what_it_says() {
    let free = Sent { available_kbps: Some(2_000), ..Sent::default() };
    assert_eq!([Rung::P180, Rung::P720].map(|rung| free.health(rung)), [Health::Well; 2]);
    assert_eq!(free.in_use(), Rung::P1080, "without a picture it could be anywhere");
    let busy = Sent { by_cpu: true, height_px: 360, ..free };
    assert_eq!(busy.health(Rung::P720), Health::Limited(Reason::Computer));
    assert_eq!(busy.health(Rung::P180), Health::Strained);
    assert_eq!((busy.in_use(), Sent { by_cpu: false, ..busy }.in_use()), (Rung::P720, Rung::P360));
}

#[test]
fn what_stands_still_is_our_affair_where_most_do_or_livekit_says_so() {
    let frozen = |frozen| Received { pictures: 5, frozen, height_px: 360, ..Received::default() };
    assert_eq!([2, 3].map(|count| frozen(count).health(Rung::P360)), [Health::Well, WEAK]);
    assert_eq!(frozen(0).in_use(), Rung::P360);
    let paused = Received { paused: 1, ..frozen(0) };
    assert_eq!(paused.health(Rung::P180), Health::Strained, "LiveKit resumes it as soon as it can");
}

#[test]
fn a_picture_stands_on_the_rung_that_its_size_is_closest_to() {
    for rung in [Rung::P180, Rung::P360, Rung::P720, Rung::P1080] {
        assert_eq!(Rung::of(rung.height_px().into()), rung);
    }
    let odd = [90, 240, 288, 480, 600, 960, 2160];
    let rungs = [Rung::P180, Rung::P180, Rung::P360, Rung::P360, Rung::P720, Rung::P1080, Rung::P1080];
    assert_eq!(odd.map(Rung::of), rungs);
    assert_eq!(Rung::AudioOnly.height_px(), 0);
}

/// Most looks are good.
fn health() -> impl Strategy<Value = Health> {
    let others = [Health::Strained, Health::Rising, WEAK, Health::Limited(Reason::Computer), Health::Failing];
    prop::sample::select([vec![Health::Well; 6], others.to_vec()].concat())
}

fn rung() -> impl Strategy<Value = Rung> {
    prop::sample::select(vec![Rung::P180, Rung::P360, Rung::P720, Rung::P1080])
}

/// What is seen, the size in use, LiveKit's word, and how long after the look before.
type Step = (Health, Rung, bool, u64);

fn any_history(length: impl Into<SizeRange>) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((health(), rung(), any::<bool>(), 100_u64..9_000), length)
}

/// Up is one step after ten good seconds, sound alone the last resort, and the way up is never closed.
fn obeys_the_rules(looks: Vec<Step>) -> Result<(), TestCaseError> {
    let (mut ladder, mut now_ms, mut last_bad_ms) = (Ladder::default(), 1_000_000, None);
    for (health, in_use, poor, wait_ms) in looks {
        now_ms += wait_ms;
        let before = ladder.rung();
        ladder.look(health, in_use, poor, now_ms);
        if health != Health::Well {
            last_bad_ms = Some(now_ms);
        }
        if ladder.rung() > before {
            prop_assert_eq!(ladder.rung(), before.above());
            let steady_ms = if before == Rung::AudioOnly { 5_000 } else { 10_000 };
            prop_assert!(last_bad_ms.is_none_or(|at_ms| now_ms - at_ms >= steady_ms));
        }
        if ladder.rung() == Rung::AudioOnly {
            prop_assert!(before <= Rung::P180);
        }
        for pin in Pin::ALL {
            let setting = Setting { pin, save_data: poor };
            let most = if poor { Rung::P180 } else { Rung::P1080 };
            let rung = setting.received(&ladder).rung;
            prop_assert!(rung <= most);
            prop_assert!(pin.rung().is_none_or(|pinned| rung == pinned.min(most)));
        }
    }
    look(&mut ladder, &mut now_ms, Health::Well, Rung::P1080, 100_000);
    prop_assert_eq!(ladder.choice(), Choice { rung: Rung::P1080, reason: None });
    Ok(())
}

proptest! {
    #[test]
    fn every_history_obeys_the_rules(looks in any_history(0..200)) {
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

#[test]
fn a_small_picture_that_stands_still_does_not_keep_others_small() {
    let still = Received { height_px: 180, pictures: 1, frozen: 1, ..Received::default() };
    assert_eq!(still.health(Rung::P360), Health::Well);
    assert_eq!(Received { height_px: 360, ..still }.health(Rung::P360), Health::Bad);
}
