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

/// How much has come of one of the others' tracks, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Id of the track.
    pub sid: TrackSid,
    /// Packets of a sound, or frames of a picture, so far. It may begin anew at any time.
    pub count: u64,
}

/// Watches the tracks of one kind.
#[derive(Debug, Clone, Default)]
pub struct Stalls {
    tracks: Vec<Watched>,
    looked_at_ms: u64,
}

#[derive(Debug, Clone)]
struct Watched {
    arrival: Arrival,
    stops_at_ms: u64,
    stalled: bool,
}

impl Stalls {
    /// Takes in what has come of the tracks that are due now. Answers whether other ones are stalled than before.
    pub fn look(&mut self, due: impl IntoIterator<Item = Arrival>, now_ms: u64) -> bool {
        if now_ms.saturating_sub(self.looked_at_ms) > APART_MS {
            for track in &mut self.tracks {
                (track.stalled, track.stops_at_ms) = (false, now_ms + START_MS);
            }
        }
        self.looked_at_ms = now_ms;
        let before = mem::take(&mut self.tracks);
        self.tracks = due
            .into_iter()
            .map(|arrival| match before.iter().find(|track| track.arrival.sid == arrival.sid) {
                Some(known) if known.arrival == arrival => {
                    Watched { stalled: known.stalled || now_ms >= known.stops_at_ms, ..known.clone() }
                }
                Some(_) => Watched { arrival, stops_at_ms: now_ms + QUIET_MS, stalled: false },
                None => Watched { arrival, stops_at_ms: now_ms + START_MS, stalled: false },
            })
            .collect();
        !stalled(&before).eq(stalled(&self.tracks))
    }

    /// The tracks that are due and of which nothing comes.
    pub fn stalled(&self) -> impl Iterator<Item = &TrackSid> {
        stalled(&self.tracks)
    }
}

fn stalled(tracks: &[Watched]) -> impl Iterator<Item = &TrackSid> {
    tracks.iter().filter(|track| track.stalled).map(|track| &track.arrival.sid)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sid(name: &str) -> TrackSid {
        TrackSid(name.to_owned())
    }

    fn arrived(name: &str, count: u64) -> Arrival {
        Arrival { sid: sid(name), count }
    }

    /// The stalled ones after looks at one track, each half a second after the one before.
    fn seen(stalls: &mut Stalls, from_ms: u64, counts: &[u64]) -> Vec<bool> {
        let look = |(now_ms, count): (u64, &u64)| {
            stalls.look([arrived("picture", *count)], now_ms);
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
    fn the_first_frame_has_five_seconds_and_the_second_has_not() {
        let mut stalls = Stalls::default();
        let seen = seen(&mut stalls, 10_000, &[0; 12]);
        assert_eq!(seen.iter().position(|stalled| *stalled), Some(10));
    }

    #[test]
    fn one_that_counts_anew_has_not_stopped() {
        let mut stalls = Stalls::default();
        assert!(seen(&mut stalls, 10_000, &[50, 60, 3, 5, 0, 2]).iter().all(|stalled| !stalled));
    }

    #[test]
    fn what_is_no_longer_due_is_not_stalled_and_has_its_time_when_it_is_again() {
        let mut stalls = Stalls::default();
        assert!(seen(&mut stalls, 10_000, &[1, 2, 2, 2, 2]).contains(&true));
        assert!(stalls.look([], 12_500), "it has been told apart");
        assert_eq!(stalls.stalled().count(), 0);
        assert!(!seen(&mut stalls, 13_000, &[2; 10]).contains(&true));
    }

    #[test]
    fn each_is_compared_with_itself() {
        let mut stalls = Stalls::default();
        for (look, now_ms) in (10_000..).step_by(500).take(10).enumerate() {
            let look = look as u64;
            stalls.look(
                [arrived("goes on", look), arrived("stops", look.min(3)), arrived("goes on, too", look + 1)],
                now_ms,
            );
        }
        assert_eq!(stalls.stalled().collect::<Vec<_>>(), [&sid("stops")]);
        assert!(!stalls.look([arrived("stops", 3), arrived("goes on", 11)], 15_000), "nothing new about them");
    }

    #[test]
    fn after_a_sleep_it_is_given_time_again() {
        let mut stalls = Stalls::default();
        assert!(!seen(&mut stalls, 10_000, &[1, 2]).contains(&true));
        assert!(!seen(&mut stalls, 60_000, &[2; 10]).contains(&true), "nobody has looked meanwhile");
        assert!(seen(&mut stalls, 65_000, &[2]).contains(&true));
    }

    proptest! {
        #[test]
        fn none_is_stalled_that_has_moved_within_the_quiet_time(
            looks in prop::collection::vec((0_u64..2_000, prop::collection::vec(0_u64..3, 0..4)), 1..100)
        ) {
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
                let due = counts.iter().enumerate().map(|(place, count)| arrived(&place.to_string(), *count));
                stalls.look(due, now_ms);
                for sid in stalls.stalled() {
                    let (_, since_ms) = moved[sid.0.parse::<usize>().unwrap()];
                    prop_assert!(now_ms - since_ms >= QUIET_MS);
                }
            }
        }
    }
}
