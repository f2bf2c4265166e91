//! Malformed, oversized, unknown and hostile input: a typed 4xx, and nothing changes.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::support::{App, Browser, run};

#[test]
fn names_are_refused_by_what_is_wrong_with_them() {
    run(async {
        let app = App::new().await;
        let mut browser = app.browser();
        let room = browser.new_meeting().await;
        let long = "x".repeat(513);
        for (query, status, code) in [
            ("", 400, "invalid_room_name"),
            ("roomName=", 400, "invalid_room_name"),
            ("roomName=%20%20&participantName=Ada", 400, "invalid_room_name"),
            ("roomName=a%00b&participantName=Ada", 400, "invalid_room_name"),
            ("roomName=a%0Ab&participantName=Ada", 400, "invalid_room_name"),
            (&format!("roomName={long}&participantName=Ada"), 400, "invalid_room_name"),
            (&format!("roomName={room}"), 400, "invalid_participant_name"),
            (&format!("roomName={room}&participantName="), 400, "invalid_participant_name"),
            (&format!("roomName={room}&participantName=%E2%80%8B"), 400, "invalid_participant_name"),
            (&format!("roomName={room}&participantName={}", "x".repeat(65)), 400, "invalid_participant_name"),
            ("roomName=abcd-efghj-kmnp&participantName=Ada", 404, "room_not_found"),
            ("roomName=%2E%2E%2Fetc%2Fpasswd&participantName=Ada", 404, "room_not_found"),
            ("roomName=%27%20OR%201%3D1--&participantName=Ada", 404, "room_not_found"),
            ("roomName=%FF%FE&participantName=Ada", 404, "room_not_found"),
            ("roomName=%E6%97%A5%E6%9C%AC&participantName=Ada", 404, "room_not_found"),
        ] {
            let answer = browser.get(&format!("/api/connection-details?{query}")).await;
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{query}");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    });
}

#[test]
fn a_wrong_method_is_told_which_are_right() {
    run(async {
        let app = App::new().await;
        let mut browser = app.browser();
        let room = browser.new_meeting().await;
        for path in ["/", &format!("/{room}"), "/healthz", "/readyz", "/pkg/x.js", "/api/connection-details"] {
            let request = Browser::request(Method::PUT, path).body(Body::empty()).unwrap();
            let answer = browser.send(request).await;
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (405, "method_not_allowed"), "{path}");
            assert!(answer.header("allow").contains("GET"), "{path}: {}", answer.header("allow"));
        }
    });
}

#[test]
fn bodies_are_refused_by_what_is_wrong_with_them() {
    run(async {
        let app = App::new().await;
        let mut browser = app.browser();
        let huge = format!("{{\"title\":\"{}\"}}", "x".repeat(70_000));
        let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        let json = "application/json";
        for (path, kind, body, status, code) in [
            ("/api/rooms/create", json, "", 400, "bad_request"),
            ("/api/rooms/create", json, "{", 400, "bad_request"),
            ("/api/rooms/create", json, "[]", 400, "bad_request"),
            ("/api/rooms/create", json, "\"x\"", 400, "bad_request"),
            ("/api/rooms/create", json, "{\"title\":5}", 400, "bad_request"),
            ("/api/rooms/create", json, "{\"title\":\"a\",\"title\":\"b\"}", 400, "bad_request"),
            ("/api/rooms/create", json, "{\"roomName\":{}}", 400, "bad_request"),
            ("/api/rooms/create", json, &deep, 400, "bad_request"),
            ("/api/rooms/create", json, "{\"roomName\":\"\"}", 400, "invalid_room_name"),
            ("/api/rooms/create", json, "{\"roomName\":\"a\\u0000b\"}", 400, "invalid_room_name"),
            ("/api/rooms/create", json, "{\"roomName\":\"nowhere\"}", 404, "room_not_found"),
            ("/api/rooms/create", json, &huge, 413, "too_large"),
            ("/api/rooms/create", "text/plain", "{}", 415, "unsupported_media_type"),
            ("/api/rooms/create", "application/x-www-form-urlencoded", "title=a", 415, "unsupported_media_type"),
            ("/api/fn/create_room", json, "", 400, "bad_request"),
            ("/api/fn/create_room", json, "{", 400, "bad_request"),
            ("/api/fn/create_room", json, "{}", 400, "bad_request"),
            ("/api/fn/create_room", json, "{\"title\":7}", 400, "bad_request"),
            ("/api/fn/create_room", json, &huge, 413, "too_large"),
            ("/api/fn/create_room", "text/plain", "{\"title\":\"\"}", 415, "unsupported_media_type"),
            ("/api/fn/join_room", json, "{\"room\":\"x\"}", 400, "bad_request"),
            ("/api/fn/room_status", json, "{\"room\":\" \"}", 400, "invalid_room_name"),
            ("/api/fn/room_status", json, "{\"room\":\"nowhere\"}", 404, "room_not_found"),
            ("/api/fn/messages_after", json, "{\"room\":\"nowhere\",\"seq\":-1}", 400, "bad_request"),
            ("/api/fn/nothing", json, "{}", 404, "not_found"),
        ] {
            let answer = browser.post_raw(path, kind, body.to_owned()).await;
            let what = format!("{path} {kind} {}", body.chars().take(40).collect::<String>());
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{what}");
        }
        let title = json!({ "title": "x".repeat(121) });
        assert_eq!(browser.post("/api/rooms/create", &title).await.code(), "invalid_title");
        assert_eq!(browser.call("create_room", &title).await.code(), "invalid_title");
    });
}

#[test]
fn other_methods_and_addresses_are_problems_too() {
    run(async {
        let app = App::new().await;
        let mut browser = app.browser();
        for (method, path, status, code) in [
            (Method::GET, "/api/rooms/create", 405, "method_not_allowed"),
            (Method::DELETE, "/api/rooms/create", 405, "method_not_allowed"),
            (Method::GET, "/api/fn/create_room", 405, "method_not_allowed"),
            (Method::GET, "/webhooks/livekit", 405, "method_not_allowed"),
            (Method::GET, "/api", 404, "not_found"),
            (Method::GET, "/api/", 404, "not_found"),
            (Method::GET, "/api/rooms/kfwm-3hzxr-8bqt/nothing", 404, "not_found"),
            (Method::PUT, "/api/fn", 404, "not_found"),
            (Method::GET, "/pkg/nothing.js", 404, "not_found"),
            (Method::GET, "/pkg/..%2Fmanifest.json", 404, "not_found"),
        ] {
            let answer = browser.send(Browser::request(method.clone(), path).body(Body::empty()).unwrap()).await;
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{method} {path}");
        }
        let answer = browser.get("/api/rooms/create").await;
        assert_eq!(answer.header("allow"), "POST");
    });
}

#[test]
fn a_host_that_is_none_is_refused() {
    run(async {
        let app = App::new().await;
        for host in ["evil\"><script>", "a b", "user@host", ""] {
            let request = axum::http::Request::get("/api/connection-details").header("host", host);
            let answer = app.browser().send(request.body(Body::empty()).unwrap()).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "bad_request"), "{host}");
        }
    });
}

#[test]
fn what_was_refused_changed_nothing() {
    run(async {
        let app = App::new().await;
        let (mut ada, mut eve) = (app.browser(), app.browser());
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        let send = |id: &str, text: &str| json!({ "room": room, "id": id, "text": text });
        for (arguments, status, code) in [
            (send("short", "hello"), 400, "invalid_message"),
            (send("has spaces in it", "hello"), 400, "invalid_message"),
            (send("message-1", " \u{200B}\n"), 400, "invalid_message"),
            (send("message-1", &"x".repeat(4_001)), 400, "invalid_message"),
            (json!({ "room": "nowhere", "id": "message-1", "text": "hello" }), 404, "room_not_found"),
        ] {
            let answer = ada.call("send_message", &arguments).await;
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{arguments}");
        }
        let answer = eve.call("send_message", &send("message-1", "hello")).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "not_in_meeting"));
        let messages = ada.call("messages_after", &json!({ "room": room, "seq": 0 })).await;
        assert_eq!(messages.json()["messages"], Value::Array(Vec::new()));
    });
}
