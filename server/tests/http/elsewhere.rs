//! One person in two browsers: the call moves when they say so, and not before.

use axum::http::StatusCode;
use livekit_protocol::signal_response;
use serde_json::{Value, json};

use tokio_tungstenite::tungstenite::Error;

use super::support::{App, Browser, EMAIL, Inside, PASSWORD, connect, hear, listen, run, until};

/// What a page of this browser is told that wants in.
async fn asks(browser: &mut Browser, room: &str, move_here: bool) -> Value {
    browser.call("join_room", &json!({ "room": room, "name": "Ada", "move_here": move_here })).await.json()
}

#[test]
fn a_call_in_another_browser_is_asked_about_and_moves_when_the_person_says_so() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let mut laptop = app.ada().await;
        let mut phone = app.browser();
        phone.sign_in(EMAIL, PASSWORD).await;
        let room = laptop.new_meeting().await;
        let mut laptop = Inside::new(laptop, addr, &room, "Ada").await;
        assert_eq!(laptop.info(&room).await.attributes["parlour.seat"].len(), 16);

        assert_eq!(asks(&mut phone, &room, false).await["refused"]["code"], "in_call_elsewhere");
        let again = asks(&mut laptop.browser, &room, false).await;
        assert_eq!(again["admitted"]["identity"], laptop.identity, "who comes back is not asked");
        let laptops = again["admitted"]["details"]["participantToken"].as_str().unwrap();

        let moved = asks(&mut phone, &room, true).await;
        assert_eq!(moved["admitted"]["identity"], laptop.identity);
        let mut call = connect(addr, moved["admitted"]["details"]["participantToken"].as_str().unwrap()).await.unwrap();
        hear(&mut call, |said| matches!(said, signal_response::Message::Join(_)).then_some(())).await;
        // The laptop, which may have been away meanwhile, does not take the call back by itself.
        assert_eq!(asks(&mut laptop.browser, &room, false).await["refused"]["code"], "in_call_elsewhere");
        // Nor by a token that it still has; times are in seconds, so the phone comes in until it is later.
        let phones = moved["admitted"]["details"]["participantToken"].as_str().unwrap();
        let refused = until("the laptop's token is older", async || {
            let mut call = connect(addr, phones).await.unwrap();
            hear(&mut call, |said| matches!(said, signal_response::Message::Join(_)).then_some(())).await;
            match connect(addr, laptops).await {
                Err(Error::Http(response)) => Some(response.status()),
                _ => None,
            }
        });
        assert_eq!(refused.await, StatusCode::FORBIDDEN);
        let back = asks(&mut laptop.browser, &room, true).await;
        connect(addr, back["admitted"]["details"]["participantToken"].as_str().unwrap()).await.unwrap();
    });
}

#[test]
fn other_programs_and_guests_are_not_asked() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let ada = app.ada().await;
        let mut phone = app.browser();
        phone.sign_in(EMAIL, PASSWORD).await;
        let room = app.browser().new_meeting().await;
        let _ada = Inside::new(ada, addr, &room, "Ada").await;
        let details = format!("/api/connection-details?roomName={room}&participantName=Ada");
        assert_eq!(phone.get(&details).await.status, StatusCode::OK);

        let mut guest = Inside::new(app.browser(), addr, &room, "Bob").await;
        assert!(!guest.info(&room).await.attributes.contains_key("parlour.seat"));
        let again = asks(&mut guest.browser, &room, false).await;
        assert_eq!(again["admitted"]["identity"], guest.identity);
    });
}
