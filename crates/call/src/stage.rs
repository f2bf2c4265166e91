//! Where each tile stands on the stage: a grid, or a shared screen with the people beside it.

use crate::grid;

/// The strip's share of the stage's longer side.
const STRIP_SHARE: f64 = 0.22;
/// Bounds of the strip's thickness, in CSS pixels.
const STRIP_MIN_PX: f64 = 96.0;
const STRIP_MAX_PX: f64 = 280.0;

/// A place on the stage, in CSS pixels from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// Places for so many `large` tiles followed by `small` ones on a stage of the given size.
///
/// Without a large one all are in a grid. With one, the large ones share the large part, and the others stand in a strip:
/// beside it on a wide stage, below it on a high one.
#[must_use]
pub fn arrange(large: usize, small: usize, width: f64, height: f64, gap: f64) -> Vec<Rect> {
    let whole = Rect { x: 0.0, y: 0.0, width, height };
    if large == 0 {
        return fill(small, whole, gap);
    }
    if small == 0 {
        return fill(large, whole, gap);
    }
    let (main, strip) = if width > height {
        let thick = (width * STRIP_SHARE).clamp(STRIP_MIN_PX, STRIP_MAX_PX).min(width / 2.0);
        (Rect { width: width - thick - gap, ..whole }, Rect { x: width - thick, width: thick, ..whole })
    } else {
        let thick = (height * STRIP_SHARE).clamp(STRIP_MIN_PX, STRIP_MAX_PX).min(height / 2.0);
        (Rect { height: height - thick - gap, ..whole }, Rect { y: height - thick, height: thick, ..whole })
    };
    let mut places = if large == 1 { vec![main] } else { fill(large, main, gap) };
    places.extend(fill(small, strip, gap));
    places
}

/// A grid of `count` tiles in the middle of `area`, the last row centred.
fn fill(count: usize, area: Rect, gap: f64) -> Vec<Rect> {
    let grid = grid::layout(count, area.width, area.height, gap);
    let columns = grid.columns.max(1);
    let span = |n: usize, size: f64| n as f64 * size + n.saturating_sub(1) as f64 * gap;
    let top = area.y + ((area.height - span(grid.rows, grid.tile_height)) / 2.0).max(0.0);
    (0..count)
        .map(|index| {
            let (row, column) = (index / columns, index % columns);
            let in_row = columns.min(count - row * columns);
            let left = area.x + ((area.width - span(in_row, grid.tile_width)) / 2.0).max(0.0);
            Rect {
                x: left + column as f64 * (grid.tile_width + gap),
                y: top + row as f64 * (grid.tile_height + gap),
                width: grid.tile_width,
                height: grid.tile_height,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn apart(a: &Rect, b: &Rect) -> bool {
        const SLACK: f64 = 0.01;
        a.x + a.width <= b.x + SLACK
            || b.x + b.width <= a.x + SLACK
            || a.y + a.height <= b.y + SLACK
            || b.y + b.height <= a.y + SLACK
    }

    proptest! {
        #[test]
        fn every_tile_is_on_the_stage_and_none_covers_another(
            screens in 0_usize..4, cameras in 0_usize..40,
            width in 200.0..3000.0_f64, height in 200.0..2000.0_f64,
        ) {
            let places = arrange(screens, cameras, width, height, 8.0);
            prop_assert_eq!(places.len(), screens + cameras);
            for (index, place) in places.iter().enumerate() {
                prop_assert!(place.x >= -0.01 && place.y >= -0.01, "{place:?}");
                prop_assert!(place.x + place.width <= width + 0.01 && place.y + place.height <= height + 0.01);
                for other in &places[index + 1..] {
                    prop_assert!(apart(place, other), "{place:?} {other:?}");
                }
            }
        }
    }

    /// The upper left corner of what all of them cover, and the lower right one.
    fn corners(places: &[Rect]) -> [(f64, f64); 2] {
        let least = |of: fn(&Rect) -> f64| places.iter().map(of).fold(f64::INFINITY, f64::min);
        let most = |of: fn(&Rect) -> f64| places.iter().map(of).fold(0.0, f64::max);
        [(least(|r| r.x), least(|r| r.y)), (most(|r| r.x + r.width), most(|r| r.y + r.height))]
    }

    fn middle(places: &[Rect]) -> (f64, f64) {
        let [(left, top), (right, bottom)] = corners(places);
        (f64::midpoint(left, right), f64::midpoint(top, bottom))
    }

    #[test]
    fn people_stand_beside_a_screen_or_below_it_where_the_stage_is_high() {
        let beside = arrange(1, 5, 1000.0, 700.0, 8.0);
        assert_eq!(beside[0], Rect { x: 0.0, y: 0.0, width: 772.0, height: 700.0 }, "a fifth and a gap are not its");
        assert_eq!(middle(&beside[1..]), (890.0, 350.0), "in the middle of what is left");
        let below = arrange(1, 5, 700.0, 1000.0, 8.0);
        assert_eq!(below[0], Rect { x: 0.0, y: 0.0, width: 700.0, height: 772.0 });
        assert_eq!(middle(&below[1..]), (350.0, 890.0));
    }

    #[test]
    fn the_strip_is_no_thicker_than_people_need_and_no_thinner_but_never_more_than_half() {
        for (length, left_to_the_screen) in [(3000.0, 2712.0), (300.0, 196.0), (150.0, 67.0)] {
            assert_eq!(arrange(1, 2, length, 100.0, 8.0)[0].width, left_to_the_screen, "of a width of {length}");
            assert_eq!(arrange(1, 2, 100.0, length, 8.0)[0].height, left_to_the_screen, "of a height of {length}");
        }
    }

    #[test]
    fn people_alone_fill_the_stage_and_so_do_screens_alone() {
        let people = arrange(0, 3, 1280.0, 700.0, 8.0);
        assert_eq!(people, arrange(3, 0, 1280.0, 700.0, 8.0));
        let [first, second, last] = people.try_into().unwrap();
        assert_eq!(second.x, first.x + first.width + 8.0);
        assert_eq!(last.y, first.y + first.height + 8.0);
        assert_eq!((first.y, last.width, last.height), (second.y, first.width, first.height));
        assert_eq!((middle(&[first, second]).0, middle(&[last]).0), (640.0, 640.0), "each row in the middle");
        assert_eq!(middle(&[first, second, last]).1, 350.0);
        assert_eq!(middle(&arrange(0, 1, 400.0, 1000.0, 8.0)), (200.0, 500.0), "also where there is height to spare");
    }

    #[test]
    fn several_screens_share_the_large_part() {
        let places = arrange(2, 1, 1000.0, 700.0, 8.0);
        assert_eq!(middle(&places[..2]), (386.0, 350.0));
        assert!(corners(&places[..2])[1].0 < places[2].x);
        assert!(places[0].width > 2.0 * places[2].width);
    }

    #[test]
    fn a_shared_screen_gets_most_of_the_stage() {
        let places = arrange(1, 5, 1280.0, 720.0, 8.0);
        let area = |r: &Rect| r.width * r.height;
        assert!(area(&places[0]) > 0.7 * 1280.0 * 720.0);
        assert!(places[1..].iter().all(|place| place.x > places[0].width));
    }
}
