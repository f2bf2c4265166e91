//! What hosts did, as long as it is kept.

use axum::http::StatusCode;
use serde_json::json;
use server::meetings::Retention;
use server::store::Store;
use wire::RoomName;

use super::support::{App, RETENTION, run};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

#[test]
fn it_is_kept_as_long_as_the_operator_says() {
    run(async {
        for (days, kept) in [(30, vec!["unlock"]), (0, vec![])] {
            let app = App::keeping(Retention { audit_days: days, ..RETENTION }).await;
            let mut host = app.browser();
            let room = host.new_meeting().await;
            for locked in [true, false] {
                let what = json!({ "room": room, "what": { "rule": ["locked", locked] } });
                assert_eq!(host.call("moderate", &what).await.status, StatusCode::OK);
            }
            app.sql(&format!("UPDATE audit SET at_ms = at_ms - {} WHERE action = 'lock'", 31 * DAY_MS)).await;
            app.sql("UPDATE audit SET at_ms = at_ms - 1000 WHERE action = 'unlock'").await;
            let told = host.get(&format!("/api/rooms/{room}/audit")).await.json();
            let told: Vec<_> = told.as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
            assert_eq!(told, kept, "{days} days");

            app.state.meetings.forget().await.unwrap();
            let store = Store::open(&app.database.url).await.unwrap();
            let left = store.audit(&RoomName::parse(&room).unwrap(), 0).await.unwrap();
            let left: Vec<_> = left.iter().map(|entry| entry.action.as_str()).collect();
            assert_eq!(left, kept, "and no longer than that, {days} days");
            store.close().await;
        }
    });
}
