//! Meetings whose hosts have gone: who takes over.

use serde_json::json;

use super::door::room;
use super::moderation::inside;
use super::support::{App, EMAIL, Inside, PASSWORD, listen, run, shared, until};

/// Everything was two minutes earlier.
async fn two_minutes_later(app: &App) {
    app.sql("UPDATE presences SET joined_at_ms = joined_at_ms - 120000, left_at_ms = left_at_ms - 120000").await;
}

#[test]
fn when_no_host_is_left_somebody_who_is_known_takes_over() {
    run(async {
        let app = App::new().await;
        let (host, room) = room(&app, json!({})).await;
        let addr = listen(&app).await;
        let guest = Inside::new(app.browser(), addr, &room, "Eve").await;
        let mut ada = Inside::new(app.ada().await, addr, &room, "Ada").await;
        let meetings = &app.state.meetings;
        meetings.reconcile().await.unwrap();
        shared().await.rooms().remove_participant(&room, &host.identity).await.unwrap();
        until("the host has gone", async || inside(&room, &host.identity).await.is_none().then_some(())).await;
        meetings.reconcile().await.unwrap();
        meetings.hand_over().await.unwrap();
        assert_eq!(
            ada.info(&room).await.attributes["parlour.role"],
            "participant",
            "whoever lost the connection comes back"
        );

        two_minutes_later(&app).await;
        meetings.hand_over().await.unwrap();
        assert_eq!(ada.info(&room).await.attributes["parlour.role"], "host");
        assert_eq!(guest.info(&room).await.attributes["parlour.role"], "guest");
        ada.moderate(&room, json!({ "mute": guest.identity })).await;
        let log = ada.browser.get(&format!("/api/rooms/{room}/audit")).await.json();
        assert_eq!((&log[1]["action"], &log[1]["actorName"]), (&json!("took_over"), &json!("Ada")));
    });
}

#[test]
fn a_meeting_that_fails_does_not_keep_the_others_from_their_host() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        app.account(EMAIL, "Ada").await;
        let mut rooms = [app.browser().new_meeting().await, app.browser().new_meeting().await];
        rooms.sort_unstable();
        let mut people = Vec::new();
        for room in &rooms {
            let mut browser = app.browser();
            browser.sign_in(EMAIL, PASSWORD).await;
            people.push(Inside::new(browser, addr, room, "Ada").await);
        }
        app.state.meetings.reconcile().await.unwrap();
        two_minutes_later(&app).await;
        app.sql(&format!("UPDATE rooms SET history = 'whim' WHERE name = '{}'", rooms[0])).await;
        // This one remembers nothing, and cannot read the first.
        let again = App::over(&app).await;
        assert!(again.state.meetings.hand_over().await.is_err(), "it is told");
        assert_eq!(people[0].info(&rooms[0]).await.attributes["parlour.role"], "participant");
        assert_eq!(people[1].info(&rooms[1]).await.attributes["parlour.role"], "host");
    });
}
