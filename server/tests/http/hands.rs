//! Raised hands: set by the server alone, for those who are inside, in the order in which they went up.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use livekit_api::services::room::UpdateParticipantOptions;
use livekit_protocol::request_response::Reason;
use livekit_protocol::{UpdateParticipantMetadata, signal_request, signal_response};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Error;
use wire::{HAND_ATTRIBUTE, ROLE_ATTRIBUTE, hand_raised_at_ms};

use super::support::{App, Inside, Livekit, connect, hear, listen, media_ports, run, say, shared};

impl Inside {
    async fn set_hand(&mut self, room: &str, raised: bool) {
        let answer = self.browser.call("set_hand", &json!({ "room": room, "raised": raised })).await;
        assert_eq!((answer.status, answer.json()), (StatusCode::OK, Value::Null));
    }

    async fn hand(&self, room: &str) -> Option<u64> {
        let value = self.info(room).await.attributes.remove(HAND_ATTRIBUTE)?;
        Some(hand_raised_at_ms(&value).unwrap_or_else(|| panic!("not a time: {value}")))
    }
}

#[test]
fn hands_stand_in_the_order_in_which_they_went_up() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let room = app.browser().new_meeting().await;
        let mut ada = Inside::new(app.browser(), addr, &room, "Ada").await;
        let mut bob = Inside::new(app.browser(), addr, &room, "Bob").await;
        assert_eq!((ada.hand(&room).await, bob.hand(&room).await), (None, None));

        ada.set_hand(&room, true).await;
        let first = ada.hand(&room).await.unwrap();
        assert!(server::clock::now_ms().abs_diff(first) < 60_000, "{first} is the server's time");
        bob.set_hand(&room, true).await;
        ada.set_hand(&room, true).await;
        assert_eq!(ada.hand(&room).await, Some(first), "raised again, it keeps its place");
        assert!(bob.hand(&room).await.unwrap() >= first);

        let told = hear(&mut bob.socket, |said| match said {
            signal_response::Message::Update(update) => {
                let ada = update.participants.into_iter().find(|person| person.identity == ada.identity)?;
                ada.attributes.get(HAND_ATTRIBUTE).cloned()
            }
            _ => None,
        });
        assert_eq!(told.await, first.to_string(), "LiveKit tells the others");

        for _ in 0..2 {
            ada.set_hand(&room, false).await;
            assert_eq!(ada.hand(&room).await, None, "nothing is left of it");
        }
        ada.set_hand(&room, true).await;
        assert!(ada.hand(&room).await > bob.hand(&room).await, "lowered and raised, it stands last");
    });
}

#[test]
fn a_hand_that_goes_up_again_stands_where_it_stood_until_somebody_lowers_it() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let room = app.browser().new_meeting().await;
        let mut ada = Inside::new(app.browser(), addr, &room, "Ada").await;
        let mut bob = Inside::new(app.browser(), addr, &room, "Bob").await;
        ada.set_hand(&room, true).await;
        let first = ada.hand(&room).await;
        bob.set_hand(&room, true).await;
        let second = bob.hand(&room).await;
        for (lowered, again, stays) in [(false, true, true), (true, true, false), (false, false, false)] {
            shared().await.rooms().remove_participant(&room, &ada.identity).await.unwrap();
            ada = Inside::new(ada.browser, addr, &room, "Ada").await;
            assert_eq!(ada.hand(&room).await, None, "it went with its owner");
            if lowered {
                ada.set_hand(&room, false).await;
            }
            let up = json!({ "room": room, "raised": true, "again": again });
            assert_eq!(ada.browser.call("set_hand", &up).await.status, StatusCode::OK);
            let now = ada.hand(&room).await;
            assert_eq!((now == first, now > second), (stays, !stays), "lowered: {lowered}, again: {again}");
        }
    });
}

#[test]
fn nobody_takes_a_place_before_they_come() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let mut early = app.browser();
        let room = app.browser().new_meeting().await;
        early.join(&room, "Ada").await;
        let up = json!({ "room": room, "raised": true, "again": true });
        assert_eq!(early.call("set_hand", &up).await.code(), "not_in_meeting", "admitted, and not there");
        let mut bob = Inside::new(app.browser(), addr, &room, "Bob").await;
        bob.set_hand(&room, true).await;
        let mut ada = Inside::new(early, addr, &room, "Ada").await;
        assert_eq!(ada.browser.call("set_hand", &up).await.status, StatusCode::OK);
        assert!(ada.hand(&room).await > bob.hand(&room).await);
    });
}

