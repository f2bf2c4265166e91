//! Pictures without what else is in their files: where, when and by whom they were taken, and what was hidden behind
//! their end. Only what is needed to see the picture is kept; what cannot be followed to its end is no picture.

/// Cuts so many bytes off the front.
pub(super) fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

fn byte(rest: &mut &[u8]) -> Option<u8> {
    take(rest, 1)?.first().copied()
}

fn big_endian(bytes: &[u8]) -> Option<usize> {
    let number = bytes.iter().fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    usize::try_from(number).ok()
}

fn little_endian(bytes: &[u8]) -> Option<usize> {
    let number = bytes.iter().rev().fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    usize::try_from(number).ok()
}

/// JPEG: segments, and between them the picture itself.
pub(super) fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    const EXIF: &[u8] = b"Exif\0\0";
    let mut rest = bytes.strip_prefix(b"\xFF\xD8")?;
    let mut kept = b"\xFF\xD8".to_vec();
    loop {
        if byte(&mut rest)? != 0xFF {
            return None;
        }
        let marker = loop {
            match byte(&mut rest)? {
                0xFF => {}
                marker => break marker,
            }
        };
        if marker == 0xD9 {
            kept.extend([0xFF, marker]);
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
        if marker == 0xDA {
            // Up to the next segment: a marker in the picture itself is escaped, or says where it may be taken up again.
            let length = rest
                .windows(2)
                .position(|pair| matches!(pair, [0xFF, after] if !matches!(after, 0 | 0xD0..=0xD7 | 0xFF)))?;
            kept.extend(take(&mut rest, length)?);
        }
    }
}

/// Of applications' segments only: how large and in which colours it is.
fn is_needed(marker: u8, content: &[u8]) -> bool {
    match marker {
        0xE1 | 0xE3..=0xED | 0xEF | 0xFE => false,
        0xE2 => content.starts_with(b"ICC_PROFILE\0"),
        _ => true,
    }
}

/// Leaves only zeros of what a JPEG in another picture says about itself, which keeps its length. So many segments may be
/// looked into, and bytes blanked; what is no segment ends it: such pictures need not be whole.
pub(super) fn blank_jpeg(bytes: &mut [u8], work: &mut usize) -> Option<()> {
    let mut place = 2;
    if !bytes.starts_with(b"\xFF\xD8") {
        return Some(());
    }
    while let Some(&[0xFF, marker @ (0xC0..=0xCF | 0xDB..=0xFE), high, low]) = bytes.get(place..place + 4)
        && marker != 0xDA
    {
        *work = work.checked_sub(1)?;
        let end = place + 2 + usize::from(u16::from_be_bytes([high, low]));
        let length = bytes.len();
        match bytes.get_mut(place + 4..end.min(length)) {
            Some(content) if !is_needed(marker, content) => {
                *work = work.checked_sub(content.len())?;
                content.fill(0);
            }
            _ => {}
        }
        place = end;
    }
    Some(())
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

/// PNG: chunks with a name.
pub(super) fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    const START: &[u8] = b"\x89PNG\r\n\x1a\n";
    let mut rest = bytes.strip_prefix(START)?;
    let mut kept = START.to_vec();
    loop {
        let length = big_endian(rest.get(..4)?)?;
        // Length, name, content, checksum.
        let chunk = take(&mut rest, length.checked_add(12)?)?;
        match chunk.get(4..8)? {
            b"IHDR" | b"PLTE" | b"IDAT" | b"tRNS" | b"cHRM" | b"gAMA" | b"iCCP" | b"sBIT" | b"sRGB" | b"cICP"
            | b"bKGD" | b"pHYs" | b"acTL" | b"fcTL" | b"fdAT" => kept.extend(chunk),
            b"IEND" => {
                kept.extend(chunk);
                return Some(kept);
            }
            _ => {}
        }
    }
}

/// WebP: chunks with a name, of even length, in one that holds them all.
pub(super) fn webp(bytes: &[u8]) -> Option<Vec<u8>> {
    const EXIF_AND_XMP: u8 = 0b0000_1100;
    let mut rest = bytes.strip_prefix(b"RIFF")?;
    let length = little_endian(take(&mut rest, 4)?)?;
    let mut rest = rest.get(..length)?.strip_prefix(b"WEBP")?;
    let mut kept = b"RIFF\0\0\0\0WEBP".to_vec();
    while !rest.is_empty() {
        let length = little_endian(rest.get(4..8)?)?;
        let chunk = take(&mut rest, length.checked_next_multiple_of(2)?.checked_add(8)?)?;
        let start = kept.len();
        match chunk.get(..4)? {
            b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF" | b"ICCP" => kept.extend(chunk),
            b"VP8X" => {
                kept.extend(chunk);
                *kept.get_mut(start + 8)? &= !EXIF_AND_XMP;
            }
            _ => {}
        }
    }
    let length = u32::try_from(kept.len() - 8).ok().filter(|length| *length > 4)?;
    kept.get_mut(4..8)?.copy_from_slice(&length.to_le_bytes());
    Some(kept)
}

