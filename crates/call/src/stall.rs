//! Whose media has stopped while that of others arrives: LiveKit says so after many seconds, or never.

use std::mem;

use crate::TrackSid;

/// What is due and has not come for so long has stopped; three looks at pictures, two at sounds. With silence suppression
/// Opus still sends a packet every 400 ms.
const QUIET_MS: u64 = 1_400;
/// The first of a track, or of one that is due again, may take longer.
const START_MS: u64 = 5_000;
/// After a longer pause between looks nobody knows what came meanwhile: the page slept.
const APART_MS: u64 = 3_000;

/// What the browser counts of one of the others' tracks, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Id of the track.
    pub sid: TrackSid,
    /// Packets of a sound that have come in so far, or frames of a picture. It may begin anew at any time.
    pub count: u64,
    /// Energy that was played of a sound so far (`totalAudioEnergy`: full scale for a second is 1), in billionths.
    pub energy: u64,
}

/// Watches the tracks of one kind.
#[derive(Debug, Clone, Default)]
pub struct Stalls {
    tracks: Vec<Watched>,
    looked_at_ms: u64,
}

#[derive(Debug, Clone)]
struct Watched {
    sid: TrackSid,
    count: u64,
    stops_at_ms: u64,
    stalled: bool,
}

impl Stalls {
    /// Takes in what has come of the tracks that are due now. Answers whether other ones are stalled than before.
    pub fn look(&mut self, due: &[Arrival], now_ms: u64) -> bool {
        let slept = now_ms.saturating_sub(self.looked_at_ms) > APART_MS;
        self.looked_at_ms = now_ms;
        let watch = |arrival: &Arrival| {
            let (sid, count) = (arrival.sid.clone(), arrival.count);
            let known = self.tracks.iter().find(|known| known.sid == sid && !slept);
            let (stops_at_ms, stalled) = match known {
                Some(known) if known.count == count => {
                    (known.stops_at_ms, known.stalled || now_ms >= known.stops_at_ms)
                }
                Some(known) if known.count < count => (now_ms + QUIET_MS, false),
                // One that counts less than before counts anew: its element is another one.
                _ => (now_ms + START_MS, false),
            };
            Watched { sid, count, stops_at_ms, stalled }
        };
        let tracks = due.iter().map(watch).collect();
        let before = mem::replace(&mut self.tracks, tracks);
        !stalled(&before).eq(stalled(&self.tracks))
    }

    /// The tracks that are due and of which nothing comes. Where nothing comes of several and of no other, it is our own way
    /// in that is blocked, and none of them is to blame.
    pub fn stalled(&self) -> impl Iterator<Item = &TrackSid> {
        stalled(&self.tracks)
    }
}

fn stalled(tracks: &[Watched]) -> impl Iterator<Item = &TrackSid> {
    let ours = tracks.len() > 1 && tracks.iter().all(|track| track.stalled);
    tracks.iter().filter(move |track| track.stalled && !ours).map(|track| &track.sid)
}

#[cfg(test)]
mod tests {
    use proptest::collection::SizeRange;
    use proptest::prelude::*;

    use super::*;
    use crate::long_history::{LONG, few};

    fn sid(name: &str) -> TrackSid {
        TrackSid(name.to_owned())
    }

    fn arrived(name: &str, count: u64) -> Arrival {
        Arrival { sid: sid(name), count, energy: 0 }
    }

    /// The stalled ones after looks at one track, each half a second after the one before.
    fn seen(stalls: &mut Stalls, from_ms: u64, counts: &[u64]) -> Vec<bool> {
        let look = |(now_ms, count): (u64, &u64)| {
            stalls.look(&[arrived("picture", *count)], now_ms);
            stalls.stalled().next().is_some()
        };
        (from_ms..).step_by(500).zip(counts).map(look).collect()
    }

    #[test]
    fn what_stops_is_stalled_at_the_third_look_and_no_longer_when_it_goes_on() {
        let mut stalls = Stalls::default();
        assert_eq!(
            seen(&mut stalls, 10_000, &[0, 5, 9, 9, 9, 9, 9, 10]),
            [false, false, false, false, false, true, true, false]
        );
    }

    #[test]
    fn the_first_look_gives_five_seconds_and_the_next_frame_does_not() {
        let mut stalls = Stalls::default();
        let first = seen(&mut stalls, 10_000, &[0; 12]);
        assert_eq!(first.iter().position(|stalled| *stalled), Some(10));
        assert_eq!(seen(&mut stalls, 16_000, &[1, 1, 1, 1]), [false, false, false, true]);
    }

