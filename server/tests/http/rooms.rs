//! Making rooms, finding them, making sure of them in LiveKit.

use axum::http::StatusCode;
use serde_json::json;
use wire::RoomName;

use super::support::{App, run, shared};

#[test]
fn a_new_meeting_has_an_unguessable_name_its_title_and_a_link() {
    run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let answer = host.post("/api/rooms/create", &json!({ "title": "  Physics\u{202E} 1 " })).await;
        assert_eq!(answer.status, StatusCode::CREATED);
        let made = answer.json();
        let name = made["roomName"].as_str().unwrap();
        assert_eq!(RoomName::parse(name).unwrap().as_str(), name, "a code in its canonical writing");
        assert_eq!(name.len(), 15);
        assert_eq!(made["title"], "Physics 1");
        assert_eq!(made["url"], format!("http://127.0.0.1:3000/{name}"));
        let another = host.post("/api/rooms/create", &json!({})).await.json();
        assert_ne!(another["roomName"], made["roomName"]);
        assert_eq!(another["title"], "");
    });
}

#[test]
fn nothing_said_is_a_meeting_without_a_title() {
    run(async {
        let app = App::new().await;
        let request = super::support::Browser::request(axum::http::Method::POST, "/api/rooms/create");
        let answer = app.browser().send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::CREATED);
    });
}

#[test]
fn a_named_meeting_is_made_sure_of_in_livekit() {
    run(async {
        let app = App::new().await;
        let room = app.browser().new_meeting().await;
        assert!(!shared().await.has(&room).await, "an empty meeting costs LiveKit nothing");
        let typed = room.to_uppercase().replace('-', " ");
        let answer = app.browser().post("/api/rooms/create", &json!({ "roomName": typed })).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.json()["roomName"], room);
        assert_eq!(answer.json()["title"], "Lesson");
        let made = shared().await.rooms().list_rooms(vec![room.clone()]).await.unwrap();
        assert_eq!(made[0].departure_timeout, 120, "whoever loses the connection comes back to the same meeting");
    });
}

#[test]
fn an_unknown_meeting_is_not_found_and_not_made() {
    run(async {
        let app = App::new().await;
        let name = "abcd-efghj-kmnp";
        let answer = app.browser().post("/api/rooms/create", &json!({ "roomName": name })).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::NOT_FOUND, "room_not_found"));
        assert!(!shared().await.has(name).await);
    });
}

#[test]
fn making_meetings_is_limited_per_address() {
    run(async {
        let app = App::with(|parts| {
            let rates = server::config::Rates { create_per_minute: 2, ..server::config::Rates::NONE };
            parts.limits = server::http::limits::Limits::new(rates);
        })
        .await;
        let mut here = app.browser().from("10.0.0.1");
        here.new_meeting().await;
        let room = here.new_meeting().await;
        let answer = here.post("/api/rooms/create", &json!({})).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "rate_limited"));
        assert!((1..=30).contains(&answer.header("retry-after").parse::<u64>().unwrap()));
        let answer = here.call("create_room", &json!({ "title": "" })).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "rate_limited"));
        // Entering one is not making one, and another address has its own limit.
        here.join(&room, "Ada").await;
        app.browser().from("10.0.0.2").new_meeting().await;
    });
}
