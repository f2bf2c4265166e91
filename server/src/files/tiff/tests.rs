//! TIFF that tests write, with everything in it that says where it was taken.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const SECRET: &[u8] = b"60.1695 N, 24.9354 E";
const PIXELS: &[u8] = b"pixels of a picture";

/// Writes a TIFF, of each of whose kinds there may be one.
struct Writer {
    big_endian: bool,
    width: usize,
    bytes: Vec<u8>,
}

impl Writer {
    fn new(big_endian: bool, wide: bool) -> Self {
        let mut writer = Self { big_endian, width: if wide { 8 } else { 4 }, bytes: Vec::new() };
        writer.bytes.extend(if big_endian { b"MM" } else { b"II" });
        writer.number(if wide { 0x2B } else { 0x2A }, 2);
        if wide {
            writer.number(8, 2);
            writer.number(0, 2);
        }
        writer.number(0, writer.width);
        writer
    }

    fn number(&mut self, number: usize, size: usize) {
        let number = u64::try_from(number).unwrap();
        if self.big_endian {
            self.bytes.extend(&number.to_be_bytes()[8 - size..]);
        } else {
            self.bytes.extend(&number.to_le_bytes()[..size]);
        }
    }

    fn put(&mut self, bytes: &[u8]) -> usize {
        self.bytes.extend(bytes);
        self.bytes.len() - bytes.len()
    }

    /// Entries by tag, kind, how many and which number.
    fn list(&mut self, entries: &[(usize, usize, usize, usize)], next: usize) -> usize {
        let place = self.bytes.len();
        self.number(entries.len(), if self.width == 8 { 8 } else { 2 });
        for (tag, kind, count, number) in entries {
            self.number(*tag, 2);
            self.number(*kind, 2);
            self.number(*count, self.width);
            let size = match (kind, count) {
                (3, 1) => 2,
                (4, 1) => 4,
                _ => self.width,
            };
            self.number(*number, size);
            self.bytes.resize(self.bytes.len() + self.width - size, 0);
        }
        self.number(next, self.width);
        place
    }

    fn starting_at(mut self, place: usize) -> Vec<u8> {
        let mut head = Self { bytes: Vec::new(), ..self };
        head.number(place, head.width);
        self.bytes[head.width..2 * head.width].copy_from_slice(&head.bytes);
        self.bytes
    }
}

fn occurs(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).filter(|found| *found == part).count()
}

/// A photograph on two pages, one with a smaller one in it, that says in every way where it was taken.
fn photograph(big_endian: bool, wide: bool) -> Vec<u8> {
    let mut file = Writer::new(big_endian, wide);
    let secret = file.put(SECRET);
    let pixels = file.put(PIXELS);
    let small =
        [b"\xFF\xD8\xFF\xE1\0\x16".as_slice(), SECRET, b"\xFF\xDB\0\x07table\xFF\xDA\0\x02scan\xFF\xD9"].concat();
    let small_at = file.put(&small);
    let colours = file.put(b"colours and their names");
    let position = file.list(&[(2, 2, SECRET.len(), secret)], 0);
    let said = SECRET.len();
    let exif = file.list(&[(0x927C, 7, said, secret), (0x9003, 2, said, secret)], 0);
    let sub = file.list(&[(270, 2, said, secret), (513, 4, 1, small_at), (514, 4, 1, small.len())], 0);
    let second = file.list(&[(273, 4, 1, pixels), (279, 4, 1, PIXELS.len()), (305, 2, said, secret)], 0);
    let first = file.list(
        &[
            (256, 3, 1, 19),
            (271, 2, said, secret),
            (273, 4, 1, pixels),
            (274, 3, 1, 6),
            (279, 4, 1, PIXELS.len()),
            (306, 2, said, secret),
            (330, 4, 1, sub),
            (700, 1, said, secret),
            (33_432, 2, said, secret),
            (33_723, 7, said, secret),
            (34_377, 7, said, secret),
            (34_665, 4, 1, exif),
            (34_675, 7, 23, colours),
            (34_853, 4, 1, position),
            (60_000, 99, said, secret),
        ],
        second,
    );
    file.put(SECRET);
    file.starting_at(first)
}

