//! Webhooks: believed when LiveKit signed them.

use livekit_api::access_token::AccessToken;
use serde_json::json;
use server::clock;

use super::support::{App, deliver, run, shared, sign, tell};

fn room_started() -> String {
    let now = (clock::now_ms() / 1_000).to_string();
    let room = json!({ "name": "abcd-efghj-kmnp" });
    json!({ "event": "room_started", "id": "EV_1", "createdAt": now, "room": room, "somethingNew": 1 }).to_string()
}

#[test]
fn only_livekits_own_words_are_believed() {
    run(async {
        let app = App::new().await;
        let keys = &shared().await.keys;
        let (key, secret) = (keys.key.as_str(), keys.secret.expose());
        let room_started = room_started();
        let good = sign(key, secret, &room_started);
        assert_eq!(deliver(&app, &good, room_started.clone()).await, 200);
        assert_eq!(deliver(&app, &good, room_started.replace("abcd", "efgh")).await, 401, "another body");
        assert_eq!(deliver(&app, "", room_started.clone()).await, 401);
        assert_eq!(deliver(&app, "nonsense", room_started.clone()).await, 401);
        assert_eq!(
            deliver(&app, &sign(key, &"x".repeat(64), &room_started), room_started.clone()).await,
            401,
            "another secret"
        );
        assert_eq!(
            deliver(&app, &sign("APIother", secret, &room_started), room_started.clone()).await,
            401,
            "another key"
        );
        let unbound = AccessToken::with_api_key(key, secret).to_jwt().unwrap();
        assert_eq!(deliver(&app, &unbound, room_started.clone()).await, 401, "a token that belongs to no body");
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
        assert_eq!(deliver(&app, &token, room_started()).await, 401);
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
        let now = (clock::now_ms() / 1_000).to_string();
        let event = json!({ "event": "room_finished", "id": "EV_1", "createdAt": now, "room": { "name": room } });
        assert_eq!(tell(&app, &event).await, 200);
        ada.join(&room, "Ada").await;
        assert!(livekit.has(&room).await);
    });
}
