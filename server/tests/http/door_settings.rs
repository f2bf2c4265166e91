//! What hosts set for their meeting, and what the door makes of it.

use axum::http::StatusCode;
use serde_json::{Value, json};
use server::accounts::Teachers;

use super::support::{Answer, App, Browser, EMAIL, Inside, listen, run, shared, shown};

pub(super) const PASSWORD: &str = "seven quiet lighthouses";

impl Browser {
    /// Sends the form of a meeting's settings with some fields that are other than at first.
    pub(super) async fn set(&mut self, room: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("title", "Lesson"), ("door", "open"), ("guests", "on"), ("zone", "0")];
        all.retain(|(name, _)| fields.iter().all(|(other, _)| other != name));
        all.extend(fields.iter().filter(|(_, value)| !value.is_empty()));
        self.form(&format!("/{room}/settings"), &all).await
    }

    /// The same, which is as it should be.
    pub(super) async fn have(&mut self, room: &str, fields: &[(&str, &str)]) {
        let answer = self.set(room, fields).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::SEE_OTHER, &*format!("/{room}/settings?done=saved"))
        );
    }

    /// Asks to be let in by REST: the status, and the code of a refusal.
    pub(super) async fn knock(&mut self, room: &str, keys: Value) -> (u16, String) {
        let mut body = json!({ "roomName": room, "participantName": "Ada" });
        body.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
        let answer = self.post("/api/connection-details", &body).await;
        (answer.status.as_u16(), if answer.status.is_success() { String::new() } else { answer.code() })
    }

    /// Does what a host may do.
    pub(super) async fn moderate_as(&mut self, room: &str, what: Value) {
        let answer = self.post(&format!("/api/rooms/{room}/moderation"), &what).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{what}: {answer:?}");
    }

    /// Makes an invitation and answers its secret.
    pub(super) async fn invite(&mut self, room: &str, single: &str) -> String {
        let fields = [("label", "Grace"), ("lasts", "7"), ("single", single)];
        let page = self.form(&format!("/{room}/settings/invitations"), &fields).await.text();
        let link = shown(&page, "invitation-link").split('<').next().unwrap().trim().to_owned();
        assert!(link.starts_with(&format!("http://127.0.0.1:3000/{room}#i=")), "{link}");
        link.split("#i=").nth(1).unwrap().to_owned()
    }
}

pub(super) fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

pub(super) fn welcome() -> (u16, String) {
    refused(200, "")
}

/// `at` in minutes from now, as a field of a form holds it in UTC.
pub(super) fn minutes(from_now: i64) -> String {
    let at = server::clock::now().as_secs().cast_signed() + from_now * 60;
    let at = server::clock::rfc3339(at.cast_unsigned() * 1_000);
    at.trim_end_matches('Z').to_owned()
}

#[test]
fn only_hosts_see_and_change_the_settings() {
    run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let path = format!("/{room}/settings");
        let page = host.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        for part in ["Settings of Lesson", "Who comes in", "People at once", "Invitations", "Kept out", "Record"] {
            assert!(page.text().contains(part), "{part}");
        }
        assert_eq!(page.header("cache-control"), "no-store");
        let mut guest = app.browser();
        guest.join(&room, "Eve").await;
        let mut ada = app.ada().await;
        for there in [room.as_str(), "abcd-efghj-kmnp"] {
            for page in ["settings", "settings/record"] {
                let answer = guest.get(&format!("/{there}/{page}")).await;
                let sign_in = format!("/signin?next=/{there}/settings");
                assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, &*sign_in), "{there}");
            }
        }
        assert_eq!(ada.get(&path).await.status, StatusCode::FORBIDDEN);
        assert_eq!(ada.get("/abcd-efghj-kmnp/settings").await.status, StatusCode::NOT_FOUND);
        for form in [
            "",
            "/password",
            "/alias",
            "/invitations",
            "/invitations/end",
            "/bans/end",
            "/bans/network",
            "/networks/end",
            "/host-link/end",
        ] {
            let answer = ada.form(&format!("{path}{form}"), &[]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{form}");
        }
    });
}

#[test]
fn what_makes_no_sense_is_said_and_nothing_is_stored() {
    run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let wrong = [("capacity", "many"), ("starts", "soon"), ("title", &*"x".repeat(121))];
        let answer = host.set(&room, &wrong).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        for id in ["capacity-problem", "starts-problem", "title-problem"] {
            assert!(answer.text().contains(&format!("id=\"{id}\"")), "{id}");
        }
        assert!(answer.text().contains("value=\"many\""), "what was typed stays");
        let answer = host.form(&format!("/{room}/settings/password"), &[("password", "short")]).await;
        assert!(answer.text().contains("id=\"password-problem\""));
        assert_eq!(host.set(&room, &[("starts", "2030-01-01T10:00"), ("ends", "2030-01-01T09:00")]).await.status, 400);
        assert_eq!(app.browser().knock(&room, json!({})).await, welcome());
    });
}

