//! Meetings whose hosts have gone: who takes over.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use wire::HEIR_ATTRIBUTE;

use super::details::claims;
use super::door::room;
use super::moderation::inside;
use super::support::{App, Browser, EMAIL, Inside, PASSWORD, listen, run, shared, until};

/// Everything happened two minutes earlier.
async fn two_minutes_later(app: &App) {
    app.sql("UPDATE presences SET joined_at_ms = joined_at_ms - 120000, left_at_ms = left_at_ms - 120000").await;
}

/// Who is inside now is inside for two minutes, and it is looked who is host then.
async fn two_minutes_on(app: &App) {
    app.state.meetings.reconcile().await.unwrap();
    two_minutes_later(app).await;
    app.state.meetings.hand_over().await.unwrap();
}

/// What LiveKit says that somebody is.
async fn role(inside: &Inside, room: &str) -> String {
    inside.info(room).await.attributes["parlour.role"].clone()
}

/// Whether LiveKit tells that somebody is a host only since none was there.
async fn is_heir(inside: &Inside, room: &str) -> bool {
    inside.info(room).await.attributes.contains_key(HEIR_ATTRIBUTE)
}

/// The host link of a room, as a browser claims it.
async fn host_link(host: &mut Browser, room: &str) -> Value {
    let link = host.call("make_host_link", &json!({ "room": room })).await.json();
    json!({ "room": room, "secret": link.as_str().unwrap().split("#host=").nth(1).unwrap() })
}

#[test]
fn when_no_host_is_left_somebody_who_is_known_takes_over() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({})).await;
        let addr = listen(&app).await;
        let guest = Inside::new(app.browser(), addr, &room, "Eve").await;
        let mut ada = Inside::new(app.ada().await, addr, &room, "Ada").await;
        let meetings = &app.state.meetings;
        meetings.reconcile().await.unwrap();
        shared().await.rooms().remove_participant(&room, &host.identity).await.unwrap();
        until("the host has gone", async || inside(&room, &host.identity).await.is_none().then_some(())).await;
        meetings.reconcile().await.unwrap();
        meetings.hand_over().await.unwrap();
        assert_eq!(role(&ada, &room).await, "participant", "whoever lost the connection comes back");

        two_minutes_later(&app).await;
        meetings.hand_over().await.unwrap();
        assert_eq!(role(&ada, &room).await, "host");
        assert_eq!(role(&guest, &room).await, "guest");
        assert!(is_heir(&ada, &room).await && !is_heir(&guest, &room).await, "her page is told that it ends");
        ada.moderate(&room, json!({ "mute": guest.identity })).await;
        let log = host.browser.get(&format!("/api/rooms/{room}/audit")).await.json();
        assert_eq!((&log[1]["action"], &log[1]["actorName"]), (&json!("took_over"), &json!("Ada")));
        ada.moderate(&room, json!({ "rule": ["shareOff", true] })).await;
        assert!(is_heir(&ada, &room).await, "whatever the rules");
    });
}

