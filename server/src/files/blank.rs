//! Files that say by number where their parts stand: every part keeps its place, and what is not needed becomes zeros.

use std::ops::Range;

/// So many places are followed in a file, and no more: few bytes can name the same ones over and over.
const MOST_PLACES: usize = 1 << 18;
/// All JPEGs in it may be so many times as long as it is, and no longer: few bytes can say over and over that one lies there.
const MOST_TIMES: usize = 4;

/// What is kept of a file.
pub(super) struct Kept {
    ranges: Vec<Range<usize>>,
    jpegs: Vec<Range<usize>>,
    places: usize,
}

impl Kept {
    pub(super) fn new() -> Self {
        Self { ranges: Vec::new(), jpegs: Vec::new(), places: MOST_PLACES }
    }

    /// So many places more are followed.
    pub(super) fn follow(&mut self, places: usize) -> Option<()> {
        self.places = self.places.checked_sub(places)?;
        Some(())
    }

    pub(super) fn keep(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.ranges.push(range);
        }
    }

    /// Keeps what may be a picture of its own, without what that says about itself.
    pub(super) fn keep_picture(&mut self, range: Range<usize>) {
        self.jpegs.push(range.clone());
        self.keep(range);
    }

    pub(super) fn ranges(&self) -> &[Range<usize>] {
        &self.ranges
    }

    /// In order, and each byte once.
    fn merged(&mut self) -> &[Range<usize>] {
        self.ranges.sort_unstable_by_key(|range| range.start);
        self.ranges.dedup_by(|next, before| {
            let touches = next.start <= before.end;
            if touches {
                before.end = before.end.max(next.end);
            }
            touches
        });
        &self.ranges
    }

    /// Whether everything that is kept is within one of these, which are in order.
    pub(super) fn lie_in(&self, areas: &[Range<usize>]) -> bool {
        self.ranges.iter().all(|range| {
            let before = areas.partition_point(|area| area.start <= range.start);
            before.checked_sub(1).and_then(|at| areas.get(at)).is_some_and(|area| range.end <= area.end)
        })
    }

    /// Leaves zeros within the areas where nothing is kept. There may be as many of them as there is of what is kept.
    pub(super) fn blank_rest(&mut self, bytes: &mut [u8], areas: &[Range<usize>]) -> Option<()> {
        let kept = self.merged();
        for area in areas {
            let first = kept.partition_point(|range| range.end <= area.start);
            let mut place = area.start;
            for range in kept.iter().skip(first).take_while(|range| range.start < area.end) {
                bytes.get_mut(place..range.start.max(place))?.fill(0);
                place = range.end.min(area.end);
            }
            bytes.get_mut(place..area.end)?.fill(0);
        }
        Some(())
    }

    /// Leaves zeros of what pictures in the picture say about themselves.
    pub(super) fn blank_in_pictures(&mut self, bytes: &mut [u8]) -> Option<()> {
        self.jpegs.sort_unstable_by_key(|range| (range.start, range.end));
        self.jpegs.dedup();
        let mut left = bytes.len().checked_mul(MOST_TIMES)?;
        for range in &self.jpegs {
            let picture = bytes.get_mut(range.clone())?;
            if super::jpeg::begins(picture) {
                left = left.checked_sub(picture.len())?;
                super::jpeg::blank(picture);
            }
        }
        Some(())
    }
}
