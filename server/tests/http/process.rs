//! The whole program: its start, its end, and what is left behind by a violent one.

use std::path::Path;

use futures_util::StreamExt as _;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::connect_async;

use super::support::{DEADLINE, Parlour, command, exchange, pids_with, run, until};

async fn gone(pids: &[i32]) {
    until("no process is left", async || {
        pids.iter().all(|pid| test_kill_process(Pid::from_raw(*pid).unwrap()).is_err()).then_some(())
    })
    .await;
}

fn signal(parlour: &Parlour, signal: Signal) {
    kill_process(Pid::from_raw(parlour.child.id().unwrap().cast_signed()).unwrap(), signal).unwrap();
}

/// A request without a body, and its answer's.
async fn ask(host: &str, method: &str, path: &str) -> Value {
    let (_, _, body) = exchange(host, &format!("{method} {path}"), &[], "").await;
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"))
}

#[test]
fn livekit_ends_when_parlour_is_killed() {
    run(async {
        let mut parlour = Parlour::start().await;
        let left = pids_with(parlour.data.path());
        assert!(left.contains(&parlour.livekit()) && left.len() == 2, "LiveKit and its guard: {left:?}");
        signal(&parlour, Signal::KILL);
        parlour.child.wait().await.unwrap();
        gone(&left).await;
    });
}

#[test]
fn a_stop_is_in_order_and_nobody_inside_delays_it() {
    run(async {
        let mut parlour = Parlour::start().await;
        let left = pids_with(parlour.data.path());
        let host = parlour.host().to_owned();
        // Asked once, LiveKit waits for its participants to leave.
        let room = ask(&host, "POST", "/api/rooms/create").await["roomName"].as_str().unwrap().to_owned();
        let details = format!("/api/connection-details?roomName={room}&participantName=Ada");
        let token = ask(&host, "GET", &details).await["participantToken"].as_str().unwrap().to_owned();
        let signalling = format!("ws://{host}/rtc?access_token={token}&protocol=16&sdk=js&version=2.15.0");
        let (mut inside, _) = connect_async(signalling).await.unwrap();
        assert!(inside.next().await.unwrap().unwrap().is_binary(), "LiveKit's JoinResponse");
        // A connection that says nothing is enough to hold a server up.
        let _idle = TcpStream::connect(&host).await.unwrap();
        signal(&parlour, Signal::TERM);
        let status = tokio::time::timeout(DEADLINE, parlour.child.wait()).await.unwrap().unwrap();
        assert_eq!(status.code(), Some(0));
        gone(&left).await;
    });
}

#[test]
fn the_data_folder_is_private() {
    run(async {
        use std::os::unix::fs::PermissionsExt as _;
        let parlour = Parlour::start().await;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        for file in ["livekit.yaml", "livekit-keys.json", "parlour.db"] {
            assert_eq!(mode(&parlour.data.path().join(file)), 0o600, "{file}");
        }
    });
}

#[test]
fn a_configuration_that_cannot_work_says_what_to_do() {
    run(async {
        for (variable, value, hint) in [
            ("LIVEKIT_URL", "wss://livekit.example.org", "LIVEKIT_API_KEY and LIVEKIT_API_SECRET"),
            ("DATABASE_URL", "mysql://me:hunter2@db/parlour", "sqlite:"),
            ("PARLOUR_ADDR", "nonsense", "PARLOUR_ADDR"),
            ("PARLOUR_LOG", "a=b=c", "PARLOUR_LOG"),
            ("PARLOUR_PUBLIC_URL", "meet.example.org", "https://meet.example.org"),
        ] {
            let output = command().env(variable, value).output().await.unwrap();
            let message = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{variable}: {message}");
            assert!(message.contains(hint) && !message.contains("hunter2"), "{variable}: {message}");
        }
    });
}

#[test]
fn a_data_folder_has_one_parlour() {
    run(async {
        let parlour = Parlour::start().await;
        let mut second = command();
        second.env("PARLOUR_DATA_DIR", parlour.data.path()).env("PARLOUR_ADDR", "127.0.0.1:0");
        let output = second.env("PARLOUR_SITE_DIR", parlour.site.path()).output().await.unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains("another Parlour") && message.contains("PARLOUR_DATA_DIR"), "{message}");
        assert_eq!(output.status.code(), Some(2));
    });
}