#[test]
fn what_was_taken_over_ends_with_the_meeting_and_nothing_of_it_stays() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        // Who made it has not come yet.
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let mut ada = Inside::new(app.ada().await, addr, &room, "Ada").await;
        let mut eve = Inside::new(app.browser(), addr, &room, "Eve").await;
        two_minutes_on(&app).await;
        assert_eq!(role(&ada, &room).await, "host");
        let mut dan = app.browser();
        let kept_out = dan.ask(&room, "Dan").await["admitted"]["identity"].clone();
        ada.moderate(&room, json!({ "ban": kept_out })).await;
        assert!(dan.ask(&room, "Dan").await["waiting"].is_object(), "who was taken out has to ask");
        ada.moderate(&room, json!({ "rule": ["locked", true] })).await;
        app.state.meetings.reconcile().await.unwrap();
        let again = ada.browser.ask(&room, "Ada").await["admitted"].clone();
        assert_eq!(again["role"], "host", "for as long as it lasts");
        let token = claims(again["details"]["participantToken"].as_str().unwrap());
        assert_eq!(token["attributes"][HEIR_ATTRIBUTE], "yes", "and as one who took over");

        let path = format!("/api/rooms/{room}");
        assert_eq!(ada.browser.call("make_host_link", &json!({ "room": room })).await.code(), "not_allowed");
        for (method, path, body) in [
            (Method::PATCH, path.clone(), json!({ "title": "Mine" })),
            (Method::PATCH, path.clone(), json!({ "guestsTakeOver": true })),
            (Method::DELETE, path.clone(), json!({})),
            (Method::GET, format!("{path}/audit"), json!({})),
            (Method::GET, format!("{path}/attendance"), json!({})),
            (Method::GET, format!("{path}/invitations"), json!({})),
            (Method::POST, format!("{path}/invitations"), json!({ "label": "Eve" })),
            (Method::POST, format!("{path}/moderation"), json!({ "assign": [eve.identity, "co_host"] })),
            (Method::POST, format!("{path}/moderation"), json!({ "assign": [eve.identity, "student"] })),
        ] {
            let answer = ada.browser.json(method.clone(), &path, &body).await;
            assert_eq!(answer.code(), "not_allowed", "{method} {path} {body}");
        }
        for page in ["settings", "settings/record", "chat"] {
            let answer = ada.browser.get(&format!("/{room}/{page}")).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{page}");
        }
        assert!(
            host.get(&format!("/{room}/settings")).await.text().contains("No host any more"),
            "it can be taken back"
        );

        ada.moderate(&room, json!("end")).await;
        assert_eq!(ada.browser.ask(&room, "Ada").await["refused"]["code"], "meeting_ended");
        assert!(host.ask(&room, "Hedy").await["admitted"].is_object());
        assert_eq!(ada.browser.ask(&room, "Ada").await["refused"]["code"], "locked", "as for everybody");
        host.moderate_as(&room, json!({ "rule": ["locked", false] })).await;
        assert_eq!(ada.browser.ask(&room, "Ada").await["admitted"]["role"], "participant");
        assert_eq!(eve.browser.ask(&room, "Eve").await["admitted"]["role"], "guest");
        assert_eq!(dan.ask(&room, "Dan").await["admitted"]["role"], "guest", "kept out of that meeting only");
        let log = host.get(&format!("{path}/audit")).await.json();
        assert!(log.as_array().unwrap().iter().all(|entry| entry["action"] != "ban"), "what was done is told: {log}");
        let end = ada.browser.post(&format!("{path}/end"), &json!({})).await;
        assert_eq!(end.code(), "not_allowed");
    });
}

#[test]
fn what_was_taken_over_is_given_back_when_a_host_comes() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let mut ada = Inside::new(app.ada().await, addr, &room, "Ada").await;
        let meetings = &app.state.meetings;
        two_minutes_on(&app).await;
        assert_eq!(role(&ada, &room).await, "host");

        let host = Inside::new(host, addr, &room, "Hedy").await;
        meetings.reconcile().await.unwrap();
        meetings.hand_over().await.unwrap();
        assert_eq!(role(&ada, &room).await, "participant");
        assert!(!is_heir(&ada, &room).await);
        assert_eq!(ada.browser.ask(&room, "Ada").await["admitted"]["role"], "participant");
        let lock = json!({ "room": room, "what": { "rule": ["locked", true] } });
        assert_eq!(ada.browser.call("moderate", &lock).await.code(), "not_allowed");

        shared().await.rooms().remove_participant(&room, &host.identity).await.unwrap();
        until("the host has gone", async || inside(&room, &host.identity).await.is_none().then_some(())).await;
        two_minutes_on(&app).await;
        assert_eq!(role(&ada, &room).await, "host", "and again");
    });
}

#[test]
fn what_was_taken_from_somebody_they_do_not_take_over_again() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let claim = host_link(&mut host, &room).await;
        let mut eve = Inside::new(app.browser(), addr, &room, "Eve").await;
        host.moderate_as(&room, json!({ "assign": [eve.identity, "co_host"] })).await;
        let meetings = &app.state.meetings;
        two_minutes_on(&app).await;
        assert_eq!(role(&eve, &room).await, "host");

        let person = [("person", &*eve.identity)];
        let done = host.form(&format!("/{room}/settings/hosts/end"), &person).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        meetings.hand_over().await.unwrap();
        assert_eq!(role(&eve, &room).await, "co_host", "as a host has made her");
        assert_eq!(eve.browser.ask(&room, "Eve").await["admitted"]["role"], "co_host");
        let log = host.get(&format!("/api/rooms/{room}/audit")).await.json();
        assert_eq!((&log[0]["action"], &log[0]["subjectName"]), (&json!("take_over_end"), &json!("Eve")));
        host.moderate_as(&room, json!({ "assign": [eve.identity, "co_host"] })).await;
        meetings.hand_over().await.unwrap();
        assert_eq!(role(&eve, &room).await, "co_host", "whatever she is made");

        // She did not come by the link. Who did is made none in the call.
        let mut ada = Inside::new(app.ada().await, addr, &room, "Ada").await;
        assert_eq!(ada.browser.call("become_host", &claim).await.status, StatusCode::OK);
        meetings.reconcile().await.unwrap();
        two_minutes_later(&app).await;
        host.moderate_as(&room, json!({ "assign": [ada.identity, "participant"] })).await;
        meetings.hand_over().await.unwrap();
        assert_eq!(role(&ada, &room).await, "participant");
        assert_eq!(ada.browser.call("become_host", &claim).await.code(), "not_allowed");

        host.moderate_as(&room, json!("end")).await;
        assert!(host.ask(&room, "Hedy").await["admitted"].is_object());
        let eve = Inside::new(eve.browser, addr, &room, "Eve").await;
        two_minutes_on(&app).await;
        assert_eq!(role(&eve, &room).await, "host", "in another meeting");
    });
}

