//! Whatever is sent, nothing panics, and what is refused is refused by a code. `PROPTEST_CASES` makes it longer.

use std::fmt::Debug;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request};
use base64::Engine as _;
use leptos::server_fn::axum::server_fn_paths;
use livekit_api::access_token::AccessToken;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::other_rooms::operations;
use super::support::{Answer, App, Browser, run, shared};

/// Runs a test with many values against one Parlour, which believes what proxies say.
fn many<S: Strategy>(values: &S, test: impl AsyncFn(&App, S::Value))
where
    S::Value: Debug,
{
    many_by(async |_| (), values, async |app, (), value| test(app, value).await);
}

/// The same by somebody who was there before.
fn many_by<P, S: Strategy>(who: impl AsyncFn(&App) -> P, values: &S, test: impl AsyncFn(&App, &P, S::Value))
where
    S::Value: Debug,
{
    let app = run(App::with(|parts| parts.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]));
    let who = run(who(&app));
    let config = Config { failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(values, |value| {
        run(test(&app, &who, value));
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

/// An answer that the server meant to give.
fn is_meant(answer: &Answer) {
    assert!(!answer.status.is_server_error(), "{answer:?}");
    if answer.status.is_client_error() && !answer.header("content-type").starts_with("text/html") {
        assert!(!answer.code().is_empty());
    }
}

/// Text as people do not write it.
fn text() -> impl Strategy<Value = String> {
    let special = proptest::sample::select(vec![
        '\0',
        '\n',
        '\r',
        '\u{1b}',
        ' ',
        '"',
        '\\',
        '/',
        '%',
        '&',
        '=',
        '?',
        '#',
        '<',
        ';',
        ',',
        '\u{200b}',
        '\u{202e}',
        '\u{feff}',
        '\u{2028}',
        'İ',
        'ß',
        '\u{10ffff}',
        '-',
        '.',
        'a',
        '7',
    ]);
    prop_oneof![
        3 => vec(prop_oneof![4 => special, 1 => any::<char>()], 0..60).prop_map(String::from_iter),
        1 => any::<String>(),
        1 => "[a-z]{1,3}".prop_flat_map(|piece| (1..1_500usize).prop_map(move |times| piece.repeat(times))),
    ]
}

/// JSON of any shape, with the members that Parlour reads among others.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    let names = proptest::sample::select(vec![
        "room",
        "roomName",
        "participantName",
        "password",
        "invitation",
        "title",
        "rules",
        "capacity",
        "startsAtMs",
        "zoneMin",
        "alias",
        "history",
        "what",
        "rule",
        "assign",
        "mute",
        "name",
        "note",
        "label",
        "days",
        "id",
        "text",
        "mark",
        "secret",
        "seq",
        "raised",
        "event",
        "kind",
        "frames",
        "other",
    ]);
    leaf.prop_recursive(4, 40, 8, move |inner| {
        let member = (names.clone(), inner.clone()).prop_map(|(name, value)| (name.to_owned(), value));
        prop_oneof![
            1 => vec(inner, 0..6).prop_map(Value::from),
            4 => vec(member, 0..8).prop_map(|members| Value::from(Map::from_iter(members))),
        ]
    })
}

/// Bodies: JSON, JSON that was cut, and noise.
fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => json().prop_map(|json| json.to_string().into_bytes()),
        1 => (json(), any::<prop::sample::Index>()).prop_map(|(json, at)| {
            let text = json.to_string().into_bytes();
            text[..at.index(text.len())].to_vec()
        }),
        1 => vec(any::<u8>(), 0..200),
    ]
}

/// An administrator, with the codes that this takes, and a meeting of theirs.
async fn administrator(app: &App) -> (Browser, String) {
    let (mut browser, _) = app.administrator().await;
    let room = browser.new_meeting().await;
    (browser, room)
}

