//! The built files of the browser half: in the binary of a release, read once from the disk in a debug build.

mod embedded;
mod folder;

use std::collections::BTreeMap;

use app::assets::Assets;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use wire::ErrorCode;

use super::problem::Problem;
use crate::state::AppState;

/// The list of the built files, which is not served.
const MANIFEST: &str = "manifest.json";
/// A name with a hash in it never means anything else.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ONE_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// The built files by their path, such as `pkg/app.3f2a1b.js`.
#[derive(Default)]
pub struct Site(BTreeMap<String, Bytes>);

impl Site {
    /// What `cargo xtask` built.
    pub fn built() -> Self {
        Self::new(if cfg!(debug_assertions) { folder::files() } else { embedded::files() })
    }

    /// Files by their path.
    pub fn new(files: impl IntoIterator<Item = (String, Bytes)>) -> Self {
        Self(files.into_iter().collect())
    }

    /// The addresses of the built files; `None` when the browser half was not built.
    pub fn assets(&self) -> Option<Assets> {
        self.0.get(MANIFEST).and_then(|text| serde_json::from_slice(text).ok())
    }

    /// Files that lie beside the folder of hashed ones: `favicon.ico`, `robots.txt`.
    fn root(&self) -> impl Iterator<Item = &String> {
        self.0.keys().filter(|path| !path.contains('/') && !path.ends_with(".br") && *path != MANIFEST)
    }

    /// The file, compressed when the client takes that.
    fn answer(&self, path: &str, headers: &HeaderMap, cache: HeaderValue) -> Response {
        let Some(plain) = self.0.get(path).filter(|_| !path.ends_with(".br")) else {
            return Problem::from(ErrorCode::NotFound).into_response();
        };
        let brotli = self.0.get(&format!("{path}.br"));
        let mut response = Response::new(Body::empty());
        let (body, encoding) = match brotli {
            Some(small) if takes_brotli(headers) => (small, Some(HeaderValue::from_static("br"))),
            _ => (plain, None),
        };
        *response.body_mut() = Body::from(body.clone());
        let set = response.headers_mut();
        set.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
        set.insert(header::CACHE_CONTROL, cache);
        set.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(encoding) = encoding {
            set.insert(header::CONTENT_ENCODING, encoding);
        }
        response
    }
}

/// `GET /pkg/…`
pub(super) async fn hashed(State(state): State<AppState>, Path(file): Path<String>, headers: HeaderMap) -> Response {
    state.site.answer(&format!("pkg/{file}"), &headers, FOREVER)
}

/// A route for every file in the root, so that none is taken for a meeting's name.
pub(super) fn root_files(state: &AppState) -> Router<AppState> {
    state.site.root().fold(Router::new(), |router, path| router.route(&format!("/{path}"), get(root_file)))
}

async fn root_file(State(state): State<AppState>, request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    state.site.answer(path, request.headers(), ONE_HOUR)
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br"));
        let refused = parts.filter_map(|part| part.strip_prefix("q=")).any(|q| q.parse() == Ok(0.0_f32));
        named && !refused
    })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wav" => "audio/wav",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brotli_is_sent_to_those_who_take_it() {
        for (accept, taken) in [
            ("gzip, deflate, br, zstd", true),
            ("br;q=0.5", true),
            ("BR", true),
            ("gzip", false),
            ("br;q=0", false),
            ("brotli", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, accept.parse().unwrap());
            assert_eq!(takes_brotli(&headers), taken, "{accept}");
        }
    }
}