    #[test]
    fn one_that_counts_anew_begins_anew() {
        let mut stalls = Stalls::default();
        let anew = seen(&mut stalls, 10_000, &[50, 60, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3]);
        assert_eq!(anew.iter().position(|stalled| *stalled), Some(12), "its element is another one");
    }

    #[test]
    fn what_is_no_longer_due_is_not_stalled_and_has_its_time_when_it_is_again() {
        let mut stalls = Stalls::default();
        assert!(seen(&mut stalls, 10_000, &[1, 2, 2, 2, 2]).contains(&true));
        assert!(stalls.look(&[], 12_500), "it is told");
        assert_eq!(stalls.stalled().count(), 0);
        assert!(!seen(&mut stalls, 13_000, &[2; 10]).contains(&true));
    }

    #[test]
    fn each_is_compared_with_itself() {
        let mut stalls = Stalls::default();
        for (look, now_ms) in (10_000..).step_by(500).take(10).enumerate() {
            let look = look as u64;
            stalls.look(
                &[arrived("goes on", look), arrived("stops", look.min(3)), arrived("goes on, too", look + 1)],
                now_ms,
            );
        }
        assert_eq!(stalls.stalled().collect::<Vec<_>>(), [&sid("stops")]);
        assert!(!stalls.look(&[arrived("stops", 3), arrived("goes on", 11)], 15_000), "nothing new about them");
    }

    #[test]
    fn where_nothing_comes_of_several_none_is_to_blame() {
        let mut stalls = Stalls::default();
        let mut told = Vec::new();
        for (look, now_ms) in (10_000_u64..).step_by(500).take(20).enumerate() {
            let both = [arrived("one", look.min(2) as u64), arrived("two", look.min(8) as u64)];
            told.push(stalls.look(&both, now_ms).then(|| stalls.stalled().cloned().collect::<Vec<_>>()));
        }
        let told: Vec<_> = told.into_iter().enumerate().filter_map(|(look, told)| Some((look, told?))).collect();
        assert_eq!(told, [(5, vec![sid("one")]), (11, vec![])]);
        assert!(stalls.look(&[arrived("one", 2), arrived("two", 9)], 20_000), "the other one is back");
        assert_eq!(stalls.stalled().collect::<Vec<_>>(), [&sid("one")]);
    }

    #[test]
    fn after_a_sleep_it_is_given_time_again() {
        let mut stalls = Stalls::default();
        assert!(seen(&mut stalls, 10_000, &[1, 2, 2, 2, 2]).contains(&true));
        assert!(stalls.look(&[arrived("picture", 2)], 60_000), "nobody has looked meanwhile");
        assert!(!seen(&mut stalls, 60_500, &[2; 9]).contains(&true));
        assert!(seen(&mut stalls, 65_000, &[2]).contains(&true));
    }

    /// How long after the look before, and what is counted of each track.
    type Step = (u64, Vec<u64>);

    fn any_history(length: impl Into<SizeRange>) -> impl Strategy<Value = Vec<Step>> {
        prop::collection::vec((0_u64..2_000, prop::collection::vec(0_u64..3, 0..4)), length)
    }

    /// None is stalled that has moved within the quiet time, what changes is told, and what is not due any more is forgotten.
    fn obeys_the_rules(looks: Vec<Step>) -> Result<(), TestCaseError> {
        let (mut stalls, mut now_ms) = (Stalls::default(), 10_000);
        let mut moved: Vec<(u64, u64)> = Vec::new();
        for (wait_ms, counts) in looks {
            now_ms += wait_ms;
            for (place, count) in counts.iter().enumerate() {
                match moved.get_mut(place) {
                    Some(known) if known.0 == *count => {}
                    Some(known) => *known = (*count, now_ms),
                    None => moved.push((*count, now_ms)),
                }
            }
            moved.truncate(counts.len());
            let due: Vec<_> =
                counts.iter().enumerate().map(|(place, count)| arrived(&place.to_string(), *count)).collect();
            let before: Vec<_> = stalls.stalled().cloned().collect();
            let told = stalls.look(&due, now_ms);
            prop_assert_eq!(told, !before.iter().eq(stalls.stalled()), "what changes is told");
            prop_assert_eq!(stalls.tracks.len(), due.len());
            for sid in stalls.stalled() {
                let (_, since_ms) = moved[sid.0.parse::<usize>().unwrap()];
                prop_assert!(now_ms - since_ms >= QUIET_MS);
            }
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn every_history_obeys_the_rules(looks in any_history(1..100)) {
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
}
