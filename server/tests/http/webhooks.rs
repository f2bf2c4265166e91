//! Webhooks: believed when LiveKit signed them.

use axum::body::Body;
use axum::http::Method;
use base64::Engine as _;
use livekit_api::access_token::AccessToken;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::support::{App, Browser, run, shared};

const ROOM_STARTED: &str = r#"{"event":"room_started","room":{"name":"abcd-efghj-kmnp"},"somethingNew":1}"#;

fn sign(key: &str, secret: &str, body: &str) -> String {
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(body));
    AccessToken::with_api_key(key, secret).with_sha256(&hash).to_jwt().unwrap()
}

async fn deliver(app: &App, token: &str, body: impl Into<Body>) -> u16 {
    let request = Browser::request(Method::POST, "/webhooks/livekit")
        .header("content-type", "application/webhook+json")
        .header("authorization", token)
        .body(body.into())
        .unwrap();
    app.browser().send(request).await.status.as_u16()
}

#[test]
fn only_livekits_own_words_are_believed() {
    run(async {
        let app = App::new().await;
        let keys = &shared().await.keys;
        let (key, secret) = (keys.key.as_str(), keys.secret.expose());
        let good = sign(key, secret, ROOM_STARTED);
        assert_eq!(deliver(&app, &good, ROOM_STARTED).await, 200);
        assert_eq!(deliver(&app, &good, ROOM_STARTED.replace("abcd", "efgh")).await, 401, "another body");
        assert_eq!(deliver(&app, "", ROOM_STARTED).await, 401);
        assert_eq!(deliver(&app, "nonsense", ROOM_STARTED).await, 401);
        assert_eq!(deliver(&app, &sign(key, &"x".repeat(64), ROOM_STARTED), ROOM_STARTED).await, 401, "another secret");
        assert_eq!(deliver(&app, &sign("APIother", secret, ROOM_STARTED), ROOM_STARTED).await, 401, "another key");
        let unbound = AccessToken::with_api_key(key, secret).to_jwt().unwrap();
        assert_eq!(deliver(&app, &unbound, ROOM_STARTED).await, 401, "a token that belongs to no body");
        assert_eq!(deliver(&app, &sign(key, secret, "{"), "{").await, 400);
        assert_eq!(deliver(&app, &sign(key, secret, "[]"), "[]").await, 400);
        assert_eq!(deliver(&app, &good, "x".repeat(300_000)).await, 413);
    });
}

#[test]
fn a_browsers_token_signs_no_webhook() {
    run(async {
        let app = App::new().await;
        let mut ada = app.browser();
        let room = ada.new_meeting().await;
        let token = ada.join(&room, "Ada").await["participantToken"].as_str().unwrap().to_owned();
        assert_eq!(deliver(&app, &token, ROOM_STARTED).await, 401);
        assert_eq!(deliver(&app, &token, "").await, 401);
    });
}

#[test]
fn a_room_that_ended_is_made_again_at_once() {
    run(async {
        let (app, livekit) = (App::new().await, shared().await);
        let mut ada = app.browser();
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        livekit.rooms().delete_room(&room).await.unwrap();
        ada.join(&room, "Ada").await;
        assert!(!livekit.has(&room).await, "remembered: LiveKit is not asked every time");
        let body = json!({ "event": "room_finished", "room": { "name": room } }).to_string();
        let token = sign(&livekit.keys.key, livekit.keys.secret.expose(), &body);
        assert_eq!(deliver(&app, &token, body).await, 200);
        ada.join(&room, "Ada").await;
        assert!(livekit.has(&room).await);
    });
}
