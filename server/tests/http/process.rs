//! The whole program: its start, its end, and what is left behind by a violent one.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, Bytes};
use axum::http::{Method, Request};
use futures_util::StreamExt as _;
use livekit_protocol::{LeaveRequest, signal_request, signal_response};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_tungstenite::connect_async;

use super::support::{DEADLINE, Parlour, command, connect, exchange, hear, on_postgres, pids_with, run, say, until};

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
fn a_container_does_not_outlive_dockers_program() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        // A shell in docker's place takes its commands for scripts.
        fs::write(folder.path().join("run"), "kill -KILL $$").unwrap();
        fs::write(folder.path().join("rm"), "echo \"$@\" > removed").unwrap();
        let words = ["livekit-guard", "sh", "run", "--rm", "--name", "one", "--network", "host"];
        command().args(words).current_dir(folder.path()).output().await.unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("removed")).unwrap(), "--force one\n");
    });
}

/// Somebody in a meeting who writes.
#[derive(Clone)]
pub(super) struct Writer {
    host: SocketAddr,
    cookie: String,
    pub(super) room: String,
}

impl Writer {
    /// Makes a meeting and joins it.
    pub(super) async fn new(host: SocketAddr) -> Self {
        let mut writer = Self { host, cookie: String::new(), room: String::new() };
        let (made, cookie) = writer.ask(Method::POST, "/api/rooms/create", &json!({})).await.unwrap();
        writer.cookie = cookie.unwrap();
        writer.room = made["roomName"].as_str().unwrap().to_owned();
        writer.token().await;
        writer
    }

    /// Joins and answers the token.
    async fn token(&self) -> String {
        let details = format!("/api/connection-details?roomName={}&participantName=Ada", self.room);
        let (joined, _) = self.ask(Method::GET, &details, &Value::Null).await.unwrap();
        joined["participantToken"].as_str().unwrap().to_owned()
    }

    /// Writes the n-th message and answers its number, if it was acknowledged.
    async fn write(&self, n: usize) -> Option<u64> {
        let message = json!({ "room": self.room, "id": format!("message-{n:04}"), "text": format!("text {n}") });
        self.ask(Method::POST, "/api/fn/send_message", &message).await?.0["seq"].as_u64()
    }

    /// Everything that is stored.
    async fn read(&self) -> Vec<Value> {
        let path = format!("/api/rooms/{}/messages", self.room);
        let messages = self.ask(Method::GET, &path, &Value::Null).await.unwrap().0;
        messages.as_array().unwrap().clone()
    }

    /// The answer, and the cookie that came with it; `None` when there is no whole answer.
    pub(super) async fn ask(&self, method: Method, path: &str, body: &Value) -> Option<(Value, Option<String>)> {
        let (answer, cookie) = self.send(method, path, body).await?;
        Some((serde_json::from_slice(&answer).ok()?, cookie))
    }

    pub(super) async fn send(&self, method: Method, path: &str, body: &Value) -> Option<(Bytes, Option<String>)> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", self.host.to_string())
            .header("cookie", &self.cookie)
            .header("content-type", "application/json")
            .body(body.to_string().into())
            .unwrap();
        let response = server::media::http::send(self.host, request).await.ok()?;
        let cookie = response.headers().get("set-cookie").map(|cookie| cookie.to_str().unwrap());
        let cookie = cookie.map(|cookie| cookie.split(';').next().unwrap().to_owned());
        Some((axum::body::to_bytes(Body::new(response.into_body()), usize::MAX).await.ok()?, cookie))
    }
}

#[test]
fn a_kill_amid_a_thousand_messages_loses_none_that_was_acknowledged() {
    const MESSAGES: usize = 1_000;
    const WRITERS: usize = 8;
    run(async {
        let mut parlour = Parlour::start().await;
        let writer = Writer::new(parlour.addr()).await;
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let mut writers = JoinSet::new();
        for first in 0..WRITERS {
            let (writer, acknowledged) = (writer.clone(), acknowledged.clone());
            writers.spawn(async move {
                let mut given = Vec::new();
                for n in (first..MESSAGES).step_by(WRITERS) {
                    let Some(seq) = writer.write(n).await else { break };
                    given.push((n, seq));
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                }
                given
            });
        }
        until("half of them are acknowledged", async || {
            (acknowledged.load(Ordering::Relaxed) >= MESSAGES / 2).then_some(())
        })
        .await;
        signal(&parlour, Signal::KILL);
        parlour.child.wait().await.unwrap();
        let given = writers.join_all().await.concat();
        assert!((MESSAGES / 2..MESSAGES).contains(&given.len()), "killed amid them: {}", given.len());

        let parlour = parlour.again().await;
        let writer = Writer { host: parlour.addr(), ..writer };
        let stored = writer.read().await;
        for (n, seq) in &given {
            let index = usize::try_from(*seq).unwrap() - 1;
            assert_eq!(stored[index]["text"], format!("text {n}"), "message {n} was acknowledged as {seq}");
        }
        // Whoever has heard nothing sends again, under the same id.
        for n in 0..MESSAGES {
            writer.write(n).await.unwrap();
        }
        let stored = writer.read().await;
        let numbers: Vec<u64> = stored.iter().map(|message| message["seq"].as_u64().unwrap()).collect();
        assert_eq!(numbers, (1..=MESSAGES as u64).collect::<Vec<_>>(), "each is there once");
    });
}

#[test]
fn a_livekit_of_parlours_own_tells_who_has_left() {
    run(async {
        let parlour = Parlour::start().await;
        let host = Writer::new(parlour.addr()).await;
        let mut socket = connect(host.host, &host.token().await).await.unwrap();
        let sid = hear(&mut socket, |said| match said {
            signal_response::Message::Join(join) => join.participant.map(|participant| participant.sid),
            _ => None,
        });
        assert!(sid.await.starts_with("PA_"));
        let path = format!("/api/rooms/{}/attendance", host.room);
        say(&mut socket, signal_request::Message::Leave(LeaveRequest::default())).await;
        // Much sooner than Parlour asks again.
        let line = until("LiveKit's webhook has come", async || {
            let (table, _) = host.send(Method::GET, &path, &Value::Null).await?;
            let table = String::from_utf8(table.to_vec()).unwrap();
            table.lines().nth(1).map(str::to_owned)
        })
        .await;
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!((cells[0], cells.len()), ("\"Ada\"", 4), "{line}");
        assert!(cells[1].ends_with('Z') && cells[2].ends_with('Z') && cells[1] <= cells[2], "{line}");
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
        let database = (!on_postgres()).then_some("parlour.db");
        for file in ["livekit.yaml", "livekit-keys.json"].into_iter().chain(database) {
            assert_eq!(mode(&parlour.data.path().join(file)), 0o600, "{file}");
        }
    });
}

#[test]
fn a_configuration_that_cannot_work_says_what_to_do() {
    run(async {
        for (variable, value, hint) in [
            ("LIVEKIT_URL", "wss://livekit.example.org", "LIVEKIT_API_KEY and LIVEKIT_API_SECRET"),
            ("DATABASE_URL", "mysql://me:hunter2@db/parlour", "postgres:"),
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
