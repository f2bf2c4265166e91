//! The door: who comes in, who waits, and what is told to both sides of it.

use std::net::Ipv4Addr;

use axum::http::StatusCode;
use serde_json::{Value, json};
use server::error::Error;
use server::meetings::identity::Session;
use server::meetings::{Admittance, Knock};
use server::network::Network;
use wire::{DisplayName, ErrorCode, RoomName};

use super::support::{App, Browser, Events, Inside, listen, run};

/// A room whose door is set by its host, who is inside.
pub(crate) async fn room(app: &App, rules: Value) -> (Inside, String) {
    let addr = listen(app).await;
    let mut host = app.browser();
    let room = host.new_meeting().await;
    let mut host = Inside::new(host, addr, &room, "Hedy").await;
    for (rule, on) in rules.as_object().unwrap() {
        host.moderate(&room, json!({ "rule": [rule, on] })).await;
    }
    (host, room)
}

impl Inside {
    /// Does what a host may do.
    pub(crate) async fn moderate(&mut self, room: &str, what: Value) {
        let answer = self.browser.call("moderate", &json!({ "room": room, "what": what })).await;
        assert_eq!(answer.status, StatusCode::OK, "{what}: {answer:?}");
    }
}

impl Browser {
    /// Asks to be let in.
    pub(crate) async fn ask(&mut self, room: &str, name: &str) -> Value {
        self.call("join_room", &json!({ "room": room, "name": name })).await.json()
    }
}

fn events(room: &str) -> String {
    format!("/api/events?room={room}")
}

fn waits(news: &Value) -> Option<(u64, bool)> {
    let place = news.get("waiting")?;
    Some((place["place"].as_u64()?, place["attended"].as_bool()?))
}

/// Those who wait: name, note and identity.
fn queue(news: &Value) -> Option<Vec<[String; 3]>> {
    let told = |one: &Value| ["name", "note", "identity"].map(|key| one[key].as_str().unwrap().to_owned());
    Some(news["queue"].as_array()?.iter().map(told).collect())
}

#[test]
fn whoever_waits_is_seen_let_in_and_comes_back_without_asking() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({ "ask": true })).await;
        let (mut ada, mut bob) = (app.browser(), app.browser());
        let mut watch = Events::open(&app, &host.browser, &events(&room)).await;
        assert!(watch.door(queue).await.is_empty());

        assert_eq!(ada.ask(&room, "Ada").await, json!({ "waiting": { "place": 1, "attended": true } }));
        let mut adas = Events::open(&app, &ada, &events(&room)).await;
        assert_eq!(adas.door(waits).await, (1, true));
        assert_eq!(bob.ask(&room, "Bob").await, json!({ "waiting": { "place": 2, "attended": true } }));
        let mut bobs = Events::open(&app, &bob, &events(&room)).await;
        assert_eq!(bobs.door(waits).await, (2, true));
        let note = json!({ "room": room, "note": " late,\nsorry " });
        assert_eq!(bob.call("leave_note", &note).await.status, StatusCode::OK);
        let noted = |news: &Value| queue(news).filter(|queue| queue.iter().any(|[_, note, _]| note == "late, sorry"));
        let queue = watch.door(noted).await;
        assert_eq!(queue.iter().map(|[name, ..]| name.as_str()).collect::<Vec<_>>(), ["Ada", "Bob"]);

        host.moderate(&room, json!({ "admit": queue[0][2] })).await;
        adas.door(|news| (news == "decided").then_some(())).await;
        bobs.door(|news| (waits(news)?.0 == 1).then_some(())).await;
        assert!(ada.ask(&room, "Ada").await["admitted"].is_object());

        // Locked, she comes back all the same; who waits is told, and nobody new comes in.
        host.moderate(&room, json!({ "rule": ["locked", true] })).await;
        assert!(ada.ask(&room, "Ada").await["admitted"].is_object());
        bobs.door(|news| (news == "decided").then_some(())).await;
        assert_eq!(bob.ask(&room, "Bob").await["refused"]["code"], "locked");

        host.moderate(&room, json!({ "rule": ["locked", false] })).await;
        host.moderate(&room, json!({ "rule": ["ask", false] })).await;
        assert!(app.browser().ask(&room, "Eve").await["admitted"].is_object(), "open again");
    });
}

#[test]
fn who_goes_away_waits_no_longer_and_who_was_not_let_in_is_told() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({ "ask": true })).await;
        let (mut ada, mut bob) = (app.browser(), app.browser());
        let mut watch = Events::open(&app, &host.browser, &events(&room)).await;
        ada.ask(&room, "Ada").await;
        bob.ask(&room, "Bob").await;
        let mut adas = Events::open(&app, &ada, &events(&room)).await;
        let _bobs = Events::open(&app, &bob, &events(&room)).await;
        let two = watch.door(|news| queue(news).filter(|queue| queue.len() == 2)).await;

        assert_eq!(bob.call("stop_waiting", &json!({ "room": room })).await.status, StatusCode::OK);
        watch.door(|news| (queue(news)?.len() == 1).then_some(())).await;

        host.moderate(&room, json!({ "deny": two[0][2] })).await;
        adas.door(|news| (news == "decided").then_some(())).await;
        assert_eq!(ada.ask(&room, "Ada").await["refused"]["code"], "denied");
        let again = ada.get(&format!("/api/connection-details?roomName={room}&participantName=Ada")).await;
        assert_eq!((again.status, again.json()["code"].as_str()), (StatusCode::FORBIDDEN, Some("denied")));
    });
}

