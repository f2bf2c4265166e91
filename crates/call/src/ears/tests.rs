//! Sound and silence, who is told of it and how often, and who reports of whom in a crowd.

use std::collections::{HashMap, HashSet};

use proptest::collection::SizeRange;
use proptest::prelude::*;

use super::*;
use crate::long_history::{LONG, few};
use crate::roster::fixtures::{connected, person};
use crate::{ParticipantInfo, Publication, RoomEvent, Source};

/// What speech gives in a second, in billionths.
const SPEECH: u64 = 1_000_000;
/// What the noise gives that silence is filled with.
const NOISE: u64 = 100;

fn id(name: &str) -> Identity {
    Identity(name.to_owned())
}

fn sid(name: &str) -> TrackSid {
    TrackSid(format!("TR_{name}"))
}

fn speaker(name: &str, muted: bool) -> ParticipantInfo {
    let track = Publication { sid: sid(name), source: Source::Microphone, muted, subscribed: true, paused: false };
    ParticipantInfo { publications: vec![track], ..person(name, 10) }
}

fn meeting(me: &str, others: &[ParticipantInfo]) -> Roster {
    let mut roster = Roster::default();
    roster.apply(&connected(me, others));
    roster
}

/// One track's counters, and a look at them every second.
struct Track {
    ears: Ears,
    roster: Roster,
    sound: Arrival,
    now_ms: u64,
}

impl Track {
    fn new() -> Self {
        let sound = Arrival { sid: sid("ada"), count: 0, energy: 0 };
        Self { ears: Ears::default(), roster: meeting("me", &[speaker("ada", false)]), sound, now_ms: 0 }
    }

    /// Lets seconds pass in which so much comes in; answers what was told, and when.
    fn run(&mut self, seconds: u64, packets: u64, energy: u64) -> Vec<(u64, bool)> {
        let mut told = Vec::new();
        for _ in 0..seconds {
            self.now_ms += 1_000;
            self.sound.count += packets;
            self.sound.energy += energy;
            for (to, report) in self.ears.look(&self.roster, vec![self.sound.clone()], self.now_ms) {
                assert_eq!(to, id("ada"));
                told.push((self.now_ms, report.hears));
            }
        }
        told
    }
}

#[test]
fn sound_is_told_at_once_and_again_every_five_seconds() {
    let mut track = Track::new();
    assert_eq!(track.run(1, 50, SPEECH), [], "there may have been sound long ago");
    assert_eq!(track.run(11, 50, SPEECH), [(2_000, true), (7_000, true), (12_000, true)]);
    assert_eq!(track.run(6, 50, NOISE), [(16_000, false)], "after the time that people pause");
    assert_eq!(track.run(3, 50, SPEECH), [(19_000, true)]);
    assert_eq!(track.run(6, 0, 0), [(24_000, true), (25_000, false)], "nothing comes any more");
}

#[test]
fn energy_without_packets_is_what_the_browser_made_up() {
    let mut track = Track::new();
    assert_eq!(track.run(3, 0, SPEECH), [(2_000, false)]);
}

#[test]
fn the_muted_are_told_nothing_and_begin_anew() {
    let mut track = Track::new();
    track.run(3, 50, SPEECH);
    track.roster = meeting("me", &[speaker("ada", true)]);
    assert!(Ears::wanted(&track.roster).is_empty());
    assert_eq!(track.run(20, 50, SPEECH), []);
    track.roster = meeting("me", &[speaker("ada", false)]);
    assert_eq!(Ears::wanted(&track.roster), [sid("ada")]);
    assert_eq!(track.run(3, 50, NOISE), [(25_000, false)]);
}

#[test]
fn another_track_is_another_sound() {
    let mut track = Track::new();
    track.run(3, 50, 0);
    let mut info = speaker("ada", false);
    info.publications[0].sid = sid("other");
    track.roster.apply(&RoomEvent::ParticipantChanged { participant: info });
    track.sound = Arrival { sid: sid("other"), count: 1_000, energy: 100 * SPEECH };
    assert_eq!(track.run(2, 50, NOISE), [], "what it counted before we looked is not new");
    assert_eq!(track.run(1, 50, SPEECH), [(6_000, true)]);
}

