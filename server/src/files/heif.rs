//! HEIF, which HEIC and AVIF are: boxes in boxes, whose items lie elsewhere in the file. Everything keeps its place;
//! boxes that are not needed become free space, and so does what they hold.

use std::collections::HashSet;
use std::ops::Range;

use super::blank::Kept;

/// So many boxes in one box, or pieces of items, and no more.
const MOST_PARTS: usize = 1 << 16;
/// What a box is called that nobody reads.
const FREE: [u8; 4] = *b"free";

/// A box.
pub(super) struct Part {
    pub(super) name: [u8; 4],
    name_at: usize,
    /// What it holds.
    pub(super) content: Range<usize>,
}

impl Part {
    /// What it holds, behind its version.
    pub(super) fn behind_version(&self) -> Range<usize> {
        self.content.start.saturating_add(4)..self.content.end
    }
}

/// A file, of which less and less is left.
pub(super) struct File {
    pub(super) bytes: Vec<u8>,
    pub(super) kept: Kept,
    /// Where pictures may be, in order.
    data: Vec<Range<usize>>,
}

impl File {
    pub(super) fn number(&self, place: usize, size: usize) -> Option<usize> {
        let bytes = self.bytes.get(place..place.checked_add(size)?)?;
        usize::try_from(bytes.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte))).ok()
    }

    pub(super) fn name(&self, place: usize) -> Option<[u8; 4]> {
        self.bytes.get(place..place.checked_add(4)?)?.try_into().ok()
    }

    fn part(&self, place: usize, end: usize) -> Option<Part> {
        let name_at = place.checked_add(4)?;
        let name = self.name(name_at)?;
        let (head, length) = match self.number(place, 4)? {
            0 => (8, end - place),
            1 => (16, self.number(place + 8, 8)?),
            length => (8, length),
        };
        let content = place + head..place.checked_add(length)?;
        (content.start <= content.end && content.end <= end).then_some(Part { name, name_at, content })
    }

    pub(super) fn parts(&self, area: Range<usize>) -> Option<Vec<Part>> {
        let mut parts = Vec::new();
        let mut place = area.start;
        while place < area.end {
            let part = self.part(place, area.end)?;
            place = part.content.end;
            parts.push(part);
            if parts.len() > MOST_PARTS {
                return None;
            }
        }
        Some(parts)
    }

    pub(super) fn blank(&mut self, area: Range<usize>) -> Option<()> {
        self.bytes.get_mut(area)?.fill(0);
        Some(())
    }

    pub(super) fn free(&mut self, part: &Part) -> Option<()> {
        self.bytes.get_mut(part.name_at..part.name_at + 4)?.copy_from_slice(&FREE);
        self.blank(part.content.clone())
    }

    /// The parts of an area of which one of these names is left.
    pub(super) fn only(&mut self, area: Range<usize>, needed: impl Fn([u8; 4]) -> bool) -> Option<Vec<Part>> {
        let mut parts = self.parts(area)?;
        for part in parts.extract_if(.., |part| !needed(part.name)) {
            self.free(&part)?;
        }
        Some(parts)
    }

    /// What the file says about its items, and where they are.
    fn meta(&mut self, part: &Part) -> Option<()> {
        let parts = self.only(part.behind_version(), |name| {
            matches!(&name, b"hdlr" | b"pitm" | b"iinf" | b"iloc" | b"iref" | b"iprp" | b"idat" | b"grpl")
        })?;
        let mut pictures = HashSet::new();
        for part in parts.iter().filter(|part| &part.name == b"iinf") {
            self.items(part, &mut pictures)?;
        }
        let mut data = parts.iter().filter(|part| &part.name == b"idat").map(|part| part.content.clone());
        let (data, None) = (data.next(), data.next()) else { return None };
        for part in &parts {
            match &part.name {
                b"hdlr" => self.handler(part)?,
                b"iprp" => self.properties(part)?,
                b"iloc" => self.places(part, &pictures, data.as_ref())?,
                _ => {}
            }
        }
        self.data.extend(data);
        Some(())
    }

    /// Which items are pictures, or put together from them. The others are no longer what they were, and nothing has a
    /// name of its own.
    fn items(&mut self, part: &Part, pictures: &mut HashSet<usize>) -> Option<()> {
        let version = self.number(part.content.start, 1)?;
        let count = if version == 0 { 2 } else { 4 };
        let start = part.behind_version().start;
        self.number(start, count)?;
        for item in self.only(start.checked_add(count)?..part.content.end, |name| &name == b"infe")? {
            let long = match self.number(item.content.start, 1)? {
                2 => 2,
                3 => 4,
                _ => return None,
            };
            let start = item.behind_version().start;
            let kind_at = start + long + 2;
            let kind = self.name(kind_at)?;
            if matches!(
                &kind,
                b"hvc1"
                    | b"hev1"
                    | b"lhv1"
                    | b"av01"
                    | b"avc1"
                    | b"vvc1"
                    | b"evc1"
                    | b"j2k1"
                    | b"jpeg"
                    | b"unci"
                    | b"grid"
                    | b"iovl"
                    | b"iden"
                    | b"tmap"
            ) {
                pictures.insert(self.number(start, long)?);
            } else {
                self.bytes.get_mut(kind_at..kind_at + 4)?.copy_from_slice(&FREE);
            }
            self.blank(kind_at + 4..item.content.end)?;
        }
        Some(())
    }

    /// A handler without the name that a program has given it.
    pub(super) fn handler(&mut self, part: &Part) -> Option<()> {
        let name = part.content.start.checked_add(24)?;
        self.blank(name.min(part.content.end)..part.content.end)
    }

    /// What is needed for showing the items. They are counted: what goes leaves its place.
    fn properties(&mut self, part: &Part) -> Option<()> {
        for part in self.only(part.content.clone(), |name| matches!(&name, b"ipco" | b"ipma"))? {
            if &part.name == b"ipco" {
                self.only(part.content, |name| {
                    matches!(
                        &name,
                        b"hvcC"
                            | b"lhvC"
                            | b"av1C"
                            | b"avcC"
                            | b"vvcC"
                            | b"evcC"
                            | b"j2kH"
                            | b"jpgC"
                            | b"uncC"
                            | b"cmpd"
                            | b"cmpC"
                            | b"icef"
                            | b"ispe"
                            | b"pixi"
                            | b"pasp"
                            | b"colr"
                            | b"irot"
                            | b"imir"
                            | b"clap"
                            | b"iscl"
                            | b"rloc"
                            | b"auxC"
                            | b"clli"
                            | b"mdcv"
                            | b"cclv"
                            | b"amve"
                            | b"a1op"
                            | b"a1lx"
                            | b"lsel"
                            | b"oinf"
                            | b"tols"
                            | b"rref"
                            | b"ndwt"
                    )
                })?;
            }
        }
        Some(())
    }

    /// Where the pictures are.
    fn places(&mut self, part: &Part, pictures: &HashSet<usize>, data: Option<&Range<usize>>) -> Option<()> {
        let version = self.number(part.content.start, 1)?;
        let sizes = self.number(part.behind_version().start, 2)?;
        let size = |shift: usize| Some((sizes >> shift) & 15).filter(|size| matches!(size, 0 | 4 | 8));
        let (offset, length, base, index) = (size(12)?, size(8)?, size(4)?, if version == 0 { 0 } else { size(0)? });
        let mut place = part.behind_version().start + 2;
        let mut next = |size: usize| {
            let number = self.number(place, size)?;
            place += size;
            (place <= part.content.end).then_some(number)
        };
        let long = match version {
            0 | 1 => 2,
            2 => 4,
            _ => return None,
        };
        let mut found: Vec<(usize, usize, usize, Range<usize>)> = Vec::new();
        for _ in 0..next(long)? {
            let (item, method) = (next(long)?, if version == 0 { 0 } else { next(2)? & 15 });
            let (elsewhere, base, count) = (next(2)?, next(base)?, next(2)?);
            // Without a length it is nowhere, however often that is said.
            for _ in 0..if length == 0 { 0 } else { count } {
                let (_, offset, length) = (next(index)?, next(offset)?, next(length)?);
                if found.len() > MOST_PARTS {
                    return None;
                }
                let start = base.checked_add(offset)?;
                let end = start.checked_add(length)?;
                match found.last_mut() {
                    // What comes in pieces is whole where they follow each other.
                    Some((before, _, _, piece)) if *before == item && piece.end == start => piece.end = end,
                    _ => found.push((item, method, elsewhere, start..end)),
                }
            }
        }
        self.kept.follow(found.len())?;
        for (item, method, elsewhere, range) in found {
            if !pictures.contains(&item) {
                continue;
            }
            let area = match (method, elsewhere) {
                (0, 0) => 0..self.bytes.len(),
                (1, _) => data?.clone(),
                _ => return None,
            };
            let range = area.start + range.start.min(area.end)..area.start.checked_add(range.end)?;
            if range.end > area.end {
                return None;
            }
            self.kept.keep_picture(range);
        }
        Some(())
    }
}

