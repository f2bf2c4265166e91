//! Keys of machines: made by administrators, good for their scopes, until they end or are revoked.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use livekit_protocol::signal_response;
use serde_json::{Value, json};

use super::support::{
    Answer, App, Browser, Events, Inside, connect, field_of, hear, listen, run, shared, shown, until,
};

/// A program with a key: it keeps no cookies.
struct Machine<'a> {
    app: &'a App,
    key: String,
}

impl Machine<'_> {
    async fn ask(&self, method: Method, path: &str, json: &Value) -> Answer {
        let mut request = Browser::request(method, path).header(header::AUTHORIZATION, format!("Bearer {}", self.key));
        let body = if json.is_null() {
            Body::empty()
        } else {
            request = request.header(header::CONTENT_TYPE, "application/json");
            json.to_string().into()
        };
        self.app.browser().send(request.body(body).unwrap()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &Value::Null).await
    }

    async fn events(&self, path: &str) -> Events {
        Events::open_by(self.app, path, (header::AUTHORIZATION, format!("Bearer {}", self.key))).await
    }
}

/// Has an administrator make a key.
async fn machine<'a>(app: &'a App, administrator: &mut Browser, scopes: &[&str]) -> Machine<'a> {
    let mut fields = vec![("key_name", "Timetable"), ("days", "30")];
    fields.extend(scopes.iter().map(|scope| (*scope, "on")));
    let page = administrator.form("/admin/keys", &fields).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    let html = page.text();
    let key = shown(&html, "api-key").split('<').next().unwrap().trim().to_owned();
    assert!(key.starts_with("parlour_"), "{key}");
    Machine { app, key }
}

const ALL: [&str; 7] = ["rooms:read", "rooms:write", "join", "moderation", "attendance", "messages", "metrics"];

#[test]
fn a_machine_makes_meetings_of_its_own_and_sees_no_others() {
    run(async {
        let app = App::with(|parts| parts.access = server::accounts::Access::Accounts).await;
        let (mut ada, _) = app.administrator().await;
        let hers = ada.new_meeting().await;
        let timetable = machine(&app, &mut ada, &ALL).await;
        let other = machine(&app, &mut ada, &ALL).await;
        let made = timetable.ask(Method::POST, "/api/rooms/create", &json!({ "title": "Physics" })).await;
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        assert_eq!(made.header("set-cookie"), "", "a machine needs no cookie");
        let room = made.json()["roomName"].as_str().unwrap().to_owned();
        let listed = timetable.get("/api/rooms").await.json();
        assert_eq!(listed["rooms"].as_array().unwrap().len(), 1, "{listed}");
        let path = format!("/api/rooms/{room}");
        assert_eq!(timetable.get(&path).await.json()["role"], "host");
        let changed = timetable.ask(Method::PATCH, &path, &json!({ "rules": { "ask": true } })).await;
        assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
        let audit = timetable.get(&format!("{path}/audit")).await.json();
        assert_eq!((&audit[0]["actorName"], &audit[0]["action"]), (&json!("Timetable"), &json!("ask_on")));
        for (who, room) in [(&timetable, &hers), (&other, &room)] {
            let answer = who.ask(Method::DELETE, &format!("/api/rooms/{room}"), &Value::Null).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "not_in_meeting"));
        }
        assert_eq!(ada.get(&format!("{path}/audit")).await.code(), "not_in_meeting", "nor do people see the machine's");
        assert_eq!(timetable.ask(Method::DELETE, &path, &Value::Null).await.status, StatusCode::NO_CONTENT);
    });
}

#[test]
fn nobody_knows_who_uses_a_key() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let (mut ada, _) = app.administrator().await;
        let room = ada.new_meeting().await;
        let machine = machine(&app, &mut ada, &ALL).await;
        let join = json!({ "roomName": room, "participantName": "Recorder" });
        let details = machine.ask(Method::POST, "/api/connection-details", &join).await.json();
        let mut socket = connect(addr, details["participantToken"].as_str().unwrap()).await.unwrap();
        let identity = hear(&mut socket, |said| match said {
            signal_response::Message::Join(join) => Some(join.participant.unwrap().identity),
            _ => None,
        })
        .await;
        // An account would be `participant`, to whom hosts' rights go when no host is left.
        app.state.meetings.reconcile().await.unwrap();
        let inside = shared().await.rooms().get_participant(&room, &identity).await.unwrap();
        assert_eq!(inside.attributes["parlour.role"], "guest");
    });
}

