//! The managed LiveKit: restarted when it dies, explained when it cannot start.

use std::net::{Ipv4Addr, UdpSocket};

use axum::http::StatusCode;
use rustix::process::{Pid, Signal, kill_process};
use server::media::managed::StartError;

use super::support::{App, Livekit, media_ports, pids_with, program_of, run, until};

#[test]
fn a_livekit_that_dies_is_restarted_and_its_rooms_are_made_again() {
    run(async {
        let mut livekit = Livekit::start(media_ports()).await.unwrap();
        let app = App::on(&livekit, |_| {}).await;
        let mut ada = app.browser();
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        let ready = ada.get("/readyz").await;
        assert_eq!(ready.json()["checks"], serde_json::json!({ "database": "ok", "livekit": "ok" }));

        let first = livekit.endpoint.borrow().generation;
        kill_process(Pid::from_raw(program_of(livekit.data.path())).unwrap(), Signal::KILL).unwrap();
        livekit.endpoint.wait_for(|endpoint| endpoint.generation > first).await.unwrap();
        let details = format!("/api/connection-details?roomName={room}&participantName=Ada");
        // While it is down, everything else works and says what does not.
        let mut down = ada.get(&details).await;
        if down.status != StatusCode::OK {
            assert_eq!((down.status, down.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "media_unavailable"));
        }
        down = until("LiveKit is back", async || {
            let answer = ada.get(&details).await;
            (answer.status == StatusCode::OK).then_some(answer)
        })
        .await;
        assert_eq!(down.json()["roomName"], room);
        assert!(livekit.has(&room).await, "what was remembered of the old LiveKit is forgotten");
        assert_eq!(ada.get("/readyz").await.status, StatusCode::OK);

        let data = livekit.data.path().to_path_buf();
        livekit.managed.stop().await;
        assert_eq!(pids_with(&data), [0; 0], "neither LiveKit nor its guard is left");
    });
}

#[test]
fn without_livekit_a_meeting_is_described_and_joining_says_what_is_wrong() {
    run(async {
        let livekit = Livekit::start(media_ports()).await.unwrap();
        let app = App::on(&livekit, |_| {}).await;
        let mut ada = app.browser();
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        let Livekit { managed, .. } = livekit;
        managed.stop().await;

        let status = ada.call("room_status", &serde_json::json!({ "room": room })).await;
        assert_eq!((&status.json()["title"], status.status), (&serde_json::json!("Lesson"), StatusCode::OK));
        assert_eq!(ada.get(&format!("/{room}")).await.status, StatusCode::OK);
        let other = ada.new_meeting().await;
        for answer in [
            ada.get(&format!("/api/connection-details?roomName={other}&participantName=Ada")).await,
            ada.call("join_room", &serde_json::json!({ "room": other, "name": "Ada" })).await,
            ada.get("/rtc/validate").await,
        ] {
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "media_unavailable"));
        }
        // What is written is kept, though nobody hears of it now.
        let message = serde_json::json!({ "room": room, "id": "message-0001", "text": "anybody?" });
        assert_eq!(ada.call("send_message", &message).await.json()["seq"], 1);
        let ready = ada.get("/readyz").await;
        assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(ready.json()["checks"], serde_json::json!({ "database": "ok", "livekit": "failing" }));
        assert_eq!(ada.get("/healthz").await.status, StatusCode::OK);
    });
}

#[test]
fn a_taken_media_port_is_named_with_its_variable() {
    run(async {
        let media = media_ports();
        let _taken = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, media.udp_port)).unwrap();
        let error = Livekit::start(media).await.err().unwrap();
        assert!(matches!(error, StartError::PortTaken { .. }), "{error}");
        let message = error.to_string();
        assert!(
            message.contains(&media.udp_port.to_string()) && message.contains("PARLOUR_MEDIA_UDP_PORT"),
            "{message}"
        );
    });
}
