//! Reports of browsers about their connections: believed of those inside, and of nobody in particular.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::support::{App, run};

fn report() -> Value {
    json!({ "lostPerMille": 5, "jitterMs": 4, "roundTripMs": 30, "sentKbps": 900, "receivedKbps": 2_500, "reconnects": 1 })
}

#[test]
fn only_those_inside_report_and_only_so_often() {
    run(async {
        let app = App::new().await;
        let (mut host, mut guest) = (app.browser(), app.browser());
        let room = host.new_meeting().await;
        guest.join(&room, "Eve").await;
        let path = format!("/api/rooms/{room}/quality");
        assert_eq!(guest.post(&path, &report()).await.status, StatusCode::NO_CONTENT);
        for (browser, why) in [(&mut app.browser(), "a stranger"), (&mut host, "a host who is not there")] {
            let answer = browser.post(&path, &report()).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "not_in_meeting"), "{why}");
        }
        let mut lie = report();
        lie["lostPerMille"] = json!(1_001);
        assert_eq!(guest.post(&path, &lie).await.code(), "bad_request");
        let mut last = None;
        for _ in 0..10 {
            last = Some(guest.post(&path, &report()).await);
        }
        let last = last.unwrap();
        assert_eq!((last.status, last.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "rate_limited"));
        assert!(last.header("retry-after").parse::<u64>().unwrap() <= 3);
        host.post(&format!("/api/rooms/{room}/end"), &Value::Null).await;
        let mut other = app.browser();
        assert_eq!(other.post(&path, &report()).await.code(), "not_in_meeting");
    });
}