#[test]
fn a_key_is_good_for_its_scopes_alone() {
    run(async {
        let app = App::new().await;
        let (mut ada, _) = app.administrator().await;
        let room = ada.new_meeting().await;
        let path = |rest: &str| format!("/api/rooms/{room}{rest}");
        let calls = [
            ("rooms:read", Method::GET, "/api/rooms".to_owned()),
            ("rooms:read", Method::GET, path("")),
            ("rooms:write", Method::POST, "/api/rooms/create".to_owned()),
            ("rooms:write", Method::PATCH, path("")),
            ("rooms:write", Method::DELETE, path("")),
            ("rooms:write", Method::GET, path("/invitations")),
            ("rooms:write", Method::POST, path("/invitations")),
            ("rooms:write", Method::DELETE, path("/invitations/0")),
            ("join", Method::GET, "/api/connection-details".to_owned()),
            ("join", Method::POST, "/api/connection-details".to_owned()),
            ("moderation", Method::POST, path("/moderation")),
            ("moderation", Method::POST, path("/end")),
            ("moderation", Method::GET, path("/bans")),
            ("moderation", Method::PUT, path("/bans/0")),
            ("moderation", Method::DELETE, path("/bans/0")),
            ("moderation", Method::POST, path("/banned-networks")),
            ("moderation", Method::DELETE, path("/banned-networks/0")),
            ("moderation", Method::DELETE, path("/messages")),
            ("attendance", Method::GET, path("/participants")),
            ("attendance", Method::GET, path("/attendance")),
            ("attendance", Method::GET, path("/audit")),
            ("", Method::GET, "/api/config".to_owned()),
            ("", Method::PUT, "/api/config".to_owned()),
            ("", Method::POST, "/api/client-errors".to_owned()),
            ("", Method::POST, path("/quality")),
            ("messages", Method::GET, path("/messages")),
            ("messages", Method::POST, path("/messages")),
            ("messages", Method::GET, path("/files/0")),
            ("", Method::POST, path("/files")),
            ("", Method::POST, "/api/fn/create_room".to_owned()),
        ];
        for held in ["rooms:read", "rooms:write", "join", "moderation", "attendance", "messages"] {
            let machine = machine(&app, &mut ada, &[held]).await;
            for (needed, method, path) in &calls {
                let answer = machine.ask(method.clone(), path, &Value::Null).await;
                let refused = answer.status.is_client_error() && answer.code() == "scope_missing";
                assert_eq!(refused, held != *needed, "{held}: {method} {path}: {answer:?}");
            }
        }
        // The document says the same.
        let document = app.browser().get("/api/openapi.json").await.json();
        let scope = |path: &str, method: &str| document["paths"][path][method]["security"][1]["key"][0].clone();
        assert_eq!(scope("/api/rooms/{room}", "get"), "rooms:read");
        assert_eq!(scope("/api/rooms/{room}", "delete"), "rooms:write");
        assert_eq!(scope("/api/config", "put"), Value::Null);
    });
}

#[test]
fn names_of_people_are_for_keys_that_may_know_them() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let (mut ada, _) = app.administrator().await;
        let timetable = machine(&app, &mut ada, &ALL).await;
        let room = timetable.ask(Method::POST, "/api/rooms/create", &Value::Null).await.json();
        let room = room["roomName"].as_str().unwrap();
        let path = format!("/api/rooms/{room}");
        let bans = format!("{path}/bans");
        let dan = app.browser().ask(room, "Dan").await["admitted"]["identity"].as_str().unwrap().to_owned();
        timetable.ask(Method::PUT, &format!("{bans}/{dan}"), &Value::Null).await;
        assert_eq!(timetable.get(&bans).await.json()["people"][0]["name"], "Dan");
        let _eve = Inside::new(app.browser(), addr, room, "Eve").await;
        until("she is inside", async || (timetable.get(&path).await.json()["inside"] == json!(["Eve"])).then_some(()))
            .await;
        let events = format!("/api/events?room={room}");
        let mut told = timetable.events(&events).await;
        timetable.ask(Method::POST, &format!("{path}/moderation"), &json!({ "rule": ["ask", true] })).await;
        timetable
            .ask(Method::POST, "/api/connection-details", &json!({ "roomName": room, "participantName": "x" }))
            .await;
        let mut bob = app.browser();
        let join = json!({ "roomName": room, "participantName": "Bob" });
        assert_eq!(bob.post("/api/connection-details", &join).await.status, StatusCode::ACCEPTED);
        let _waits = Events::open(&app, &bob, &events).await;
        told.door(|news| (news["queue"][0]["name"] == "Bob").then_some(())).await;

        // The same key, had it been made for less.
        app.sql("UPDATE api_keys SET scopes = 'rooms:read rooms:write join'").await;
        let told = timetable.get(&path).await.json();
        assert_eq!((&told["busy"], &told["inside"]), (&json!(true), &json!([])));
        let changed = timetable.ask(Method::PATCH, &path, &json!({ "title": "Physics" })).await.json();
        assert_eq!((&changed["title"], &changed["inside"]), (&json!("Physics"), &json!([])));
        let mut heard = timetable.events(&events).await;
        heard
            .door(|news| {
                assert_eq!(*news, json!("decided"));
                Some(())
            })
            .await;

        app.sql("UPDATE api_keys SET scopes = 'moderation'").await;
        let banned = &timetable.get(&bans).await.json()["people"][0];
        assert_eq!((&banned["identity"], banned.get("name")), (&json!(dan), None));
    });
}

