//! Rooms by REST: listed, described, changed, ended and deleted, by their hosts alone.

use axum::http::{Method, StatusCode};
use livekit_api::services::room::CreateRoomOptions;
use serde_json::{Value, json};
use wire::{Identity, RoomName};

use super::support::{App, Browser, Inside, listen, run, shared, tell, until};

async fn host_and_guest(app: &App) -> (Browser, Browser, String) {
    let (mut host, mut guest) = (app.browser(), app.browser());
    let room = host.new_meeting().await;
    host.join(&room, "Ada").await;
    guest.join(&room, "Eve").await;
    (host, guest, room)
}

#[test]
fn who_made_rooms_lists_them_page_by_page() {
    run(async {
        let app = App::new().await;
        let (mut host, mut other) = (app.browser(), app.browser());
        let mut made = Vec::new();
        for _ in 0..5 {
            made.push(host.new_meeting().await);
        }
        other.new_meeting().await;
        let mut listed = Vec::new();
        let mut after = String::new();
        loop {
            let page = host.get(&format!("/api/rooms?limit=2{after}")).await;
            assert_eq!(page.status, StatusCode::OK, "{page:?}");
            let page = page.json();
            let rooms = page["rooms"].as_array().unwrap();
            assert!(rooms.len() <= 2, "{page}");
            listed.extend(rooms.iter().map(|room| room["roomName"].as_str().unwrap().to_owned()));
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        let once: std::collections::BTreeSet<&String> = listed.iter().collect();
        assert_eq!((listed.len(), once), (5, made.iter().collect()), "each once, and nobody else's");
        let whole = host.get("/api/rooms").await.json();
        assert_eq!(whole["rooms"].as_array().unwrap().len(), 5);
        assert_eq!(whole["rooms"][0]["url"], format!("http://127.0.0.1:3000/{}", listed[0]));
        for query in ["limit=0", "limit=201", "limit=x", "after=x", "after=1_"] {
            let answer = host.get(&format!("/api/rooms?{query}")).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "bad_request"), "{query}");
        }
        assert_eq!(app.browser().get("/api/rooms").await.json()["rooms"], json!([]), "a stranger has none");
    });
}

#[test]
fn a_room_is_described_to_whom_it_concerns() {
    run(async {
        let app = App::new().await;
        let (mut host, mut guest, room) = host_and_guest(&app).await;
        let path = format!("/api/rooms/{room}");
        let told = host.get(&path).await.json();
        assert_eq!((&told["role"], &told["title"], &told["ended"]), (&json!("host"), &json!("Lesson"), &json!(false)));
        assert_eq!(guest.get(&path).await.json()["role"], "guest");
        let answer = guest.get("/api/rooms/abcd-efghj-kmnp").await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::NOT_FOUND, "room_not_found"));
        let answer = guest.get("/api/rooms/%00").await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "invalid_room_name"));
    });
}

#[test]
fn hosts_change_title_and_rules_and_nothing_is_changed_by_halves() {
    run(async {
        let app = App::new().await;
        let (mut host, mut guest, room) = host_and_guest(&app).await;
        let path = format!("/api/rooms/{room}");
        let both = json!({ "title": " Physics 2 ", "rules": { "ask": true } });
        for (browser, code) in [(&mut guest, "not_allowed"), (&mut app.browser(), "not_in_meeting")] {
            let answer = browser.json(Method::PATCH, &path, &both).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, code));
        }
        let answer = host.json(Method::PATCH, &path, &both).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        let told = answer.json();
        assert_eq!((&told["title"], &told["rules"]["ask"]), (&json!("Physics 2"), &json!(true)));
        assert_eq!(told["rules"]["locked"], false, "what is not said stays");
        for (body, code) in [
            (json!({ "title": "x".repeat(121), "rules": { "ask": false } }), "invalid_title"),
            (json!({ "rules": { "open": true } }), "bad_request"),
            (json!({ "door": "open" }), "bad_request"),
            (json!([]), "bad_request"),
        ] {
            let answer = host.json(Method::PATCH, &path, &body).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, code), "{body}");
        }
        assert_eq!(host.get(&path).await.json()["rules"]["ask"], true, "nothing of what is wrong is done");
        let done = host.get(&format!("{path}/audit")).await.json();
        let words: Vec<&str> = done.as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
        assert_eq!(words, ["ask_on", "title"]);
    });
}

