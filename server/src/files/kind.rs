//! What a file is, by its content: what its sender says does not count.

use super::{heif, jpeg, picture, tiff};
use crate::slots::Slots;
use crate::store::is_picture;

/// A file whose kind is not known, or is none of anybody's business.
const ANYTHING: &str = "application/octet-stream";

const TIFF: &str = "image/tiff";
/// HEIC and AVIF too.
const HEIF: &str = "image/heif";

/// It begins like a picture, and is none.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the picture is damaged")]
pub struct Damaged;

/// A file that was looked into.
#[derive(Debug, PartialEq, Eq)]
pub struct Examined {
    /// What it is.
    pub kind: &'static str,
    /// What is kept of it: a picture without what tells where, when and with what it was taken.
    pub bytes: Vec<u8>,
}

/// How many are looked into at once. Each takes a core, and memory for another one like it; the others wait.
const AT_ONCE: usize = 2;

/// Looks into files.
pub struct Examiner {
    slots: Slots,
}

impl Default for Examiner {
    fn default() -> Self {
        Self { slots: Slots::new(AT_ONCE) }
    }
}

impl Examiner {
    /// Looks into a file, where that keeps nobody else's request waiting.
    ///
    /// # Errors
    /// When it is a picture that cannot be read to its end: nobody knows what else would be in it.
    pub async fn examine(&self, bytes: Vec<u8>) -> Result<Examined, Damaged> {
        let slot = self.slots.wait().await.map_err(|_| Damaged)?;
        // What ends whoever looks into it is read by nobody else, either.
        slot.work(move || examine(bytes)).await.map_err(|_| Damaged)?
    }
}

fn examine(bytes: Vec<u8>) -> Result<Examined, Damaged> {
    let kind = kind(&bytes);
    let stripped = match kind {
        "image/jpeg" => jpeg::jpeg(&bytes),
        "image/png" => picture::png(&bytes),
        "image/webp" => picture::webp(&bytes),
        "image/gif" => picture::gif(&bytes),
        TIFF => tiff::tiff(&bytes),
        HEIF => heif::heif(&bytes),
        _ => return Ok(Examined { kind, bytes }),
    };
    Ok(Examined { kind, bytes: stripped.ok_or(Damaged)? })
}

fn kind(bytes: &[u8]) -> &'static str {
    match bytes {
        // These are known by less than `infer` asks for: what is no such file to it may be one to others.
        _ if tiff::begins(bytes) => TIFF,
        _ if heif::begins(bytes) => HEIF,
        _ => infer::get(bytes).map_or(ANYTHING, |kind| kind.mime_type()),
    }
}

/// The type that a file is served with. Browsers run what is a page or a drawing with scripts: whatever might be one has
/// no type, and neither has text, which they guess about.
pub fn served_as(kind: &str) -> &str {
    let sound = ["audio/", "video/"].iter().any(|family| kind.starts_with(family));
    if is_picture(kind) || sound || kind == "application/pdf" { kind } else { ANYTHING }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_says_what_it_is() {
        for (bytes, kind) in [
            (&b"%PDF-1.7"[..], "application/pdf"),
            (b"hello", ANYTHING),
            (b"", ANYTHING),
            (b"<!DOCTYPE html><script>alert(1)</script>", "text/html"),
        ] {
            let examined = examine(bytes.to_vec()).unwrap();
            assert_eq!((examined.kind, examined.bytes.as_slice()), (kind, bytes));
        }
    }

    #[tokio::test]
    async fn few_are_looked_into_at_once_and_not_where_requests_are_answered() {
        let examiner = Examiner::default();
        let all = examiner.slots.take(AT_ONCE).await;
        let mut waits = std::pin::pin!(examiner.examine(b"hello".to_vec()));
        assert!(tokio::time::timeout(std::time::Duration::from_millis(20), &mut waits).await.is_err());
        drop(all);
        assert_eq!(waits.await.unwrap().bytes, b"hello");
        assert_eq!(examiner.examine(b"GIF89a".to_vec()).await, Err(Damaged));
        assert_eq!(examiner.slots.free(), AT_ONCE, "they are given back");
    }

    #[test]
    fn what_only_begins_like_a_picture_is_damaged() {
        for bytes in [
            &b"\xFF\xD8\xFF\xE1"[..],
            b"\x89PNG\r\n\x1a\n",
            b"GIF89a",
            b"RIFF\x04\x00\x00\x00WEBPVP8 ",
            b"II\x2A\0\x08\0\0\0CR",
            b"\0\0\0\x14ftypisom\0\0\0\0avif",
        ] {
            assert_eq!(examine(bytes.to_vec()), Err(Damaged), "{bytes:?}");
        }
    }

    #[test]
    fn nothing_is_served_that_a_browser_would_run() {
        for kind in ["text/html", "text/xml", "image/svg+xml", "application/xhtml+xml", "text/x-shellscript", ""] {
            assert_eq!(served_as(kind), ANYTHING, "{kind}");
        }
        assert_eq!(served_as("image/webp"), "image/webp");
    }
}
