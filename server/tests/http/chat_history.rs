//! What a room keeps of its chat: for whom, for how long, and how it is read afterwards.

use std::fs;
use std::path::Path;

use axum::http::StatusCode;
use serde_json::{Value, json};
use server::clock;
use sqlx::{AnyConnection, Connection as _};

use super::support::{App, Browser, Database, run, shared, tell};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

async fn say(browser: &mut Browser, room: &str, text: &str) {
    let sent =
        browser.call("send_message", &json!({ "room": room, "id": format!("message-{text}"), "text": text })).await;
    assert_eq!(sent.status, StatusCode::OK, "{sent:?}");
}

async fn texts(browser: &mut Browser, room: &str) -> Vec<String> {
    let page = browser.call("messages_after", &json!({ "room": room, "seq": 0 })).await.json();
    let messages = page["messages"].as_array().unwrap_or_else(|| panic!("{page}"));
    messages.iter().map(|message| message["text"].as_str().unwrap().to_owned()).collect()
}

/// The texts that the database still holds, whoever may read them.
async fn kept(app: &App) -> Vec<String> {
    app.state.meetings.forget_chat(false).await.unwrap();
    let mut connection = AnyConnection::connect(&app.database.url).await.unwrap();
    let texts = sqlx::query_scalar("SELECT text FROM messages WHERE text <> '' ORDER BY place");
    let texts = texts.fetch_all(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    texts
}

async fn age(app: &App, text: &str, by_ms: u64) {
    let mut connection = AnyConnection::connect(&app.database.url).await.unwrap();
    let sql = "UPDATE messages SET sent_at_ms = sent_at_ms - $1 WHERE text = $2";
    sqlx::query(sql).bind(by_ms.cast_signed()).bind(text).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

async fn keep(host: &mut Browser, room: &str, history: &str) {
    let answer = host.form(&format!("/{room}/chat"), &[("history", history)]).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "?done=kept"));
}

async fn pin(host: &mut Browser, room: &str, place: u64, mark: &str) {
    let answer = host.call("change_chat", &json!({ "room": room, "what": { "mark": [place, mark] } })).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
}

/// LiveKit says that the meeting is over.
async fn over(app: &App, room: &str) {
    let now = clock::now_ms();
    let event = json!({
        "event": "room_finished", "id": format!("EV_{room}"), "createdAt": (now / 1_000).to_string(),
        "room": { "name": room },
    });
    super::support::shared().await.rooms().delete_room(room).await.unwrap();
    assert_eq!(tell(app, &event).await, 200);
}

#[test]
fn a_room_that_keeps_nothing_shows_nothing_to_those_who_come_later() {
    run(async {
        let app = App::new().await;
        let (mut ada, mut bob) = (app.browser(), app.browser());
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        keep(&mut ada, &room, "none").await;
        say(&mut ada, &room, "pinned").await;
        say(&mut ada, &room, "before").await;
        pin(&mut ada, &room, 1, "important").await;
        age(&app, "before", 1_000).await;
        bob.join(&room, "Bob").await;
        assert_eq!(texts(&mut bob, &room).await, ["pinned"]);
        say(&mut ada, &room, "after").await;
        assert_eq!(texts(&mut bob, &room).await, ["pinned", "after"]);
        assert_eq!(kept(&app).await, ["pinned", "before", "after"], "somebody's connection may have been lost");
        for text in ["pinned", "before"] {
            age(&app, text, 11 * 60_000).await;
        }
        assert_eq!(kept(&app).await, ["pinned", "after"]);
        let late = json!({ "room": room, "id": "message-before", "text": "before" });
        assert_eq!(
            ada.call("send_message", &late).await.code(),
            "message_not_found",
            "a late retry brings nothing back"
        );
        pin(&mut ada, &room, 1, "none").await;
        assert_eq!(kept(&app).await, ["after"], "it had outlived its time by its mark alone");
    });
}

