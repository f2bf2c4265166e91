//! Who is inside: LiveKit's events, however they come, and its own list.

use std::time::Duration;

use axum::http::StatusCode;
use livekit_protocol::participant_info::State;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use server::clock;
use server::meetings::doorsteps::Watch;
use server::meetings::identity::Session;
use server::store::Stay;
use tokio_util::sync::CancellationToken;
use wire::RoomName;

use super::support::{App, DEADLINE, Inside, Livekit, listen, media_ports, program_of, run, shared, tell, until};

/// A meeting whose LiveKit is this test.
struct Told {
    app: App,
    room: RoomName,
}

impl Told {
    async fn new() -> Self {
        let app = App::new().await;
        let room = RoomName::parse(&app.browser().new_meeting().await).unwrap();
        Self { app, room }
    }

    /// An event about somebody who came some seconds ago, told now.
    fn event(&self, event: &str, id: &str, sid: &str, joined_ago_s: u64) -> Value {
        let now_ms = clock::now_ms();
        json!({
            "event": event, "id": id, "createdAt": (now_ms / 1_000).to_string(),
            "room": { "sid": "RM_1", "name": self.room },
            "participant": {
                "sid": sid, "identity": format!("identity of {sid}"), "name": format!("name of {sid}"),
                "joinedAtMs": (now_ms - joined_ago_s * 1_000).to_string(),
            },
        })
    }

    async fn hear(&self, event: &Value) {
        assert_eq!(tell(&self.app, event).await, 200, "{event}");
    }

    async fn joined(&self, sid: &str, joined_ago_s: u64) {
        self.hear(&self.event("participant_joined", &format!("EV_joined_{sid}"), sid, joined_ago_s)).await;
    }

    async fn left(&self, sid: &str, joined_ago_s: u64) {
        self.hear(&self.event("participant_left", &format!("EV_left_{sid}"), sid, joined_ago_s)).await;
    }

    async fn inside(&self) -> Vec<String> {
        sids(&self.app.state.meetings.inside(&self.room).await.unwrap())
    }
}

/// Watches a door, at which everybody looks again when somebody may have come or gone.
async fn watch(app: &App, room: &RoomName) -> Watch {
    let mut door = app.state.meetings.watch_door(&Session::fresh().unwrap(), room.as_str()).await.unwrap();
    door.changed().await; // one's own coming
    door
}

/// Whether something has changed there since this was asked.
async fn has_changed(door: &mut Watch) -> bool {
    tokio::time::timeout(Duration::ZERO, door.changed()).await.is_ok()
}

fn sids(stays: &[Stay]) -> Vec<String> {
    stays.iter().map(|stay| stay.sid.clone()).collect()
}

#[test]
fn an_event_is_applied_once_however_often_it_comes() {
    run(async {
        let told = Told::new().await;
        let mut door = watch(&told.app, &told.room).await;
        let joined = told.event("participant_joined", "EV_1", "PA_1", 60);
        let (one, other, third) =
            tokio::join!(tell(&told.app, &joined), tell(&told.app, &joined), tell(&told.app, &joined));
        assert_eq!((one, other, third), (200, 200, 200), "at once");
        assert_eq!(told.inside().await, ["PA_1"]);
        assert!(has_changed(&mut door).await, "whoever listens hears it");

        told.hear(&joined).await;
        assert!(!has_changed(&mut door).await, "nothing has changed");
        told.left("PA_1", 60).await;
        assert_eq!(told.inside().await, [""; 0]);
        told.hear(&joined).await;
        told.joined("PA_1", 60).await;
        assert_eq!(told.inside().await, [""; 0], "nor does it bring anybody back, whatever its id");

        // What came with the same id is the same event, whatever it says.
        told.hear(&told.event("participant_joined", "EV_1", "PA_2", 60)).await;
        assert_eq!(told.inside().await, [""; 0]);
    });
}

#[test]
fn the_order_of_events_does_not_matter() {
    run(async {
        let told = Told::new().await;
        told.left("PA_1", 60).await;
        told.joined("PA_1", 60).await;
        assert_eq!(told.inside().await, [""; 0], "gone before they came");
        told.joined("PA_2", 30).await;
        told.joined("PA_3", 40).await;
        assert_eq!(told.inside().await, ["PA_3", "PA_2"], "in order of arrival, not of the news of it");

        // Ada comes back before it is told that she left: LiveKit has an identity once.
        let mut back = told.event("participant_joined", "EV_back", "PA_4", 10);
        back["participant"]["identity"] = json!("identity of PA_2");
        told.hear(&back).await;
        assert_eq!(told.inside().await, ["PA_3", "PA_4"]);
        let mut before = told.event("participant_joined", "EV_before", "PA_0", 50);
        before["participant"]["identity"] = json!("identity of PA_2");
        told.hear(&before).await;
        assert_eq!(told.inside().await, ["PA_3", "PA_4"], "nor does an earlier stay become the present one");
    });
}

