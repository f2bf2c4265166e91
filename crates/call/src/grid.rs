//! How many tiles beside each other, and how large, so that the space is well used.

/// The widest tile, as width by height: what cameras deliver.
const WIDEST: f64 = 16.0 / 9.0;
/// The slimmest tile on a wide stage: more would be cut off from a camera's picture than is gained.
const SLIMMEST_ON_WIDE: f64 = 4.0 / 3.0;
/// The slimmest tile on a narrow stage (a phone held upright), where height is all there is.
const SLIMMEST_ON_NARROW: f64 = 3.0 / 4.0;

/// A grid of equal tiles. The lengths are in the unit of the stage's (CSS pixels).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Grid {
    /// Tiles beside each other.
    pub columns: usize,
    /// Tiles above each other.
    pub rows: usize,
    /// Width of a tile.
    pub tile_width: f64,
    /// Height of a tile.
    pub tile_height: f64,
}

/// The grid with the largest tiles for `count` tiles on a stage of `width` × `height` with `gap`
/// between tiles. Tiles are 16:9 or, where that uses the space better, slimmer: down to 4:3 on a
/// wide stage and to 3:4 on a narrow one. It never overflows; on a stage without space (or one
/// that is not measured yet) the tiles have no size.
#[must_use]
pub fn layout(count: usize, width: f64, height: f64, gap: f64) -> Grid {
    let [width, height, gap] =
        [width, height, gap].map(|length| if length.is_finite() { length.max(0.0) } else { 0.0 });
    let mut best = Grid { columns: count.min(1), rows: count, ..Grid::default() };
    let mut largest = 0.0;
    for columns in 1..=count {
        let grid = with_columns(count, columns, width, height, gap);
        let area = grid.tile_width * grid.tile_height;
        // Of equal areas the first: fewer columns leave fewer holes.
        if area > largest {
            (best, largest) = (grid, area);
        }
    }
    best
}

/// The largest tiles with a given number of columns.
fn with_columns(count: usize, columns: usize, width: f64, height: f64, gap: f64) -> Grid {
    let rows = count.div_ceil(columns);
    let cell_width = share(width, columns, gap);
    let cell_height = share(height, rows, gap);
    let slimmest = (width / height).clamp(SLIMMEST_ON_NARROW, SLIMMEST_ON_WIDE);
    Grid {
        columns,
        rows,
        tile_width: cell_width.min(cell_height * WIDEST),
        tile_height: cell_height.min(cell_width / slimmest),
    }
}

/// What each of `parts` gets of a length with gaps between them.
#[expect(clippy::cast_precision_loss, reason = "no stage has 2^52 tiles")]
fn share(length: f64, parts: usize, gap: f64) -> f64 {
    let parts = parts as f64;
    ((length - gap * (parts - 1.0)) / parts).max(0.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shape(count: usize, width: f64, height: f64) -> (usize, usize) {
        let grid = layout(count, width, height, 8.0);
        (grid.columns, grid.rows)
    }

    #[test]
    fn a_desktop_puts_people_beside_each_other() {
        for (count, expected) in [(1, (1, 1)), (2, (2, 1)), (3, (2, 2)), (4, (2, 2)), (6, (3, 2)), (9, (3, 3))] {
            assert_eq!(shape(count, 1280.0, 700.0), expected, "{count}");
        }
    }

    #[test]
    fn a_phone_puts_people_above_each_other() {
        for (count, expected) in [(1, (1, 1)), (2, (1, 2)), (3, (1, 3)), (6, (2, 3)), (8, (2, 4))] {
            assert_eq!(shape(count, 390.0, 700.0), expected, "{count}");
        }
        let two = layout(2, 390.0, 700.0, 8.0);
        assert_eq!((two.tile_width, two.tile_height), (390.0, 346.0), "two fill the phone");
    }

    #[test]
    fn on_a_wide_stage_no_more_is_cut_off_than_to_four_to_three() {
        let grid = layout(2, 1000.0, 600.0, 0.0);
        assert_eq!((grid.columns, grid.tile_width, grid.tile_height), (2, 500.0, 375.0), "though there is more height");
    }

    #[test]
    fn of_grids_with_equal_tiles_the_one_with_fewer_holes_is_taken() {
        assert_eq!(shape(5, 1440.0, 400.0), (3, 2), "four and one would be as large");
    }

    #[test]
    fn alone_on_a_wide_stage_is_a_full_picture() {
        let grid = layout(1, 1600.0, 900.0, 8.0);
        assert_eq!((grid.tile_width, grid.tile_height), (1600.0, 900.0));
    }

    #[test]
    fn nothing_to_show_or_nowhere_to_show_it() {
        assert_eq!(layout(0, 800.0, 600.0, 8.0), Grid::default());
        for (width, height, gap) in
            [(0.0, 0.0, 8.0), (f64::NAN, 600.0, 8.0), (800.0, f64::INFINITY, 8.0), (-1.0, -1.0, 8.0), (5.0, 5.0, 99.0)]
        {
            let grid = layout(3, width, height, gap);
            assert_eq!((grid.tile_width, grid.tile_height), (0.0, 0.0));
            assert!(grid.columns * grid.rows >= 3);
        }
        assert!(layout(3, 800.0, 600.0, f64::NAN).tile_width > 0.0);
    }

    proptest! {
        #[test]
        fn it_fits_shows_everybody_and_no_other_is_larger(
            count in 1_usize..150,
            width in 240.0..4_000.0_f64,
            height in 240.0..4_000.0_f64,
            gap in 0.0..10.0_f64,
        ) {
            let grid = layout(count, width, height, gap);
            let (columns, rows) = (grid.columns as f64, grid.rows as f64);
            prop_assert!(grid.columns * grid.rows >= count);
            prop_assert!(grid.columns * (grid.rows - 1) < count, "no row is empty");
            prop_assert!(grid.tile_width > 0.0 && grid.tile_height > 0.0);
            prop_assert!(columns * grid.tile_width + (columns - 1.0) * gap <= width + 1e-6);
            prop_assert!(rows * grid.tile_height + (rows - 1.0) * gap <= height + 1e-6);
            let aspect = grid.tile_width / grid.tile_height;
            prop_assert!((SLIMMEST_ON_NARROW - 1e-9..=WIDEST + 1e-9).contains(&aspect));
            for columns in 1..=count {
                let other = with_columns(count, columns, width, height, gap);
                prop_assert!(grid.tile_width * grid.tile_height >= other.tile_width * other.tile_height);
            }
        }

        #[test]
        fn any_numbers_are_survived(count in 0_usize..300, width in any::<f64>(), height in any::<f64>(), gap in any::<f64>()) {
            let grid = layout(count, width, height, gap);
            prop_assert!(grid.tile_width.is_finite() && grid.tile_width >= 0.0);
            prop_assert!(grid.tile_height.is_finite() && grid.tile_height >= 0.0);
            prop_assert!(grid.columns * grid.rows >= count);
        }
    }
}
