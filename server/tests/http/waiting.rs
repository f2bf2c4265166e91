//! Waiting while LiveKit does not answer.

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use server::meetings::identity::Session;
use tokio_util::sync::CancellationToken;

use super::support::{App, DEADLINE, Events, Inside, Livekit, listen, media_ports, program_of, run};

/// Whether a host is there, as it was told: null where that is not known.
fn attended(news: &Value) -> Option<Value> {
    Some(news.get("waiting")?["attended"].clone())
}

#[test]
fn that_no_host_is_there_is_said_only_by_livekit() {
    run(async {
        let livekit = Livekit::start(media_ports()).await.unwrap();
        let app = App::on(&livekit, |_| {}).await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        host.moderate_as(&room, json!({ "rule": ["ask", true] })).await;
        let mut ada = app.browser();
        assert_eq!(ada.ask(&room, "Ada").await["waiting"], json!({ "place": 1, "attended": false }));
        livekit.managed.stop().await;
        let mut news = Events::open(&app, &ada, &format!("/api/events?room={room}")).await;
        assert_eq!(news.door(attended).await, Value::Null);
        let bob = app.browser().ask(&room, "Bob").await;
        assert_eq!(bob["waiting"], json!({ "place": 2, "attended": null }), "nobody knows");
    });
}

#[test]
fn who_waits_keeps_their_place_when_parlour_is_started_anew() {
    run(async {
        let app = App::new().await;
        let (mut host, mut ada, mut bob) = (app.browser(), app.browser(), app.browser());
        let room = host.new_meeting().await;
        host.moderate_as(&room, json!({ "rule": ["ask", true] })).await;
        host.join(&room, "Hedy").await;
        let door = format!("/api/events?room={room}");
        ada.ask(&room, "Ada").await;
        let adas = Events::open(&app, &ada, &door).await;
        assert_eq!(bob.ask(&room, "Bob").await["waiting"]["place"], 2);

        let anew = App::over(&app).await;
        drop(adas);
        let (mut host, ada, bob) = (host.at(&anew), ada.at(&anew), bob.at(&anew));
        // Their pages open the streams again, in whatever order.
        let mut bobs = Events::open(&anew, &bob, &door).await;
        let mut adas = Events::open(&anew, &ada, &door).await;
        bobs.door(|news| (news["waiting"]["place"] == 2).then_some(())).await;
        adas.door(|news| (news["waiting"]["place"] == 1).then_some(())).await;
        let mut watch = Events::open(&anew, &host, &door).await;
        let queue = watch.door(|news| news["queue"].as_array().filter(|queue| queue.len() == 2).cloned()).await;
        assert_eq!(queue.iter().map(|one| &one["name"]).collect::<Vec<_>>(), ["Ada", "Bob"]);
        host.moderate_as(&room, json!({ "admit": queue[0]["identity"] })).await;
        adas.door(|news| (news == "decided").then_some(())).await;
        bobs.door(|news| (news["waiting"]["place"] == 1).then_some(())).await;
    });
}

#[test]
fn who_waits_is_told_that_the_host_has_gone_with_livekit() {
    run(async {
        let livekit = Livekit::start(media_ports()).await.unwrap();
        let app = App::on(&livekit, |_| {}).await;
        let addr = listen(&app).await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        host.moderate_as(&room, json!({ "rule": ["ask", true] })).await;
        let _host = Inside::new(host, addr, &room, "Hedy").await;
        let mut door = app.state.meetings.watch_door(&Session::fresh().unwrap(), &room).await.unwrap();
        door.changed().await; // one's own coming
        let (stop, state) = (CancellationToken::new(), app.state.clone());
        let keeping = tokio::spawn({
            let stop = stop.clone();
            async move { state.meetings.keep_presence(stop).await }
        });
        tokio::time::timeout(DEADLINE, door.changed()).await.expect("the host is found");
        let mut ada = app.browser();
        assert_eq!(ada.ask(&room, "Ada").await["waiting"]["attended"], true);
        let mut news = Events::open(&app, &ada, &format!("/api/events?room={room}")).await;
        news.door(|news| attended(news).filter(|attended| *attended == json!(true))).await;

        kill_process(Pid::from_raw(program_of(livekit.data.path())).unwrap(), Signal::KILL).unwrap();
        // At first nobody knows, and then LiveKit is there again and the host is not.
        news.door(|news| attended(news).filter(|attended| *attended == json!(false))).await;
        stop.cancel();
        keeping.await.unwrap();
        livekit.managed.stop().await;
    });
}