#[test]
fn a_machine_writes_under_its_own_name_and_reads_what_is_kept() {
    run(async {
        let app = App::new().await;
        let (mut ada, _) = app.administrator().await;
        let (bus, other) = (machine(&app, &mut ada, &ALL).await, machine(&app, &mut ada, &["messages"]).await);
        let room = bus.ask(Method::POST, "/api/rooms/create", &Value::Null).await.json();
        let room = room["roomName"].as_str().unwrap();
        let path = format!("/api/rooms/{room}/messages");
        let mut eve = app.browser();
        eve.join(room, "Eve").await;
        eve.call("send_message", &json!({ "room": room, "id": "message-1", "text": "hello" })).await;
        let late = json!({ "id": "bus-0001", "text": "The bus is late.", "mark": "announcement" });
        let written = bus.ask(Method::POST, &path, &late).await;
        assert_eq!(written.status, StatusCode::OK, "{written:?}");
        let written = written.json();
        assert_eq!((&written["senderName"], &written["mark"]), (&json!("Timetable"), &json!("announcement")));
        assert_eq!(bus.ask(Method::POST, &path, &late).await.json(), written, "once more is the same message");
        let on_time = json!({ "id": "bus-0001", "text": "The bus is on time." });
        assert_eq!(bus.ask(Method::POST, &path, &on_time).await.json(), written, "whatever it says");
        let plain = json!({ "id": "bus-0002", "text": "It comes." });
        assert_eq!(bus.ask(Method::POST, &path, &plain).await.json()["mark"], "none");
        let audit = bus.get(&format!("/api/rooms/{room}/audit")).await.json();
        assert_eq!((audit.as_array().unwrap().len(), &audit[0]["action"]), (1, &json!("announce_message")));

        let heard = eve.call("messages_after", &json!({ "room": room, "seq": 0 })).await.json();
        assert_eq!(heard["messages"][1], written, "everybody gets it as it is");
        let kept = bus.get(&path).await.json();
        let said: Vec<_> = kept.as_array().unwrap().iter().map(|message| message["senderName"].clone()).collect();
        assert_eq!(said, ["Eve", "Timetable", "Timetable"]);
        assert!(bus.get(&format!("{path}?format=markdown")).await.text().contains("The bus is late"));
        for (body, pointer) in [
            (json!({ "id": "short", "text": "x" }), "/id"),
            (json!({ "id": "bus-0003", "text": "  " }), "/text"),
            (json!({ "id": "bus-0003" }), "/text"),
            (json!({ "id": "bus-0003", "text": "x", "mark": "gold" }), "/mark"),
            (json!({ "id": "bus-0003", "text": "x", "sender": "Eve" }), "/sender"),
        ] {
            let answer = bus.ask(Method::POST, &path, &body).await;
            assert_eq!(
                (answer.code().as_str(), &answer.json()["errors"][0]["pointer"]),
                ("bad_request", &json!(pointer))
            );
        }
        assert_eq!(
            bus.ask(Method::POST, &path, &json!({ "id": "message-1", "text": "x" })).await.code(),
            "invalid_message"
        );
        // Another key is nobody there.
        assert_eq!(other.get(&path).await.code(), "not_in_meeting");
        assert_eq!(other.ask(Method::POST, &path, &plain).await.code(), "not_in_meeting");
        // What the room does not keep is not read either.
        bus.ask(Method::DELETE, &format!("/api/rooms/{room}"), &Value::Null).await;
        assert_eq!(bus.get(&path).await.code(), "room_not_found");
    });
}

