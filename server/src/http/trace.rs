//! A request's id and its line in the log.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::{clock, random, telemetry};

/// The header that tells the id to the caller.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// A request's id: in the log, in problems, in the answer's header.
#[derive(Clone)]
pub(super) struct RequestId(pub(super) String);

/// Gives the request an id and logs its end.
///
/// What is logged is the route and never the path or the query: a meeting's link is its key, and access tokens travel
/// in queries.
pub(super) async fn request(mut request: Request, next: Next) -> Response {
    // Without randomness the id is the same for all; nothing else of a request depends on it.
    let id = random::bytes::<8>().map(|bytes| random::hex(&bytes)).unwrap_or_default();
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
    let span = tracing::info_span!("request", method = %request.method(), route, id);
    let matched = request.extensions().get::<MatchedPath>().cloned();
    request.extensions_mut().insert(RequestId(id.clone()));
    async move {
        let start = Instant::now();
        let mut response = next.run(request).await;
        let (status, took_ms) = (response.status().as_u16(), clock::to_ms(start.elapsed()));
        telemetry::answered(matched.as_ref().map_or("-", MatchedPath::as_str), status);
        if response.status().is_server_error() {
            tracing::warn!(status, took_ms, "answered");
        } else {
            tracing::debug!(status, took_ms, "answered");
        }
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(HEADER, id);
        }
        response
    }
    .instrument(span)
    .await
}
