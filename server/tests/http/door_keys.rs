//! What opens a meeting's door to whoever has it: a password, an invitation, a readable name.

use axum::http::StatusCode;
use serde_json::json;
use server::config::Rates;
use server::http::limits::Limits;

use super::door_settings::{PASSWORD, refused, welcome};
use super::support::{App, run};

#[test]
fn a_password_is_asked_for_and_guessing_is_slow() {
    run(async {
        let app = App::with(|parts| parts.limits = Limits::new(Rates::NONE)).await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let mut before = app.browser();
        before.join(&room, "Before").await;
        host.form(&format!("/{room}/settings/password"), &[("password", PASSWORD)]).await;
        let mut ada = app.browser();
        let status = ada.call("room_status", &json!({ "room": room })).await.json();
        assert_eq!((&status["password"], &status["inside"]), (&json!(true), &json!([])));
        assert_eq!(ada.knock(&room, json!({})).await, refused(403, "password_required"));
        assert_eq!(ada.knock(&room, json!({ "password": "" })).await, refused(403, "password_required"));
        assert_eq!(ada.knock(&room, json!({ "password": "wrong" })).await, refused(403, "password_wrong"));
        let by_page = ada.call("join_room", &json!({ "room": room, "name": "Ada", "password": "wrong" })).await.json();
        assert_eq!(by_page["refused"]["code"], "password_wrong");
        assert_eq!(ada.knock(&room, json!({ "password": PASSWORD })).await, welcome());
        assert_eq!(ada.knock(&room, json!({})).await, welcome(), "who was let in comes back");
        assert_eq!(before.knock(&room, json!({})).await, welcome());
        assert_eq!(host.knock(&room, json!({})).await, welcome());

        let mut eve = app.browser();
        for _ in 0..5 {
            assert_eq!(eve.knock(&room, json!({ "password": "guess" })).await, refused(403, "password_wrong"));
        }
        let body = json!({ "roomName": room, "participantName": "Eve", "password": PASSWORD });
        let answer = eve.post("/api/connection-details", &body).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "rate_limited"));
        assert!(answer.header("retry-after").parse::<u64>().unwrap() <= 31);
        let bob = app.browser().knock(&room, json!({ "password": PASSWORD })).await;
        assert_eq!(bob, welcome(), "others are not touched");

        host.form(&format!("/{room}/settings/password"), &[("clear", "on")]).await;
        assert_eq!(app.browser().knock(&room, json!({})).await, welcome());
    });
}

#[test]
fn an_invitation_opens_what_a_host_would_open() {
    run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        host.have(&room, &[("guests", ""), ("door", "ask")]).await;
        host.form(&format!("/{room}/settings/password"), &[("password", PASSWORD)]).await;
        let (single, many) = (host.invite(&room, "on").await, host.invite(&room, "").await);
        let by = |secret: &str| json!({ "invitation": secret });

        let (mut grace, mut eve) = (app.browser(), app.browser());
        assert_eq!(grace.get(&format!("/{room}")).await.status, StatusCode::OK, "looking uses nothing up");
        assert_eq!(grace.knock(&room, by(&single)).await, welcome());
        assert_eq!(eve.knock(&room, by(&single)).await, refused(410, "invitation_expired"), "it is hers");
        assert_eq!(eve.knock(&room, by("nonsense")).await, refused(410, "invitation_expired"));
        for _ in 0..2 {
            assert_eq!(app.browser().knock(&room, by(&many)).await, welcome());
        }
        // In the next meeting she comes by it again.
        host.post(&format!("/api/rooms/{room}/moderation"), &json!("end")).await;
        host.knock(&room, json!({})).await;
        assert_eq!(grace.knock(&room, json!({})).await, refused(401, "sign_in_required"));
        assert_eq!(grace.knock(&room, by(&single)).await, welcome());

        host.have(&room, &[("door", "locked")]).await;
        assert_eq!(eve.knock(&room, by(&many)).await, refused(403, "locked"), "nobody new is nobody new");
        host.have(&room, &[("door", "ask")]).await;
        app.sql("UPDATE invitations SET ends_at_ms = 1 WHERE single = 0").await;
        assert_eq!(eve.knock(&room, by(&many)).await, refused(410, "invitation_expired"));

        let page = host.get(&format!("/{room}/settings")).await.text();
        assert!(page.contains(">used<") && page.contains(">over<"), "{page}");
        let id = super::support::field_of(&page, "invitation");
        host.form(&format!("/{room}/settings/invitations/end"), &[("invitation", &id)]).await;
        host.form(&format!("/{room}/settings/invitations/end"), &[("invitation", &id)]).await;
        let record = host.get(&format!("/{room}/settings/record")).await.text();
        assert!(record.contains("made an invitation for Grace"));
        assert_eq!(record.matches("took the invitation for Grace back").count(), 1);
    });
}