#[test]
fn a_room_that_keeps_a_meeting_forgets_it_when_that_is_over() {
    run(async {
        let app = App::new().await;
        let (mut ada, mut bob) = (app.browser(), app.browser());
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        keep(&mut ada, &room, "meeting").await;
        say(&mut ada, &room, "said").await;
        say(&mut ada, &room, "announced").await;
        pin(&mut ada, &room, 2, "announcement").await;
        bob.join(&room, "Bob").await;
        assert_eq!(texts(&mut bob, &room).await, ["said", "announced"]);
        assert_eq!(kept(&app).await, ["said", "announced"]);
        over(&app, &room).await;
        assert_eq!(texts(&mut bob, &room).await, ["announced"], "at once, whenever it is deleted");
        assert_eq!(kept(&app).await, ["announced"]);
        // Whoever was away when it was unpinned learns that it has gone.
        let missed = json!({ "room": room, "seq": 3 });
        assert_eq!(bob.call("messages_after", &missed).await.json()["upto"], 3);
        ada.join(&room, "Ada").await;
        bob.join(&room, "Bob").await;
        pin(&mut ada, &room, 2, "none").await;
        assert_eq!(kept(&app).await, [""; 0]);
        let page = bob.call("messages_after", &missed).await.json();
        assert_eq!((&page["messages"], &page["gone"]), (&json!([]), &json!([2])), "{page}");
    });
}

#[test]
fn a_month_is_thirty_days_and_for_ever_is_longer() {
    run(async {
        let app = App::new().await;
        let mut ada = app.browser();
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        for text in ["old", "young"] {
            say(&mut ada, &room, text).await;
        }
        over(&app, &room).await;
        keep(&mut ada, &room, "ever").await;
        age(&app, "old", 31 * DAY_MS).await;
        age(&app, "young", 29 * DAY_MS).await;
        assert_eq!(kept(&app).await, ["old", "young"]);
        keep(&mut ada, &room, "month").await;
        assert_eq!(texts(&mut ada, &room).await, ["young"], "at once, whenever it is deleted");
        assert_eq!(kept(&app).await, ["young"]);
    });
}

#[test]
fn who_was_in_an_earlier_meeting_does_not_read_a_later_one() {
    run(async {
        let app = App::new().await;
        let (mut ada, mut bob) = (app.browser(), app.browser());
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        bob.join(&room, "Bob").await;
        say(&mut ada, &room, "first").await;
        over(&app, &room).await;
        ada.join(&room, "Ada").await;
        say(&mut ada, &room, "second").await;
        pin(&mut ada, &room, 2, "pinned").await;
        assert_eq!(texts(&mut bob, &room).await, ["first"]);
        bob.join(&room, "Bob").await;
        assert_eq!(texts(&mut bob, &room).await, ["first", "second"]);
    });
}

#[test]
fn the_page_is_for_hosts_and_deletes_everything() {
    run(async {
        let app = App::new().await;
        let (mut ada, mut bob) = (app.browser(), app.browser());
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        bob.join(&room, "Bob").await;
        say(&mut ada, &room, "said").await;
        pin(&mut ada, &room, 1, "pinned").await;
        let page = format!("/{room}/chat");
        let shown = ada.get(&page).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(shown.text().contains("value=\"month\" checked"), "thirty days unless a host decides otherwise");
        let mut known = app.ada().await;
        known.join(&room, "Grace").await;
        for (path, fields) in [(page.clone(), vec![("history", "none")]), (format!("{page}/delete"), vec![])] {
            let answer = known.form(&path, &fields).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "not_allowed"), "{path}");
            let answer = bob.form(&path, &fields).await;
            let sign_in = format!("/signin?next=/{room}/chat");
            assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, sign_in.as_str()), "{path}");
        }
        assert_eq!(known.get(&page).await.status, StatusCode::FORBIDDEN);
        // Whoever is not known may be a host: also of a meeting that is not there.
        for room in [room.as_str(), "abcd-efghj-kmnp"] {
            let answer = app.browser().get(&format!("/{room}/chat")).await;
            let sign_in = format!("/signin?next=/{room}/chat");
            assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, sign_in.as_str()));
        }
        assert_eq!(ada.form(&page, &[("history", "a while")]).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(kept(&app).await, ["said"]);

        let deleted = ada.form(&format!("{page}/delete"), &[]).await;
        assert_eq!((deleted.status, deleted.header("location")), (StatusCode::SEE_OTHER, "../chat?done=deleted"));
        assert_eq!(kept(&app).await, [""; 0]);
        let missed = bob.call("messages_after", &json!({ "room": room, "seq": 2 })).await.json();
        assert_eq!((&missed["cleared"], &missed["upto"]), (&json!(3), &json!(3)), "those who have it learn it");
        let audit = ada.get(&format!("/api/rooms/{room}/audit")).await.json();
        assert_eq!(audit[0]["action"], "clear_chat");
    });
}

