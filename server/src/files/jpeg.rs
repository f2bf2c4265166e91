//! JPEG without what else is in it, as a file of its own and within another picture.

use super::picture::{big_endian, byte, little_endian, take};

/// How JPEGs begin, and end.
const START: &[u8] = b"\xFF\xD8";
const END: u8 = 0xD9;
/// After this comes the picture itself, or some of it.
const SCAN: u8 = 0xDA;

/// Cuts what says which segment of a JPEG comes. It may be filled up, and what has no segment may stand before it.
fn marker(rest: &mut &[u8]) -> Option<u8> {
    if byte(rest)? != 0xFF {
        return None;
    }
    loop {
        match byte(rest)? {
            0xFF => {}
            0x01 | 0xD0..=0xD8 if rest.first() == Some(&0xFF) => {}
            0..=0x01 | 0xD0..=0xD8 => return None,
            marker => return Some(marker),
        }
    }
}

/// How much of the picture itself comes before the next segment: a marker in it is escaped, or has none.
fn scanned(rest: &[u8]) -> Option<usize> {
    rest.windows(2).position(|pair| matches!(pair, [0xFF, after] if !matches!(after, 0..=0x01 | 0xD0..=0xD8 | 0xFF)))
}

/// JPEG: segments, and between them the picture itself.
pub(super) fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    const EXIF: &[u8] = b"Exif\0\0";
    let mut rest = bytes.strip_prefix(START)?;
    let mut kept = START.to_vec();
    loop {
        let marker = marker(&mut rest)?;
        if marker == END {
            kept.extend([0xFF, END]);
            return Some(kept);
        }
        let length = big_endian(rest.get(..2)?)?;
        let segment = take(&mut rest, length)?;
        let content = segment.get(2..)?;
        match marker {
            // Cameras leave turning the picture to those who show it.
            0xE1 if content.starts_with(EXIF) => {
                if let Some(turned) = content.strip_prefix(EXIF).and_then(orientation) {
                    kept.extend(turned_by(turned));
                }
            }
            _ if !is_needed(marker, content) => {}
            _ => {
                kept.extend([0xFF, marker]);
                kept.extend(segment);
            }
        }
        if marker == SCAN {
            let length = scanned(rest)?;
            kept.extend(take(&mut rest, length)?);
        }
    }
}

/// What shows the picture; of applications' segments only how large and in which colours it is.
fn is_needed(marker: u8, content: &[u8]) -> bool {
    match marker {
        0xC0..=0xCF | 0xDA..=0xDF | 0xE0 | 0xEE => true,
        0xE2 => content.starts_with(b"ICC_PROFILE\0"),
        _ => false,
    }
}

/// Whether this may be a JPEG, or the tables of some.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(START) && bytes.get(2) == Some(&0xFF)
}

/// Leaves only zeros of what a JPEG in another picture says about itself, and of what is behind its end; it keeps its length.
/// What is no segment ends it, before the picture itself has begun: such pictures need not be whole, and what only begins like
/// one shall stay what it is.
pub(super) fn blank(bytes: &mut [u8]) {
    let (mut place, mut has_begun) = (START.len(), false);
    while let Some(mut rest) = bytes.get(place..) {
        if has_begun {
            let Some(length) = scanned(rest) else { break };
            rest = rest.get(length..).unwrap_or_default();
        }
        let Some(marker) = marker(&mut rest) else { break };
        let start = bytes.len() - rest.len();
        if marker == END {
            bytes.get_mut(start..).unwrap_or_default().fill(0);
            break;
        }
        let Some(length) = rest.get(..2).and_then(big_endian) else { break };
        place = start + length;
        let end = place.min(bytes.len());
        if let Some(content) = bytes.get_mut(start + 2..end).filter(|content| !is_needed(marker, content)) {
            content.fill(0);
        }
        has_begun |= marker == SCAN;
    }
}

/// How a camera held a picture, by the first list of its Exif: 2 to 8, or upright.
fn orientation(tiff: &[u8]) -> Option<u8> {
    let number: fn(&[u8]) -> Option<usize> = match tiff.get(..2)? {
        b"II" => little_endian,
        b"MM" => big_endian,
        _ => return None,
    };
    let list = tiff.get(number(tiff.get(4..8)?)?..)?;
    let entries = list.get(2..)?.chunks_exact(12).take(number(list.get(..2)?)?);
    let turned = entries.filter(|entry| entry.get(..2).and_then(number) == Some(0x0112));
    turned.filter_map(|entry| u8::try_from(number(entry.get(8..10)?)?).ok()).find(|turned| matches!(turned, 2..=8))
}

