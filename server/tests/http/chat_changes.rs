//! Messages that are edited, marked and deleted: by whom, and what others learn of it.

use std::fs;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::support::{App, Browser, on_postgres, run};

pub(crate) async fn say(browser: &mut Browser, room: &str, id: &str, text: &str) -> u64 {
    let sent = browser.call("send_message", &json!({ "room": room, "id": id, "text": text })).await;
    assert_eq!(sent.status, StatusCode::OK, "{sent:?}");
    sent.json()["place"].as_u64().unwrap()
}

async fn change(browser: &mut Browser, room: &str, what: Value) -> (u16, String) {
    let answer = browser.call("change_chat", &json!({ "room": room, "what": what })).await;
    let code = if answer.status == StatusCode::OK { String::new() } else { answer.code() };
    (answer.status.as_u16(), code)
}

async fn after(browser: &mut Browser, room: &str, seq: u64) -> Value {
    browser.call("messages_after", &json!({ "room": room, "seq": seq })).await.json()
}

fn done() -> (u16, String) {
    (200, String::new())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[test]
fn a_message_is_edited_by_its_sender_and_whoever_missed_that_learns_it() {
    run(async {
        let app = App::new().await;
        let (mut ada, mut bob) = (app.browser(), app.browser());
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        bob.join(&room, "Bob").await;
        let place = say(&mut bob, &room, "message-1", "helo").await;
        say(&mut ada, &room, "message-2", "hi").await;
        assert_eq!(change(&mut ada, &room, json!({ "edit": [place, "mine"] })).await, refused(403, "not_yours"));
        assert_eq!(change(&mut bob, &room, json!({ "edit": [place, " \n"] })).await, refused(400, "bad_request"));
        assert_eq!(change(&mut bob, &room, json!({ "edit": [99, "x"] })).await, refused(404, "message_not_found"));
        assert_eq!(change(&mut bob, &room, json!({ "edit": [place, "hello"] })).await, done());

        let missed = after(&mut ada, &room, 2).await;
        let edited = &missed["messages"][0];
        assert_eq!((&edited["place"], &edited["seq"], &edited["text"]), (&json!(1), &json!(3), &json!("hello")));
        assert_eq!((&edited["edited"], &missed["upto"]), (&json!(true), &json!(3)));
        assert_eq!(missed["messages"].as_array().unwrap().len(), 1);

        let off = json!({ "room": room, "what": { "rule": ["chatOff", true] } });
        assert_eq!(ada.call("moderate", &off).await.status, StatusCode::OK);
        assert_eq!(change(&mut bob, &room, json!({ "edit": [place, "more"] })).await, refused(403, "chat_off"));
        assert_eq!(change(&mut bob, &room, json!({ "delete": place })).await, done(), "but taken back it may be");
    });
}

#[test]
fn a_deleted_message_leaves_nothing_but_its_place() {
    run(async {
        let app = App::new().await;
        let (mut ada, mut bob, mut eve) = (app.browser(), app.browser(), app.browser());
        let room = ada.new_meeting().await;
        for (browser, name) in [(&mut ada, "Ada"), (&mut bob, "Bob"), (&mut eve, "Eve")] {
            browser.join(&room, name).await;
        }
        let secret = "the-word-that-must-go";
        let first = say(&mut bob, &room, "message-1", secret).await;
        let second = say(&mut eve, &room, "message-2", "a-second-word-that-must-go").await;
        say(&mut eve, &room, "message-3", "stays").await;
        assert_eq!(change(&mut eve, &room, json!({ "delete": first })).await, refused(403, "not_allowed"));
        assert_eq!(change(&mut bob, &room, json!({ "delete": first })).await, done(), "by who wrote it");
        assert_eq!(change(&mut ada, &room, json!({ "delete": second })).await, done(), "by a host");
        assert_eq!(change(&mut ada, &room, json!({ "delete": second })).await, done(), "it may stand on pages still");
        assert_eq!(change(&mut bob, &room, json!({ "edit": [first, "x"] })).await, refused(404, "message_not_found"));
        let again = bob.call("send_message", &json!({ "room": room, "id": "message-1", "text": secret })).await;
        assert_eq!(again.code(), "message_not_found", "a retry that comes late does not bring it back");

        let missed = after(&mut eve, &room, 3).await;
        assert_eq!((&missed["gone"], &missed["upto"]), (&json!([1, 2]), &json!(6)), "told once more");
        let fresh = after(&mut eve, &room, 0).await;
        assert_eq!((fresh["messages"].as_array().unwrap().len(), &fresh["gone"]), (1, &json!([])));
        let audit = ada.get(&format!("/api/rooms/{room}/audit")).await.json();
        let deleted = audit.as_array().unwrap().iter().filter(|entry| entry["action"] == "delete_message");
        let of: Vec<&Value> = deleted.map(|entry| &entry["subjectName"]).collect();
        assert_eq!(of, ["Eve"], "it is deleted once");

        if on_postgres() {
            return; // It overwrites when it vacuums.
        }
        app.state.meetings.forget_chat(true).await.unwrap();
        let file = app.database.url.strip_prefix("sqlite:").unwrap();
        let held = [fs::read(file).unwrap(), fs::read(format!("{file}-wal")).unwrap_or_default()].concat();
        let holds = |word: &[u8]| held.windows(word.len()).any(|part| part == word);
        assert!(holds(b"stays"), "this is where it would be");
        assert!(!holds(b"word-that-must-go"));
    });
}

#[test]
fn hosts_mark_messages_and_take_marks_away() {
    run(async {
        let app = App::new().await;
        let (mut ada, mut bob) = (app.browser(), app.browser());
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        bob.join(&room, "Bob").await;
        let place = say(&mut bob, &room, "message-1", "Room 5 at noon").await;
        assert_eq!(change(&mut bob, &room, json!({ "mark": [place, "pinned"] })).await, refused(403, "not_allowed"));
        for (mark, seq) in [("pinned", 2), ("pinned", 2), ("important", 3), ("announcement", 4), ("none", 5)] {
            assert_eq!(change(&mut ada, &room, json!({ "mark": [place, mark] })).await, done());
            let all = after(&mut bob, &room, 0).await;
            assert_eq!((&all["messages"][0]["mark"], &all["upto"]), (&json!(mark), &json!(seq)));
        }
        assert_eq!(change(&mut ada, &room, json!({ "mark": [9, "pinned"] })).await, refused(404, "message_not_found"));
    });
}