#[test]
fn an_open_door_uses_no_invitation_up() {
    run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let secret = host.invite(&room, "on").await;
        assert_eq!(app.browser().knock(&room, json!({ "invitation": secret })).await, welcome());
        host.have(&room, &[("door", "ask")]).await;
        assert_eq!(app.browser().knock(&room, json!({ "invitation": secret })).await, welcome());
        assert_eq!(
            app.browser().knock(&room, json!({ "invitation": secret })).await,
            refused(410, "invitation_expired")
        );
    });
}

#[test]
fn a_readable_name_leads_in_and_shows_no_closed_door() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        let room = ada.new_meeting().await;
        let alias = format!("/{room}/settings/alias");
        for wrong in ["a/b", "api", "kfwm-3hzxr-8bqt", "x"] {
            assert_eq!(ada.form(&alias, &[("alias", wrong)]).await.status, StatusCode::BAD_REQUEST, "{wrong}");
        }
        assert_eq!(ada.form(&alias, &[("alias", "Weekly Sync")]).await.status, StatusCode::SEE_OTHER);
        let other = ada.new_meeting().await;
        let taken = ada.form(&format!("/{other}/settings/alias"), &[("alias", "weekly-sync")]).await;
        assert!(taken.status == StatusCode::BAD_REQUEST && taken.text().contains("Another meeting has this name"));
        let mut guest = app.browser();
        let guests = guest.new_meeting().await;
        let refused_to_guests = guest.form(&format!("/{guests}/settings/alias"), &[("alias", "mine-too")]).await;
        assert_eq!(refused_to_guests.status, StatusCode::FORBIDDEN);

        let mut eve = app.browser();
        assert_eq!(eve.get("/weekly-sync").await.status, StatusCode::OK);
        assert_eq!(eve.knock("weekly-sync", json!({})).await, welcome());
        assert!(ada.get("/meetings").await.text().contains("http://127.0.0.1:3000/weekly-sync"));

        ada.have(&room, &[("door", "locked")]).await;
        let mut bob = app.browser();
        for path in ["weekly-sync", "never-was"] {
            assert_eq!(bob.knock(path, json!({})).await, refused(404, "room_not_found"), "{path}");
            assert_eq!(bob.call("room_status", &json!({ "room": path })).await.code(), "room_not_found");
            let made = bob.post("/api/rooms/create", &json!({ "roomName": path })).await;
            assert_eq!(made.code(), "room_not_found");
        }
        let [closed, unknown] = [bob.get("/weekly-sync").await, bob.get("/never-was").await];
        assert_eq!((closed.status, unknown.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        assert!(!closed.text().contains("Lesson") && !closed.text().contains(&room));
        assert_eq!(eve.knock("weekly-sync", json!({})).await, welcome(), "who was let in comes back");
        assert_eq!(bob.knock(&room, json!({})).await, refused(403, "locked"), "the code proves knowledge");

        ada.form(&alias, &[("alias", "")]).await;
        assert_eq!(eve.get("/weekly-sync").await.status, StatusCode::NOT_FOUND);
    });
}
