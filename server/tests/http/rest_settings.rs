//! What the settings page sets, by REST: the same, with the same effect, and told to hosts alone.

use std::sync::LazyLock;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use server::clock;

use super::door_settings::{PASSWORD, refused, welcome};
use super::support::{Answer, App, Browser, Livekit, media_ports, run};

impl Browser {
    /// Changes a room.
    async fn patch(&mut self, room: &str, what: &Value) -> Answer {
        self.json(Method::PATCH, &format!("/api/rooms/{room}"), what).await
    }

    /// The same, which is as it should be: how the room is then.
    async fn change(&mut self, room: &str, what: Value) -> Value {
        let answer = self.patch(room, &what).await;
        assert_eq!(answer.status, StatusCode::OK, "{what}: {answer:?}");
        answer.json()
    }

    /// What was done in a room, the newest first.
    async fn done(&mut self, room: &str) -> Vec<String> {
        let audit = self.get(&format!("/api/rooms/{room}/audit")).await.json();
        let action = |entry: &Value| entry["action"].as_str().unwrap().to_owned();
        audit.as_array().unwrap().iter().map(action).collect()
    }
}

const MINUTE_MS: u64 = 60_000;
/// Far enough from now; a whole minute, as forms hold it.
static STARTS_AT_MS: LazyLock<u64> = LazyLock::new(|| (clock::now_ms() / MINUTE_MS + 30 * 24 * 60) * MINUTE_MS);

fn everything() -> Value {
    json!({
        "guests": false, "capacity": 12, "startsAtMs": *STARTS_AT_MS, "endsAtMs": *STARTS_AT_MS + 60 * MINUTE_MS, "zoneMin": 330,
        "newcomers": "student", "teachers": true, "guestsTakeOver": true, "alias": "weekly-sync", "history": "ever",
    })
}

#[test]
fn a_program_sets_what_the_page_sets() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        let room = ada.new_meeting().await;
        let before = ada.get(&format!("/api/rooms/{room}")).await.json();
        let as_new = json!({
            "guests": true, "capacity": null, "startsAtMs": null, "endsAtMs": null, "zoneMin": 0, "newcomers": "participant",
            "teachers": false, "guestsTakeOver": false, "alias": null, "history": "month", "hasPassword": false,
        });
        let holds = |told: &Value, what: &Value| {
            for (name, value) in what.as_object().unwrap() {
                assert_eq!(told.get(name), Some(value), "{name}: {told}");
            }
        };
        holds(&before, &as_new);
        let told = ada.change(&room, everything()).await;
        holds(&told, &everything());
        assert_eq!((&told["title"], &told["hasPassword"]), (&json!("Lesson"), &json!(false)), "what is absent stays");
        let page = ada.get(&format!("/{room}/settings")).await.text();
        let there = clock::rfc3339(*STARTS_AT_MS + 330 * MINUTE_MS);
        for shown in ["12", &there[.."2030-01-01T15:00".len()], "weekly-sync"] {
            assert!(page.contains(&format!("value=\"{shown}\"")), "{shown}: {page}");
        }
        for member in everything().as_object().unwrap().keys() {
            holds(&ada.change(&room, json!({ member: everything()[member] })).await, &everything());
        }
        for _ in 0..2 {
            ada.change(&room, json!({ "rules": { "ask": true, "locked": false }, "password": null })).await;
        }
        let done = ["ask_on", "settings", "history_ever", "alias_set"];
        assert_eq!(ada.done(&room).await, done, "what is so already is not done again");
        let answer = app.browser().patch(&room, &json!({ "rules": { "ask": true } })).await;
        assert_eq!(answer.code(), "not_in_meeting", "and not said to be done to who may not do it");
        ada.change(&room, json!({ "rules": { "ask": false } })).await;

        // What was read can be written back.
        let mut back = as_new;
        back.as_object_mut().unwrap().remove("hasPassword");
        ada.change(&room, back).await;
        let mut now = ada.get(&format!("/api/rooms/{room}")).await.json();
        assert!(now["rulesAtMs"].as_u64() > before["rulesAtMs"].as_u64(), "they have changed, and changed back");
        now["rulesAtMs"] = before["rulesAtMs"].clone();
        assert_eq!(now, before);
    });
}

#[test]
fn the_door_is_as_a_program_sets_it() {
    run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let knock = async |keys: Value| app.browser().knock(&room, keys).await;
        assert_eq!(knock(json!({})).await, welcome());
        let told = host.change(&room, json!({ "password": PASSWORD })).await;
        assert_eq!(told["hasPassword"], true);
        assert!(!told.to_string().contains(PASSWORD));
        assert_eq!(knock(json!({})).await, refused(403, "password_required"));
        assert_eq!(knock(json!({ "password": PASSWORD })).await, welcome());
        assert_eq!(host.change(&room, json!({ "password": null })).await["hasPassword"], false);
        assert_eq!(knock(json!({})).await, welcome());
        host.change(&room, json!({ "guests": false })).await;
        assert_eq!(knock(json!({})).await, refused(401, "sign_in_required"));
        host.change(&room, json!({ "guests": true, "startsAtMs": *STARTS_AT_MS })).await;
        assert_eq!(knock(json!({})).await, refused(403, "not_started"));
        host.change(&room, json!({ "startsAtMs": null, "endsAtMs": 1_000 })).await;
        assert_eq!(knock(json!({})).await, refused(410, "ended"));
        host.change(&room, json!({ "endsAtMs": null })).await;
        assert_eq!(knock(json!({})).await, welcome());
    });
}

