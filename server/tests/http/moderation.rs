//! What hosts do, with effect in LiveKit, and that it is written down. Who may do it is tried in `permissions`.

use axum::http::{Method, StatusCode};
use livekit_protocol::{ParticipantInfo, TrackSource};
use serde_json::{Value, json};

use super::door::room;
use super::support::{App, Inside, listen, run, shared};

/// Whether LiveKit has somebody inside.
pub(crate) async fn inside(room: &str, identity: &str) -> Option<ParticipantInfo> {
    let people = shared().await.rooms().list_participants(room).await.unwrap_or_default();
    people.into_iter().find(|person| person.identity == identity)
}

#[test]
fn roles_change_what_livekit_allows() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({})).await;
        let addr = listen(&app).await;
        let mut ada = Inside::new(app.browser(), addr, &room, "Ada").await;
        let every =
            [TrackSource::Camera, TrackSource::Microphone, TrackSource::ScreenShare, TrackSource::ScreenShareAudio];
        for (role, sources, data) in [
            ("viewer", &every[..0], false),
            ("student", &every[..0], true),
            ("guest", &every, true),
            ("co_host", &every, true),
        ] {
            host.moderate(&room, json!({ "assign": [ada.identity, role] })).await;
            let now = ada.info(&room).await;
            assert_eq!(now.attributes["parlour.role"], role);
            let may = now.permission.unwrap();
            assert_eq!(may.can_publish, !sources.is_empty(), "{role}");
            assert_eq!(may.can_publish_sources().collect::<Vec<_>>(), sources, "{role}");
            assert!(may.can_subscribe && may.can_publish_data == data && !may.can_update_metadata && !may.hidden);
            // It survives a rejoin: the next token says the same.
            assert_eq!(ada.browser.ask(&room, "Ada").await["admitted"]["role"], role);
        }
        host.moderate(&room, json!({ "assign": [ada.identity, "guest"] })).await;
        host.moderate(&room, json!({ "rule": ["shareOff", true] })).await;
        let may = ada.info(&room).await.permission.unwrap();
        assert_eq!(may.can_publish_sources().collect::<Vec<_>>(), every[..2], "shared screens are off");
        let may = host.info(&room).await.permission.unwrap();
        assert_eq!(may.can_publish_sources().collect::<Vec<_>>(), every, "not for hosts");
    });
}

#[test]
fn a_host_may_say_twice_that_somebody_is_to_be_one() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({})).await;
        let addr = listen(&app).await;
        let mut hal = Inside::new(app.browser(), addr, &room, "Hal").await;
        host.moderate(&room, json!({ "assign": [hal.identity, "host"] })).await;
        let ada = Inside::new(app.browser(), addr, &room, "Ada").await;
        // The second time she is a host, whom only the one who made the meeting may touch.
        for _ in 0..2 {
            hal.moderate(&room, json!({ "assign": [ada.identity, "host"] })).await;
        }
        let other = json!({ "room": room, "what": { "assign": [ada.identity, "guest"] } });
        assert_eq!(hal.browser.call("moderate", &other).await.code(), "not_allowed");
    });
}

#[test]
fn rules_are_told_with_what_puts_word_of_them_in_order() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({})).await;
        let status = |answer: Value| (answer["rulesAtMs"].as_u64().unwrap(), answer["rules"].clone());
        let (mut last, _) = status(host.browser.call("room_status", &json!({ "room": room })).await.json());
        assert!(last > 0, "also before anybody changed them");
        for (rule, on) in [("ask", true), ("ask", false), ("chatOff", true), ("chatOff", true)] {
            let change = json!({ "room": room, "what": { "rule": [rule, on] } });
            let answer = host.browser.call("moderate", &change).await.json();
            assert_eq!(answer[rule], on);
            let at_ms = answer["atMs"].as_u64().unwrap();
            assert!(at_ms > last, "{at_ms} after {last}");
            last = at_ms;
        }
        let (at_ms, rules) = status(host.browser.call("room_status", &json!({ "room": room })).await.json());
        assert_eq!((at_ms, &rules["chatOff"], rules.get("atMs")), (last, &json!(true), None));
        let joined = app.browser().ask(&room, "Ada").await;
        assert_eq!(joined["admitted"]["rules"]["atMs"], last);
        let other = json!({ "room": room, "what": "muteAll" });
        assert_eq!(host.browser.call("moderate", &other).await.json(), Value::Null);
    });
}