#[test]
fn a_meeting_has_its_time() {
    run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        host.have(&room, &[("starts", "2030-01-31T09:30"), ("zone", "330")]).await;
        let mut ada = app.browser();
        assert_eq!(ada.knock(&room, json!({})).await, refused(403, "not_started"));
        let told = ada.call("room_status", &json!({ "room": room })).await.json();
        assert_eq!(told["notice"], "The meeting begins on 31 January 2030, 09:30 UTC+05:30.");
        assert!(host.get(&format!("/{room}/settings")).await.text().contains("value=\"2030-01-31T09:30\""));
        assert_eq!(host.knock(&room, json!({})).await, welcome(), "hosts set the table");

        host.have(&room, &[("starts", &minutes(-10)), ("ends", &minutes(10))]).await;
        assert_eq!(ada.knock(&room, json!({})).await, welcome());
        host.have(&room, &[("ends", &minutes(-1))]).await;
        assert_eq!(app.browser().knock(&room, json!({})).await, refused(410, "ended"));
        assert_eq!(ada.knock(&room, json!({})).await, welcome(), "who lost the connection comes back");
    });
}

#[test]
fn a_full_meeting_is_full_and_keeps_places() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        host.have(&room, &[("capacity", "2")]).await;
        let [mut ada, mut bob] = [app.browser(), app.browser()];
        // Of ten who come at once, two come in.
        let mut crowd: Vec<Browser> = (0..10).map(|_| app.browser()).collect();
        let come = crowd.iter_mut().map(|one| one.knock(&room, json!({})));
        let answers = futures_util::future::join_all(come).await;
        assert_eq!(answers.iter().filter(|answer| **answer == welcome()).count(), 2, "{answers:?}");
        assert_eq!(answers.iter().filter(|answer| **answer == refused(409, "room_full")).count(), 8);
        let status = ada.call("room_status", &json!({ "room": room })).await.json();
        assert_eq!(
            (&status["inside"], &status["notice"]),
            (&json!([]), &json!("The meeting is full. Try again when somebody has left."))
        );

        // Nobody came inside: two minutes later the places are free.
        app.sql("UPDATE admissions SET seated_at_ms = seated_at_ms - 120000").await;
        let ada = {
            assert_eq!(ada.knock(&room, json!({})).await, welcome());
            Inside::new(ada, addr, &room, "Ada").await
        };
        assert_eq!(bob.knock(&room, json!({})).await, welcome());
        assert_eq!(app.browser().knock(&room, json!({})).await, refused(409, "room_full"));
        assert_eq!(host.knock(&room, json!({})).await, welcome(), "hosts always find a place");
        app.sql("UPDATE admissions SET seated_at_ms = seated_at_ms - 120000").await;
        app.state.meetings.reconcile().await.unwrap();
        // Ada is inside, Bob never came: one place is free, and it is not hers that is given away.
        assert_eq!(bob.knock(&room, json!({})).await, welcome());
        assert_eq!(app.browser().knock(&room, json!({})).await, refused(409, "room_full"));

        // Ada loses the connection: her place is kept.
        shared().await.rooms().remove_participant(&room, &ada.identity).await.unwrap();
        super::support::until("she has gone", async || {
            super::moderation::inside(&room, &ada.identity).await.is_none().then_some(())
        })
        .await;
        app.state.meetings.reconcile().await.unwrap();
        assert_eq!(app.browser().knock(&room, json!({})).await, refused(409, "room_full"));
        let mut ada = ada.browser;
        assert_eq!(ada.knock(&room, json!({})).await, welcome());
    });
}

#[test]
fn hosts_come_in_beside_the_places_and_take_nobodys() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        host.have(&room, &[("capacity", "1")]).await;
        let mut ada = Inside::new(app.browser(), addr, &room, "Ada").await;
        let _host = Inside::new(host, addr, &room, "Hedy").await;
        app.state.meetings.reconcile().await.unwrap();
        app.sql("UPDATE admissions SET seated_at_ms = seated_at_ms - 120000").await;
        assert_eq!(app.browser().knock(&room, json!({})).await, refused(409, "room_full"));
        assert_eq!(ada.browser.knock(&room, json!({})).await, welcome(), "her place is hers");
    });
}

