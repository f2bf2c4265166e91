//! Tokens that were kept: what they open after their owner was taken out, the meeting ended, or a role changed.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use livekit_protocol::{ParticipantInfo, signal_response};
use serde_json::json;
use server::clock;
use server::origin::Origin;
use server::state::Signalling;
use tokio_tungstenite::tungstenite::Error;

use super::accounts_revoked::is_out;
use super::door::room;
use super::moderation::inside;
use super::support::{App, Browser, Inside, connect, hear, listen, run, shared, tell, until};

/// How long somebody may be inside whom nothing of Parlour's keeps out.
const OUT_WITHIN: Duration = Duration::from_secs(2);

/// A kept token and the one that LiveKit itself has renewed.
async fn tokens(person: &mut Inside, room: &str) -> [String; 2] {
    let kept = person.browser.join(room, "Ada").await["participantToken"].as_str().unwrap().to_owned();
    let renewed = hear(&mut person.socket, |said| match said {
        signal_response::Message::RefreshToken(token) => Some(token),
        _ => None,
    });
    [kept, renewed.await]
}

pub(crate) async fn is_refused(addr: SocketAddr, token: &str) {
    match connect(addr, token).await {
        Err(Error::Http(response)) => assert_eq!(response.status(), StatusCode::FORBIDDEN),
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_was_taken_out_does_not_come_back_by_an_old_token() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({})).await;
        let addr = listen(&app).await;
        for (what, answer) in [("remove", "waiting"), ("ban", "refused")] {
            let mut ada = Inside::new(app.browser(), addr, &room, "Ada").await;
            let tokens = tokens(&mut ada, &room).await;
            host.moderate(&room, json!({ what: ada.identity })).await;
            until("she is out", async || inside(&room, &ada.identity).await.is_none().then_some(())).await;
            // LiveKit tells both alike: her page asks which it was.
            let status = ada.browser.call("room_status", &json!({ "room": room })).await.json();
            assert_eq!(status["banned"], answer == "refused");
            for token in &tokens {
                is_refused(addr, token).await;
                let validate = ada.browser.get(&format!("/rtc/validate?access_token={token}")).await;
                assert_eq!(validate.status, StatusCode::FORBIDDEN);
            }
            // Asking twice, and going away in between, changes nothing.
            for _ in 0..2 {
                let again = ada.browser.ask(&room, "Ada").await;
                assert!(again[answer].is_object(), "{again}");
                ada.browser.call("stop_waiting", &json!({ "room": room })).await;
                is_refused(addr, &tokens[0]).await;
            }
            // Done twice, it is still done.
            host.moderate(&room, json!({ what: ada.identity })).await;
        }
    });
}

/// LiveKit says that somebody's media flows. Here none does, so that the shared LiveKit itself would never say it.
async fn tell_of(app: &App, room: &str, person: &ParticipantInfo) {
    let event = json!({
        "event": "participant_joined", "id": format!("EV_{}", person.sid),
        "createdAt": (clock::now_ms() / 1_000).to_string(),
        "room": { "name": room },
        "participant": {
            "sid": person.sid, "identity": person.identity, "name": person.name,
            "joinedAtMs": person.joined_at_ms.to_string(),
        },
    });
    assert_eq!(tell(app, &event).await, 200, "{event}");
}

