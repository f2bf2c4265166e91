//! HEIF that tests write, with everything in it that says where it was taken.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const SECRET: &[u8] = b"60.1695 N, 24.9354 E";
const PIXELS: &[u8] = b"pixels of a picture";

fn part(name: &[u8; 4], content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    [&u32::try_from(content.len() + 8).unwrap().to_be_bytes()[..], name, &content].concat()
}

fn long(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap().to_be_bytes()
}

fn occurs(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).filter(|found| *found == part).count()
}

/// A kind of item, where it is (in the items' own data?), and how much.
type Item<'a> = (&'a [u8; 4], bool, usize, usize);

/// Where items are, in the versions that there are; in the oldest they are elsewhere in the file only.
fn places(version: u8, items: &[Item<'_>]) -> Vec<u8> {
    let id = |number: usize| if version < 2 { long(number)[2..].to_vec() } else { long(number).to_vec() };
    let mut rows = vec![version, 0, 0, 0, 0x44, 0x40];
    rows.extend(id(items.len()));
    for (number, (_, inside, at, length)) in items.iter().enumerate() {
        rows.extend(id(number + 1));
        if version > 0 {
            rows.extend([0, u8::from(*inside)]);
        }
        // Of this file, from there on, in two pieces.
        rows.extend([&[0, 0][..], &long(*at), &[0, 2]].concat());
        rows.extend([long(0), long(3), long(3), long(length - 3)].concat());
    }
    part(b"iloc", &[&rows])
}

fn items(kinds: &[Item<'_>]) -> Vec<u8> {
    let row = |(number, (kind, ..)): (usize, &Item<'_>)| {
        part(b"infe", &[&[2, 0, 0, 0], &long(number + 1)[2..], &[0, 0], *kind, SECRET, b"\0application/rdf+xml\0"])
    };
    let rows: Vec<_> = kinds.iter().enumerate().map(row).collect();
    part(b"iinf", &[&[0; 4], &long(kinds.len())[2..], &rows.concat()])
}

/// A photograph that says in every way where it was taken.
fn photograph(version: u8, brand: &[u8; 4]) -> Vec<u8> {
    let small = [b"\xFF\xD8\xFF\xE1\0\x16".as_slice(), SECRET, b"\xFF\xDA\0\x02scan\xFF\xD9"].concat();
    let start = part(b"ftyp", &[brand, &[0; 4], b"mif1"]);
    let at = start.len() + 8;
    let data = [SECRET, PIXELS, SECRET, &small].concat();
    let own = [b"a grid".as_slice(), SECRET].concat();
    let mut all: Vec<Item<'_>> = vec![
        (b"hvc1", false, at + SECRET.len(), PIXELS.len()),
        (b"Exif", false, at, SECRET.len()),
        (b"jpeg", false, at + SECRET.len() * 2 + PIXELS.len(), small.len()),
    ];
    if version > 0 {
        all.push((b"grid", true, 0, 6));
        all.push((b"mime", true, 6, SECRET.len()));
    }
    let meta = [
        part(b"hdlr", &[&[0; 8], b"pict", &[0; 12], SECRET, b"\0"]),
        part(b"pitm", &[&[0; 4], &[0, 1]]),
        items(&all),
        part(b"iref", &[&[0; 4], &part(b"cdsc", &[&[0, 2, 0, 1, 0, 1]])]),
        part(
            b"iprp",
            &[
                &part(b"ipco", &[&part(b"irot", &[&[1]]), &part(b"udes", &[SECRET]), &part(b"uuid", &[SECRET])]),
                &part(b"ipma", &[&[0; 4], &long(1), &[0, 1, 1, 0x81]]),
            ],
        ),
        places(version, &all),
        part(b"idat", &[&own]),
        part(b"xml ", &[&[0; 4], SECRET]),
        part(b"uuid", &[SECRET]),
    ];
    let meta = part(b"meta", &[&[0; 4], &meta.concat()]);
    [start, part(b"mdat", &[&data]), meta, part(b"uuid", &[SECRET]), part(b"mpvd", &[SECRET]), SECRET.to_vec()].concat()
}

#[test]
fn a_photograph_keeps_its_pictures_and_how_they_are_turned() {
    for (version, brand) in [(0, b"heic"), (1, b"avif"), (2, b"mif1")] {
        let whole = photograph(version, brand);
        assert!(begins(&whole));
        let kept = heif(&whole).unwrap();
        assert_eq!(occurs(&kept, SECRET), 0, "{version}");
        let needed: &[&[u8]] = &[PIXELS, b"\xFF\xDA\0\x02scan\xFF\xD9", b"irot\x01", b"hvc1", b"cdsc", b"ipma"];
        for part in needed {
            let place = |bytes: &[u8]| bytes.windows(part.len()).position(|found| found == *part);
            assert!(place(&kept).is_some());
            assert_eq!(place(&kept), place(&whole), "nothing has moved");
        }
        assert_eq!(occurs(&kept, b"a grid"), usize::from(version > 0));
        assert_eq!((occurs(&kept, b"Exif"), occurs(&kept, b"mime")), (0, 0), "nobody looks for what has gone");
        assert_eq!(kept.len(), whole.len() - SECRET.len(), "without what stood behind its end");
        assert_eq!(heif(&kept).unwrap(), kept, "nothing is left to be taken out");
    }
}

/// A track of three samples in two chunks.
fn track(handler: &[u8; 4], at: usize, alike: bool) -> Vec<u8> {
    let sizes = match alike {
        true => [long(0), long(5), long(3)].concat(),
        false => [long(0), long(0), long(3), long(5), long(5), long(5)].concat(),
    };
    let tables = [
        part(b"stsd", &[&[0; 8]]),
        part(b"stsc", &[&long(0), &long(2), &long(1), &long(2), &long(1), &long(2), &long(1), &long(1)]),
        part(b"stsz", &[&sizes]),
        part(b"stco", &[&long(0), &long(2), &long(at), &long(at + 20)]),
    ];
    let media = [
        part(b"mdhd", &[&[0; 4], SECRET]),
        part(b"hdlr", &[&[0; 8], handler, &[0; 12], SECRET]),
        part(b"minf", &[&part(b"vmhd", &[&[0; 12]]), &part(b"stbl", &[&tables.concat()])]),
    ];
    let parts = [part(b"tkhd", &[&[0; 4], SECRET]), part(b"mdia", &[&media.concat()]), part(b"udta", &[SECRET])];
    part(b"trak", &[&parts.concat()])
}

fn moving(alike: bool) -> Vec<u8> {
    let start = part(b"ftyp", &[b"avis", &[0; 4], b"msf1"]);
    let at = start.len() + 8;
    let data = part(b"mdat", &[b"first, then, ", SECRET, b"place, when, where ", SECRET]);
    let movie = [
        part(b"mvhd", &[&[0; 4], SECRET]),
        track(b"pict", at, alike),
        track(b"meta", at + 33, alike),
        part(b"meta", &[SECRET]),
        part(b"udta", &[SECRET]),
    ];
    [start, data, part(b"moov", &[&movie.concat()])].concat()
}

#[test]
fn what_moves_goes_on_moving() {
    for alike in [true, false] {
        let whole = moving(alike);
        let kept = heif(&whole).unwrap();
        assert_eq!(kept.len(), whole.len());
        // Of the two heads only the times, which are their first eight bytes.
        assert_eq!(occurs(&kept, &SECRET[..8]), 0);
        assert_eq!((occurs(&kept, b"first, the"), occurs(&kept, b"place")), (1, 0));
        assert_eq!(occurs(&kept, b"trak"), 1, "only what is seen");
        assert_eq!(heif(&kept).unwrap(), kept);
    }
}

#[test]
fn what_is_not_where_it_says_is_damaged() {
    for whole in [photograph(1, b"heic"), moving(true), moving(false)] {
        let data = whole.windows(4).position(|found| found == b"mdat").unwrap();
        let mut cut = whole.clone();
        cut[data..data + 4].copy_from_slice(b"free");
        assert_eq!(heif(&cut), None, "the picture is nowhere");
    }
    let fragment = [moving(true), part(b"moof", &[])].concat();
    assert_eq!(heif(&fragment), None);
    assert_eq!(heif(&part(b"ftyp", &[b"heic", &[0; 4]])), None);
    assert!(!begins(&part(b"ftyp", &[b"isom", b"heic", b"mp42"])));
}

#[test]
fn what_lies_in_many_places_takes_no_longer_than_it_is_long() {
    const AREAS: usize = 60_000;
    const CHUNKS: usize = 200_000;
    let start = part(b"ftyp", &[b"avis", &[0; 4], b"msf1"]);
    let area = part(b"mdat", &[b"pspspsps"]);
    let places = (0..CHUNKS).map(|chunk| long(start.len() + area.len() * (chunk / 4) + 8 + chunk % 4 * 2));
    let tables = [
        part(b"stsc", &[&long(0), &long(1), &long(1), &long(1), &long(1)]),
        part(b"stsz", &[&long(0), &long(1)]),
        part(b"stco", &[&long(0), &long(CHUNKS), &places.collect::<Vec<_>>().concat()]),
    ];
    let media = [
        part(b"mdhd", &[&[0; 12]]),
        part(b"hdlr", &[&[0; 8], b"pict", &[0; 12]]),
        part(b"minf", &[&part(b"stbl", &[&tables.concat()])]),
    ];
    let track = part(b"trak", &[&part(b"tkhd", &[&[0; 12]]), &part(b"mdia", &[&media.concat()])]);
    let whole = [start, area.repeat(AREAS), part(b"moov", &[&track])].concat();
    let begun = std::time::Instant::now();
    let kept = heif(&whole).unwrap();
    // A walk over all of one for each of the other takes minutes.
    assert!(begun.elapsed() < std::time::Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_eq!((occurs(&kept, b"p\0p\0p\0p\0"), occurs(&kept, b"ps")), (CHUNKS / 4, 0));
}

#[test]
fn pictures_that_lie_in_each_other_are_looked_into_a_few_times_only() {
    let with = |times: usize| {
        let small = [b"\xFF\xD8\xFF\xDA\0\x02".as_slice(), &[b'x'; 4_000], b"\xFF\xD9"].concat();
        let start = part(b"ftyp", &[b"heic", &[0; 4]]);
        let all: Vec<Item<'_>> = (0..times).map(|n| (b"jpeg", false, start.len() + 8, small.len() - n)).collect();
        let about = [items(&all), places(1, &all)].concat();
        heif(&[start, part(b"mdat", &[&small]), part(b"meta", &[&[0; 4], &about])].concat())
    };
    assert!(with(4).is_some());
    assert_eq!(with(40), None);
}

proptest! {
    #[test]
    fn whatever_is_changed_nothing_panics_and_what_is_kept_is_kept_again(
        which in 0..5u8,
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        length in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let mut bytes = if which < 3 { photograph(which, b"heic") } else { moving(which == 3) };
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut {
            bytes.truncate(length.index(bytes.len()));
        }
        if let Some(kept) = heif(&bytes) {
            prop_assert_eq!(heif(&kept), Some(kept));
        }
    }

    #[test]
    fn only_pictures_are_left(
        others in vec((any::<[u8; 4]>(), vec(any::<u8>(), 3..30)), 1..9),
        picture in vec(any::<u8>(), 3..30),
    ) {
        let start = part(b"ftyp", &[b"heic", &[0; 4]]);
        let mut data = picture.clone();
        let mut all: Vec<Item<'_>> = vec![(b"av01", false, start.len() + 8, picture.len())];
        for (kind, bytes) in &others {
            all.push((kind, false, start.len() + 8 + data.len(), bytes.len()));
            data.extend(bytes);
        }
        let about = [items(&all), places(1, &all)].concat();
        let whole = [start.clone(), part(b"mdat", &[&data]), part(b"meta", &[&[0; 4], &about])].concat();
        let kept = heif(&whole).unwrap();
        let kept = &kept[start.len() + 8..][..data.len()];
        prop_assert_eq!(&kept[..picture.len()], &picture);
        prop_assert!(kept[picture.len()..].iter().all(|byte| *byte == 0));
    }

    #[test]
    fn nothing_that_only_begins_like_one_panics(
        rest in vec(prop_oneof![any::<u8>(), Just(0), Just(8)], 0..200),
        name in prop_oneof![Just(b"meta"), Just(b"moov"), Just(b"mdat")],
    ) {
        heif(&rest);
        heif(&[part(b"ftyp", &[b"heic", &[0; 4]]), part(name, &[&[0; 4], &rest])].concat());
    }
}
