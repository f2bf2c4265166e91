//! What a page makes of everybody, for the benches.

use call::{RoomEvent, Roster, arrange, tiles};

/// From the room's word to tiles at their places; how many there are.
pub(crate) fn build(crowd: &RoomEvent) -> usize {
    let mut roster = Roster::default();
    roster.apply(crowd);
    let tiles = tiles(&roster);
    arrange(0, tiles.len(), 1_280.0, 720.0, 8.0).len()
}
