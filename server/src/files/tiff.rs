//! TIFF, and the raw files of cameras that are one: lists of entries that point anywhere into the file.

use std::collections::HashSet;
use std::ops::Range;

use super::blank::Kept;

/// Where the picture is, and where its parts are as long as these say.
const STRIPS: [(usize, usize); 3] = [(273, 279), (324, 325), (513, 514)];
/// Further lists.
const LISTS: usize = 330;
/// The tables of JPEGs without a head of their own.
const JPEG_TABLES: usize = 347;

/// What shows the picture. Everything else goes: where, when, by whom and with what it was taken, maps, what its maker
/// alone understands, and what nobody knows.
fn is_needed(tag: usize) -> bool {
    matches!(
        tag,
        // Its size, its colours, how it is packed and how it is turned.
        254..=259 | 262..=266 | 273 | 274 | 277..=284 | 286 | 287 | 290..=293 | 296 | 297 | 301 | 317..=328
            | LISTS | 332 | 334 | 336 | 338..=342 | JPEG_TABLES | 513 | 514 | 529..=532 | 32_997 | 32_998 | 34_675
            // What a sensor saw becomes a picture by these.
            | 33_421 | 33_422 | 50_706 | 50_707 | 50_710..=50_734 | 50_737..=50_739 | 50_752 | 50_778..=50_780
            | 50_829 | 50_830 | 50_879 | 50_937..=50_940 | 50_964 | 50_965 | 50_975 | 50_981 | 50_982 | 51_008
            | 51_009 | 51_022 | 51_041 | 51_125
    )
}

/// Whether a file begins like one.
pub(super) fn begins(bytes: &[u8]) -> bool {
    [&b"II\x2A\0"[..], b"MM\0\x2A", b"II\x2B\0", b"MM\0\x2B"].iter().any(|start| bytes.starts_with(start))
}

struct Entry {
    tag: usize,
    place: usize,
    value: Range<usize>,
    /// The size of each of its numbers, when it has numbers.
    size: usize,
}

struct List {
    place: Range<usize>,
    written: Vec<u8>,
}

struct File<'a> {
    bytes: &'a [u8],
    big_endian: bool,
    /// How long places are: eight in the larger kind.
    width: usize,
    kept: Kept,
}

