//! LiveKit's signalling at Parlour's own address: plain requests and WebSockets, `/rtc…` and nothing else.

use std::collections::HashMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use url::Url;
use wire::{ErrorCode, Identity, RoomName};

use super::client::Client;
use super::problem::Problem;
use crate::error::Error;
use crate::media::http;
use crate::media::participants::SEAT_ATTRIBUTE;
use crate::state::{AppState, Signalling};

/// What a LiveKit client asks for. LiveKit's other interfaces (`/twirp`, `/agent`, `/debug`) stay inside.
const PATHS: [&str; 4] = ["/rtc", "/rtc/validate", "/rtc/v1", "/rtc/v1/validate"];

/// Headers that belong to one connection (RFC 9110, section 7.6.1).
const HOP_BY_HOP: [HeaderName; 8] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
];

/// The routes, when Parlour has a LiveKit of its own.
pub(super) fn router(state: &AppState) -> Router<AppState> {
    match state.signalling {
        Signalling::External(_) => Router::new(),
        Signalling::Proxied(_) => PATHS.iter().fold(Router::new(), |router, path| router.route(path, get(pass))),
    }
}

async fn pass(State(state): State<AppState>, request: Request) -> Response {
    let Some((request, token)) = with_one_token(request) else {
        return Problem::from(ErrorCode::BadRequest).into_response();
    };
    // LiveKit goes by the token alone, which stays good after its owner was taken out, and renews it by itself.
    if let Some(claimed) = token.as_deref().and_then(claimed) {
        match is_outdated(&state, &claimed).await {
            Ok(false) => {}
            Ok(true) => return Problem::from(ErrorCode::NotInMeeting).into_response(),
            Err(error) => return Problem::from(error).into_response(),
        }
    }
    match forward(&state, request).await {
        Ok(response) => response,
        Err(cause) => {
            tracing::warn!(%cause, "LiveKit's signalling does not answer");
            Problem::from(ErrorCode::MediaUnavailable).into_response()
        }
    }
}

/// The request with its query written anew, and the one token in it: LiveKit must read the same that was checked. `None`
/// when there are several, or when it would make somebody a second participant (`publish`), whom no door knows.
fn with_one_token(mut request: Request) -> Option<(Request, Option<String>)> {
    let query = request.uri().query().unwrap_or_default();
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let bearer = request.headers_mut().remove(header::AUTHORIZATION);
    let bearer = bearer.as_ref().and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let in_query = pairs.iter().filter(|(name, _)| name == "access_token").map(|(_, token)| token.as_str());
    let mut tokens: Vec<&str> = in_query.chain(bearer).collect();
    tokens.dedup();
    if tokens.len() > 1 || pairs.iter().any(|(name, _)| name == "publish") {
        return None;
    }
    let token = tokens.first().map(|token| (*token).to_owned());
    let mut anew = url::form_urlencoded::Serializer::new(String::new());
    anew.extend_pairs(pairs.iter().filter(|(name, _)| name != "access_token"));
    if let Some(token) = &token {
        anew.append_pair("access_token", token);
    }
    *request.uri_mut() = format!("{}?{}", request.uri().path(), anew.finish()).parse().ok()?;
    Some((request, token))
}

/// Whether its owner was taken out, or has the call in another browser, since a token was issued.
async fn is_outdated(state: &AppState, (room, claims): &(RoomName, Claims)) -> Result<bool, Error> {
    let identity = Identity(claims.sub.clone());
    if state.meetings.is_barred(room, &identity, claims.nbf).await? {
        return Ok(true);
    }
    match (claims.attributes.get(SEAT_ATTRIBUTE), claims.nbf) {
        (Some(seat), Some(issued_s)) => state.meetings.has_moved(room, &identity, seat, issued_s).await,
        _ => Ok(false),
    }
}

/// Where a token leads, and what else it says. Whether it is a good one, LiveKit checks.
fn claimed(token: &str) -> Option<(RoomName, Claims)> {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Claims = serde_json::from_slice(&payload).ok()?;
    Some((RoomName::parse(&claims.video.room).ok()?, claims))
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    nbf: Option<u64>,
    #[serde(default)]
    attributes: HashMap<String, String>,
    video: VideoClaims,
}

#[derive(Deserialize)]
struct VideoClaims {
    room: String,
}

