//! What is found out about the way out.

use super::*;

/// Looks at what goes out for a while; answers how large pictures could be after each look.
fn sound(sounding: &mut Sounding, now_ms: &mut u64, sent: Sent, rung: Rung, for_ms: u64) -> Vec<u32> {
    let mut most = Vec::new();
    for _ in 0..for_ms / EVERY_MS {
        *now_ms += EVERY_MS;
        sounding.look(&sent, rung, *now_ms);
        most.push(sounding.most_px(rung));
    }
    most.dedup();
    most
}

/// A browser that takes its way for broken although nothing is lost on it, and nothing late.
const MISJUDGED: Sent = Sent {
    height_px: 180,
    by_bandwidth: false,
    by_cpu: false,
    available_kbps: Some(30),
    rises: false,
    round_trip_ms: Some(20),
    lost: 0,
    key_frames_asked: 0,
};

#[test]
fn a_way_that_is_taken_for_narrower_than_it_is_gets_thumbnails_until_it_is_known_to_be_wide() {
    let (mut sounding, mut now) = (Sounding::default(), 0);
    let fine = Sent { available_kbps: Some(120), ..MISJUDGED };
    assert_eq!(sound(&mut sounding, &mut now, fine, Rung::P180, 60_000), [180]);
    assert!(!sounding.now());
    assert_eq!(sound(&mut sounding, &mut now, MISJUDGED, Rung::P720, 2_000), [45]);
    assert!(sounding.now());
    let better = Sent { height_px: 45, available_kbps: Some(399), ..MISJUDGED };
    assert_eq!(sound(&mut sounding, &mut now, better, Rung::P720, 2_000), [45]);
    let wide = Sent { available_kbps: Some(400), ..better };
    assert_eq!(sound(&mut sounding, &mut now, wide, Rung::P720, 2_000), [720]);
}

#[test]
fn a_way_that_is_full_is_not_misjudged_and_is_sounded_when_it_was_full_no_more_for_a_while() {
    for full in [Sent { round_trip_ms: Some(400), ..MISJUDGED }, Sent { lost: 20, ..MISJUDGED }] {
        let (mut sounding, mut now) = (Sounding::default(), 0);
        assert_eq!(sound(&mut sounding, &mut now, full, Rung::P180, 60_000), [180], "{full:?}");
        assert_eq!(sound(&mut sounding, &mut now, MISJUDGED, Rung::P180, 2_000), [180]);
        assert_eq!(sound(&mut sounding, &mut now, MISJUDGED, Rung::P180, 2_000), [45]);
        assert_eq!(sound(&mut sounding, &mut now, full, Rung::P180, 2_000), [180], "thumbnails fill it");
    }
}

#[test]
fn the_browser_tries_for_more_while_a_picture_goes_out_that_is_less_than_the_way_should_carry() {
    let asks = |sent: Sent, rung| {
        let mut sounding = Sounding::default();
        sounding.look(&sent, rung, 1_000);
        sounding.asks()
    };
    let small = Sent { available_kbps: Some(399), ..MISJUDGED };
    assert!(asks(MISJUDGED, Rung::P180) && asks(small, Rung::P180) && asks(small, Rung::P720));
    assert!(!asks(Sent { available_kbps: Some(400), ..small }, Rung::P180), "it is wide enough");
    assert!(!asks(Sent { round_trip_ms: Some(400), ..small }, Rung::P180), "it is full");
    assert!(!asks(Sent { lost: 20, ..small }, Rung::P180), "it loses what is sent already");
    assert!(!asks(small, Rung::AudioOnly) && !asks(Sent { height_px: 0, ..small }, Rung::P180), "nothing is sent");
}

#[test]
fn of_what_a_browser_does_not_say_nothing_follows() {
    let (mut sounding, mut now) = (Sounding::default(), 0);
    let silent = [Sent { available_kbps: None, ..MISJUDGED }, Sent { round_trip_ms: None, ..MISJUDGED }];
    for none in silent {
        assert_eq!(sound(&mut sounding, &mut now, none, Rung::P180, 60_000), [180]);
    }
    sound(&mut sounding, &mut now, MISJUDGED, Rung::P180, 2_000);
    for none in silent {
        assert_eq!(sound(&mut sounding, &mut now, none, Rung::P180, 2_000), [45], "it goes on");
    }
}

