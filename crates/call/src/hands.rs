//! Whose hands are up, in the order in which they were raised.

use wire::Identity;

use crate::Roster;

/// Everybody whose hand is up, the first first. The times are the server's and travel with the participants, so the
/// queue is the same for all; identities decide between two of the same millisecond.
#[must_use]
pub fn hands(roster: &Roster) -> Vec<Identity> {
    let mut up: Vec<_> = roster.iter().filter_map(|p| Some((p.hand_at_ms?, &p.identity))).collect();
    up.sort_unstable();
    up.into_iter().map(|(_, identity)| identity.clone()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::roster::fixtures::{connected, person, with_hand};
    use crate::{ParticipantInfo, RoomEvent};

    fn names(roster: &Roster) -> Vec<String> {
        hands(roster).into_iter().map(|identity| identity.0).collect()
    }

    #[test]
    fn the_first_to_raise_stands_first_whenever_they_came() {
        let mut roster = Roster::default();
        roster.apply(&connected("me", &[person("ada", 10), with_hand(person("zoe", 20), 300)]));
        assert_eq!(names(&roster), ["zoe"]);
        roster.apply(&RoomEvent::ParticipantChanged { participant: with_hand(person("ada", 10), 400) });
        let me = ParticipantInfo { local: true, ..with_hand(person("me", 5), 350) };
        roster.apply(&RoomEvent::ParticipantChanged { participant: me });
        assert_eq!(names(&roster), ["zoe", "me", "ada"]);
        roster.apply(&RoomEvent::ParticipantChanged { participant: person("zoe", 20) });
        assert_eq!(names(&roster), ["me", "ada"], "lowered");
        roster.apply(&RoomEvent::ParticipantDisconnected { identity: Identity("ada".to_owned()) });
        assert_eq!(names(&roster), ["me"], "gone");
    }

    proptest! {
        #[test]
        fn everybody_sees_the_same_queue(
            raised in proptest::collection::vec(proptest::option::of(1_u64..4), 2..8),
            arrivals in Just((0..8_u64).collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let everybody: Vec<_> = raised
                .iter()
                .zip(&arrivals)
                .enumerate()
                .map(|(who, (at, came))| ParticipantInfo { hand_at_ms: *at, ..person(&format!("p{who}"), *came) })
                .collect();
            let queues: Vec<_> = (0..everybody.len())
                .map(|me| {
                    let mut others = everybody.clone();
                    let local = ParticipantInfo { local: true, ..others.remove(me) };
                    let mut roster = Roster::default();
                    roster.apply(&RoomEvent::Connected(crate::Everybody { local, others }));
                    names(&roster)
                })
                .collect();
            prop_assert!(queues.windows(2).all(|pair| pair[0] == pair[1]), "{queues:?}");
            prop_assert_eq!(queues[0].len(), raised.iter().flatten().count());
        }
    }
}
