//! Teachers are hosts for as long as the operator and the meeting's hosts say so, and no longer.

use axum::http::StatusCode;
use serde_json::json;
use server::accounts::Teachers;

use super::support::{App, EMAIL, Inside, listen, run};

const COOKIE: &str = "parlour_account";

/// A Parlour whose list of teachers has Ada.
async fn school() -> App {
    let teachers = Teachers::parse(EMAIL).ok().unwrap();
    App::with(|parts| parts.teachers = teachers).await
}

#[test]
fn whoever_leaves_the_list_is_no_host_any_more() {
    run(async {
        let app = school().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        host.have(&room, &[("teachers", "on")]).await;
        let mut ada = app.ada().await;
        let asked = ada.ask(&room, "Ada").await;
        assert_eq!(asked["admitted"]["role"], "host");
        assert_eq!(ada.get(&format!("/{room}/settings")).await.status, StatusCode::OK);
        assert!(host.get(&format!("/{room}/settings")).await.text().contains("No host any more"));

        // The same Parlour, started again with a list that does not have her.
        let later = App::over(&app).await;
        let mut again = later.browser();
        again.set_cookie(COOKIE, ada.cookie(COOKIE).unwrap());
        assert_eq!(again.get(&format!("/{room}/settings")).await.status, StatusCode::FORBIDDEN);
        assert_eq!(again.post(&format!("/api/rooms/{room}/end"), &json!({})).await.code(), "not_allowed");
        assert_eq!(again.ask(&room, "Ada").await["admitted"]["role"], "participant");
        let mut maker = later.browser();
        maker.set_cookie("parlour_session", host.cookie("parlour_session").unwrap());
        assert!(!maker.get(&format!("/{room}/settings")).await.text().contains("No host any more"));
    });
}

#[test]
fn what_hosts_set_about_teachers_holds_at_once_for_those_inside() {
    run(async {
        let app = school().await;
        let addr = listen(&app).await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let mut ada = Inside::new(app.ada().await, addr, &room, "Ada").await;
        assert_eq!(ada.info(&room).await.attributes["parlour.role"], "participant");
        host.have(&room, &[("teachers", "on")]).await;
        assert_eq!(ada.info(&room).await.attributes["parlour.role"], "host");
        assert_eq!(ada.browser.ask(&room, "Ada").await["admitted"]["role"], "host");
        host.have(&room, &[]).await;
        assert_eq!(ada.info(&room).await.attributes["parlour.role"], "participant");
        assert_eq!(ada.browser.ask(&room, "Ada").await["admitted"]["role"], "participant");
        let lock = json!({ "room": room, "what": { "rule": ["locked", true] } });
        assert_eq!(ada.browser.call("moderate", &lock).await.code(), "not_allowed");

        // What a host gave does not follow from settings, and stays.
        host.moderate_as(&room, json!({ "assign": [ada.identity, "host"] })).await;
        for teachers in ["on", ""] {
            host.have(&room, &[("teachers", teachers)]).await;
            assert_eq!(ada.info(&room).await.attributes["parlour.role"], "host");
        }
        host.moderate_as(&room, json!({ "assign": [ada.identity, "student"] })).await;
        host.have(&room, &[("teachers", "on")]).await;
        assert_eq!(ada.info(&room).await.attributes["parlour.role"], "student", "who made the meeting decides");
    });
}