#[test]
fn who_comes_back_past_parlour_is_taken_out_as_soon_as_livekit_tells_of_them() {
    run(async {
        let address = shared().await.endpoint.borrow().url.replace("http://", "");
        let origin = Origin::new(false, &address).unwrap();
        // Browsers speak to this one alone: nothing of Parlour's stands before it.
        let app = App::with(|parts| parts.signalling = Signalling::External(origin)).await;
        let livekit: SocketAddr = address.parse().unwrap();
        let mut host = app.browser();
        let room = host.new_meeting().await;
        assert_eq!(host.join(&room, "Hedy").await["serverUrl"], format!("ws://{address}"));
        let mut host = Inside::new(host, livekit, &room, "Hedy").await;
        for what in ["remove", "ban"] {
            let mut ada = Inside::new(app.browser(), livekit, &room, "Ada").await;
            let tokens = tokens(&mut ada, &room).await;
            tell_of(&app, &room, &ada.info(&room).await).await;
            assert!(inside(&room, &ada.identity).await.is_some(), "she may be inside");
            host.moderate(&room, json!({ what: ada.identity })).await;
            is_out(&ada, &room).await;
            for token in &tokens {
                let _again = connect(livekit, token).await.expect("LiveKit knows nothing of it");
                let back = until("she is inside again", async || inside(&room, &ada.identity).await).await;
                let out = async {
                    tell_of(&app, &room, &back).await;
                    is_out(&ada, &room).await;
                };
                tokio::time::timeout(OUT_WITHIN, out).await.expect("soon");
                assert!(inside(&room, &host.identity).await.is_some());
            }
        }
        let mut ada = Inside::new(app.browser(), livekit, &room, "Ada").await;
        let tokens = tokens(&mut ada, &room).await;
        host.moderate(&room, json!("end")).await;
        until("it has ended", async || (!shared().await.has(&room).await).then_some(())).await;
        for token in &tokens {
            assert!(connect(livekit, token).await.is_err(), "LiveKit opens no room that Parlour has not asked for");
        }
    });
}

#[test]
fn an_ended_meeting_does_not_come_back_by_an_old_token_but_with_its_host() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({})).await;
        let addr = listen(&app).await;
        let mut ada = Inside::new(app.browser(), addr, &room, "Ada").await;
        let tokens = tokens(&mut ada, &room).await;
        host.moderate(&room, json!("end")).await;
        until("it has ended", async || (!shared().await.has(&room).await).then_some(())).await;
        for token in &tokens {
            is_refused(addr, token).await;
        }
        assert_eq!(ada.browser.ask(&room, "Ada").await["refused"]["code"], "meeting_ended");
        let rest = ada.browser.get(&format!("/api/connection-details?roomName={room}&participantName=Ada")).await;
        assert_eq!(rest.status, StatusCode::GONE);
        assert!(!shared().await.has(&room).await);

        assert!(host.browser.ask(&room, "Hedy").await["admitted"].is_object());
        assert!(ada.browser.ask(&room, "Ada").await["admitted"].is_object());
    });
}

#[test]
fn livekit_reads_the_token_that_was_checked() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({})).await;
        let addr = listen(&app).await;
        let mut ada = Inside::new(app.browser(), addr, &room, "Ada").await;
        let kept = ada.browser.join(&room, "Ada").await["participantToken"].as_str().unwrap().to_owned();
        let mut eve = app.browser();
        let elsewhere = eve.new_meeting().await;
        let good = eve.join(&elsewhere, "Eve").await["participantToken"].as_str().unwrap().to_owned();
        host.moderate(&room, json!({ "ban": ada.identity })).await;
        for (query, bearer, status) in [
            (String::new(), Some(&kept), 403),
            ("?access_token=x".to_owned(), Some(&kept), 400),
            (format!("?access_token={good}"), Some(&kept), 400),
            (format!("?access_token={good}&access_token={kept}"), None, 400),
            (format!("?access_token={good};x&access_token={kept}"), None, 400),
            (format!("?access_token={good}&publish=ghost"), None, 400),
            (format!("?access_token={good}"), None, 200),
            (String::new(), Some(&good), 200),
        ] {
            let mut request = Browser::request(Method::GET, &format!("/rtc/validate{query}"));
            if let Some(token) = bearer {
                request = request.header("authorization", format!("Bearer {token}"));
            }
            let answer = eve.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status.as_u16(), status, "{query} {}", bearer.is_some());
        }
    });
}

#[test]
fn rights_from_before_do_not_come_back_with_a_kept_token() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({})).await;
        let addr = listen(&app).await;
        let mut ada = Inside::new(app.browser(), addr, &room, "Ada").await;
        let kept = ada.browser.join(&room, "Ada").await["participantToken"].as_str().unwrap().to_owned();
        host.moderate(&room, json!({ "assign": [ada.identity, "student"] })).await;
        let _again = connect(addr, &kept).await.unwrap();
        until("she is inside again, as a guest by her token", async || {
            (ada.info(&room).await.attributes["parlour.role"] == "guest").then_some(())
        })
        .await;
        app.state.meetings.reconcile().await.unwrap();
        let now = ada.info(&room).await;
        assert_eq!(now.attributes["parlour.role"], "student");
        assert!(!now.permission.unwrap().can_publish);
    });
}