#[test]
fn what_is_not_subscribed_or_no_microphone_is_not_looked_at() {
    let mut off = speaker("ada", false);
    off.publications[0].subscribed = false;
    let mut screen = speaker("ben", false);
    screen.publications[0].source = Source::ScreenShareAudio;
    let roster = meeting("me", &[off, screen, person("cora", 20)]);
    assert!(Ears::wanted(&roster).is_empty());
    let sounds = ["ada", "ben", "cora", "nobody"].map(|name| Arrival { sid: sid(name), count: 1, energy: 1 });
    assert!(Ears::default().look(&roster, sounds.to_vec(), 0).is_empty());
    assert!(Ears::wanted(&Roster::default()).is_empty(), "before we are inside");
}

#[test]
fn in_a_crowd_each_reports_of_those_who_come_next_and_after_the_last_of_the_first() {
    let name = |at: usize| format!("p{at:02}");
    let others: Vec<_> = (0..40).filter(|at| *at != 30).map(|at| person(&name(at), 10)).collect();
    let roster = meeting(&name(30), &others);
    let of: Vec<_> = nearest(&roster).into_iter().map(|p| p.identity.clone()).collect();
    let next: Vec<_> = (31..40).chain(0..16).map(|at| Identity(name(at))).collect();
    assert_eq!(of, next);
}

/// A look, so long after the one before: packets and energy that came since, who is muted, and who is there.
type Step = (u64, u64, u64, [bool; 3]);

fn any_history(length: impl Into<SizeRange>) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((0_u64..1_500, 0_u64..3, 0_u64..2 * SPEECH, any::<[bool; 3]>()), length)
}

/// Nobody is told more than once in a second, and the muted nothing.
fn obeys_the_rules(looks: Vec<Step>) -> Result<(), TestCaseError> {
    let (mut ears, mut now_ms) = (Ears::default(), 0);
    let mut told: HashMap<Identity, u64> = HashMap::new();
    let mut sounds = ["ada", "ben"].map(|name| Arrival { sid: sid(name), count: 0, energy: 0 });
    for (wait_ms, packets, energy, [ada_muted, ben_muted, ben_there]) in looks {
        now_ms += wait_ms;
        let ben = ben_there.then(|| speaker("ben", ben_muted));
        let others: Vec<_> = [speaker("ada", ada_muted)].into_iter().chain(ben).collect();
        for sound in &mut sounds {
            sound.count += packets;
            sound.energy += energy;
        }
        let on: HashSet<_> =
            others.iter().filter(|info| !info.publications[0].muted).map(|info| info.identity.clone()).collect();
        for (to, _) in ears.look(&meeting("me", &others), sounds.to_vec(), now_ms) {
            prop_assert!(on.contains(&to));
            if let Some(before_ms) = told.insert(to, now_ms) {
                prop_assert!(now_ms - before_ms >= APART_MS);
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_history_obeys_the_rules(looks in any_history(0..300)) {
        obeys_the_rules(looks)?;
    }

    #[test]
    fn in_a_crowd_everybody_has_as_many_reporters_whatever_the_order(
        names in prop::collection::hash_set("[0-9a-f]{4}", 1..40), turn in 0_usize..40
    ) {
        let mut names: Vec<String> = names.into_iter().collect();
        let mut reporters: HashMap<Identity, usize> = HashMap::new();
        for me in names.clone() {
            let turn = turn % names.len();
            names.rotate_left(turn);
            let others: Vec<_> =
                names.iter().filter(|name| **name != me).enumerate().map(|(at, name)| person(name, at as u64)).collect();
            let roster = meeting(&me, &others);
            let nearest = nearest(&roster);
            prop_assert_eq!(nearest.len(), REPORTS.min(others.len()));
            prop_assert_eq!(nearest.iter().map(|p| &p.identity).collect::<HashSet<_>>().len(), nearest.len());
            for p in nearest {
                *reporters.entry(p.identity.clone()).or_default() += 1;
            }
        }
        prop_assert!(reporters.values().all(|count| *count == REPORTS.min(names.len() - 1)));
    }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn so_does_one_of_ten_thousand_looks(looks in any_history(LONG)) {
        obeys_the_rules(looks)?;
    }
}