#[test]
fn what_is_wrong_is_said_by_member_and_nothing_is_changed() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        let (room, other) = (ada.new_meeting().await, ada.new_meeting().await);
        ada.change(&other, json!({ "alias": "weekly-sync" })).await;
        ada.change(&room, json!({ "endsAtMs": *STARTS_AT_MS })).await;
        let before = ada.get(&format!("/api/rooms/{room}")).await.json();
        for (what, status, code, pointers) in [
            (json!({ "capacity": 0 }), 400, "bad_request", &["/capacity"][..]),
            (json!({ "capacity": 100_001 }), 400, "bad_request", &["/capacity"]),
            (json!({ "capacity": "many" }), 400, "bad_request", &["/capacity"]),
            (json!({ "startsAtMs": u64::MAX }), 400, "bad_request", &["/startsAtMs"]),
            (json!({ "startsAtMs": *STARTS_AT_MS }), 400, "bad_request", &["/endsAtMs"]),
            (json!({ "zoneMin": 1 }), 400, "bad_request", &["/zoneMin"]),
            (json!({ "newcomers": "host" }), 400, "bad_request", &["/newcomers"]),
            (json!({ "history": "always" }), 400, "bad_request", &["/history"]),
            (json!({ "password": "short" }), 400, "bad_request", &["/password"]),
            // Of the title that it is to have.
            (json!({ "title": PASSWORD }), 400, "bad_request", &["/password"]),
            (json!({ "alias": "api" }), 400, "bad_request", &["/alias"]),
            (json!({ "rules": { "ask": "yes" } }), 400, "bad_request", &["/rules/ask"]),
            (
                json!({ "title": "x".repeat(121), "capacity": 0, "alias": "x" }),
                400,
                "invalid_title",
                &["/title", "/capacity", "/alias"],
            ),
            (json!({ "alias": "weekly-sync" }), 409, "alias_taken", &["/alias"]),
        ] {
            let mut all = json!({ "title": "Physics", "guests": false, "history": "none", "password": PASSWORD, "rules": { "locked": true } });
            all.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
            let answer = ada.patch(&room, &all).await;
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{what}: {answer:?}");
            let wrong = answer.json()["errors"].as_array().unwrap().clone();
            assert_eq!(wrong.iter().map(|wrong| wrong["pointer"].clone()).collect::<Vec<_>>(), pointers, "{what}");
            assert!(wrong.iter().all(|wrong| wrong["detail"].as_str().is_some_and(|detail| detail.ends_with('.'))));
            assert_eq!(ada.get(&format!("/api/rooms/{room}")).await.json(), before, "{what}");
        }
        let mut guest = app.browser();
        let guests = guest.new_meeting().await;
        let answer = guest.patch(&guests, &json!({ "alias": "mine-too", "capacity": 2, "password": "short" })).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::FORBIDDEN, "not_allowed"),
            "nobody could free it"
        );
        assert_eq!(guest.get(&format!("/api/rooms/{guests}")).await.json()["capacity"], json!(null));
    });
}

#[test]
fn of_two_changes_at_once_neither_undoes_the_other() {
    run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let (mut one, mut other) = (host.clone(), host.clone());
        for n in 1..=10 {
            let (title, capacity) = (json!({ "title": format!("Lesson {n}") }), json!({ "capacity": n }));
            let answers = tokio::join!(one.patch(&room, &title), other.patch(&room, &capacity));
            assert_eq!((answers.0.status, answers.1.status), (StatusCode::OK, StatusCode::OK));
            let told = host.get(&format!("/api/rooms/{room}")).await.json();
            assert_eq!((&told["title"], &told["capacity"]), (&title["title"], &capacity["capacity"]));
        }
        let mut done = host.done(&room).await;
        done.sort_unstable();
        assert_eq!(done, [["settings"; 10], ["title"; 10]].concat(), "each by what it has changed");
    });
}

#[test]
fn without_livekit_all_that_was_wanted_is_stored() {
    run(async {
        let livekit = Livekit::start(media_ports()).await.unwrap();
        let app = App::on(&livekit, |_| {}).await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        livekit.managed.stop().await;
        let rules = json!({ "ask": true, "locked": false, "chatOff": true, "shareOff": true });
        let answer = host.patch(&room, &json!({ "newcomers": "student", "rules": rules })).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "media_unavailable"));
        let told = host.get(&format!("/api/rooms/{room}")).await.json();
        assert_eq!((&told["newcomers"], &told["rules"]), (&json!("student"), &rules));
    });
}

#[test]
fn nobody_else_is_told_what_hosts_have_set() {
    run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let mut guest = app.browser();
        guest.join(&room, "Eve").await;
        for browser in [&mut guest, &mut app.browser()] {
            let told = browser.get(&format!("/api/rooms/{room}")).await.json();
            assert!(told.get("title").is_some());
            for secret in ["guests", "capacity", "alias", "hasPassword", "history", "startsAtMs"] {
                assert_eq!(told.get(secret), None, "{secret}");
            }
        }
    });
}
