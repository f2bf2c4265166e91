//! Limits: nobody who means well meets one, and everybody else is told when to come back.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::json;
use server::config::Rates;
use server::http::limits::Limits;
use tower::ServiceExt as _;

use super::support::{Answer, App, Browser, EMAIL, PASSWORD, run};

/// So few that a browser exceeds them however slow this machine is.
const SLOW: Rates = Rates { session_requests_per_second: 1, ..Rates::NONE };

async fn app(rates: Rates) -> App {
    App::with(|parts| parts.limits = Limits::new(rates)).await
}

/// That it was too often, and in how many seconds it is not.
fn wait(answer: &Answer) -> u64 {
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "rate_limited"));
    answer.header("retry-after").parse().unwrap_or_else(|_| panic!("no time is told: {answer:?}"))
}

/// Asks until it was too often.
async fn refused(mut ask: impl AsyncFnMut() -> Answer) -> Answer {
    for _ in 0..20 {
        let answer = ask().await;
        if answer.status != StatusCode::OK {
            wait(&answer);
            return answer;
        }
    }
    panic!("it was never too often")
}

#[test]
fn two_hundred_people_behind_one_address_join_one_meeting_together() {
    run(async {
        let app = app(Rates::STANDARD).await;
        let room = app.browser().from("203.0.113.1").new_meeting().await;
        let mut streams = Vec::new();
        for person in 0..200 {
            // One household of IPv6, as one address of IPv4 would be.
            let mut browser = app.browser().from(&format!("2001:db8::{person:x}"));
            let room = room.as_str();
            let page = browser.get(&format!("/{room}")).await;
            let status = browser.call("room_status", &json!({ "room": room })).await;
            let joined = browser.call("join_room", &json!({ "room": room, "name": format!("Person {person}") })).await;
            let chat = browser.call("messages_after", &json!({ "room": room, "seq": 0 })).await;
            for answer in [page, status, joined, chat] {
                assert_eq!(answer.status, StatusCode::OK, "{person}: {answer:?}");
            }
            let validate = browser.get("/rtc/validate?access_token=x").await;
            assert_eq!(validate.status, StatusCode::UNAUTHORIZED, "LiveKit is asked");
            let events = Browser::request(Method::GET, "/api/events");
            let peer = axum::extract::ConnectInfo(std::net::SocketAddr::new("2001:db8::1".parse().unwrap(), 1));
            let events = app.router.clone().oneshot(events.extension(peer).body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(events.status(), StatusCode::OK);
            streams.push(events);
        }
        assert_eq!(app.state.limits.streams(), 200);
    });
}

#[test]
fn a_single_browser_meets_its_own_limit_and_its_neighbours_do_not() {
    run(async {
        let app = app(SLOW).await;
        let (mut eager, mut calm) = (app.browser(), app.browser());
        let room = eager.new_meeting().await;
        assert_eq!(eager.call("room_status", &json!({ "room": room })).await.status, StatusCode::OK);
        let late = refused(async || eager.call("room_status", &json!({ "room": room })).await);
        assert_eq!(wait(&late.await), 1);
        assert_eq!(calm.call("room_status", &json!({ "room": room })).await.status, StatusCode::OK);
    });
}

#[test]
fn a_browser_that_is_signed_in_meets_the_same_limit_and_the_accounts_other_browsers_do_not() {
    run(async {
        let app = app(SLOW).await;
        let mut phone = app.ada().await;
        let mut laptop = app.browser();
        laptop.sign_in(EMAIL, PASSWORD).await;
        let room = phone.new_meeting().await;
        let mut eager = app.browser();
        eager.set_cookie("parlour_account", laptop.cookie("parlour_account").unwrap());
        assert_eq!(eager.call("room_status", &json!({ "room": room })).await.status, StatusCode::OK);
        assert_eq!(eager.cookie("parlour_session"), None, "by the account's cookie alone");
        let late = refused(async || eager.call("room_status", &json!({ "room": room })).await);
        assert_eq!(wait(&late.await), 1);
        assert_eq!(phone.call("room_status", &json!({ "room": room })).await.status, StatusCode::OK);
    });
}

#[test]
fn what_happens_in_one_meeting_is_limited_and_strangers_do_not_use_it_up() {
    run(async {
        let app = app(Rates { room_changes_per_second: 1, ..Rates::NONE }).await;
        let (mut ada, mut eve) = (app.browser(), app.browser());
        let (room, other) = (ada.new_meeting().await, ada.new_meeting().await);
        let message = |room: &str, n: usize| json!({ "room": room, "id": format!("message-{n:04}"), "text": "hello" });
        ada.join(&room, "Ada").await;
        ada.join(&other, "Ada").await;
        for n in 0..20 {
            assert_eq!(eve.call("send_message", &message(&room, n)).await.code(), "not_in_meeting");
        }
        for n in 1..10 {
            assert_eq!(ada.call("send_message", &message(&room, n)).await.status, StatusCode::OK, "{n}");
        }
        // One more is allowed each second, however slow this machine is.
        let mut n = 10;
        let late = refused(async || {
            n += 1;
            ada.call("send_message", &message(&room, n)).await
        });
        assert_eq!(wait(&late.await), 1);
        let details = format!("/api/connection-details?roomName={room}&participantName=Eve");
        refused(async || eve.get(&details).await).await;
        refused(async || eve.call("join_room", &json!({ "room": room, "name": "Eve" })).await).await;
        assert_eq!(ada.call("send_message", &message(&other, 10)).await.status, StatusCode::OK);
    });
}

#[test]
fn those_who_wait_at_the_door_leave_the_meeting_what_it_bears() {
    run(async {
        let app = app(Rates { room_changes_per_second: 1, ..Rates::NONE }).await;
        let mut ada = app.browser();
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        let asks = json!({ "room": room, "what": { "rule": ["ask", true] } });
        assert_eq!(ada.call("moderate", &asks).await.status, StatusCode::OK);
        for _ in 0..20 {
            let answer = app.browser().call("join_room", &json!({ "room": room, "name": "Eve" })).await;
            assert!(answer.json()["waiting"].is_object(), "{answer:?}");
        }
        let message = json!({ "room": room, "id": "message-1", "text": "hello" });
        assert_eq!(ada.call("send_message", &message).await.status, StatusCode::OK);
    });
}

#[test]
fn who_tries_codes_is_soon_told_nothing_and_who_was_inside_goes_on() {
    run(async {
        let app = app(Rates::STANDARD).await;
        let mut ada = app.browser();
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        for n in 0..30 {
            let mut eve = app.browser();
            let code = format!("nowhere-{n}");
            let tried = match n % 3 {
                0 => eve.get(&format!("/api/connection-details?roomName={code}&participantName=Eve")).await,
                1 => eve.call("room_status", &json!({ "room": code })).await,
                _ => eve.post("/api/rooms/create", &json!({ "roomName": code })).await,
            };
            assert_eq!((tried.status, tried.code().as_str()), (StatusCode::NOT_FOUND, "room_not_found"), "{n}");
        }
        for code in ["nowhere", &room] {
            let mut eve = app.browser();
            let arguments =
                json!({ "room": code, "name": "Eve", "id": "message-1", "text": "x", "seq": 0, "raised": true });
            for function in ["room_status", "join_room", "send_message", "messages_after", "set_hand", "set_name"] {
                assert!(wait(&eve.call(function, &arguments).await) <= 3, "{function} of {code}");
            }
            wait(&eve.get(&format!("/api/connection-details?roomName={code}&participantName=Eve")).await);
            wait(&eve.post("/api/rooms/create", &json!({ "roomName": code })).await);
            wait(&eve.get(&format!("/{code}")).await);
        }
        assert_eq!(ada.call("room_status", &json!({ "room": room })).await.status, StatusCode::OK);
        assert_eq!(ada.get(&format!("/{room}")).await.status, StatusCode::OK);
        ada.join(&room, "Ada").await;
        let mut far = app.browser().from("203.0.113.9");
        assert_eq!(far.call("room_status", &json!({ "room": room })).await.status, StatusCode::OK);
    });
}

#[test]
fn a_page_of_no_meeting_counts_as_one_try() {
    run(async {
        let app = app(Rates::STANDARD).await;
        for n in 0..30 {
            assert_eq!(app.browser().get(&format!("/nowhere-{n}")).await.status, StatusCode::NOT_FOUND, "{n}");
        }
        let request = Browser::request(Method::GET, "/nowhere").header("accept", "text/html");
        let page = app.browser().send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(page.text().contains("too often") && !page.header("retry-after").is_empty(), "somebody reads this");
    });
}

#[test]
fn making_meetings_says_when_to_come_back() {
    run(async {
        let app = app(Rates { create_per_minute: 1, ..Rates::NONE }).await;
        let mut ada = app.browser();
        ada.new_meeting().await;
        assert!((50..=61).contains(&wait(&ada.post("/api/rooms/create", &json!({})).await)));
        assert!((50..=61).contains(&wait(&ada.call("create_room", &json!({ "title": "" })).await)));
    });
}
