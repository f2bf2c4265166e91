//! Another name in the middle of a meeting: the server cleans it, and tells everybody.

use axum::http::StatusCode;
use livekit_protocol::signal_response;
use serde_json::{Value, json};

use super::support::{App, Inside, hear, listen, run};

#[test]
fn a_new_name_is_cleaned_told_to_the_others_and_kept() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let room = app.browser().new_meeting().await;
        let mut ada = Inside::new(app.browser(), addr, &room, "Ada").await;
        let mut bob = Inside::new(app.browser(), addr, &room, "Bob").await;

        let answer =
            ada.browser.call("set_name", &json!({ "room": room, "name": " Ada\u{202E} Lovelace\u{0} " })).await;
        assert_eq!((answer.status, answer.json()), (StatusCode::OK, Value::Null));
        assert_eq!(ada.info(&room).await.name, "Ada Lovelace");
        let told = hear(&mut bob.socket, |said| match said {
            signal_response::Message::Update(update) => {
                update.participants.into_iter().find(|one| one.identity == ada.identity && one.name != "Ada")
            }
            _ => None,
        });
        assert_eq!(told.await.name, "Ada Lovelace");

        let message = json!({ "room": room, "id": "message-00000001", "text": "Hello" });
        assert_eq!(ada.browser.call("send_message", &message).await.json()["senderName"], "Ada Lovelace");
    });
}

#[test]
fn names_of_those_who_are_not_inside_and_names_that_are_none_are_refused() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let room = app.browser().new_meeting().await;
        let mut ada = Inside::new(app.browser(), addr, &room, "Ada").await;
        for name in ["", " \u{200B} ", &"x".repeat(65)] {
            let answer = ada.browser.call("set_name", &json!({ "room": room, "name": name })).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "invalid_participant_name"));
        }
        assert_eq!(ada.info(&room).await.name, "Ada");

        let (mut eve, mut bob) = (app.browser(), app.browser());
        bob.join(&room, "Bob").await;
        for stranger in [&mut eve, &mut bob] {
            let answer = stranger.call("set_name", &json!({ "room": room, "name": "Ada" })).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "not_in_meeting"));
        }
    });
}