async fn forward(state: &AppState, mut request: Request) -> std::io::Result<Response> {
    let to = address(state).ok_or(std::io::ErrorKind::AddrNotAvailable)?;
    let upgrade = upgrade_of(request.headers());
    let ours = request.extensions_mut().remove::<OnUpgrade>();
    let request = outgoing(request, to, upgrade.as_ref());
    let mut response = http::send(to, request).await?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        strip(response.headers_mut());
        return Ok(response.map(Body::new));
    }
    let (Some(ours), Some(protocol)) = (ours, upgrade) else {
        return Err(std::io::Error::other("LiveKit switched protocols without being asked"));
    };
    let theirs = hyper::upgrade::on(&mut response);
    tokio::spawn(join(ours, theirs, state.shutdown.clone()));
    strip(response.headers_mut());
    mark_upgrade(response.headers_mut(), protocol);
    Ok(response.map(|_| Body::empty()))
}

fn address(state: &AppState) -> Option<SocketAddr> {
    let Signalling::Proxied(endpoint) = &state.signalling else { return None };
    let url = Url::parse(&endpoint.borrow().url).ok()?;
    Some(SocketAddr::new(url.host_str()?.parse().ok()?, url.port()?))
}

/// The request as LiveKit gets it.
fn outgoing(request: Request, to: SocketAddr, upgrade: Option<&HeaderValue>) -> axum::http::Request<Body> {
    let client = request.extensions().get::<Client>().cloned();
    let (mut parts, body) = request.into_parts();
    // Only path and query: the host is the header's.
    let target = parts.uri.path_and_query().cloned().map(Uri::from);
    parts.uri = target.unwrap_or_default();
    strip(&mut parts.headers);
    // The session is Parlour's.
    parts.headers.remove(header::COOKIE);
    for name in ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"] {
        parts.headers.remove(name);
    }
    if let Ok(host) = HeaderValue::from_str(&to.to_string()) {
        parts.headers.insert(header::HOST, host);
    }
    if let Some(client) = client.and_then(|client| HeaderValue::from_str(&client.address.to_string()).ok()) {
        parts.headers.insert("x-forwarded-for", client);
    }
    if let Some(protocol) = upgrade {
        mark_upgrade(&mut parts.headers, protocol.clone());
    }
    let mut outgoing = axum::http::Request::new(body);
    *outgoing.method_mut() = parts.method;
    *outgoing.uri_mut() = parts.uri;
    *outgoing.headers_mut() = parts.headers;
    outgoing
}

/// The protocol that the client wants to switch to.
fn upgrade_of(headers: &HeaderMap) -> Option<HeaderValue> {
    let wanted = connection_options(headers).any(|option| option.eq_ignore_ascii_case("upgrade"));
    headers.get(header::UPGRADE).filter(|_| wanted).cloned()
}

fn connection_options(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lists = headers.get_all(header::CONNECTION).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).map(str::trim)
}

fn strip(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = connection_options(headers).filter_map(|option| option.parse().ok()).collect();
    for name in named.iter().chain(&HOP_BY_HOP).chain([&header::UPGRADE]) {
        headers.remove(name);
    }
}

fn mark_upgrade(headers: &mut HeaderMap, protocol: HeaderValue) {
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, protocol);
}

/// Carries bytes both ways until one side closes or Parlour stops.
async fn join(ours: OnUpgrade, theirs: OnUpgrade, shutdown: CancellationToken) {
    let (ours, theirs) = match tokio::try_join!(ours, theirs) {
        Ok(ends) => ends,
        Err(error) => return tracing::debug!(%error, "a connection was not switched"),
    };
    let (mut ours, mut theirs) = (TokioIo::new(ours), TokioIo::new(theirs));
    tokio::select! {
        () = shutdown.cancelled() => {}
        end = tokio::io::copy_bidirectional(&mut ours, &mut theirs) => {
            if let Err(error) = end {
                tracing::debug!(%error, "a signalling connection broke");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_a_connection_does_not_travel() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "Upgrade, x-private"),
            ("upgrade", "websocket"),
            ("x-private", "1"),
            ("te", "trailers"),
            ("sec-websocket-key", "k"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        assert_eq!(upgrade_of(&headers).unwrap(), "websocket");
        strip(&mut headers);
        assert_eq!(headers.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["sec-websocket-key"]);
        assert!(upgrade_of(&headers).is_none());
    }

    #[test]
    fn an_upgrade_must_be_asked_for_twice() {
        let mut headers = HeaderMap::new();
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        assert!(upgrade_of(&headers).is_none());
    }
}