/// Whether a file begins like one: by its own word, or by what it says that it can be read as.
pub(super) fn begins(bytes: &[u8]) -> bool {
    let length =
        bytes.first_chunk().map(|length| u32::from_be_bytes(*length)).and_then(|length| length.try_into().ok());
    let Some(length) = length.filter(|_| bytes.get(4..8) == Some(b"ftyp")) else { return false };
    let names = bytes.get(8..bytes.len().min(length)).unwrap_or_default();
    // The second is a version.
    names.chunks_exact(4).enumerate().filter(|(number, _)| *number != 1).any(|(_, name)| {
        matches!(
            name,
            b"mif1"
                | b"mif2"
                | b"mif3"
                | b"msf1"
                | b"heic"
                | b"heix"
                | b"heim"
                | b"heis"
                | b"hevc"
                | b"hevx"
                | b"hevm"
                | b"hevs"
                | b"avif"
                | b"avis"
                | b"avio"
                | b"avci"
                | b"avcs"
                | b"j2ki"
                | b"jpeg"
                | b"vvic"
                | b"miaf"
        )
    })
}

/// HEIC, AVIF and their family, single pictures and moving ones.
pub(super) fn heif(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut file = File { bytes: bytes.to_vec(), kept: Kept::new(), data: Vec::new() };
    let (mut parts, mut end) = (Vec::new(), 0);
    while let Some(part) = file.part(end, bytes.len()).filter(|_| parts.len() < MOST_PARTS) {
        end = part.content.end;
        parts.push(part);
    }
    // What stands behind the last box is no picture.
    file.bytes.truncate(end);
    if !parts.iter().any(|part| matches!(&part.name, b"meta" | b"moov")) {
        return None;
    }
    for part in &parts {
        match &part.name {
            b"ftyp" => {}
            b"mdat" => file.data.push(part.content.clone()),
            b"meta" => file.meta(part)?,
            b"moov" => file.movie(part)?,
            // Pictures that come in pieces say elsewhere what they are.
            b"moof" => return None,
            _ => file.free(part)?,
        }
    }
    let data = std::mem::take(&mut file.data);
    if !file.kept.lie_in(&data) {
        return None;
    }
    file.kept.blank_rest(&mut file.bytes, &data)?;
    file.kept.blank_in_pictures(&mut file.bytes)?;
    Some(file.bytes)
}

#[cfg(test)]
mod tests;