#[test]
fn whose_picture_is_a_thumbnail_is_told() {
    let mut sounding = Sounding::default();
    let choice = Choice { rung: Rung::P720, reason: None };
    assert_eq!(sounding.shown(choice), choice);
    sounding.look(&MISJUDGED, Rung::P720, 0);
    assert_eq!(sounding.shown(choice), Choice { reason: Some(Reason::Connection), ..choice });
    let pinned = Choice { reason: Some(Reason::Pinned), ..choice };
    assert_eq!(sounding.shown(pinned), pinned);
}

#[test]
fn where_thumbnails_find_no_more_the_small_picture_comes_back_for_longer_and_longer() {
    let (mut sounding, mut now) = (Sounding::default(), 0);
    for rest_ms in [10_000, 20_000, 40_000, 80_000, 160_000, 160_000] {
        assert_eq!(sound(&mut sounding, &mut now, MISJUDGED, Rung::P180, 6_000), [45]);
        assert_eq!(sound(&mut sounding, &mut now, MISJUDGED, Rung::P180, rest_ms), [180]);
    }
    let full = Sent { round_trip_ms: Some(1_000), ..MISJUDGED };
    assert_eq!(sound(&mut sounding, &mut now, full, Rung::P180, 2_000), [180]);
    assert_eq!(sound(&mut sounding, &mut now, MISJUDGED, Rung::P180, 2_000), [180]);
    for rest_ms in [10_000, 20_000] {
        assert_eq!(sound(&mut sounding, &mut now, MISJUDGED, Rung::P180, 6_000), [45], "it is another way now");
        assert_eq!(sound(&mut sounding, &mut now, MISJUDGED, Rung::P180, rest_ms), [180]);
    }
}

#[test]
fn a_picture_that_comes_back_begins_as_a_thumbnail() {
    let (mut sounding, mut now) = (Sounding::default(), 0);
    let none = Sent { height_px: 0, ..MISJUDGED };
    assert_eq!(sound(&mut sounding, &mut now, none, Rung::AudioOnly, 60_000), [0]);
    assert_eq!(sounding.most_px(Rung::P180), 45);
    assert_eq!(sound(&mut sounding, &mut now, none, Rung::P720, 60_000), [45], "also with a camera that was off");
    assert_eq!(sound(&mut sounding, &mut now, MISJUDGED, Rung::P180, 6_000), [45], "for as long as any");
}

#[test]
fn a_thumbnail_is_not_given_up_for_what_it_is_there_to_find_out() {
    assert_eq!(MISJUDGED.health(Rung::P360), Health::Bad);
    assert_eq!(Sent { height_px: 46, ..MISJUDGED }.health(Rung::P360), Health::Bad);
    for height_px in [1, 45] {
        let thumbnail = Sent { height_px, ..MISJUDGED };
        assert_eq!(thumbnail.health(Rung::P180), Health::Strained);
        assert_eq!(Sent { lost: 80, ..thumbnail }.health(Rung::P180), Health::Bad, "sound comes first");
        let better = Sent { available_kbps: Some(150), ..thumbnail };
        assert_eq!(better.health(Rung::P180), Health::Well);
        assert_eq!(better.health(Rung::P360), Health::Strained, "it says nothing of larger pictures");
        assert_eq!(better.in_use(), Rung::P1080, "without it there might be anything");
    }
}

#[test]
fn the_small_picture_goes_only_where_something_is_late_or_lost() {
    assert_eq!(MISJUDGED.health(Rung::P180), Health::Strained);
    for full in [
        Sent { round_trip_ms: Some(400), ..MISJUDGED },
        Sent { round_trip_ms: None, ..MISJUDGED },
        Sent { lost: 20, ..MISJUDGED },
    ] {
        assert_eq!(full.health(Rung::P180), Health::Bad, "{full:?}");
    }
}

#[test]
fn a_larger_picture_that_is_asked_for_again_and_again_is_let_catch_up_now_and_then() {
    let asked = Sent { key_frames_asked: 1, ..Sent::default() };
    let (mut waiting, mut now) = (Waiting::default(), 0);
    let mut look = |sent: &Sent, for_ms: u64| {
        let looks = (0..for_ms / EVERY_MS).map(|_| {
            now += EVERY_MS;
            waiting.look(sent, 2, now)
        });
        looks.filter(|due| *due).count()
    };
    assert_eq!(look(&asked, 6_000), 0, "so it is when somebody comes");
    assert_eq!(look(&Sent::default(), 2_000), 0);
    assert_eq!((look(&asked, 4_000), look(&asked, 2_000)), (0, 1));
    for rest_ms in [10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 320_000] {
        assert_eq!((look(&asked, rest_ms - 2_000), look(&asked, 2_000)), (0, 1), "it rests for longer and longer");
    }
    assert_eq!(look(&Sent::default(), 322_000), 0);
    assert_eq!((look(&asked, 6_000), look(&asked, 8_000), look(&asked, 2_000)), (1, 0, 1), "that is another matter");
    assert_eq!(look(&Sent { lost: 20, ..asked }, 60_000), 0, "what is lost on our own way is asked for, too");
    let mut waiting = Waiting::default();
    assert!((1..30).all(|people| !waiting.look(&asked, people, 1_000_000)), "everybody who comes asks");
}