#[test]
fn who_is_inside_is_told_to_those_who_were_let_in() {
    run(async {
        let app = App::new().await;
        let (mut host, guest, room) = host_and_guest(&app).await;
        let path = format!("/api/rooms/{room}/participants");
        let mut inside = Inside::new(guest, listen(&app).await, &room, "Eve").await;
        let people = until("Eve is inside", async || {
            let told = host.get(&path).await.json();
            told["participants"].get(0).is_some().then_some(told)
        })
        .await;
        let eve = &people["participants"][0];
        assert_eq!((&eve["name"], &eve["role"]), (&json!("Eve"), &json!("guest")));
        assert_eq!(eve["identity"].as_str(), Some(inside.identity.as_str()));
        assert_eq!(inside.browser.get(&path).await.status, StatusCode::OK);
        let answer = app.browser().get(&path).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "not_in_meeting"));
        host.post(&format!("/api/rooms/{room}/moderation"), &json!({ "remove": eve["identity"] })).await;
        assert_eq!(inside.browser.get(&path).await.code(), "not_in_meeting", "and not to those who were taken out");
    });
}

#[test]
fn a_meeting_ends_for_all_and_its_room_stays() {
    run(async {
        let app = App::new().await;
        let (mut host, mut guest, room) = host_and_guest(&app).await;
        let end = format!("/api/rooms/{room}/end");
        assert_eq!(guest.post(&end, &Value::Null).await.code(), "not_allowed");
        for _ in 0..2 {
            assert_eq!(host.post(&end, &Value::Null).await.status, StatusCode::NO_CONTENT, "also twice");
        }
        assert_eq!(host.get(&format!("/api/rooms/{room}")).await.json()["ended"], true);
        let join = json!({ "roomName": room, "participantName": "Eve" });
        let answer = guest.post("/api/connection-details", &join).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::GONE, "meeting_ended"));
    });
}

#[test]
fn a_deleted_room_is_gone_and_a_kept_token_does_not_bring_it_back() {
    run(async {
        let app = App::new().await;
        let (mut host, mut guest, room) = host_and_guest(&app).await;
        let path = format!("/api/rooms/{room}");
        host.call("send_message", &json!({ "room": room, "id": "message-1", "text": "gone soon" })).await;
        assert_eq!(guest.json(Method::DELETE, &path, &Value::Null).await.code(), "not_allowed");
        assert_eq!(host.json(Method::DELETE, &path, &Value::Null).await.status, StatusCode::NO_CONTENT);
        for path in [&path, &format!("{path}/audit"), &format!("{path}/attendance")] {
            assert_eq!(host.get(path).await.code(), "room_not_found", "{path}");
        }
        assert_eq!(host.json(Method::DELETE, &path, &Value::Null).await.status, StatusCode::NOT_FOUND);
        let listed = host.get("/api/rooms").await.json();
        assert!(!listed.to_string().contains(&room), "{listed}");
        assert!(!shared().await.has(&room).await, "LiveKit has it no more");

        let name = RoomName::parse(&room).unwrap();
        let eve = Identity("eve".to_owned());
        assert!(app.state.meetings.is_barred(&name, &eve, None).await.unwrap(), "the proxy lets nobody in");
        // Where LiveKit is somewhere else, nobody asks: it may open the room again for a kept token, and says so.
        shared().await.rooms().create_room(&room, CreateRoomOptions::default()).await.unwrap();
        assert!(shared().await.has(&room).await);
        let joined = json!({
            "event": "participant_joined", "id": format!("EV_{room}"),
            "createdAt": server::clock::now().as_secs().to_string(), "room": { "name": room },
            "participant": { "sid": "PA_1", "identity": "eve", "name": "Eve" },
        });
        assert_eq!(tell(&app, &joined).await, 200);
        assert!(!shared().await.has(&room).await, "it is closed again");
        // Also where LiveKit's word does not arrive.
        shared().await.rooms().create_room(&room, CreateRoomOptions::default()).await.unwrap();
        app.state.meetings.reconcile().await.unwrap();
        assert!(!shared().await.has(&room).await, "it is found");
    });
}
