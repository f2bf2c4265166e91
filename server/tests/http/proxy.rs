//! Signalling through Parlour's own address.

use axum::http::StatusCode;
use futures_util::StreamExt as _;
use serde_json::json;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::support::{App, DEADLINE, connect, listen, run, until};

#[test]
fn a_browser_joins_through_parlour_and_is_seen_inside() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let (mut ada, mut bob) = (app.browser(), app.browser());
        let room = ada.new_meeting().await;
        let token = ada.join(&room, "Ada").await["participantToken"].as_str().unwrap().to_owned();
        let status = json!({ "room": room });
        assert_eq!(bob.call("room_status", &status).await.json()["inside"], json!([]));

        let validate = ada.get(&format!("/rtc/validate?access_token={token}")).await;
        assert_eq!((validate.status, validate.text().as_str()), (StatusCode::OK, "success"));
        let mut socket = connect(addr, &token).await.unwrap();
        let first = tokio::time::timeout(DEADLINE, socket.next()).await.unwrap().unwrap().unwrap();
        assert!(matches!(first, Message::Binary(_)), "LiveKit's JoinResponse: {first:?}");
        until("Ada is inside", async || {
            (bob.call("room_status", &status).await.json()["inside"] == json!(["Ada"])).then_some(())
        })
        .await;
        assert_eq!(bob.call("room_status", &status).await.json()["title"], "Lesson");

        // Parlour stops: signalling ends instead of holding it up.
        app.state.shutdown.cancel();
        tokio::time::timeout(DEADLINE, async { while let Some(Ok(_)) = socket.next().await {} }).await.unwrap();
    });
}

#[test]
fn livekits_refusals_arrive_as_they_are() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let answer = app.browser().get("/rtc/validate?access_token=nonsense").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(answer.text().contains("token"), "{}", answer.text());
        match connect(addr, "nonsense").await {
            Err(Error::Http(response)) => assert_eq!(response.status(), StatusCode::UNAUTHORIZED),
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn a_token_does_not_bring_a_meeting_back() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let mut ada = app.browser();
        let room = ada.new_meeting().await;
        let token = ada.join(&room, "Ada").await["participantToken"].as_str().unwrap().to_owned();
        super::support::shared().await.rooms().delete_room(&room).await.unwrap();
        assert!(connect(addr, &token).await.is_err(), "rooms are made by Parlour only");
    });
}

#[test]
fn nothing_but_signalling_is_passed_on() {
    run(async {
        let app = App::new().await;
        let mut browser = app.browser();
        for path in [
            "/twirp/livekit.RoomService/ListRooms",
            "/agent",
            "/debug/rooms",
            "/metrics",
            "/rtc/v2",
            "/rtc/validate/x",
            "/rtc/..%2Ftwirp",
            "/rtc/../twirp/livekit.RoomService/ListRooms",
        ] {
            for method in [axum::http::Method::GET, axum::http::Method::POST] {
                let request = super::support::Browser::request(method.clone(), path);
                let answer = browser.send(request.body(axum::body::Body::empty()).unwrap()).await;
                assert!(matches!(answer.status.as_u16(), 404 | 405), "{method} {path}: {}", answer.status);
            }
        }
    });
}