#[test]
fn chat_may_be_the_hosts_alone() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({ "chatOff": true })).await;
        let mut ada = app.browser();
        ada.ask(&room, "Ada").await;
        let message = |id: &str| json!({ "room": room, "id": id, "text": "hello" });
        let refused = ada.call("send_message", &message("message-1")).await;
        assert_eq!((refused.status, refused.json()["code"].as_str()), (StatusCode::FORBIDDEN, Some("chat_off")));
        assert_eq!(host.browser.call("send_message", &message("message-2")).await.status, StatusCode::OK);
        host.moderate(&room, json!({ "rule": ["chatOff", false] })).await;
        assert_eq!(ada.call("send_message", &message("message-1")).await.status, StatusCode::OK);
    });
}

#[test]
fn a_host_link_makes_hosts_until_the_next_one_is_made() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({})).await;
        let link = host.browser.call("make_host_link", &json!({ "room": room })).await.json();
        let link = link.as_str().unwrap();
        let secret = link.split("#host=").nth(1).unwrap().to_owned();
        assert!(link.starts_with(&format!("http://127.0.0.1:3000/{room}#")), "{link}");

        let mut phone = app.browser();
        let claim = json!({ "room": room, "secret": secret });
        assert_eq!(phone.call("become_host", &claim).await.status, StatusCode::OK);
        assert_eq!(phone.ask(&room, "Hedy's phone").await["admitted"]["role"], "host");
        assert_eq!(phone.call("become_host", &claim).await.status, StatusCode::OK, "twice is once");
        let wrong = json!({ "room": room, "secret": format!("{secret}x") });
        assert_eq!(app.browser().call("become_host", &wrong).await.status, StatusCode::FORBIDDEN);

        host.browser.call("make_host_link", &json!({ "room": room })).await;
        assert_eq!(app.browser().call("become_host", &claim).await.status, StatusCode::FORBIDDEN, "the old one");
        assert_eq!(phone.ask(&room, "Hedy's phone").await["admitted"]["role"], "host", "who was made a host stays one");
        let log = host.browser.get(&format!("/api/rooms/{room}/audit")).await.json();
        let told = |entry: &Value| ["actorName", "action"].map(|key| entry[key].as_str().unwrap().to_owned());
        let log: Vec<_> = log.as_array().unwrap().iter().map(told).collect();
        assert_eq!(log, [["Hedy", "host_link"], ["Host", "became_host"], ["Hedy", "host_link"]]);
    });
}

#[test]
fn a_name_that_a_database_cannot_hold_is_refused_like_one_that_it_does_not() {
    run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        host.join(&room, "Hedy").await;
        let mute = json!({ "mute": "\u{0}" });
        let answer = host.post(&format!("/api/rooms/{room}/moderation"), &mute).await;
        assert!(answer.status.is_client_error(), "{answer:?}");
        let answer = host.form(&format!("/{room}/settings/hosts/end"), &[("person", "\0")]).await;
        assert!(answer.status.is_client_error(), "{answer:?}");
    });
}

#[test]
fn a_host_link_is_taken_back_without_making_another() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({})).await;
        let path = format!("/{room}/settings");
        assert!(!host.browser.get(&path).await.text().contains("Take the host link back"), "there is none");
        let link = host.browser.call("make_host_link", &json!({ "room": room })).await.json();
        let claim = json!({ "room": room, "secret": link.as_str().unwrap().split("#host=").nth(1).unwrap() });
        let mut phone = app.browser();
        assert_eq!(phone.call("become_host", &claim).await.status, StatusCode::OK);

        assert!(host.browser.get(&path).await.text().contains("Take the host link back"));
        let done = host.browser.form(&format!("{path}/host-link/end"), &[]).await;
        let done = host.browser.get(done.header("location")).await.text();
        assert!(done.contains("The host link is taken back.") && !done.contains("Take the host link back"), "{done}");
        assert_eq!(app.browser().call("become_host", &claim).await.code(), "not_allowed");
        assert_eq!(phone.ask(&room, "Hedy's phone").await["admitted"]["role"], "host");
        assert!(host.browser.get(&format!("{path}/record")).await.text().contains("took the host link back"));
    });
}