/// Whether something stands in the files of a SQLite database.
fn is_on_disk(folder: &Path, what: &str) -> bool {
    fs::read_dir(folder).unwrap().any(|file| {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        bytes.windows(what.len()).any(|bytes| bytes == what.as_bytes())
    })
}

#[test]
fn what_is_deleted_leaves_the_log_of_sqlite_when_nobody_reads_it_any_more() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("parlour.db").display());
        let app = App::in_database(Database::at(url.clone()), shared().await, |_| {}).await;
        let mut ada = app.browser();
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        let secret = json!({ "room": room, "id": "message-0001", "text": "sworn-to-secrecy" });
        assert_eq!(ada.call("send_message", &secret).await.status, StatusCode::OK);
        // As a backup does, for as long as it takes.
        let mut reader = AnyConnection::connect(&url).await.unwrap();
        let mut reading = reader.begin().await.unwrap();
        sqlx::query("SELECT text FROM messages").fetch_all(&mut *reading).await.unwrap();
        let delete = json!({ "room": room, "what": { "delete": 1 } });
        assert_eq!(ada.call("change_chat", &delete).await.status, StatusCode::OK);
        app.state.meetings.forget_chat(true).await.unwrap();
        assert!(is_on_disk(folder.path(), "sworn-to-secrecy"), "it is read still");
        say(&mut ada, &room, "written-meanwhile").await;
        reading.rollback().await.unwrap();
        app.state.meetings.forget_chat(false).await.unwrap();
        assert!(!is_on_disk(folder.path(), "sworn-to-secrecy"), "it is tried again by itself");
        assert_eq!(texts(&mut ada, &room).await, ["written-meanwhile"]);
    });
}

#[test]
fn what_is_kept_is_exported_to_those_who_may_read_it() {
    run(async {
        let app = App::new().await;
        let (mut ada, mut bob) = (app.browser(), app.browser());
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        for n in 1..=201 {
            say(&mut ada, &room, &format!("{n:03}")).await;
        }
        let markup = json!({ "room": room, "id": "message-markup", "text": "# <b>bold</b>" });
        assert_eq!(ada.call("send_message", &markup).await.status, StatusCode::OK);
        let change = json!({ "room": room, "what": { "edit": [1, "*better*"] } });
        assert_eq!(ada.call("change_chat", &change).await.status, StatusCode::OK);
        let path = format!("/api/rooms/{room}/messages");
        let refused = bob.get(&path).await;
        assert_eq!((refused.status, refused.code().as_str()), (StatusCode::FORBIDDEN, "not_in_meeting"));
        bob.join(&room, "Bob").await;
        let exported = bob.get(&path).await;
        assert_eq!(exported.header("content-disposition"), "attachment; filename=\"chat.json\"");
        let places: Vec<Value> =
            exported.json().as_array().unwrap().iter().map(|message| message["place"].clone()).collect();
        assert_eq!(places, (1..=202).map(Value::from).collect::<Vec<_>>(), "in the order in which it was written");
        let text = bob.get(&format!("{path}?format=markdown")).await;
        assert_eq!(text.header("content-type"), "text/markdown; charset=utf-8");
        let text = text.text();
        assert!(text.starts_with("# Lesson\n\n**Ada** · 20") && text.contains("(edited)\n\n\\*better\\*\n"), "{text}");
        assert!(text.contains("\n\\# \\<b\\>bold\\<\\/b\\>\n"), "{text}");
        assert_eq!(bob.get(&format!("{path}?format=pdf")).await.code(), "bad_request");
    });
}