/// What a browser may say of its way out.
fn any_sent() -> impl Strategy<Value = Sent> {
    let kbps = prop::option::weighted(0.9, prop_oneof![0_u64..200, 100_u64..500, Just(2_000)]);
    let lost = prop_oneof![4 => Just(0_u64), 1 => 0_u64..300];
    (kbps, prop::option::weighted(0.9, 0_u64..600), lost, prop::sample::select(vec![0_u64, 45, 180, 360]), 0_u64..2)
        .prop_map(|(available_kbps, round_trip_ms, lost, height_px, key_frames_asked)| Sent {
            available_kbps,
            round_trip_ms,
            lost,
            height_px,
            key_frames_asked,
            ..Sent::default()
        })
}

/// Looks at a way out, each so long after the one before, with the rung in use and how many people there are.
fn any_looks(length: impl Into<SizeRange>) -> impl Strategy<Value = Vec<(Sent, u64, Rung, usize)>> {
    let people = prop_oneof![9 => Just(2_usize), 1 => 1_usize..5];
    prop::collection::vec((any_sent(), 1_500_u64..4_000, rung(), people), length)
}

/// Nothing is found out where it would do harm, nor without a rest, and nothing is kept small by it on a way that is wide.
fn sounds_and_waits_by_the_rules(looks: Vec<(Sent, u64, Rung, usize)>) -> Result<(), TestCaseError> {
    let (mut sounding, mut waiting, mut now_ms) = (Sounding::default(), Waiting::default(), 1_000_000);
    let (mut thumbnails_since_ms, mut let_catch_up_ms, mut asked_in_a_row, mut before) = (None, None::<u64>, 0, 0);
    for (sent, later_ms, rung, people) in looks {
        now_ms += later_ms;
        sounding.look(&sent, rung, now_ms);
        let said = sent.available_kbps.zip(sent.round_trip_ms);
        let is_full = sent.lost >= 20 || said.is_some_and(|(_, ms)| ms >= 400);
        let seen = sent.height_px > 0;
        if let Some((kbps, _)) = said {
            prop_assert!(!sounding.now() || !is_full && kbps < 400);
            prop_assert_eq!(sounding.asks(), seen && !is_full && kbps < 400);
        }
        // They end with a look at which they are seen, and the browser says something.
        if !sounding.now() {
            thumbnails_since_ms = None;
        } else if seen && said.is_some() {
            prop_assert!(now_ms - *thumbnails_since_ms.get_or_insert(now_ms) < 6_000);
        }

        asked_in_a_row =
            if sent.key_frames_asked > 0 && sent.lost < 20 && people == before { asked_in_a_row + 1 } else { 0 };
        before = people;
        if waiting.look(&sent, people, now_ms) {
            prop_assert!(asked_in_a_row >= 3);
            prop_assert!(let_catch_up_ms.is_none_or(|at_ms| now_ms - at_ms >= 10_000));
            (let_catch_up_ms, asked_in_a_row) = (Some(now_ms), 0);
        } else if let Some(at_ms) = let_catch_up_ms {
            prop_assert!(asked_in_a_row < 3 || now_ms - at_ms < 320_000, "it is never given up");
        }
    }
    let wide = Sent { available_kbps: Some(400), round_trip_ms: Some(20), height_px: 45, ..Sent::default() };
    sounding.look(&wide, Rung::P1080, now_ms + EVERY_MS);
    prop_assert_eq!((sounding.most_px(Rung::P1080), sounding.asks()), (1_080, false));
    Ok(())
}

proptest! {
    #[test]
    fn every_way_is_found_out_by_the_rules(looks in any_looks(0..200)) {
        sounds_and_waits_by_the_rules(looks)?;
    }
}

proptest! {
    #![proptest_config(few())]
    #[test]
    fn so_is_one_of_ten_thousand_looks_on_the_way(looks in any_looks(LONG)) {
        sounds_and_waits_by_the_rules(looks)?;
    }
}
