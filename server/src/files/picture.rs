//! Pictures without what else is in their files: where, when and by whom they were taken, and what was hidden behind
//! their end. Only what is needed to see the picture is kept; what cannot be followed to its end is no picture.

/// Cuts so many bytes off the front.
pub(super) fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

pub(super) fn byte(rest: &mut &[u8]) -> Option<u8> {
    take(rest, 1)?.first().copied()
}

pub(super) fn big_endian(bytes: &[u8]) -> Option<usize> {
    let number = bytes.iter().fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    usize::try_from(number).ok()
}

pub(super) fn little_endian(bytes: &[u8]) -> Option<usize> {
    let number = bytes.iter().rev().fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    usize::try_from(number).ok()
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
            for strip in [super::super::jpeg::jpeg, png, webp, gif] {
                if let Some(kept) = strip(&bytes) {
                    prop_assert_eq!(strip(&kept), Some(kept));
                }
            }
        }
    }
}
