//! Attendance: who was there and for how long, for the host alone.

use axum::http::StatusCode;
use serde_json::{Value, json};
use server::clock;
use server::meetings::Retention;
use server::store::Store;
use wire::Identity;

use super::support::{App, Browser, RETENTION, run, tell};

pub(crate) fn event(event: &str, room: &str, sid: &str, name: &str, joined_at_ms: u64, at_ms: u64) -> Value {
    json!({
        "event": event, "id": format!("EV_{event}_{sid}"), "createdAt": (at_ms / 1_000).to_string(),
        "room": { "name": room },
        "participant": { "sid": sid, "identity": sid, "name": name, "joinedAtMs": joined_at_ms.to_string() },
    })
}

async fn lines(host: &mut Browser, room: &str) -> Vec<String> {
    let answer = host.get(&format!("/api/rooms/{room}/attendance")).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let text = answer.text();
    assert!(text.ends_with("\r\n"));
    text.split_terminator("\r\n").map(str::to_owned).collect()
}

#[test]
fn the_host_gets_a_line_for_each_stay() {
    run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        assert_eq!(lines(&mut host, &room).await, ["name,joined,left,minutes"]);
        let now = clock::now_ms() / 1_000 * 1_000;
        let (came, went) = (now - 540_000, now - 90_000);
        for event in [
            event("participant_left", &room, "PA_1", "=SUM(\"A1\")", came, went),
            event("participant_joined", &room, "PA_1", "=SUM(\"A1\")", came, came),
            event("participant_joined", &room, "PA_2", "Ada, Countess", now - 60_000, now - 60_000),
        ] {
            assert_eq!(tell(&app, &event).await, 200);
        }
        let (came_at, went_at, joined_at) = (clock::rfc3339(came), clock::rfc3339(went), clock::rfc3339(now - 60_000));
        let told = lines(&mut host, &room).await;
        assert_eq!(told[1], format!("\"'=SUM(\"\"A1\"\")\",{came_at},{went_at},7.5"));
        let start = format!("\"Ada, Countess\",{joined_at},,");
        let minutes: f64 = told[2].strip_prefix(&start).unwrap_or_else(|| panic!("{told:?}")).parse().unwrap();
        assert!((1.0..1.6).contains(&minutes), "{minutes} minutes until now");
        assert_eq!(told.len(), 3);

        let answer = host.get(&format!("/api/rooms/{room}/attendance")).await;
        assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"attendance.csv\"");
        assert_eq!(answer.header("cache-control"), "no-store");
    });
}

#[test]
fn nobody_else_does() {
    run(async {
        let app = App::new().await;
        let (mut host, mut guest) = (app.browser(), app.browser());
        let room = host.new_meeting().await;
        guest.join(&room, "Eve").await;
        guest.new_meeting().await;
        for (browser, why) in [(&mut guest, "not_allowed"), (&mut app.browser(), "not_in_meeting")] {
            let answer = browser.get(&format!("/api/rooms/{room}/attendance")).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, why));
        }
        let nowhere = host.get("/api/rooms/abcd-efghj-kmnp/attendance").await;
        assert_eq!((nowhere.status, nowhere.code().as_str()), (StatusCode::NOT_FOUND, "room_not_found"));
        let nonsense = host.get("/api/rooms/%00/attendance").await;
        assert_eq!((nonsense.status, nonsense.code().as_str()), (StatusCode::BAD_REQUEST, "invalid_room_name"));
    });
}

#[test]
fn it_is_kept_as_long_as_the_operator_says() {
    run(async {
        let day = 24 * 60 * 60 * 1_000;
        for (days, kept) in [(90, vec!["\"last week", "\"just now", "\"still here"]), (0, vec!["\"still here"])] {
            let app = App::keeping(Retention { attendance_days: days, ..RETENTION }).await;
            let mut host = app.browser();
            let room = host.new_meeting().await;
            let name = wire::RoomName::parse(&room).unwrap();
            let store = Store::open(&app.database.url).await.unwrap();
            let now = clock::now_ms();
            for (who, left_ago_ms) in [("last year", 365 * day), ("last week", 7 * day), ("just now", 1_000)] {
                let participant = server::store::Participant {
                    sid: who.to_owned(),
                    identity: Identity(who.to_owned()),
                    name: who.to_owned(),
                    kind: server::store::Kind::Person,
                    joined_at_ms: now - left_ago_ms - 60_000,
                };
                let left = server::store::Change::Left(participant, now - left_ago_ms);
                assert!(store.apply_event(who, &name, &left).await.unwrap());
            }
            assert_eq!(tell(&app, &event("participant_joined", &room, "PA_1", "still here", now, now)).await, 200);
            let starts = async |host: &mut Browser| -> Vec<String> {
                let lines = lines(host, &room).await;
                lines[1..].iter().map(|line| line.split("\",").next().unwrap().to_owned()).collect()
            };
            assert_eq!(starts(&mut host).await, kept, "{days} days");
            app.state.meetings.forget().await.unwrap();
            assert_eq!(starts(&mut host).await, kept, "{days} days");
            let mut left: Vec<String> =
                store.stays(&name, 0).await.unwrap().into_iter().map(|stay| stay.name).collect();
            left.retain(|name| name != "still here" && name != "just now");
            assert_eq!(
                left,
                if days == 0 { vec![] } else { vec!["last week"] },
                "and no longer than that, {days} days"
            );
            store.close().await;
        }
    });
}

#[test]
fn a_parlour_that_was_away_does_not_count_the_time() {
    run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let now = clock::now_ms() / 1_000 * 1_000;
        assert_eq!(tell(&app, &event("participant_joined", &room, "PA_1", "Ada", now, now)).await, 200);
        // Hours later, say, LiveKit has nobody of that sid: Ada was inside when LiveKit spoke of her last.
        let store = Store::open(&app.database.url).await.unwrap();
        let name = wire::RoomName::parse(&room).unwrap();
        assert!(store.reconcile(&name, clock::now_ms() + 3_600_000, &[]).await.unwrap());
        let told = lines(&mut host, &room).await;
        let minutes: f64 = told[1].rsplit(',').next().unwrap().parse().unwrap();
        assert!(minutes < 1.0, "{told:?}");
        store.close().await;
    });
}
