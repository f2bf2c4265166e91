//! Chat: stored once, numbered, for those who were let in.

use axum::http::StatusCode;
use serde_json::json;

use super::support::{App, run};

#[test]
fn a_message_is_stored_once_numbered_and_read_by_those_inside() {
    run(async {
        let app = App::new().await;
        let (mut ada, mut bob, mut eve) = (app.browser(), app.browser(), app.browser());
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        bob.join(&room, "Bob").await;
        let markup = "<img src=x onerror=alert(1)>";
        let arguments = json!({ "room": room, "id": "message-0001", "text": markup });
        let sent = ada.call("send_message", &arguments).await;
        assert_eq!(sent.status, StatusCode::OK, "{sent:?}");
        let sent = sent.json();
        assert_eq!((&sent["seq"], &sent["senderName"], &sent["text"]), (&json!(1), &json!("Ada"), &json!(markup)));
        assert_eq!(ada.call("send_message", &arguments).await.json(), sent, "a retry is the same message");
        let stolen = bob.call("send_message", &arguments).await;
        assert_eq!((stolen.status, stolen.code().as_str()), (StatusCode::BAD_REQUEST, "invalid_message"));
        let reply = json!({ "room": room, "id": "message-0002", "text": "two\nlines" });
        assert_eq!(bob.call("send_message", &reply).await.json()["seq"], 2);

        let read = bob.call("messages_after", &json!({ "room": room, "seq": 0 })).await.json();
        assert_eq!(read["messages"].as_array().unwrap().len(), 2);
        assert_eq!((&read["messages"][0], &read["upto"], &read["more"]), (&sent, &json!(2), &json!(false)));
        let rest = bob.call("messages_after", &json!({ "room": room, "seq": 1 })).await.json();
        assert_eq!(rest["messages"].as_array().unwrap().len(), 1);
        let strange = eve.call("messages_after", &json!({ "room": room, "seq": 0 })).await;
        assert_eq!((strange.status, strange.code().as_str()), (StatusCode::FORBIDDEN, "not_in_meeting"));
    });
}

#[test]
fn a_message_carries_the_name_of_the_last_admission() {
    run(async {
        let app = App::new().await;
        let mut ada = app.browser();
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        ada.join(&room, "Countess").await;
        let arguments = json!({ "room": room, "id": "message-0001", "text": "hello" });
        assert_eq!(ada.call("send_message", &arguments).await.json()["senderName"], "Countess");
    });
}

#[test]
fn two_hundred_messages_come_at_once() {
    run(async {
        let app = App::new().await;
        let mut ada = app.browser();
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        for n in 1..=201 {
            let arguments = json!({ "room": room, "id": format!("message-{n:04}"), "text": "x" });
            assert_eq!(ada.call("send_message", &arguments).await.json()["seq"], n);
        }
        let first = ada.call("messages_after", &json!({ "room": room, "seq": 0 })).await.json();
        assert_eq!((first["messages"].as_array().unwrap().len(), &first["messages"][199]["seq"]), (200, &json!(200)));
        assert_eq!((&first["upto"], &first["more"]), (&json!(200), &json!(true)));
        let rest = ada.call("messages_after", &json!({ "room": room, "seq": 200 })).await.json();
        assert_eq!((rest["messages"].as_array().unwrap().len(), &rest["messages"][0]["seq"]), (1, &json!(201)));
    });
}