/// A segment that says how a picture is turned, and nothing else.
fn turned_by(orientation: u8) -> [u8; 36] {
    let mut segment = *b"\xFF\xE1\x00\x22Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    if let Some(place) = segment.get_mut(29) {
        *place = orientation;
    }
    segment
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECRET: &[u8] = b"60.1695 N, 24.9354 E";

    fn holds_secret(bytes: &[u8]) -> bool {
        bytes.windows(SECRET.len()).any(|part| part == SECRET)
    }

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker][..], &length, content].concat()
    }

    fn exif(orientation: u8) -> Vec<u8> {
        let list = [
            &b"Exif\0\0II\x2A\0\x08\0\0\0\x02\0\x0F\x01\x02\0\x14\0\0\0\x26\0\0\0\x12\x01\x03\0\x01\0\0\0"[..],
            &[orientation, 0, 0, 0, 0, 0, 0, 0],
        ];
        [list.concat().as_slice(), SECRET].concat()
    }

    #[test]
    fn a_photograph_stays_turned_and_says_nothing_else() {
        let scan = [segment(0xDA, b"\x01\x01\0\0\x3F\0"), b"picture\xFF\x00more\xFF\xD0more".to_vec()].concat();
        let needed = [segment(0xE0, b"JFIF\0"), segment(0xDB, b"table"), scan.clone(), segment(0xC4, b"table"), scan];
        let whole = [
            b"\xFF\xD8".to_vec(),
            segment(0xE0, b"JFIF\0"),
            segment(0xE1, &exif(6)),
            segment(0xE1, &[b"http://ns.adobe.com/xap/1.0/\0", SECRET].concat()),
            segment(0xED, SECRET),
            segment(0xE2, &[b"MPF\0", SECRET].concat()),
            segment(0xFE, SECRET),
            needed[1..].concat(),
            b"\xFF\xD9".to_vec(),
            SECRET.to_vec(),
        ]
        .concat();
        let kept = jpeg(&whole).unwrap();
        assert!(!holds_secret(&kept));
        let turned = turned_by(6);
        assert_eq!(orientation(&turned[10..]), Some(6));
        let expected =
            [b"\xFF\xD8".to_vec(), needed[0].clone(), turned.to_vec(), needed[1..].concat(), b"\xFF\xD9".to_vec()];
        assert_eq!(kept, expected.concat());
        assert_eq!(jpeg(&kept).unwrap(), kept, "nothing is left to be taken out");
        let upright = [b"\xFF\xD8".to_vec(), segment(0xE1, &exif(1)), b"\xFF\xD9".to_vec()].concat();
        assert_eq!(jpeg(&upright).unwrap(), b"\xFF\xD8\xFF\xD9");
    }

    /// A JPEG that says where it was taken wherever one can, and one of the same length without.
    fn whole_and_blank() -> (Vec<u8>, Vec<u8>) {
        let zeros = vec![0; SECRET.len()];
        let written = |secret: &[u8]| {
            [
                b"\xFF\xD8".to_vec(),
                segment(0xE0, b"JFIF\0"),
                // Filled up, and behind what has no segment.
                [b"\xFF\xFF\xFF".to_vec(), segment(0xE1, secret)].concat(),
                [b"\xFF\x01\xFF\xD0".to_vec(), segment(0xED, secret)].concat(),
                segment(0x02, secret),
                [segment(0xDA, b"\x01"), b"scan\xFF\0\xFF\xD1more".to_vec()].concat(),
                segment(0xE1, secret),
                segment(0xFE, secret),
                segment(0xC4, b"table"),
                [segment(0xDA, b"\x01"), b"scan\xFF\x01\xFF".to_vec()].concat(),
                segment(0xE2, secret),
                b"\xFF\xD9".to_vec(),
                secret.to_vec(),
            ]
            .concat()
        };
        (written(SECRET), written(&zeros))
    }

    #[test]
    fn a_photograph_says_nothing_behind_fill_bytes_between_scans_and_behind_its_end() {
        let (whole, blanked) = whole_and_blank();
        let kept = jpeg(&whole).unwrap();
        let expected = [
            b"\xFF\xD8".to_vec(),
            segment(0xE0, b"JFIF\0"),
            [segment(0xDA, b"\x01"), b"scan\xFF\0\xFF\xD1more".to_vec()].concat(),
            segment(0xC4, b"table"),
            [segment(0xDA, b"\x01"), b"scan\xFF\x01\xFF".to_vec()].concat(),
            b"\xFF\xD9".to_vec(),
        ];
        assert_eq!(kept, expected.concat());

        let mut inside = whole;
        blank(&mut inside);
        assert_eq!(inside, blanked, "in another picture, too");
    }

    #[test]
    fn what_is_not_whole_or_no_jpeg_stays_as_it_is() {
        let tables = [b"\xFF\xD8".to_vec(), segment(0xDB, b"table"), b"\xFF\xD9".to_vec()].concat();
        let cut = [b"\xFF\xD8".to_vec(), segment(0xDA, b"\x01"), b"scan\xFF\0\xFF".to_vec()].concat();
        for bytes in
            [&tables[..], &cut, b"\xFF\xD8", b"\xFF\xD8\xFF", b"\xFF\xD8\xFF\0\0\x06pixels", b"\xFF\xD8\xFF\xE1\0"]
        {
            let mut kept = bytes.to_vec();
            blank(&mut kept);
            assert_eq!(kept, bytes);
        }
        for (bytes, one) in [(&tables[..], true), (&cut, true), (b"\xFF\xD8", false), (b"\xFF\xD8pixels", false)] {
            assert_eq!(begins(bytes), one, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_blanked_in_another_picture_is_blank_already(
            rest in proptest::collection::vec(
                prop_oneof![any::<u8>(), Just(0xFF), Just(0), Just(0xDA), Just(0xE1)],
                0..120,
            ),
        ) {
            let mut once = [&b"\xFF\xD8\xFF"[..], &rest].concat();
            blank(&mut once);
            let mut twice = once.clone();
            blank(&mut twice);
            prop_assert_eq!(once, twice);
        }
    }
}