#[test]
fn a_photograph_keeps_its_picture_and_how_it_was_held() {
    for (big_endian, wide) in [(false, false), (true, false), (false, true), (true, true)] {
        let whole = photograph(big_endian, wide);
        let kept = tiff(&whole).unwrap();
        assert_eq!((occurs(&whole, SECRET), occurs(&kept, SECRET)), (3, 0));
        assert_eq!(kept.len(), whole.len());
        for part in [PIXELS, b"colours and their names", b"\xFF\xDB\0\x07table\xFF\xDA\0\x02scan\xFF\xD9"] {
            assert_eq!(kept.windows(part.len()).position(|found| found == part), {
                whole.windows(part.len()).position(|found| found == part)
            });
        }
        assert_eq!(tiff(&kept).unwrap(), kept, "nothing is left to be taken out");

        let width = if wide { 8 } else { 4 };
        let mut file = File { bytes: &kept, big_endian, width, kept: Kept::new() };
        let first = file.number(width, width).unwrap();
        let (_, further) = file.list(first).unwrap();
        let head = if wide { 8 } else { 2 };
        let tags: Vec<_> = (0..file.number(first, head).unwrap())
            .map(|at| file.entry(first + head + at * (4 + 2 * width)).unwrap().unwrap())
            .map(|entry| (entry.tag, file.values(&entry).unwrap()[0]))
            .collect();
        assert_eq!(tags.iter().map(|(tag, _)| *tag).collect::<Vec<_>>(), [256, 273, 274, 279, 330, 34_675]);
        assert_eq!(tags[2].1, 6, "how it was held");
        assert_eq!(further.len(), 2, "the next page, and the smaller one");
    }
}

#[test]
fn what_goes_in_circles_or_beyond_its_end_is_damaged() {
    let with = |entries: &[(usize, usize, usize, usize)], next: usize| {
        let mut file = Writer::new(false, false);
        file.put(PIXELS);
        let place = file.list(entries, next);
        (tiff(&file.starting_at(place)), place)
    };
    let (good, place) = with(&[(273, 4, 1, 8), (279, 4, 1, 19)], 0);
    assert!(good.is_some());
    for (entries, next) in [
        (vec![(273, 4, 1, 8), (279, 4, 1, 19)], place),
        (vec![(273, 4, 1, 8), (279, 4, 1, 19)], 1_000),
        (vec![(273, 4, 1, 8), (279, 4, 1, 1_000)], 0),
        (vec![(273, 4, 1, 8), (279, 4, 1, 20)], 0),
        (vec![(273, 4, 1, 7), (279, 4, 1, 19)], 0),
        (vec![(273, 4, 1, 8)], 0),
        (vec![(273, 4, 0x4000_0000, 8), (279, 4, 1, 19)], 0),
        (vec![(330, 4, 1, place)], 0),
        (vec![(519, 4, 1, 8)], 0),
    ] {
        assert_eq!(with(&entries, next).0, None, "{entries:?} {next}");
    }
}

proptest! {
    #[test]
    fn whatever_is_not_needed_is_gone(
        tags in vec((any::<u16>().prop_filter("one that goes", |tag| !is_needed((*tag).into())), 0..20usize), 0..20),
        big_endian in any::<bool>(),
        wide in any::<bool>(),
        pixels in vec(any::<u8>(), 1..60),
    ) {
        let mut file = Writer::new(big_endian, wide);
        let pixels_at = file.put(&pixels);
        let mut entries = vec![(273, 4, 1, pixels_at), (279, 4, 1, pixels.len())];
        for (tag, kind) in tags {
            let at = file.put(SECRET);
            entries.push((tag.into(), kind, SECRET.len(), at));
        }
        let place = file.list(&entries, 0);
        let whole = file.starting_at(place);
        // Old JPEGs with tables are not followed.
        if let Some(kept) = tiff(&whole) {
            prop_assert_eq!(occurs(&kept, SECRET), 0);
            prop_assert_eq!(&kept[pixels_at..pixels_at + pixels.len()], pixels);
        } else {
            prop_assert!(entries.iter().any(|entry| matches!(entry.0, 519..=521)));
        }
    }

    #[test]
    fn whatever_is_changed_nothing_panics_and_what_is_kept_is_kept_again(
        big_endian in any::<bool>(),
        wide in any::<bool>(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        length in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let mut bytes = photograph(big_endian, wide);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut {
            bytes.truncate(length.index(bytes.len()));
        }
        if let Some(kept) = tiff(&bytes) {
            prop_assert_eq!(kept.len(), bytes.len());
            prop_assert_eq!(tiff(&kept), Some(kept));
        }
    }

    #[test]
    fn nothing_that_only_begins_like_one_panics(
        start in prop_oneof![Just(b"II\x2A\0"), Just(b"MM\0\x2A"), Just(b"II\x2B\0"), Just(b"MM\0\x2B")],
        rest in vec(prop_oneof![any::<u8>(), Just(0), Just(1), Just(8)], 0..200),
    ) {
        tiff(&[start, rest.as_slice()].concat());
    }
}
