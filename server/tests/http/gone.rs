//! Whoever asks for something may go before the answer: what was stored by then is told to those inside all the same.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use axum::http::Method;
use serde_json::{Value, json};

use super::door::room;
use super::moderation::inside;
use super::support::{App, Browser, Events, Inside, listen, run, until};

/// Asks, and goes as soon as the database has it: `stored` counts what is there then.
async fn ask_and_go(app: &App, browser: &mut Browser, (method, path, body): (Method, &str, Value), stored: &str) {
    let mut asking = pin!(browser.json(method, path, &body));
    loop {
        let answered = poll_fn(|context| Poll::Ready(asking.as_mut().poll(context).is_ready())).await;
        let count: i64 = sqlx::query_scalar(stored).fetch_one(app.database.reader()).await.unwrap();
        if count > 0 {
            return;
        }
        assert!(!answered, "{body} is stored");
    }
}

/// A server function that a host calls.
fn moderate(room: &str, what: &Value) -> (Method, &'static str, Value) {
    (Method::POST, "/api/fn/moderate", json!({ "room": room, "what": what }))
}

#[test]
fn what_a_host_has_decided_is_carried_out_though_they_have_gone() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({})).await;
        let addr = listen(&app).await;
        let ada = Inside::new(app.browser(), addr, &room, "Ada").await;
        let shares = async || {
            let sources = ada.info(&room).await.permission.unwrap().can_publish_sources;
            sources.len() == 4
        };
        for off in [true, false, true] {
            let stored = format!("SELECT count(*) FROM rooms WHERE share_off = {}", i64::from(off));
            ask_and_go(&app, &mut host.browser, moderate(&room, &json!({ "rule": ["shareOff", off] })), &stored).await;
            until("those inside have the rights of now", async || (shares().await != off).then_some(())).await;
        }
        for role in ["viewer", "student", "co_host"] {
            let stored = format!("SELECT count(*) FROM admissions WHERE role = '{role}'");
            let what = json!({ "assign": [ada.identity, role] });
            ask_and_go(&app, &mut host.browser, moderate(&room, &what), &stored).await;
            until("she has the role", async || {
                (ada.info(&room).await.attributes["parlour.role"] == role).then_some(())
            })
            .await;
        }
        let path = format!("/api/rooms/{room}");
        let newcomers = (Method::PATCH, &*path, json!({ "newcomers": "viewer" }));
        let ben = Inside::new(app.browser(), addr, &room, "Ben").await;
        let stored = "SELECT count(*) FROM rooms WHERE newcomers = 'viewer'";
        ask_and_go(&app, &mut host.browser, newcomers, stored).await;
        until("he only listens", async || (ben.info(&room).await.attributes["parlour.role"] == "viewer").then_some(()))
            .await;
        let stored = "SELECT count(*) FROM admissions WHERE state = 'removed'";
        ask_and_go(&app, &mut host.browser, moderate(&room, &json!({ "remove": ada.identity })), stored).await;
        until("she is taken out", async || inside(&room, &ada.identity).await.is_none().then_some(())).await;
        let stored = "SELECT count(*) FROM rooms WHERE ended = 1";
        ask_and_go(&app, &mut host.browser, moderate(&room, &json!("end")), stored).await;
        until("the meeting is over", async || inside(&room, &ben.identity).await.is_none().then_some(())).await;
    });
}

#[test]
fn those_at_the_door_are_told_though_the_host_has_gone() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({ "ask": true })).await;
        for (what, state) in [("admit", "admitted"), ("deny", "denied")] {
            let mut ada = app.browser();
            let join = json!({ "roomName": room, "participantName": "Ada" });
            let waits = ada.post("/api/connection-details", &join).await.json();
            let ticket = waits["ticket"].as_str().unwrap();
            let mut news = Events::open(&app, &ada, &format!("/api/events?room={room}")).await;
            news.door(|news| news.get("waiting").map(drop)).await;
            let stored = format!("SELECT count(*) FROM admissions WHERE identity = '{ticket}' AND state = '{state}'");
            ask_and_go(&app, &mut host.browser, moderate(&room, &json!({ what: ticket })), &stored).await;
            news.door(|news| (news == "decided").then_some(())).await;
        }
    });
}