#[test]
fn nothing_but_the_hand_is_changed() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let room = app.browser().new_meeting().await;
        let mut ada = Inside::new(app.browser(), addr, &room, "Ada").await;
        let other = UpdateParticipantOptions {
            metadata: "kept".to_owned(),
            attributes: [("other".to_owned(), "kept".to_owned())].into(),
            ..UpdateParticipantOptions::default()
        };
        shared().await.rooms().update_participant(&room, &ada.identity, other).await.unwrap();
        let before = ada.info(&room).await;
        for raised in [true, false] {
            ada.set_hand(&room, raised).await;
            let now = ada.info(&room).await;
            assert_eq!(
                (&now.name, &now.metadata, &now.permission),
                (&before.name, &before.metadata, &before.permission)
            );
            assert_eq!(now.attributes["other"], "kept");
            assert_eq!(now.attributes[ROLE_ATTRIBUTE], "guest");
            assert_eq!(now.attributes.len(), if raised { 3 } else { 2 });
        }
        assert_eq!((before.name.as_str(), before.metadata.as_str()), ("Ada", "kept"));
    });
}

#[test]
fn only_those_inside_have_a_hand() {
    run(async {
        let app = App::new().await;
        let (mut ada, mut eve) = (app.browser(), app.browser());
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        for raised in [true, false] {
            let arguments = json!({ "room": room, "raised": raised });
            let strange = eve.call("set_hand", &arguments).await;
            assert_eq!((strange.status, strange.code().as_str()), (StatusCode::FORBIDDEN, "not_in_meeting"));
            // Admitted, but not there.
            let away = ada.call("set_hand", &arguments).await;
            assert_eq!((away.status, away.code().as_str()), (StatusCode::FORBIDDEN, "not_in_meeting"));
        }
        let nowhere = ada.call("set_hand", &json!({ "room": "abcd-efghj-kmnp", "raised": true })).await;
        assert_eq!((nowhere.status, nowhere.code().as_str()), (StatusCode::NOT_FOUND, "room_not_found"));
        let nonsense = ada.call("set_hand", &json!({ "room": room, "raised": "high" })).await;
        assert_eq!((nonsense.status, nonsense.code().as_str()), (StatusCode::BAD_REQUEST, "bad_request"));
    });
}

#[test]
fn one_who_was_never_let_in_raises_nobodys_hand() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let room = app.browser().new_meeting().await;
        let ada = Inside::new(app.browser(), addr, &room, "Ada").await;
        let answer = app.browser().call("set_hand", &json!({ "room": room, "raised": true })).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "not_in_meeting"));
        assert_eq!(ada.hand(&room).await, None);
    });
}

#[test]
fn a_participant_cannot_set_it_itself() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let room = app.browser().new_meeting().await;
        let token = app.browser().join(&room, "Eve").await["participantToken"].as_str().unwrap().to_owned();
        let attributes = URL_SAFE.encode(json!({ HAND_ATTRIBUTE: "1" }).to_string());
        match connect(addr, &format!("{token}&attributes={attributes}")).await {
            Err(Error::Http(response)) => assert_eq!(response.status(), StatusCode::UNAUTHORIZED),
            other => panic!("brought along: {other:?}"),
        }

        let mut eve = Inside::new(app.browser(), addr, &room, "Eve").await;
        let first = UpdateParticipantMetadata {
            attributes: [(HAND_ATTRIBUTE.to_owned(), "1".to_owned())].into(),
            request_id: 7,
            ..UpdateParticipantMetadata::default()
        };
        say(&mut eve.socket, signal_request::Message::UpdateMetadata(first)).await;
        let reason = hear(&mut eve.socket, |said| match said {
            signal_response::Message::RequestResponse(answer) if answer.request_id == 7 => Some(answer.reason()),
            _ => None,
        });
        assert_eq!(reason.await, Reason::NotAllowed);
        assert_eq!(eve.hand(&room).await, None);
    });
}

#[test]
fn without_livekit_a_hand_says_what_is_wrong() {
    run(async {
        let livekit = Livekit::start(media_ports()).await.unwrap();
        let app = App::on(&livekit, |_| {}).await;
        let mut ada = app.browser();
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        livekit.managed.stop().await;
        for raised in [true, false] {
            let answer = ada.call("set_hand", &json!({ "room": room, "raised": raised })).await;
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "media_unavailable"));
        }
    });
}
