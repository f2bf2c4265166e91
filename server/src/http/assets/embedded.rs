//! The built files inside the binary.

use std::borrow::Cow;

use axum::body::Bytes;
use rust_embed::RustEmbed;

/// The folder that `build.rs` names.
#[derive(RustEmbed)]
#[folder = "$PARLOUR_SITE_DIR"]
struct Built;

/// All of them, by path; none is copied.
pub(super) fn files() -> Vec<(String, Bytes)> {
    let read = |path: Cow<'static, str>| {
        let bytes = match Built::get(&path)?.data {
            Cow::Borrowed(data) => Bytes::from_static(data),
            Cow::Owned(data) => Bytes::from(data),
        };
        Some((path.into_owned(), bytes))
    };
    Built::iter().filter_map(read).collect()
}