#[test]
fn an_ended_room_is_empty() {
    run(async {
        let told = Told::new().await;
        told.joined("PA_1", 60).await;
        told.hear(&told.event("participant_connection_aborted", "EV_2", "PA_2", 20)).await;
        let mut finished = told.event("room_finished", "EV_3", "", 0);
        finished.as_object_mut().unwrap().remove("participant");
        finished["createdAt"] = json!((clock::now_ms() / 1_000 - 30).to_string());
        told.joined("PA_3", 10).await;
        told.hear(&finished).await;
        assert_eq!(told.inside().await, ["PA_3"], "they came into the next room of this name");
    });
}

#[test]
fn the_end_of_a_meeting_that_is_told_again_ends_no_other() {
    run(async {
        let told = Told::new().await;
        let mut finished = told.event("room_finished", "EV_1", "", 0);
        finished.as_object_mut().unwrap().remove("participant");
        let meeting = async || told.app.state.meetings.find(&told.room).await.unwrap().meeting;
        assert_eq!(meeting().await, 1);
        told.hear(&finished).await;
        assert_eq!(meeting().await, 2);
        told.hear(&finished).await;
        assert_eq!(meeting().await, 2, "it is the same event");
        finished["id"] = json!("EV_2");
        finished["createdAt"] = json!((clock::now_ms() / 1_000 - 30).to_string());
        told.hear(&finished).await;
        assert_eq!(meeting().await, 2, "it speaks of a meeting before this one");
    });
}

#[test]
fn what_is_nobody_is_not_counted() {
    run(async {
        let told = Told::new().await;
        for (n, about) in [
            json!({ "permission": { "hidden": true } }),
            json!({ "permission": { "recorder": true } }),
            json!({ "kind": "EGRESS" }),
            json!({ "kind": "INGRESS" }),
            json!({ "kind": "AGENT" }),
            json!({ "kind": "NOT_YET_INVENTED" }),
        ]
        .into_iter()
        .enumerate()
        {
            let mut joined = told.event("participant_joined", &format!("EV_{n}"), &format!("PA_{n}"), 5);
            joined["participant"].as_object_mut().unwrap().extend(about.as_object().unwrap().clone());
            told.hear(&joined).await;
        }
        assert_eq!(told.inside().await, [""; 0]);
        let mut telephone = told.event("participant_joined", "EV_t", "PA_t", 5);
        telephone["participant"]["kind"] = json!("SIP");
        told.hear(&telephone).await;
        assert_eq!(told.inside().await, ["PA_t"]);
    });
}

#[test]
fn events_from_another_time_or_of_another_house_change_nothing() {
    run(async {
        let told = Told::new().await;
        let now_s = clock::now_ms() / 1_000;
        for (at_s, status) in [(now_s - 620, 410), (now_s + 620, 410), (now_s - 580, 200)] {
            let mut event = told.event("participant_joined", &format!("EV_{at_s}"), &format!("PA_{at_s}"), 5);
            event["createdAt"] = json!(at_s.to_string());
            assert_eq!(tell(&told.app, &event).await, status, "{at_s} at {now_s}");
        }
        assert_eq!(told.inside().await, [format!("PA_{}", now_s - 580)]);
        for (member, value) in
            [("id", json!("")), ("id", Value::Null), ("createdAt", json!("now")), ("createdAt", json!("0"))]
        {
            let mut event = told.event("participant_joined", "EV_1", "PA_1", 5);
            event[member] = value;
            assert_eq!(tell(&told.app, &event).await, 400, "{event}");
        }
        let mut elsewhere = told.event("participant_joined", "EV_2", "PA_2", 5);
        elsewhere["room"]["name"] = json!("somebody-elses");
        told.hear(&elsewhere).await;
        let mut nobody = told.event("participant_joined", "EV_3", "", 5);
        told.hear(&nobody).await;
        nobody.as_object_mut().unwrap().remove("room");
        told.hear(&nobody).await;
        assert_eq!(told.inside().await.len(), 1);
    });
}