#[test]
fn bodies_of_any_shape_are_answered_by_a_code() {
    let functions = server_fn_paths().map(|(path, _)| (Method::POST, path.to_owned()));
    let changes = |(method, _): &(Method, String)| !matches!(*method, Method::GET | Method::DELETE);
    let described = run(async { operations(&App::new().await).await }).into_iter().filter(changes);
    let all: Vec<_> = functions.chain(described).collect();
    let bodies = (proptest::sample::select(all), body(), any::<bool>());
    many_by(administrator, &bodies, async |app, (host, room), ((method, path), body, known)| {
        let path = path.replace("{room}", room);
        let path = ["{invitation}", "{file}", "{identity}", "{network}"]
            .iter()
            .fold(path, |path, name| path.replace(name, "x"));
        let request = Browser::request(method, &path).header("content-type", "application/json");
        let mut browser = if known { host.clone() } else { app.browser() };
        is_meant(&browser.send(request.body(body.into()).unwrap()).await);
    });
}

/// Where pages send what was typed. Not where somebody signs out: the others want somebody who is signed in.
const FORMS: [&str; 34] = [
    "/signin",
    "/signin/code",
    "/signin/link",
    "/signin/password",
    "/signin/first",
    "/signin/forgotten",
    "/signin/register",
    "/signin/account",
    "/settings/name",
    "/settings/password",
    "/settings/sessions/end",
    "/settings/second-factor",
    "/settings/second-factor/prove",
    "/settings/second-factor/remove",
    "/meetings",
    "/admin/accounts",
    "/admin/link",
    "/admin/change",
    "/admin/livekit",
    "/admin/recordings",
    "/admin/keys",
    "/admin/keys/revoke",
    "/{room}/settings",
    "/{room}/settings/password",
    "/{room}/settings/alias",
    "/{room}/settings/invitations",
    "/{room}/settings/invitations/end",
    "/{room}/settings/hosts/end",
    "/{room}/settings/hosts/out",
    "/{room}/settings/bans/end",
    "/{room}/settings/bans/network",
    "/{room}/settings/networks/end",
    "/{room}/chat",
    "/{room}/chat/delete",
];

#[test]
fn forms_of_any_shape_are_answered() {
    let names = proptest::sample::select(vec![
        "email",
        "name",
        "new_password",
        "old_password",
        "password",
        "code",
        "next",
        "link",
        "account",
        "change",
        "session",
        "key",
        "key_name",
        "livekit_url",
        "livekit_api_key",
        "livekit_api_secret",
        "title",
        "door",
        "guests",
        "capacity",
        "starts",
        "ends",
        "zone",
        "newcomers",
        "alias",
        "label",
        "lasts",
        "single",
        "invitation",
        "person",
        "network",
        "days",
        "history",
        "clear",
        "other",
    ]);
    let usual = proptest::sample::select(vec![
        "on",
        "0",
        "7",
        "-720",
        "2026-12-01T10:00",
        "ask",
        "ada@example.org",
        "203.0.113.0/24",
    ]);
    let value = prop_oneof![2 => text(), 1 => usual.prop_map(str::to_owned)];
    let written = vec((names, value), 0..8).prop_map(|fields| {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes()
    });
    let bodies = prop_oneof![5 => written, 1 => vec(any::<u8>(), 0..200)];
    many_by(
        administrator,
        &(proptest::sample::select(FORMS.to_vec()), bodies),
        async |_, (host, room), (path, body)| {
            let path = path.replace("{room}", room);
            is_meant(&host.clone().post_raw(&path, "application/x-www-form-urlencoded", body).await);
        },
    );
}

/// What stands before LiveKit's signalling reads the token as LiveKit does.
#[test]
fn tokens_of_any_shape_are_answered() {
    let good = run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        host.join(&room, "Hedy").await["participantToken"].as_str().unwrap().to_owned()
    });
    let cut = any::<prop::sample::Index>().prop_map(move |at| {
        let mut token = good.clone().into_bytes();
        // The last character has bits that say nothing.
        let at = at.index(token.len() - 1);
        token[at] = token[at].wrapping_add(1);
        String::from_utf8_lossy(&token).into_owned()
    });
    let parts = vec(prop_oneof!["[A-Za-z0-9_-]{0,40}", text()], 0..5).prop_map(|parts| parts.join("."));
    let encoded = |token: String| url::form_urlencoded::byte_serialize(token.as_bytes()).collect::<String>();
    let tokens = prop_oneof![cut, parts, text()].prop_map(encoded);
    let paths = proptest::sample::select(vec!["/rtc", "/rtc/validate", "/rtc/v1", "/rtc/v1/validate"]);
    many(&(paths, tokens, "[!-~]{0,20}"), async |app, (path, token, more)| {
        let request = Request::get(format!("{path}?access_token={token}&{more}")).header("host", "127.0.0.1:3000");
        if let Ok(request) = request.body(Body::empty()) {
            let answer = app.browser().send(request).await;
            // LiveKit's own refusals are passed on as they are.
            assert!(answer.status.is_client_error(), "{answer:?}");
        }
    });
}

