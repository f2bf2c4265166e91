//! Security headers of every answer, and the content security policy.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::client::Client;
use crate::state::Signalling;

/// For answers that are no pages: nothing in them may run or load anything.
const NOTHING: HeaderValue =
    HeaderValue::from_static("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

const EVERYWHERE: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // A meeting's link is its key: other sites do not hear of it. (`no-referrer` would turn our own `Origin` into
    // `null` where forms are posted.)
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self), fullscreen=(self), \
             picture-in-picture=(self), autoplay=(self), screen-wake-lock=(self), geolocation=(), payment=(), usb=(), \
             serial=(), hid=(), midi=()",
        ),
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// Sets what the answer has not set itself.
pub(super) async fn secure(request: Request, next: Next) -> Response {
    let file = request.uri().path().starts_with("/pkg/");
    let api = request.uri().path().starts_with("/api");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in &EVERYWHERE {
        headers.entry(name).or_insert_with(|| value.clone());
    }
    // A worker's script brings the policy that the worker lives under, so files carry none.
    if !file {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(NOTHING);
    }
    if api {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

/// Sets the policy of a page whose scripts carry `nonce`.
pub(super) fn page_policy(headers: &mut HeaderMap, nonce: &str, client: &Client, signalling: &Signalling) {
    let livekit = match signalling {
        // The same origin, but older browsers do not count WebSockets as 'self'.
        Signalling::Proxied(_) => client.origin.ws(),
        Signalling::External(origin) => format!("{} {}", origin.ws(), origin.http()),
    };
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         connect-src 'self' {livekit}; img-src 'self' data: blob:; media-src 'self' blob: mediastream:; \
         worker-src 'self' blob:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}