#[test]
fn what_was_never_told_is_found_by_asking() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let room = app.browser().new_meeting().await;
        let name = RoomName::parse(&room).unwrap();
        let meetings = &app.state.meetings;
        // No webhook of the shared LiveKit comes here.
        let ada = Inside::new(app.browser(), addr, &room, "Ada").await;
        let bob = Inside::new(app.browser(), addr, &room, "Bob").await;
        assert_eq!(meetings.inside(&name).await.unwrap(), []);
        let mut door = watch(&app, &name).await;
        meetings.reconcile().await.unwrap();
        assert!(has_changed(&mut door).await);
        let inside = meetings.inside(&name).await.unwrap();
        assert_eq!(inside.iter().map(|stay| stay.name.as_str()).collect::<Vec<_>>(), ["Ada", "Bob"]);
        let info = ada.info(&room).await;
        assert_ne!(info.state(), State::Disconnected);
        assert_eq!((&inside[0].sid, &inside[0].identity.0), (&info.sid, &ada.identity));
        assert_eq!(inside[0].joined_at_ms, info.joined_at_ms.cast_unsigned(), "LiveKit's own time");

        meetings.reconcile().await.unwrap();
        assert!(!has_changed(&mut door).await, "what is so is no news");
        shared().await.rooms().remove_participant(&room, &ada.identity).await.unwrap();
        until("LiveKit has removed Ada", async || {
            let left = shared().await.rooms().list_participants(&room).await.unwrap();
            (left.len() == 1).then_some(())
        })
        .await;
        meetings.reconcile().await.unwrap();
        assert!(has_changed(&mut door).await);
        let still = meetings.inside(&name).await.unwrap();
        assert_eq!(still.iter().map(|stay| stay.identity.0.as_str()).collect::<Vec<_>>(), [&bob.identity]);

        // LiveKit's word, when it comes after all, is better than what was concluded.
        let told = Told { app, room: name };
        let mut left = told.event("participant_left", "EV_1", &info.sid, 0);
        left["participant"]["joinedAtMs"] = json!(info.joined_at_ms.to_string());
        left["participant"]["identity"] = json!(ada.identity);
        told.hear(&left).await;
        assert_eq!(told.inside().await, [still[0].sid.clone()]);
    });
}

#[test]
fn a_meeting_that_fails_does_not_keep_the_others_from_being_put_right() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let room = app.browser().new_meeting().await;
        let bob = Inside::new(app.browser(), addr, &room, "Bob").await;
        let over = app.browser().new_meeting().await;
        let mut eve = app.browser();
        eve.join(&over, "Eve").await;
        shared().await.rooms().delete_room(&over).await.unwrap();
        let now_ms = clock::now_ms();
        app.sql(&format!(
            "INSERT INTO presences (room, sid, identity, name, kind, joined_at_ms, left_at_ms, told_at_ms)
             VALUES ('{over}', 'PA_1', 'eve', 'Eve', 'person', {}, {}, {now_ms})",
            now_ms - 600_000,
            now_ms - 400_000,
        ))
        .await;
        app.sql(&format!("UPDATE admissions SET role = 'king' WHERE identity = '{}'", bob.identity)).await;
        // This one remembers nobody, and cannot read who he is.
        let again = App::over(&app).await;
        assert!(again.state.meetings.reconcile().await.is_err(), "it is told");
        let mut browser = again.browser();
        browser.set_cookie("parlour_session", eve.cookie("parlour_session").unwrap());
        let people = browser.get(&format!("/api/rooms/{over}/participants")).await;
        assert_eq!(people.code(), "not_in_meeting", "that meeting is over, whatever is wrong with the other one");
    });
}

#[test]
fn everybody_has_left_a_livekit_that_was_started_anew() {
    run(async {
        let livekit = Livekit::start(media_ports()).await.unwrap();
        let app = App::on(&livekit, |_| {}).await;
        let addr = listen(&app).await;
        let room = app.browser().new_meeting().await;
        let name = RoomName::parse(&room).unwrap();
        let _ada = Inside::new(app.browser(), addr, &room, "Ada").await;
        let mut door = watch(&app, &name).await;
        let (stop, state) = (CancellationToken::new(), app.state.clone());
        let keeping = tokio::spawn({
            let stop = stop.clone();
            async move { state.meetings.keep_presence(stop).await }
        });
        tokio::time::timeout(DEADLINE, door.changed()).await.expect("Ada is found at the start");
        assert_eq!(app.state.meetings.inside(&name).await.unwrap().len(), 1);
        kill_process(Pid::from_raw(program_of(livekit.data.path())).unwrap(), Signal::KILL).unwrap();
        tokio::time::timeout(DEADLINE, door.changed()).await.expect("and missed when LiveKit ended");
        assert_eq!(app.state.meetings.inside(&name).await.unwrap(), []);
        stop.cancel();
        keeping.await.unwrap();
        livekit.managed.stop().await;
    });
}

#[test]
fn a_page_before_joining_sees_who_is_inside_at_once() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let room = app.browser().new_meeting().await;
        let _ada = Inside::new(app.browser(), addr, &room, "Ada").await;
        let status = app.browser().call("room_status", &json!({ "room": room })).await;
        assert_eq!(status.status, StatusCode::OK);
        assert_eq!(status.json()["inside"], json!(["Ada"]), "nothing was told, and nothing was asked before");
    });
}
