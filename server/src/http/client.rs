//! Who asks, from where, and by which address of ours.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Once;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use ipnet::IpNet;
use wire::{EVENTS_PATH, ErrorCode};

use super::problem::Problem;
use crate::origin::Origin;
use crate::state::AppState;

/// The address of the seed's admission: a GET that changes something.
pub(super) const CONNECTION_DETAILS: &str = "/api/connection-details";
const FORWARDED_FOR: &str = "x-forwarded-for";
/// How long a browser that came by TLS insists on it.
const ONE_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// The other end of a request.
#[derive(Clone)]
pub(super) struct Client {
    /// Address of the browser, behind proxies that are believed.
    pub(super) address: IpAddr,
    /// The address of ours that was asked.
    pub(super) origin: Origin,
}

/// Finds out who asks; a request whose `Host` is nonsense is refused.
pub(super) async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_canonical());
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let headers = request.headers();
    let proxied = is_trusted(peer, &state.trusted_proxies);
    if !proxied && headers.contains_key(FORWARDED_FOR) {
        hint(peer);
    }
    let address = if proxied { forwarded_for(headers, peer, &state.trusted_proxies) } else { peer };
    let origin = match &state.public_url {
        Some(origin) => Some(origin.clone()),
        None => requested_origin(headers, request.uri().authority().map(|host| host.as_str()), proxied),
    };
    let Some(origin) = origin else { return Problem::from(ErrorCode::BadRequest).into_response() };
    let secure = origin.is_secure();
    request.extensions_mut().insert(Client { address, origin });
    let mut response = next.run(request).await;
    if secure {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, ONE_YEAR);
    }
    response
}

/// Says once what a forgotten proxy looks like: all its people seem to be one, with one limit.
fn hint(peer: IpAddr) {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        tracing::warn!(%peer, "this address sends X-Forwarded-For; if it is your proxy, set PARLOUR_TRUSTED_PROXIES to it");
    });
}

fn is_trusted(address: IpAddr, proxies: &[IpNet]) -> bool {
    proxies.iter().any(|network| network.contains(&address))
}

/// The last address that no trusted proxy has: what stands before it may be made up.
fn forwarded_for(headers: &HeaderMap, peer: IpAddr, proxies: &[IpNet]) -> IpAddr {
    let mut client = peer;
    let lines: Vec<&str> = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok()).collect();
    for hop in lines.join(",").rsplit(',') {
        let Ok(address) = hop.trim().parse::<IpAddr>() else { break };
        client = address.to_canonical();
        if !is_trusted(client, proxies) {
            break;
        }
    }
    client
}

fn requested_origin(headers: &HeaderMap, authority: Option<&str>, proxied: bool) -> Option<Origin> {
    let one = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let forwarded = |name: &str| one(name).filter(|_| proxied).and_then(|list| list.split(',').next()).map(str::trim);
    let secure = forwarded("x-forwarded-proto").is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
    let host = forwarded("x-forwarded-host").or(authority).or_else(|| one("host"))?;
    Origin::new(secure, host)
}

/// Refuses requests that change something and come from another site's page, whatever cookies they carry.
pub(super) async fn refuse_cross_site(request: Request, next: Next) -> Response {
    let harmless = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let foreign = match request.extensions().get::<Client>() {
        Some(client) => is_foreign(request.headers(), &client.origin),
        None => true,
    };
    // The first admits somebody, and says under which name; the other takes a place in the queue and keeps a stream open.
    // Signalling is opened by a token that other sites do not have, and by no cookie.
    let acts = [CONNECTION_DETAILS, EVENTS_PATH].contains(&request.uri().path());
    if foreign && (acts || !harmless) {
        return Problem::from(ErrorCode::CrossSite).into_response();
    }
    next.run(request).await
}

/// What the browser itself says about the page that asks. Programs say nothing, and carry nobody's cookies.
pub(super) fn is_foreign(headers: &HeaderMap, ours: &Origin) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return !matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return false };
    // The scheme is left out: a proxy that is not believed may have taken TLS off.
    let page = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    !page.is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(ours.authority()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_client_cannot_choose_its_address() {
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        let headers = headers(&[("x-forwarded-for", "1.2.3.4, 198.51.100.7"), ("x-forwarded-for", "10.0.0.2")]);
        assert_eq!(forwarded_for(&headers, ip("10.0.0.1"), &proxies), ip("198.51.100.7"));
    }

    proptest! {
        #[test]
        fn whatever_stands_in_the_chain_a_client_is_somebody_in_it(
            lines in proptest::collection::vec(prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..60),
                "([0-9a-f.:]{0,20}, ?){0,6}".prop_map(String::into_bytes),
                "(10\\.0\\.0\\.[0-9]{1,3}, ?|1\\.2\\.3\\.[0-9], ?){0,6}".prop_map(String::into_bytes),
            ], 0..4),
        ) {
            let mut headers = HeaderMap::new();
            for value in lines.iter().filter_map(|line| HeaderValue::from_bytes(line).ok()) {
                headers.append(FORWARDED_FOR, value);
            }
            let peer = ip("10.0.0.1");
            let client = forwarded_for(&headers, peer, &["10.0.0.0/8".parse().unwrap()]);
            let named = lines.iter().filter_map(|line| std::str::from_utf8(line).ok()).flat_map(|line| line.split(','));
            let mut named = named.filter_map(|hop| hop.trim().parse::<IpAddr>().ok()).map(|hop| hop.to_canonical());
            prop_assert!(client == peer || named.any(|hop| hop == client));
            prop_assert_eq!(forwarded_for(&headers, peer, &[]), named_last(&headers).unwrap_or(peer));
        }
    }

    /// What stands last in the chain, when it is an address.
    fn named_last(headers: &HeaderMap) -> Option<IpAddr> {
        let last = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok()).next_back()?;
        last.rsplit(',').next()?.trim().parse().ok().map(|hop: IpAddr| hop.to_canonical())
    }

    #[test]
    fn nonsense_in_the_chain_stops_it() {
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        let headers = headers(&[("x-forwarded-for", "198.51.100.7, unknown, 10.0.0.2")]);
        assert_eq!(forwarded_for(&headers, ip("10.0.0.1"), &proxies), ip("10.0.0.2"));
    }

    #[test]
    fn forwarded_headers_count_only_from_a_proxy() {
        let headers = headers(&[
            ("host", "127.0.0.1:3000"),
            ("x-forwarded-host", "meet.example"),
            ("x-forwarded-proto", "https"),
        ]);
        assert_eq!(requested_origin(&headers, None, true).unwrap().http(), "https://meet.example");
        assert_eq!(requested_origin(&headers, None, false).unwrap().http(), "http://127.0.0.1:3000");
    }

    #[test]
    fn the_browser_tells_foreign_pages() {
        let ours = Origin::new(true, "meet.example").unwrap();
        for (pairs, foreign) in [
            (&[][..], false),
            (&[("sec-fetch-site", "same-origin")], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("sec-fetch-site", "cross-site")], true),
            (&[("sec-fetch-site", "same-site")], true),
            (&[("origin", "https://meet.example")], false),
            (&[("origin", "http://Meet.example")], false),
            (&[("origin", "https://evil.example")], true),
            (&[("origin", "https://meet.example.evil.example")], true),
            (&[("origin", "null")], true),
        ] {
            assert_eq!(is_foreign(&headers(pairs), &ours), foreign, "{pairs:?}");
        }
    }
}
