//! Which tiles stand on the stage, and in which order.

use wire::Identity;

use crate::{Participant, Roster, Source};

/// What names a tile: whose, and which of their pictures.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileKey {
    /// Whose.
    pub identity: Identity,
    /// [`Source::Camera`] or [`Source::ScreenShare`].
    pub source: Source,
}

impl TileKey {
    /// What names this tile among all others.
    #[must_use]
    pub fn text(&self) -> String {
        let what = if self.source == Source::ScreenShare { "screen" } else { "camera" };
        [self.identity.as_str(), what].join(" ")
    }
}

/// The stage's tiles: shared screens first, then one tile for each participant, with or without a
/// camera. Among each, the others stand in the order in which they came and we stand last, so that
/// nobody jumps when somebody speaks, comes or leaves.
#[must_use]
pub fn tiles(roster: &Roster) -> Vec<TileKey> {
    let everybody = || roster.iter().filter(|p| !p.local).chain(roster.local());
    let tile = |p: &Participant, source| TileKey { identity: p.identity.clone(), source };
    let screens = everybody().filter(|p| p.screen.is_some()).map(|p| tile(p, Source::ScreenShare));
    let people = everybody().map(|p| tile(p, Source::Camera));
    screens.chain(people).collect()
}

/// Tiles in the order of their places, and how many of them are large: the one that the person has pinned, while it is
/// there; else the shared screens.
#[must_use]
pub fn placed(tiles: &[TileKey], pinned: Option<&TileKey>) -> (Vec<TileKey>, usize) {
    let mut placed = tiles.to_vec();
    match placed.iter().position(|tile| Some(tile) == pinned) {
        Some(at) => {
            let tile = placed.remove(at);
            placed.insert(0, tile);
            (placed, 1)
        }
        None => {
            let screens = placed.iter().filter(|tile| tile.source == Source::ScreenShare).count();
            (placed, screens)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::roster::fixtures::{connected, person, publication};
    use crate::{ParticipantInfo, RoomEvent};

    fn names(roster: &Roster) -> Vec<String> {
        tiles(roster)
            .into_iter()
            .map(|tile| match tile.source {
                Source::ScreenShare => format!("{}'s screen", tile.identity.as_str()),
                _ => tile.identity.0,
            })
            .collect()
    }

    fn sharing(mut who: ParticipantInfo) -> ParticipantInfo {
        who.publications.push(publication(Source::ScreenShare, false));
        who
    }

    #[test]
    fn others_in_order_of_arrival_and_we_last() {
        let mut roster = Roster::default();
        roster.apply(&connected("me", &[]));
        assert_eq!(names(&roster), ["me"]);
        roster.apply(&RoomEvent::ParticipantConnected { participant: person("zoe", 10) });
        roster.apply(&RoomEvent::ParticipantConnected { participant: person("ada", 20) });
        assert_eq!(names(&roster), ["zoe", "ada", "me"]);
    }

    #[test]
    fn screens_come_first() {
        let mut roster = Roster::default();
        roster.apply(&connected("me", &[person("zoe", 10), person("ada", 20)]));
        roster.apply(&RoomEvent::ParticipantChanged { participant: sharing(person("ada", 20)) });
        assert_eq!(names(&roster), ["ada's screen", "zoe", "ada", "me"]);
        let me = ParticipantInfo { local: true, ..sharing(person("me", 0)) };
        roster.apply(&RoomEvent::ParticipantChanged { participant: me });
        assert_eq!(names(&roster), ["ada's screen", "me's screen", "zoe", "ada", "me"]);
    }

    #[test]
    fn what_is_pinned_is_large_alone_as_long_as_it_is_there() {
        let tile = |name: &str, source| TileKey { identity: Identity(name.to_owned()), source };
        let (screen, zoe, ada) =
            (tile("ada", Source::ScreenShare), tile("zoe", Source::Camera), tile("ada", Source::Camera));
        let all = [screen.clone(), zoe.clone(), ada.clone()];
        assert_eq!(placed(&all, None), (all.to_vec(), 1));
        assert_eq!(placed(&all, Some(&ada)), (vec![ada.clone(), screen.clone(), zoe.clone()], 1));
        assert_eq!(placed(&all[1..], None), (vec![zoe.clone(), ada.clone()], 0));
        assert_eq!(placed(&all[1..], Some(&screen)), (vec![zoe, ada], 0), "a share that has ended");
    }

    #[test]
    fn a_tile_is_named_by_whose_it_is_and_which_picture() {
        let tile = |source| TileKey { identity: Identity("ada".to_owned()), source };
        assert_eq!(
            [Source::Camera, Source::ScreenShare].map(|source| tile(source).text()),
            ["ada camera", "ada screen"]
        );
    }

    proptest! {
        #[test]
        fn nobody_jumps(
            steps in proptest::collection::vec((0_u64..8, 0_u8..4), 0..60),
        ) {
            let mut roster = Roster::default();
            roster.apply(&connected("me", &[]));
            for (at, (who, what)) in (1_u64..).zip(steps) {
                let before = tiles(&roster);
                let id = format!("p{who}");
                let event = match what {
                    0 => RoomEvent::ParticipantConnected { participant: person(&id, at) },
                    1 => RoomEvent::ParticipantChanged { participant: sharing(person(&id, at)) },
                    2 => RoomEvent::ParticipantDisconnected { identity: Identity(id) },
                    _ => RoomEvent::ActiveSpeakers { identities: vec![Identity(id)] },
                };
                roster.apply(&event);
                let after = tiles(&roster);
                let stayed: Vec<_> = before.iter().filter(|tile| after.contains(tile)).collect();
                let still: Vec<_> = after.iter().filter(|tile| before.contains(tile)).collect();
                prop_assert_eq!(stayed, still);
                let people = after.iter().filter(|tile| tile.source == Source::Camera).count();
                prop_assert_eq!(people, roster.len());
            }
        }
    }
}