#[test]
fn what_runs_by_a_key_ends_with_it() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let (mut ada, _) = app.administrator().await;
        let room = ada.new_meeting().await;
        let (ends, stays) = (machine(&app, &mut ada, &ALL).await, machine(&app, &mut ada, &ALL).await);
        let join = json!({ "roomName": room, "participantName": "Recorder" });
        let details = ends.ask(Method::POST, "/api/connection-details", &join).await.json();
        let token = details["participantToken"].as_str().unwrap();
        let mut socket = connect(addr, token).await.unwrap();
        hear(&mut socket, |said| matches!(said, signal_response::Message::Join(_)).then_some(())).await;
        let (mut over, mut on) = (ends.events("/api/events").await, stays.events("/api/events").await);
        assert!(over.next().await.is_some() && on.next().await.is_some());
        let id = ends.key.split('_').nth(1).unwrap();
        app.sql(&format!("UPDATE api_keys SET ends_at_ms = {} WHERE id = '{id}'", server::clock::now_ms())).await;
        while over.next().await.is_some() {}
        assert_eq!(ends.get("/api/rooms").await.code(), "invalid_key");
        until("what came in by it is out", async || {
            let inside = shared().await.rooms().list_participants(&room).await.unwrap_or_default();
            inside.is_empty().then_some(())
        })
        .await;
        assert!(connect(addr, token).await.is_err(), "nor does its token open the door");
        assert!(stays.get("/api/rooms").await.status.is_success());
        drop(on);
    });
}

#[test]
fn what_is_no_key_any_more_is_refused_and_the_cookie_does_not_help() {
    run(async {
        let app = App::new().await;
        let (mut ada, _) = app.administrator().await;
        let good = machine(&app, &mut ada, &ALL).await;
        assert_eq!(good.get("/api/rooms").await.status, StatusCode::OK);
        let mut wrong = good.key.clone();
        let last = wrong.pop().unwrap();
        wrong.push(if last == 'A' { 'E' } else { 'A' });
        for key in [wrong.as_str(), "", "parlour_0123456789abcdef_AAAA", "nonsense"] {
            let request = Browser::request(Method::GET, "/api/rooms").header("authorization", format!("Bearer {key}"));
            let answer = ada.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNAUTHORIZED, "invalid_key"), "{key}");
        }
        let page = ada.get("/admin").await.text();
        assert!(page.contains("Timetable") && page.contains("used last"), "it is listed");
        assert!(!page.contains(good.key.splitn(3, '_').nth(2).unwrap()), "and shown once only");
        app.sql("UPDATE api_keys SET ends_at_ms = 1").await;
        assert_eq!(good.get("/api/rooms").await.code(), "invalid_key", "it has ended");
        assert!(ada.get("/admin").await.text().contains("ended"));

        let revoked = machine(&app, &mut ada, &["rooms:read"]).await;
        let id = field_of(&ada.get("/admin").await.text(), "key");
        let answer = ada.form("/admin/keys/revoke", &[("key", &id)]).await;
        assert_eq!(answer.header("location"), "/admin?done=key");
        assert_eq!(revoked.get("/api/rooms").await.code(), "invalid_key", "at once");
        assert_eq!(ada.form("/admin/keys/revoke", &[("key", &id)]).await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn only_administrators_make_keys_and_what_is_missing_is_said() {
    run(async {
        let app = App::new().await;
        let (mut ada, _) = app.administrator().await;
        app.account("eve@example.org", "Eve").await;
        let mut eve = app.browser();
        eve.sign_in("eve@example.org", super::support::PASSWORD).await;
        let fields = [("key_name", "x"), ("days", "30"), ("join", "on")];
        assert_eq!(eve.form("/admin/keys", &fields).await.status, StatusCode::NOT_FOUND);
        assert_eq!(eve.form("/admin/keys/revoke", &[("key", "x")]).await.status, StatusCode::NOT_FOUND);
        for (fields, problem) in [
            ([("key_name", ""), ("days", "30"), ("join", "on")], "what the key is for"),
            ([("key_name", "x"), ("days", "30"), ("king", "on")], "at least one thing"),
            ([("key_name", "x"), ("days", "9999"), ("join", "on")], "how long the key lasts"),
        ] {
            let answer = ada.form("/admin/keys", &fields).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{fields:?}");
            assert!(answer.text().contains(problem), "{problem}");
        }
    });
}

#[test]
fn a_machine_that_asks_too_often_waits() {
    run(async {
        let app = App::with(|parts| {
            let rates = server::config::Rates { session_requests_per_second: 1, ..server::config::Rates::NONE };
            parts.limits = server::http::limits::Limits::new(rates);
        })
        .await;
        let (mut ada, _) = app.administrator().await;
        let (busy, other) = (machine(&app, &mut ada, &ALL).await, machine(&app, &mut ada, &ALL).await);
        let mut refused = None;
        for _ in 0..20 {
            let answer = busy.get("/api/rooms").await;
            if answer.status == StatusCode::TOO_MANY_REQUESTS {
                refused = Some(answer);
                break;
            }
        }
        let refused = refused.expect("ten at once and one a second");
        assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
        assert_eq!(other.get("/api/rooms").await.status, StatusCode::OK, "it alone");
    });
}