#[test]
fn an_end_of_asking_opens_no_other_door() {
    run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        host.ask(&room, "Hedy").await;
        host.have(&room, &[("door", "ask")]).await;
        let mut eve = app.browser();
        assert!(eve.ask(&room, "Eve").await["waiting"].is_object());
        host.have(&room, &[("door", "ask"), ("guests", "")]).await;
        host.moderate_as(&room, json!({ "rule": ["ask", false] })).await;
        assert_eq!(eve.knock(&room, json!({})).await, refused(401, "sign_in_required"));
        host.have(&room, &[]).await;
        assert_eq!(eve.knock(&room, json!({})).await, welcome());
    });
}

#[test]
fn guests_may_be_kept_out() {
    run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        host.have(&room, &[("guests", "")]).await;
        assert_eq!(app.browser().knock(&room, json!({})).await, refused(401, "sign_in_required"));
        assert_eq!(app.ada().await.knock(&room, json!({})).await, welcome());
    });
}

#[test]
fn newcomers_may_only_listen_and_teachers_are_hosts() {
    run(async {
        let teachers = Teachers::parse(EMAIL).ok().unwrap();
        let app = App::with(|parts| parts.teachers = teachers).await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let addr = listen(&app).await;
        let eve = Inside::new(app.browser(), addr, &room, "Eve").await;
        let mut ada = app.ada().await;
        assert_eq!(ada.ask(&room, "Ada").await["admitted"]["role"], "participant");
        host.have(&room, &[("newcomers", "student"), ("teachers", "on")]).await;
        assert_eq!(eve.info(&room).await.attributes["parlour.role"], "student", "those inside too");
        assert!(!eve.info(&room).await.permission.unwrap().can_publish);
        assert_eq!(app.browser().ask(&room, "Bob").await["admitted"]["role"], "student");
        assert_eq!(ada.ask(&room, "Ada").await["admitted"]["role"], "host");
        assert_eq!(ada.get(&format!("/{room}/settings")).await.status, StatusCode::OK);
        host.have(&room, &[("newcomers", "viewer")]).await;
        assert_eq!(eve.info(&room).await.attributes["parlour.role"], "viewer");
        host.have(&room, &[]).await;
        assert_eq!(eve.info(&room).await.attributes["parlour.role"], "guest");
    });
}

#[test]
fn one_who_cannot_be_told_keeps_no_other_from_it() {
    run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let addr = listen(&app).await;
        let bob = Inside::new(app.browser(), addr, &room, "Bob").await;
        let mut others = Vec::new();
        for name in ["Eve", "Grace", "Mallory"] {
            others.push(Inside::new(app.browser(), addr, &room, name).await);
        }
        app.sql(&format!("UPDATE admissions SET role = 'king' WHERE identity = '{}'", bob.identity)).await;
        // This one remembers nobody, and cannot read who he is.
        let again = App::over(&app).await;
        let mut browser = again.browser();
        browser.set_cookie("parlour_session", host.cookie("parlour_session").unwrap());
        let answer = browser.set(&room, &[("newcomers", "student")]).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        for other in &others {
            assert_eq!(other.info(&room).await.attributes["parlour.role"], "student");
        }
        assert_eq!(bob.info(&room).await.attributes["parlour.role"], "guest");
    });
}