/// GIF: pictures and extensions.
pub(super) fn gif(bytes: &[u8]) -> Option<Vec<u8>> {
    let colours = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let mut rest = bytes;
    let mut kept = take(&mut rest, 13)?.to_vec();
    kept.extend(take(&mut rest, colours(*bytes.get(10)?))?);
    loop {
        let part = rest;
        let keep = match byte(&mut rest)? {
            0x3B => {
                kept.push(0x3B);
                return Some(kept);
            }
            0x2C => {
                let about = take(&mut rest, 9)?;
                take(&mut rest, colours(*about.get(8)?))?;
                byte(&mut rest)?;
                true
            }
            // How long a picture is shown, and how often all of them.
            0x21 => match byte(&mut rest)? {
                0xF9 => true,
                0xFF => rest.starts_with(b"\x0BNETSCAPE2.0"),
                _ => false,
            },
            _ => return None,
        };
        loop {
            match byte(&mut rest)? {
                0 => break,
                length => take(&mut rest, length.into())?,
            };
        }
        if keep {
            kept.extend(part.get(..part.len() - rest.len())?);
        }
    }
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

    #[test]
    fn a_png_keeps_its_picture_and_colours() {
        let chunk = |name: &[u8], content: &[u8]| {
            [&u32::try_from(content.len()).unwrap().to_be_bytes(), name, content, b"crc!"].concat()
        };
        let start = b"\x89PNG\r\n\x1a\n".to_vec();
        let (head, data, end) = (chunk(b"IHDR", b"13 bytes here"), chunk(b"IDAT", b"pixels"), chunk(b"IEND", b""));
        let texts = [b"tEXt", b"iTXt", b"zTXt", b"eXIf", b"tIME", b"prVt"].map(|name| chunk(name, SECRET)).concat();
        let whole = [&start, &head, &texts, &data, &end, &SECRET.to_vec()].map(Vec::as_slice).concat();
        assert_eq!(png(&whole).unwrap(), [start, head, data, end].concat());
    }

    #[test]
    fn a_webp_no_longer_promises_what_was_taken_out() {
        let chunk = |name: &[u8], content: &[u8]| {
            let pad: &[u8] = if content.len() % 2 == 1 { b"\0" } else { b"" };
            [name, &u32::try_from(content.len()).unwrap().to_le_bytes(), content, pad].concat()
        };
        let riff = |chunks: &[Vec<u8>]| {
            let chunks = [&b"WEBP"[..], &chunks.concat()].concat();
            [b"RIFF", &u32::try_from(chunks.len()).unwrap().to_le_bytes()[..], &chunks].concat()
        };
        let picture = chunk(b"VP8L", b"odd");
        let whole = riff(&[
            chunk(b"VP8X", b"\x1C000000000"),
            picture.clone(),
            chunk(b"EXIF", SECRET),
            chunk(b"XMP ", SECRET),
            chunk(b"????", SECRET),
        ]);
        let kept = webp(&[whole.as_slice(), SECRET].concat()).unwrap();
        assert_eq!(kept, riff(&[chunk(b"VP8X", b"\x10000000000"), picture]));
    }

    #[test]
    fn a_gif_goes_on_moving() {
        let screen = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF";
        let comment = [&[0x21, 0xFE, 20], SECRET, &[0]].concat();
        let xmp = [&b"\x21\xFF\x0BXMP DataXMP"[..], &[20], SECRET, &[0]].concat();
        let again = b"\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0";
        let picture = b"\x21\xF9\x04\0\0\0\0\0\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
        let whole = [screen, again.as_slice(), &comment, &xmp, picture, b"\x3B", SECRET].concat();
        assert_eq!(gif(&whole).unwrap(), [screen, again.as_slice(), picture, b"\x3B"].concat());
    }

    proptest! {
        #[test]
        fn nothing_that_only_begins_like_a_picture_panics_and_what_is_kept_is_kept_again(
            start in prop_oneof![
                Just(&b"\xFF\xD8"[..]),
                Just(&b"\x89PNG\r\n\x1a\n"[..]),
                Just(&b"RIFF\x40\0\0\0WEBPVP8X"[..]),
                Just(&b"GIF89a\x01\0\x01\0\x80\0\0"[..]),
            ],
            rest in proptest::collection::vec(prop_oneof![any::<u8>(), Just(0xFF), Just(0), Just(0x21), Just(0xE1)], 0..120),
        ) {
            let bytes = [start, &rest].concat();
            for strip in [jpeg, png, webp, gif] {
                if let Some(kept) = strip(&bytes) {
                    prop_assert_eq!(strip(&kept), Some(kept));
                }
            }
        }
    }
}