#[test]
fn who_has_taken_over_becomes_a_host_for_good_by_the_link_and_it_is_written_down() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let claim = host_link(&mut host, &room).await;
        let mut ada = Inside::new(app.ada().await, addr, &room, "Ada").await;
        two_minutes_on(&app).await;
        assert!(is_heir(&ada, &room).await);
        for _ in ["once", "again"] {
            assert_eq!(ada.browser.call("become_host", &claim).await.status, StatusCode::OK);
            assert_eq!((role(&ada, &room).await.as_str(), is_heir(&ada, &room).await), ("host", false));
        }
        let log = host.get(&format!("/api/rooms/{room}/audit")).await.json();
        let told: Vec<_> = log.as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
        assert_eq!(told, ["became_host", "took_over", "host_link"]);
        assert_eq!(ada.browser.get(&format!("/{room}/settings")).await.status, StatusCode::OK);
    });
}

#[test]
fn guests_take_over_as_co_hosts_or_where_the_hosts_want_it() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let eve = Inside::new(app.browser(), addr, &room, "Eve").await;
        // A role does not make anybody known.
        host.moderate_as(&room, json!({ "assign": [eve.identity, "participant"] })).await;
        let meetings = &app.state.meetings;
        two_minutes_on(&app).await;
        assert_eq!(role(&eve, &room).await, "participant");

        let path = format!("/api/rooms/{room}");
        assert_eq!(host.get(&path).await.json()["guestsTakeOver"], false);
        let set = host.json(Method::PATCH, &path, &json!({ "guestsTakeOver": true })).await;
        assert_eq!((set.status, &set.json()["guestsTakeOver"]), (StatusCode::OK, &json!(true)));
        meetings.hand_over().await.unwrap();
        assert_eq!(role(&eve, &room).await, "host");
        // The form says the same.
        host.have(&room, &[]).await;
        assert_eq!(host.get(&path).await.json()["guestsTakeOver"], false);
        host.have(&room, &[("guests_take_over", "on")]).await;
        assert_eq!(host.get(&path).await.json()["guestsTakeOver"], true);

        let other = host.new_meeting().await;
        let mut people = Vec::new();
        for name in ["Grace", "Bob"] {
            people.push(Inside::new(app.browser(), addr, &other, name).await);
        }
        host.moderate_as(&other, json!({ "assign": [people[1].identity, "co_host"] })).await;
        two_minutes_on(&app).await;
        assert_eq!(role(&people[0], &other).await, "guest");
        assert_eq!(role(&people[1], &other).await, "host", "a host has chosen him");
    });
}

#[test]
fn a_meeting_that_fails_does_not_keep_the_others_from_their_host() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        app.account(EMAIL, "Ada").await;
        let mut rooms = [app.browser().new_meeting().await, app.browser().new_meeting().await];
        rooms.sort_unstable();
        let mut people = Vec::new();
        for room in &rooms {
            let mut browser = app.browser();
            browser.sign_in(EMAIL, PASSWORD).await;
            people.push(Inside::new(browser, addr, room, "Ada").await);
        }
        app.state.meetings.reconcile().await.unwrap();
        two_minutes_later(&app).await;
        app.sql(&format!("UPDATE rooms SET history = 'whim' WHERE name = '{}'", rooms[0])).await;
        // This one remembers nothing, and cannot read the first.
        let again = App::over(&app).await;
        assert!(again.state.meetings.hand_over().await.is_err(), "it is told");
        assert_eq!(people[0].info(&rooms[0]).await.attributes["parlour.role"], "participant");
        assert_eq!(people[1].info(&rooms[1]).await.attributes["parlour.role"], "host");
    });
}
