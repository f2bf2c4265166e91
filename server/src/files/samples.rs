//! Pictures that move, in HEIF: tracks, whose samples lie elsewhere in the file.

use std::ops::Range;

use super::heif::{File, Part};

/// One of each of these boxes, in the one before it.
fn one<'a>(parts: &'a [Part], name: &[u8; 4]) -> Option<&'a Part> {
    parts.iter().find(|part| &part.name == name)
}

impl File {
    /// Tracks that are seen or heard; the others hold places, times and texts.
    pub(super) fn movie(&mut self, part: &Part) -> Option<()> {
        for part in self.only(part.content.clone(), |name| matches!(&name, b"mvhd" | b"trak"))? {
            match &part.name {
                b"mvhd" => self.times(&part)?,
                _ => self.track(&part)?,
            }
        }
        Some(())
    }

    /// A head without when it was made and changed.
    fn times(&mut self, part: &Part) -> Option<()> {
        let size = if self.number(part.content.start, 1)? == 0 { 8 } else { 16 };
        let start = part.behind_version().start;
        self.blank(start..start.checked_add(size).filter(|end| *end <= part.content.end)?)
    }

    fn track(&mut self, track: &Part) -> Option<()> {
        let parts = self.only(track.content.clone(), |name| matches!(&name, b"tkhd" | b"tref" | b"edts" | b"mdia"))?;
        self.times(one(&parts, b"tkhd")?)?;
        let media =
            self.only(one(&parts, b"mdia")?.content.clone(), |name| matches!(&name, b"mdhd" | b"hdlr" | b"minf"))?;
        self.times(one(&media, b"mdhd")?)?;
        let handler = one(&media, b"hdlr")?;
        if !matches!(&self.name(handler.content.start.checked_add(8)?)?, b"pict" | b"vide" | b"auxv" | b"soun") {
            return self.free(track);
        }
        self.handler(handler)?;
        let about = self.only(one(&media, b"minf")?.content.clone(), |name| {
            matches!(&name, b"vmhd" | b"smhd" | b"nmhd" | b"dinf" | b"stbl")
        })?;
        let tables = self.only(one(&about, b"stbl")?.content.clone(), |name| {
            matches!(
                &name,
                b"stsd"
                    | b"stts"
                    | b"stsc"
                    | b"stsz"
                    | b"stco"
                    | b"co64"
                    | b"stss"
                    | b"ctts"
                    | b"cslg"
                    | b"sgpd"
                    | b"sbgp"
                    | b"sdtp"
            )
        })?;
        self.samples(&tables)
    }

    /// The rows of a table: so many numbers of so many bytes.
    fn rows(&mut self, table: Range<usize>, count_at: usize, length: usize) -> Option<(usize, usize)> {
        let (start, count) = (count_at.checked_add(4)?, self.number(count_at, 4)?);
        let end = count.checked_mul(length)?.checked_add(start)?;
        self.kept.follow(count)?;
        (end <= table.end).then_some((start, count))
    }

    /// Keeps the samples of a track, chunk for chunk.
    fn samples(&mut self, tables: &[Part]) -> Option<()> {
        let (chunks, long) = match (one(tables, b"stco"), one(tables, b"co64")) {
            (Some(chunks), None) => (chunks, 4),
            (None, Some(chunks)) => (chunks, 8),
            _ => return None,
        };
        let sizes = one(tables, b"stsz")?;
        let runs = one(tables, b"stsc")?;
        let (chunk_at, chunks) = self.rows(chunks.content.clone(), chunks.behind_version().start, long)?;
        let (run_at, runs) = self.rows(runs.content.clone(), runs.behind_version().start, 12)?;
        let size_at = sizes.behind_version().start;
        // All are of one size, or each has its own.
        let alike = self.number(size_at, 4)?;
        let (mut size_at, count) =
            if alike == 0 { self.rows(sizes.content.clone(), size_at.checked_add(4)?, 4)? } else { (size_at, 0) };
        let sizes_end = size_at + 4 * count;
        let (mut run, mut in_chunk) = (0, 0);
        for chunk in 0..chunks {
            // A run says from which chunk on, counted from one, there are so many samples in each.
            while run < runs && self.number(run_at + 12 * run, 4)? <= chunk + 1 {
                in_chunk = self.number(run_at + 12 * run + 4, 4)?;
                run += 1;
            }
            let mut length = in_chunk.checked_mul(alike)?;
            if alike == 0 {
                let end = size_at.checked_add(in_chunk.checked_mul(4)?).filter(|end| *end <= sizes_end)?;
                for place in (size_at..end).step_by(4) {
                    length = length.checked_add(self.number(place, 4)?)?;
                }
                size_at = end;
            }
            let start = self.number(chunk_at + long * chunk, long)?;
            let end = start.checked_add(length).filter(|end| *end <= self.bytes.len())?;
            self.kept.keep(start..end);
        }
        Some(())
    }
}
