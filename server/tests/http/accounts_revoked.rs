//! What ends with a session: calls, tokens and streams.

use std::net::SocketAddr;

use livekit_protocol::signal_response;

use super::kept_tokens::is_refused;
use super::moderation;
use super::support::{App, EMAIL, Events, Inside, PASSWORD, connect, hear, listen, run, shared, until};

/// Ada, who is signed in, in a meeting of her own.
async fn in_a_call() -> (App, SocketAddr, String, Inside) {
    let app = App::new().await;
    let addr = listen(&app).await;
    let mut ada = app.ada().await;
    let room = ada.new_meeting().await;
    let inside = Inside::new(ada, addr, &room, "Ada").await;
    (app, addr, room, inside)
}

/// What they came in by.
async fn token(inside: &mut Inside, room: &str) -> String {
    inside.browser.join(room, "Ada").await["participantToken"].as_str().unwrap().to_owned()
}

/// Waits until LiveKit has them no more.
pub(crate) async fn is_out(inside: &Inside, room: &str) {
    let gone = async || moderation::inside(room, &inside.identity).await.is_none().then_some(());
    until("the call is over", gone).await;
}

#[test]
fn whoever_is_signed_out_elsewhere_goes_out_of_the_call_and_their_token_with_them() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let mut ada = app.ada().await;
        let mut phone = app.browser();
        phone.sign_in(EMAIL, PASSWORD).await;
        let room = ada.new_meeting().await;
        let mut inside = Inside::new(phone, addr, &room, "Ada").await;
        let kept = token(&mut inside, &room).await;
        app.state.meetings.reconcile().await.unwrap();

        let mut heard = Events::open(&app, &inside.browser, &format!("/api/events?room={room}")).await;
        assert!(heard.next().await.is_some());
        ada.form("/settings/sessions/end-others", &[]).await;
        while heard.next().await.is_some() {}
        is_out(&inside, &room).await;
        is_refused(addr, &kept).await;
        until("a new token is good", async || {
            let token = ada.join(&room, "Ada").await["participantToken"].as_str().unwrap().to_owned();
            connect(addr, &token).await.ok()
        })
        .await;
    });
}

#[test]
fn whoever_signs_out_goes_out_of_the_call_with_token_and_stream() {
    run(async {
        let (app, addr, room, mut ada) = in_a_call().await;
        let kept = token(&mut ada, &room).await;
        let mut heard = Events::open(&app, &ada.browser, &format!("/api/events?room={room}")).await;
        assert!(heard.next().await.is_some());

        ada.browser.form("/signin/out", &[]).await;
        // Nobody waits for that: it is so when the page says it.
        is_refused(addr, &kept).await;
        while heard.next().await.is_some() {}
        is_out(&ada, &room).await;
    });
}

#[test]
fn a_call_goes_on_where_the_same_account_signs_in_again_and_ends_where_another_one_does() {
    run(async {
        let (app, addr, room, mut ada) = in_a_call().await;
        app.account("eve@example.org", "Eve").await;
        let kept = token(&mut ada, &room).await;
        ada.browser.sign_in(EMAIL, PASSWORD).await;
        let mut call = connect(addr, &kept).await.expect("it is the same person at the same browser");
        hear(&mut call, |said| matches!(said, signal_response::Message::Join(_)).then_some(())).await;

        ada.browser.sign_in("eve@example.org", PASSWORD).await;
        is_refused(addr, &kept).await;
        is_out(&ada, &room).await;
    });
}

#[test]
fn whoever_comes_back_before_it_is_carried_out_stays_and_keeps_their_token() {
    run(async {
        let (app, addr, room, mut ada) = in_a_call().await;
        let mut told = app.state.accounts.revocations();
        ada.browser.form("/signin/out", &[]).await;
        let revocation = told.recv().await.unwrap();
        is_out(&ada, &room).await;
        ada.browser.sign_in(EMAIL, PASSWORD).await;
        let (kept, mut call) = until("a new token is good", async || {
            let kept = token(&mut ada, &room).await;
            connect(addr, &kept).await.ok().map(|call| (kept, call))
        })
        .await;
        hear(&mut call, |said| matches!(said, signal_response::Message::Join(_)).then_some(())).await;

        // As late as when a whole class signs out.
        app.state.meetings.sign_out(&revocation.session, revocation.before_s).await.unwrap();
        app.state.meetings.reconcile().await.unwrap();
        assert!(moderation::inside(&room, &ada.identity).await.is_some());
        connect(addr, &kept).await.expect("it is of the new session");
    });
}

#[test]
fn a_call_ends_also_when_so_many_sign_out_that_one_gets_lost() {
    run(async {
        let app = App::new().await;
        let livekit = shared().await.endpoint.borrow().url.strip_prefix("http://").unwrap().parse().unwrap();
        let mut ada = app.ada().await;
        let room = ada.new_meeting().await;
        let mut ada = Inside::new(ada, livekit, &room, "Ada").await;
        // From here on nobody carries out what is told.
        app.state.shutdown.cancel();
        ada.browser.form("/signin/out", &[]).await;
        app.state.meetings.reconcile().await.unwrap();
        is_out(&ada, &room).await;
    });
}