#[test]
fn who_is_kept_out_is_let_in_again_and_a_network_is_kept_out_for_a_time() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let _inside = Inside::new(app.browser(), addr, &room, "Bob").await;
        let path = format!("/{room}/settings");
        let from = |address: &str| app.browser().from(address);
        let mut eve = from("203.0.113.7");
        let identity = eve.ask(&room, "Eve").await["admitted"]["identity"].as_str().unwrap().to_owned();
        let mut neighbour = from("203.0.113.99");
        assert_eq!(neighbour.knock(&room, json!({})).await, welcome());
        host.post(&format!("/api/rooms/{room}/moderation"), &json!({ "ban": identity })).await;
        assert_eq!(eve.knock(&room, json!({})).await, refused(403, "banned"));
        assert_eq!(from("203.0.113.8").knock(&room, json!({})).await, welcome());

        let ban = [("person", &*identity), ("days", "7")];
        assert_eq!(host.form(&format!("{path}/bans/network"), &ban).await.status, StatusCode::SEE_OTHER);
        let page = host.get(&path).await.text();
        assert!(page.contains("The network of Eve") && !page.contains("203.0.113.7"), "no whole address");
        let mut stranger = from("203.0.113.9");
        assert_eq!(stranger.knock(&room, json!({})).await, refused(403, "banned"));
        app.sql("UPDATE rooms SET alias = 'weekly-sync'").await;
        assert_eq!(
            stranger.knock("weekly-sync", json!({})).await,
            refused(404, "room_not_found"),
            "nor which name it has"
        );
        assert_eq!(stranger.get("/weekly-sync").await.status, StatusCode::NOT_FOUND);
        assert_eq!(from("203.0.114.9").get("/weekly-sync").await.status, StatusCode::OK);
        let told = stranger.call("room_status", &json!({ "room": room })).await.json();
        assert_eq!((&told["busy"], &told["inside"]), (&json!(true), &json!([])), "who is inside is not theirs to know");
        assert_eq!(told["banned"], true);
        assert_eq!(from("203.0.114.9").knock(&room, json!({})).await, welcome());
        assert_eq!(neighbour.knock(&room, json!({})).await, welcome(), "who was let in stays in");
        app.sql("UPDATE network_bans SET ends_at_ms = 1").await;
        assert_eq!(App::over(&app).await.browser().from("203.0.113.9").knock(&room, json!({})).await, welcome());

        host.form(&format!("{path}/bans/network"), &ban).await;
        host.form(&format!("{path}/networks/end"), &[("network", "203.0.113.0/24")]).await;
        assert_eq!(from("203.0.113.10").knock(&room, json!({})).await, welcome());
        host.form(&format!("{path}/bans/end"), &[("person", &identity)]).await;
        assert_eq!(eve.knock(&room, json!({})).await, welcome());
        assert_eq!(eve.call("room_status", &json!({ "room": room })).await.json()["banned"], false);

        // A week later nobody knows where she came from.
        host.post(&format!("/api/rooms/{room}/moderation"), &json!({ "ban": identity })).await;
        app.sql("UPDATE admissions SET network_at_ms = network_at_ms - 700000000").await;
        app.state.meetings.forget().await.unwrap();
        assert!(!host.get(&path).await.text().contains("Keep network out"));
        assert_eq!(host.form(&format!("{path}/bans/network"), &ban).await.status, StatusCode::FORBIDDEN);
    });
}

/// What somebody shows who has a new link for hosts.
async fn make_claim(host: &mut Browser, room: &str) -> Value {
    let link = host.call("make_host_link", &json!({ "room": room })).await.json();
    json!({ "room": room, "secret": link.as_str().unwrap().split("#host=").nth(1).unwrap() })
}

#[test]
fn who_made_the_meeting_decides_who_else_is_its_host() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        host.ask(&room, "Hedy").await;
        let claim = make_claim(&mut host, &room).await;
        let mut eve = app.browser();
        assert_eq!(eve.call("become_host", &claim).await.status, StatusCode::OK);
        let mut eve = Inside::new(eve, addr, &room, "Eve").await;
        let hedy = host.ask(&room, "Hedy").await["admitted"]["identity"].clone();
        for what in [json!({ "remove": hedy }), json!({ "assign": [hedy, "guest"] }), json!({ "ban": eve.identity })] {
            let answer = eve.browser.post(&format!("/api/rooms/{room}/moderation"), &what).await;
            assert_eq!(answer.code(), "not_allowed", "{what}");
        }
        host.moderate_as(&room, json!({ "assign": [eve.identity, "viewer"] })).await;
        assert_eq!(eve.info(&room).await.attributes["parlour.role"], "viewer");
        let claim = make_claim(&mut host, &room).await;
        assert_eq!(eve.browser.call("become_host", &claim).await.status, StatusCode::OK);
        assert_eq!(eve.info(&room).await.attributes["parlour.role"], "host", "the link gives it anew");
        assert_eq!(eve.browser.ask(&room, "Eve").await["admitted"]["role"], "host");
        let path = format!("/{room}/settings");
        assert!(!eve.browser.get(&path).await.text().contains("Other hosts"));
        assert!(host.get(&path).await.text().contains("No host any more"));

        let person = [("person", &*eve.identity)];
        assert_eq!(host.form(&format!("{path}/hosts/end"), &person).await.status, StatusCode::SEE_OTHER);
        assert_eq!(eve.info(&room).await.attributes["parlour.role"], "guest");
        assert_eq!(eve.browser.call("become_host", &claim).await.code(), "not_allowed", "the link is good for nothing");
        assert_eq!(eve.browser.ask(&room, "Eve").await["admitted"]["role"], "guest");

        host.moderate_as(&room, json!({ "assign": [eve.identity, "host"] })).await;
        assert_eq!(eve.info(&room).await.attributes["parlour.role"], "host");
        assert_eq!(host.form(&format!("{path}/hosts/out"), &person).await.status, StatusCode::SEE_OTHER);
        assert!(super::moderation::inside(&room, &eve.identity).await.is_none());
        assert!(eve.browser.ask(&room, "Eve").await["waiting"].is_object(), "whoever was taken out has to ask");
    });
}