#[test]
fn queries_of_any_shape_are_answered_by_a_code() {
    let encoded = |text: String| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let queries = prop_oneof![
        "[!-~]{0,120}",
        (text(), text())
            .prop_map(move |(room, name)| { format!("roomName={}&participantName={}", encoded(room), encoded(name)) }),
        (text(), 0..40usize).prop_map(move |(room, cut)| {
            let query = format!("participantName=Ada&roomName={}", encoded(room));
            query[..query.len().saturating_sub(cut)].to_owned()
        }),
    ];
    many(&queries, async |app, query| {
        let request = Request::get(format!("/api/connection-details?{query}")).header("host", "127.0.0.1:3000");
        // What is no address does not get as far as this.
        if let Ok(request) = request.body(Body::empty()) {
            let answer = app.browser().send(request).await;
            is_meant(&answer);
            assert!(answer.status.is_client_error(), "there is no such meeting: {answer:?}");
        }
    });
}

#[test]
fn paths_of_any_shape_are_answered() {
    many(&prop_oneof!["/[!-~]{0,60}", "/(%[0-9A-Fa-f]{2}|[a-z0-9/.-]){0,40}"], async |app, path| {
        if let Ok(request) = Request::get(path).header("host", "127.0.0.1:3000").body(Body::empty()) {
            is_meant(&app.browser().send(request).await);
        }
    });
}

#[test]
fn headers_of_any_shape_are_answered_by_a_code() {
    let names = proptest::sample::select(vec![
        "host",
        "origin",
        "cookie",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "sec-fetch-site",
        "content-type",
        "accept",
        "accept-encoding",
        "authorization",
    ]);
    let values = prop_oneof![
        vec(any::<u8>(), 0..80),
        text().prop_map(String::into_bytes),
        "(parlour_session=[A-Za-z0-9_=-]{40,46};? ?){0,3}".prop_map(String::into_bytes),
        "([0-9a-f.:]{0,20}, ?){0,6}".prop_map(String::into_bytes),
        "https?://[a-z.:0-9@]{0,30}".prop_map(String::into_bytes),
    ];
    let methods = proptest::sample::select(vec![Method::GET, Method::POST, Method::PUT, Method::HEAD]);
    let requests = (methods, proptest::sample::select(vec!["/", "/api/rooms/create", "/readyz", "/rtc/validate"]));
    many(&(requests, vec((names, values), 0..6)), async |app, ((method, path), headers)| {
        let head = method == Method::HEAD;
        let mut request = Browser::request(method, path).body(Body::empty()).unwrap();
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                request.headers_mut().append(HeaderName::from_static(name), value);
            }
        }
        let answer = app.browser().send(request).await;
        // There is nothing to read in the answer to a HEAD, and LiveKit's refusals are passed on as they are.
        if head || path == "/rtc/validate" {
            assert!(!answer.status.is_server_error(), "{answer:?}");
        } else {
            is_meant(&answer);
        }
    });
}

#[test]
fn webhooks_of_any_shape_are_answered_by_a_code() {
    let keys = &run(shared()).keys;
    many(&(body(), any::<bool>(), text()), async |app, (body, signed, noise)| {
        let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(&body));
        let token = match signed {
            true => AccessToken::with_api_key(&keys.key, keys.secret.expose()).with_sha256(&hash).to_jwt().unwrap(),
            false => noise,
        };
        let Ok(token) = HeaderValue::from_str(&token) else { return };
        let request = Browser::request(Method::POST, "/webhooks/livekit").header("authorization", token);
        let answer = app.browser().send(request.body(Body::from(body)).unwrap()).await;
        is_meant(&answer);
        assert!(signed || answer.status == 401, "{answer:?}");
    });
}