impl File<'_> {
    fn number(&self, place: usize, size: usize) -> Option<usize> {
        let bytes = self.bytes.get(place..place.checked_add(size)?)?;
        let add = |number: u64, byte: &u8| (number << 8) | u64::from(*byte);
        let number = if self.big_endian { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) };
        usize::try_from(number).ok()
    }

    /// An entry that is needed; `None` in it for one that is not.
    fn entry(&self, place: usize) -> Option<Option<Entry>> {
        let (tag, kind, count) =
            (self.number(place, 2)?, self.number(place + 2, 2)?, self.number(place + 4, self.width)?);
        // Two of the numbers of old JPEGs point to tables that do not say how long they are.
        if matches!(tag, 519..=521) {
            return None;
        }
        let size = match kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 | 16..=18 => 8,
            _ => return Some(None),
        };
        if !is_needed(tag) {
            return Some(None);
        }
        let length = count.checked_mul(size)?;
        let here = place + 4 + self.width;
        let start = if length <= self.width { here } else { self.number(here, self.width)? };
        let value = start..start.checked_add(length)?;
        (value.end <= self.bytes.len()).then_some(Some(Entry { tag, place, value, size }))
    }

    fn values(&self, entry: &Entry) -> Option<Vec<usize>> {
        entry.value.clone().step_by(entry.size).map(|place| self.number(place, entry.size)).collect()
    }

    /// A list without what is not needed, and the lists that it names.
    fn list(&mut self, place: usize) -> Option<(List, Vec<usize>)> {
        let head = if self.width == 8 { 8 } else { 2 };
        let count = self.number(place, head)?;
        self.kept.follow(count.checked_add(1)?)?;
        let length = 4 + 2 * self.width;
        let entries = place.checked_add(head)?;
        let end = count.checked_mul(length)?.checked_add(entries)?;
        let mut needed = Vec::new();
        for number in 0..count {
            needed.extend(self.entry(entries + number * length)?);
        }
        let mut lists = vec![self.number(end, self.width)?];
        for entry in &needed {
            if entry.value.len() > self.width {
                match entry.tag {
                    JPEG_TABLES => self.kept.keep_picture(entry.value.clone()),
                    _ => self.kept.keep(entry.value.clone()),
                }
            }
            if entry.tag == LISTS {
                self.kept.follow(entry.value.len() / entry.size)?;
                lists.extend(self.values(entry)?);
            }
        }
        self.keep_strips(&needed)?;
        let mut written = match (self.big_endian, self.width) {
            (true, 8) => u64::try_from(needed.len()).ok()?.to_be_bytes().to_vec(),
            (false, 8) => u64::try_from(needed.len()).ok()?.to_le_bytes().to_vec(),
            (true, _) => u16::try_from(needed.len()).ok()?.to_be_bytes().to_vec(),
            (false, _) => u16::try_from(needed.len()).ok()?.to_le_bytes().to_vec(),
        };
        for entry in &needed {
            written.extend(self.bytes.get(entry.place..entry.place + length)?);
        }
        written.extend(self.bytes.get(end..end + self.width)?);
        Some((List { place: place..end + self.width, written }, lists))
    }

    fn keep_strips(&mut self, entries: &[Entry]) -> Option<()> {
        for (places, lengths) in STRIPS {
            let named = |tag: usize| entries.iter().find(|entry| entry.tag == tag);
            let Some(places) = named(places) else { continue };
            let lengths = named(lengths)?;
            self.kept.follow(places.value.len() / places.size + lengths.value.len() / lengths.size)?;
            for (start, length) in self.values(places)?.into_iter().zip(self.values(lengths)?) {
                let end = start.checked_add(length).filter(|end| *end <= self.bytes.len())?;
                self.kept.keep_picture(start..end);
            }
        }
        Some(())
    }
}

/// Lists stand alone: what is written of them must not be part of a picture, which would no longer be the same.
fn stand_alone(lists: &[List], start: Range<usize>, kept: &[Range<usize>]) -> bool {
    let mut all: Vec<_> = lists.iter().map(|list| (list.place.clone(), true)).collect();
    all.push((start, true));
    all.extend(kept.iter().map(|range| (range.clone(), false)));
    all.sort_unstable_by_key(|(range, _)| range.start);
    let (mut any_end, mut list_end) = (0, 0);
    all.into_iter().filter(|(range, _)| !range.is_empty()).all(|(range, is_list)| {
        let alone = range.start >= if is_list { any_end } else { list_end };
        any_end = any_end.max(range.end);
        list_end = if is_list { range.end } else { list_end };
        alone
    })
}

/// TIFF, small and large.
pub(super) fn tiff(bytes: &[u8]) -> Option<Vec<u8>> {
    if !begins(bytes) {
        return None;
    }
    let big_endian = bytes.starts_with(b"MM");
    let width = if bytes.get(2..4)?.contains(&0x2B) { 8 } else { 4 };
    let start = if bytes.get(8..11)? == b"CR\x02" { 16 } else { 2 * width };
    let mut file = File { bytes, big_endian, width, kept: Kept::new() };
    let (mut lists, mut seen) = (Vec::new(), HashSet::new());
    let mut ahead = vec![file.number(width, width)?];
    while let Some(place) = ahead.pop() {
        if place == 0 {
            continue;
        }
        if !seen.insert(place) {
            return None;
        }
        let (list, named) = file.list(place)?;
        lists.push(list);
        ahead.extend(named);
    }
    let mut kept = file.kept;
    if lists.is_empty() || !stand_alone(&lists, 0..start, kept.ranges()) {
        return None;
    }
    let mut written = bytes.to_vec();
    kept.blank_in_pictures(&mut written)?;
    kept.keep(0..start);
    let whole = 0..bytes.len();
    kept.blank_rest(&mut written, std::slice::from_ref(&whole))?;
    for list in lists {
        written.get_mut(list.place.start..list.place.start + list.written.len())?.copy_from_slice(&list.written);
    }
    Some(written)
}

#[cfg(test)]
mod tests;