#[test]
fn without_a_host_those_who_wait_know_it_and_who_is_inside_stays_inside() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({})).await;
        let mut ada = app.browser();
        let status = json!({ "room": room });
        let told = ada.call("room_status", &status).await.json();
        assert_eq!((&told["inside"], &told["busy"]), (&json!(["Hedy"]), &json!(true)));

        host.moderate(&room, json!({ "rule": ["ask", true] })).await;
        let told = ada.call("room_status", &status).await.json();
        assert_eq!(
            (&told["inside"], &told["busy"]),
            (&json!([]), &json!(true)),
            "names are for those who would be let in"
        );
        let rest = ada.get(&format!("/api/connection-details?roomName={room}&participantName=Ada")).await;
        assert_eq!((rest.status, rest.json()["code"].as_str()), (StatusCode::FORBIDDEN, Some("ask_to_join")));

        super::support::shared().await.rooms().remove_participant(&room, &host.identity).await.unwrap();
        let mut eve = app.browser();
        let alone = super::support::until("the host has gone", async || {
            let told = eve.ask(&room, "Eve").await;
            (told["waiting"]["attended"] == false).then_some(told)
        });
        assert_eq!(alone.await["waiting"]["place"], 1);
    });
}

#[test]
fn a_program_waits_and_decides_by_rest() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({ "ask": true })).await;
        let mut ada = app.browser();
        let body = json!({ "roomName": room, "participantName": "Ada" });
        let waits = ada.post("/api/connection-details", &body).await;
        assert_eq!(waits.status, StatusCode::ACCEPTED, "{waits:?}");
        let waits = waits.json();
        assert_eq!(waits["eventsUrl"], format!("http://127.0.0.1:3000/api/events?room={room}"));
        let mut events = Events::open(&app, &ada, &events(&room)).await;

        let moderation = format!("/api/rooms/{room}/moderation");
        let strange = app.browser().post(&moderation, &json!({ "admit": waits["ticket"] })).await;
        assert_eq!((strange.status, strange.code().as_str()), (StatusCode::FORBIDDEN, "not_in_meeting"));
        for nonsense in [json!("become_host"), json!({}), json!({ "admit": 1 })] {
            assert_eq!(host.browser.post(&moderation, &nonsense).await.status, StatusCode::BAD_REQUEST);
        }
        let done = host.browser.post(&moderation, &json!({ "admit": waits["ticket"] })).await;
        assert_eq!(done.status, StatusCode::NO_CONTENT, "{done:?}");
        events.door(|news| (news == "decided").then_some(())).await;
        let details = ada.post("/api/connection-details", &body).await;
        assert_eq!(details.status, StatusCode::OK);
        assert!(details.json()["participantToken"].is_string());
    });
}

#[test]
fn a_helper_of_an_earlier_meeting_is_not_told_who_waits_in_this_one() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({ "ask": true })).await;
        let mut ada = app.browser();
        ada.ask(&room, "Ada").await;
        let mut adas = Events::open(&app, &ada, &events(&room)).await;
        let mut watch = Events::open(&app, &host.browser, &events(&room)).await;
        let waiting = watch.door(|news| queue(news).filter(|queue| !queue.is_empty())).await;
        host.moderate(&room, json!({ "admit": waiting[0][2] })).await;
        host.moderate(&room, json!({ "assign": [waiting[0][2], "co_host"] })).await;
        adas.door(queue).await;

        host.moderate(&room, json!("end")).await;
        host.browser.ask(&room, "Hedy").await;
        let told = Events::open(&app, &ada, &events(&room)).await.door(|news| Some(news.clone())).await;
        assert_eq!(told, "decided");
    });
}

#[test]
fn whoever_knocks_again_does_not_undo_what_is_decided_meanwhile() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({ "ask": true })).await;
        for n in 0..40 {
            let (what, decided) = if n % 2 == 0 { ("admit", "admitted") } else { ("deny", "denied") };
            let mut ada = app.browser();
            let knock = |name: &str| json!({ "roomName": room, "participantName": name });
            let waits = ada.post("/api/connection-details", &knock("Ada")).await.json();
            let ticket = waits["ticket"].as_str().unwrap().to_owned();
            let decide = host.moderate(&room, json!({ what: ticket }));
            let knock = knock("Countess");
            tokio::join!(ada.post("/api/connection-details", &knock), decide);
            let standing = format!("SELECT state FROM admissions WHERE identity = '{ticket}'");
            let standing: String = sqlx::query_scalar(&standing).fetch_one(app.database.reader()).await.unwrap();
            assert_eq!(standing, decided, "{n}");
        }
    });
}

#[test]
fn what_is_decided_in_a_meeting_that_has_begun_meanwhile_is_not_undone() {
    run(async {
        let app = App::new().await;
        let (mut host, room) = room(&app, json!({})).await;
        let (meetings, name) = (&app.state.meetings, RoomName::parse(&room).unwrap());
        let ada = Session::fresh().unwrap();
        let knock = || Knock {
            session: &ada,
            name: DisplayName::parse("Ada").unwrap(),
            network: Network::of(Ipv4Addr::LOCALHOST.into()),
            password: None,
            invitation: None,
            move_here: false,
        };
        let before = meetings.find(&name).await.unwrap();
        host.moderate(&room, json!("end")).await;
        assert_eq!(host.browser.ask(&room, "Hedy").await["admitted"]["role"], "host");
        host.moderate(&room, json!({ "rule": ["ask", true] })).await;
        let now = meetings.find(&name).await.unwrap();
        assert!(matches!(meetings.admit(knock(), now, String::new()).await, Ok(Admittance::Waits(..))));
        host.moderate(&room, json!({ "deny": ada.identity(&name) })).await;
        let late = meetings.admit(knock(), before, String::new()).await;
        assert!(matches!(late, Err(Error::Refused(ErrorCode::Denied))), "by a door of before");
    });
}