#[test]
fn a_host_link_is_made_and_taken_back_by_rest() {
    run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let path = format!("/api/rooms/{room}/host-link");
        let made = host.post(&path, &json!({})).await;
        assert_eq!(made.status, StatusCode::CREATED);
        let made = made.json();
        let (link, secret) = made["link"].as_str().unwrap().split_once("#host=").unwrap();
        assert_eq!(link, format!("http://127.0.0.1:3000/{room}"));
        let claim = json!({ "room": room, "secret": secret });
        assert_eq!(app.browser().call("become_host", &claim).await.status, StatusCode::OK);
        for _ in 0..2 {
            assert_eq!(host.json(Method::DELETE, &path, &json!({})).await.status, StatusCode::NO_CONTENT);
        }
        assert_eq!(app.browser().call("become_host", &claim).await.code(), "not_allowed");
        assert_eq!(app.browser().post(&path, &json!({})).await.code(), "not_in_meeting");
    });
}

#[test]
fn what_hosts_did_is_written_down() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({ "locked": true })).await;
        host.moderate(&room, json!({ "rule": ["locked", false] })).await;
        let mut ada = app.browser();
        let identity = ada.ask(&room, "Ada").await["admitted"]["identity"].clone();
        host.moderate(&room, json!({ "ban": identity })).await;
        let log = host.browser.get(&format!("/api/rooms/{room}/audit")).await.json();
        let told =
            |entry: &Value| ["actorName", "action", "subjectName"].map(|key| entry[key].as_str().unwrap().to_owned());
        let log: Vec<_> = log.as_array().unwrap().iter().map(told).collect();
        assert_eq!(log, [["Hedy", "ban", "Ada"], ["Hedy", "unlock", ""], ["Hedy", "lock", ""]]);
    });
}

#[test]
fn of_an_earlier_meeting_nobody_writes_in_this_one() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({})).await;
        let mut ada = app.browser();
        ada.ask(&room, "Ada").await;
        let message = |id: &str| json!({ "room": room, "id": id, "text": "hello" });
        assert_eq!(ada.call("send_message", &message("message-1")).await.status, StatusCode::OK);
        host.moderate(&room, json!("end")).await;
        assert_eq!(ada.call("send_message", &message("message-2")).await.code(), "not_in_meeting");
        host.browser.ask(&room, "Hedy").await;
        assert_eq!(ada.call("send_message", &message("message-2")).await.code(), "not_in_meeting");
        ada.ask(&room, "Ada").await;
        assert_eq!(ada.call("send_message", &message("message-2")).await.status, StatusCode::OK);
    });
}

#[test]
fn an_order_that_makes_no_sense_says_where() {
    run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let path = format!("/api/rooms/{room}/moderation");
        for (order, pointer, detail) in [
            (json!({ "crown": "x" }), "/crown", "not known"),
            (json!({ "mute": 1 }), "/mute", "not of the type"),
            (json!({ "assign": ["x", "king"] }), "/assign/1", "not of the type"),
            (json!({ "assign": ["x"] }), "/assign", "not of the type"),
            (json!({ "admitAll": ["x", 1] }), "/admitAll/1", "not of the type"),
            (json!({ "rule": ["open", true] }), "/rule/0", "not of the type"),
            (json!({ "rule": ["ask", 1] }), "/rule/1", "not of the type"),
            // What is wrong is the whole.
            (json!("crown"), "", "among the values"),
            (json!({ "mute": "x", "end": null }), "", "not of the type"),
            (json!({ "crown": "x", "also": "y" }), "", "not of the type"),
            (json!({}), "", "not of the type"),
        ] {
            let answer = host.post(&path, &order).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "bad_request"), "{order}");
            let wrong = &answer.json()["errors"][0];
            assert_eq!(wrong["pointer"], pointer, "{order}");
            assert!(wrong["detail"].as_str().unwrap().contains(detail), "{order}: {wrong}");
        }
        let no_json = host.post_raw(&path, "application/json", "{").await;
        assert_eq!((no_json.code().as_str(), &no_json.json()["errors"]), ("bad_request", &json!(null)));
    });
}
