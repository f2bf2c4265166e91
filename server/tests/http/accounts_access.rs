//! Who may create and join: by pages, REST and server functions.

use axum::http::StatusCode;
use serde_json::json;
use server::accounts::Access;

use super::support::{App, Browser, run};

async fn app(access: Access) -> App {
    App::with(|parts| parts.access = access).await
}

/// The statuses of creating by REST and server function.
async fn create(browser: &mut Browser) -> [u16; 2] {
    let rest = browser.post("/api/rooms/create", &json!({})).await;
    let function = browser.call("create_room", &json!({ "title": "" })).await;
    for answer in [&rest, &function] {
        if answer.status == StatusCode::UNAUTHORIZED {
            assert_eq!(answer.code(), "sign_in_required");
        }
    }
    [rest.status.as_u16(), function.status.as_u16()]
}

/// The statuses of joining, and of asking about a room: by REST, server functions and the page.
async fn join(browser: &mut Browser, room: &str) -> [u16; 5] {
    let details = browser.get(&format!("/api/connection-details?roomName={room}&participantName=Ada")).await;
    let ensure = browser.post("/api/rooms/create", &json!({ "roomName": room })).await;
    let function = browser.call("join_room", &json!({ "room": room, "name": "Ada" })).await;
    let status = browser.call("room_status", &json!({ "room": room })).await;
    for answer in [&details, &ensure, &function, &status] {
        if answer.status == StatusCode::UNAUTHORIZED {
            assert_eq!(answer.code(), "sign_in_required");
        }
    }
    let page = browser.get(&format!("/{room}")).await;
    [details, ensure, function, status, page].map(|answer| answer.status.as_u16())
}

#[test]
fn open_is_for_everybody() {
    run(async {
        let app = app(Access::Open).await;
        let mut guest = app.browser();
        assert_eq!(create(&mut guest).await, [201, 200]);
        let room = guest.new_meeting().await;
        assert_eq!(join(&mut app.browser(), &room).await, [200; 5]);
        let home = guest.get("/").await.text();
        assert!(!home.contains("data-create") && home.contains(">Sign in<"));
    });
}

#[test]
fn guests_join_what_accounts_have_made() {
    run(async {
        let app = app(Access::GuestsJoin).await;
        let mut guest = app.browser();
        assert_eq!(create(&mut guest).await, [401, 401]);
        let home = guest.get("/").await.text();
        assert!(home.contains("data-create=\"account\"") && home.contains("Sign in to start a meeting"));
        let mut ada = app.ada().await;
        assert_eq!(create(&mut ada).await, [201, 200]);
        let home = ada.get("/").await.text();
        assert!(!home.contains("data-create") && home.contains("My meetings, Ada"));
        let room = ada.new_meeting().await;
        assert_eq!(join(&mut guest, &room).await, [200; 5]);
    });
}

#[test]
fn accounts_only_is_for_accounts_only() {
    run(async {
        let app = app(Access::Accounts).await;
        let mut ada = app.ada().await;
        assert_eq!(create(&mut ada).await, [201, 200]);
        let room = ada.new_meeting().await;
        assert_eq!(join(&mut ada, &room).await, [200; 5]);
        let mut guest = app.browser();
        assert_eq!(create(&mut guest).await, [401, 401]);
        assert_eq!(join(&mut guest, &room).await, [401, 401, 401, 401, 303]);
        assert_eq!(guest.get("/").await.status, StatusCode::OK);
        // To sign in, and back to the room; also from one that is not there, so that nobody learns which are.
        let answer = guest.get(&format!("/{room}?debug")).await;
        assert_eq!(answer.header("location"), format!("/signin?next=/{room}%3Fdebug"));
        let unknown = guest.get("/abcd-efghj-kmnp").await;
        assert_eq!(
            (unknown.status, unknown.header("location")),
            (StatusCode::SEE_OTHER, "/signin?next=/abcd-efghj-kmnp")
        );
        let answer = guest.call("room_status", &json!({ "room": "abcd-efghj-kmnp" })).await;
        assert_eq!(answer.code(), "sign_in_required");
        // Signed out, the door closes at once.
        ada.form("/signin/out", &[]).await;
        assert_eq!(join(&mut ada, &room).await, [401, 401, 401, 401, 303]);
    });
}
