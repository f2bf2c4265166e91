//! Connection details and joining: tokens, identities, hosts.

use axum::http::StatusCode;
use base64::Engine as _;
use livekit_api::access_token::TokenVerifier;
use serde_json::{Value, json};

use super::support::{App, run, shared};

/// The claims of a token, as they stand in it.
pub(crate) fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[test]
fn details_are_the_seeds_and_the_token_is_a_participants() {
    run(async {
        let app = App::new().await;
        let room = app.browser().new_meeting().await;
        let details = app.browser().join(&room, "%20Ada%E2%80%AE%0ALovelace").await;
        let keys: Vec<&str> = details.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["participantName", "participantToken", "roomName", "serverUrl"]);
        assert_eq!(details["serverUrl"], "ws://127.0.0.1:3000");
        assert_eq!(details["roomName"], room);
        assert_eq!(details["participantName"], "Ada Lovelace");
        let token = details["participantToken"].as_str().unwrap();
        let keys = &shared().await.keys;
        TokenVerifier::with_api_key(&keys.key, keys.secret.expose()).verify(token).unwrap();
        let claims = claims(token);
        assert_eq!(claims["name"], "Ada Lovelace");
        assert_eq!(claims["exp"].as_u64().unwrap() - claims["nbf"].as_u64().unwrap(), 600);
        assert_eq!(
            claims["video"],
            json!({
                "roomJoin": true, "room": room, "canPublish": true, "canSubscribe": true, "canPublishData": true,
                "canPublishSources": ["camera", "microphone", "screen_share", "screen_share_audio"],
            }),
            "and nothing like roomAdmin, roomRecord, roomCreate, hidden or canUpdateOwnMetadata"
        );
        assert!(shared().await.has(&room).await);
    });
}

#[test]
fn an_identity_stays_in_its_browser_and_its_room() {
    run(async {
        let app = App::new().await;
        let (mut ada, mut eve) = (app.browser(), app.browser());
        let (one, other) = (ada.new_meeting().await, ada.new_meeting().await);
        let identity = async |browser: &mut super::support::Browser, room: &str, name: &str| {
            claims(browser.join(room, name).await["participantToken"].as_str().unwrap())["sub"].clone()
        };
        let first = identity(&mut ada, &one, "Ada").await;
        assert_eq!(identity(&mut ada, &one, "Countess").await, first);
        assert_ne!(identity(&mut ada, &other, "Ada").await, first);
        assert_ne!(identity(&mut eve, &one, "Ada").await, first);
    });
}

#[test]
fn a_page_joins_by_the_server_function_and_the_creator_is_the_host() {
    run(async {
        let app = App::new().await;
        let (mut host, mut guest) = (app.browser(), app.browser());
        let made = host.call("create_room", &json!({ "title": "Lesson" })).await;
        assert_eq!(made.status, StatusCode::OK, "{made:?}");
        let room = made.json()["roomName"].as_str().unwrap().to_owned();
        for (browser, role) in [(&mut host, "host"), (&mut guest, "guest")] {
            let answer = browser.call("join_room", &json!({ "room": room, "name": "Ada" })).await.json();
            let answer = &answer["admitted"];
            assert_eq!(answer["role"], role);
            assert_eq!(answer["title"], "Lesson");
            assert_eq!(answer["iceServers"].as_array().unwrap().len(), 0);
            let token = claims(answer["details"]["participantToken"].as_str().unwrap());
            assert_eq!(token["sub"], answer["identity"]);
        }
    });
}

#[test]
fn a_refusal_is_an_answer_and_a_bad_name_an_error() {
    run(async {
        let app = App::new().await;
        let mut browser = app.browser();
        let answer = browser.call("join_room", &json!({ "room": "abcd-efghj-kmnp", "name": "Ada" })).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.json()["refused"]["code"], "room_not_found");
        let room = browser.new_meeting().await;
        let answer = browser.call("join_room", &json!({ "room": room, "name": "\u{200B}" })).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "invalid_participant_name"));
        // What the application's error type reads.
        assert!(answer.json()["message"].as_str().unwrap().contains("64 characters"));
    });
}

#[test]
fn behind_a_proxy_addresses_are_the_public_ones() {
    run(async {
        let app = App::with(|parts| parts.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()]).await;
        let request = |path: &str| {
            super::support::Browser::request(axum::http::Method::POST, path)
                .header("content-type", "application/json")
                .header("x-forwarded-proto", "https")
                .header("x-forwarded-host", "meet.example.org")
                .body("{}".into())
                .unwrap()
        };
        let answer = app.browser().from("10.0.0.1").send(request("/api/rooms/create")).await;
        assert!(answer.json()["url"].as_str().unwrap().starts_with("https://meet.example.org/"));
        assert!(answer.header("set-cookie").ends_with("; HttpOnly; SameSite=Lax; Secure"));
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
        let answer = app.browser().from("11.0.0.1").send(request("/api/rooms/create")).await;
        assert!(answer.json()["url"].as_str().unwrap().starts_with("http://127.0.0.1:3000/"), "anybody can say so");
        assert_eq!(answer.header("strict-transport-security"), "");
    });
}

#[test]
fn the_public_address_stands_in_links_and_details() {
    run(async {
        let app = App::with(|parts| parts.public_url = server::origin::Origin::new(true, "meet.example.org")).await;
        let mut ada = app.browser();
        let answer = ada.post("/api/rooms/create", &json!({})).await;
        let url = answer.json()["url"].as_str().unwrap().to_owned();
        let room = url.strip_prefix("https://meet.example.org/").unwrap();
        assert!(answer.header("set-cookie").ends_with("; Secure"));
        assert_eq!(ada.join(room, "Ada").await["serverUrl"], "wss://meet.example.org");
    });
}
