//! Invitations by REST: made by hosts and their machines, told once, taken back.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::support::{App, run};

#[test]
fn a_host_invites_lists_and_takes_back() {
    run(async {
        let app = App::new().await;
        let (mut host, mut guest) = (app.browser(), app.browser());
        let room = host.new_meeting().await;
        let path = format!("/api/rooms/{room}/invitations");
        host.post(&format!("/api/rooms/{room}/moderation"), &json!({ "rule": ["ask", true] })).await;
        let made = host.post(&path, &json!({ "label": " Grace ", "days": 2, "single": true })).await;
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        let made = made.json();
        let (link, id) = (made["link"].as_str().unwrap(), made["id"].as_str().unwrap());
        let secret = link.strip_prefix(&format!("http://127.0.0.1:3000/{room}#i=")).unwrap();
        assert_eq!((&made["label"], &made["single"], &made["used"]), (&json!("Grace"), &json!(true), &json!(false)));
        let lasts_ms = made["endsAtMs"].as_u64().unwrap() - made["madeAtMs"].as_u64().unwrap();
        assert_eq!(lasts_ms, 2 * 24 * 60 * 60 * 1_000);

        let join = json!({ "roomName": room, "participantName": "Grace", "invitation": secret });
        assert_eq!(guest.post("/api/connection-details", &join).await.status, StatusCode::OK);
        let listed = host.get(&path).await;
        assert!(!listed.text().contains(secret), "the secret is told once");
        let listed = listed.json();
        assert_eq!((&listed["invitations"][0]["id"], &listed["invitations"][0]["used"]), (&json!(id), &json!(true)));

        let one = format!("{path}/{id}");
        for _ in 0..2 {
            assert_eq!(
                host.json(Method::DELETE, &one, &Value::Null).await.status,
                StatusCode::NO_CONTENT,
                "also twice"
            );
        }
        assert_eq!(host.get(&path).await.json()["invitations"], json!([]));
        let answer = app.browser().post("/api/connection-details", &join).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::GONE, "invitation_expired"));
        let audit = host.get(&format!("/api/rooms/{room}/audit")).await.json();
        let actions: Vec<&str> =
            audit.as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["take_back_invitation", "invite", "ask_on"]);
    });
}

#[test]
fn what_is_wrong_with_an_invitation_is_said_by_its_field() {
    run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let path = format!("/api/rooms/{room}/invitations");
        for (body, status, code) in [
            (json!({ "label": " " }), 400, "invalid_label"),
            (json!({ "label": "x".repeat(121) }), 400, "invalid_label"),
            (json!({ "label": "Grace", "days": 0 }), 400, "invalid_days"),
            (json!({ "label": "Grace", "days": 367 }), 400, "invalid_days"),
            (json!({ "label": "Grace", "days": "a week" }), 400, "bad_request"),
            (json!({ "label": "Grace", "door": "open" }), 400, "bad_request"),
            (json!({}), 400, "bad_request"),
        ] {
            let answer = host.post(&path, &body).await;
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{body}");
        }
        for (body, pointer, detail) in [
            (json!({ "label": "Grace", "days": "a week" }), "/days", "not of the type"),
            (json!({ "label": "Grace", "do/or": "open" }), "/do~1or", "not known"),
            (json!({ "days": 7 }), "/label", "missing"),
        ] {
            let answer = host.post(&path, &body).await;
            let wrong = &answer.json()["errors"][0];
            assert_eq!(wrong["pointer"], pointer);
            assert!(wrong["detail"].as_str().unwrap().contains(detail), "{wrong}");
            assert!(!answer.text().contains("a week"), "what was sent is not said again");
        }
        let no_json = host.post_raw(&path, "application/json", "{").await;
        assert_eq!((no_json.code().as_str(), &no_json.json()["errors"]), ("bad_request", &json!(null)));
        assert_eq!(host.post_raw(&path, "text/plain", "{}").await.code(), "unsupported_media_type");
        let week = host.post(&path, &json!({ "label": "Grace" })).await.json();
        assert_eq!(week["endsAtMs"].as_u64().unwrap() - week["madeAtMs"].as_u64().unwrap(), 7 * 24 * 60 * 60 * 1_000);
        for _ in 1..200 {
            assert_eq!(host.post(&path, &json!({ "label": "Grace" })).await.status, StatusCode::CREATED);
        }
        let answer = host.post(&path, &json!({ "label": "Grace" })).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::CONFLICT, "invitations_full"));
    });
}

#[test]
fn invitations_are_for_hosts() {
    run(async {
        let app = App::new().await;
        let (mut host, mut guest, mut stranger) = (app.browser(), app.browser(), app.browser());
        let room = host.new_meeting().await;
        host.join(&room, "Ada").await;
        guest.join(&room, "Eve").await;
        let path = format!("/api/rooms/{room}/invitations");
        let id = host.post(&path, &json!({ "label": "Grace" })).await.json()["id"].as_str().unwrap().to_owned();
        let one = format!("{path}/{id}");
        for (browser, code) in [(&mut guest, "not_allowed"), (&mut stranger, "not_in_meeting")] {
            for (method, path) in [(Method::GET, &path), (Method::POST, &path), (Method::DELETE, &one)] {
                let answer = browser.json(method.clone(), path, &json!({ "label": "Mallory" })).await;
                assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, code), "{method}");
            }
        }
        let other = stranger.new_meeting().await;
        let elsewhere = format!("/api/rooms/{other}/invitations/{id}");
        assert_eq!(stranger.json(Method::DELETE, &elsewhere, &Value::Null).await.status, StatusCode::NO_CONTENT);
        assert_eq!(
            host.get(&path).await.json()["invitations"][0]["id"],
            json!(id),
            "another meeting's host takes nothing"
        );
    });
}
