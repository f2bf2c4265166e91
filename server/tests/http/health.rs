//! `/readyz` says what is missing.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use serde_json::json;
use server::files::Depot;
use server::meetings::{Files, Meetings};
use server::secret::{KeyPair, Secret};
use server::store::Store;
use sqlx::{AnyConnection, Connection as _};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::support::{App, Livekit, QUOTAS, RETENTION, media_ports, on_postgres, program_of, run, shared, until};

async fn store(folder: &tempfile::TempDir) -> Store {
    Store::open(&format!("sqlite:{}", folder.path().join("other.db").display())).await.unwrap()
}

fn files(folder: &tempfile::TempDir) -> Files {
    Files::new(Depot::in_folder(folder.path()).unwrap(), QUOTAS)
}

#[test]
fn nothing_is_missing() {
    run(async {
        let ready = App::new().await.browser().get("/readyz").await;
        assert_eq!(ready.status, StatusCode::OK);
        assert_eq!(ready.json(), json!({ "status": "ready", "checks": { "database": "ok", "livekit": "ok" } }));
    });
}

#[test]
fn a_missing_database_is_named() {
    run(async {
        let app = App::new().await;
        app.state.meetings.close().await;
        let ready = app.browser().get("/readyz").await;
        assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(
            ready.json(),
            json!({ "status": "not ready", "checks": { "database": "failing", "livekit": "ok" } })
        );
        assert_eq!(app.browser().get("/healthz").await.status, StatusCode::OK, "it lives all the same");
    });
}

#[test]
fn a_database_that_cannot_be_written_is_named() {
    if on_postgres() {
        return; // nobody locks all of it
    }
    run(async {
        let app = App::new().await;
        let mut other = AnyConnection::connect(&app.database.url).await.unwrap();
        sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut other).await.unwrap();
        let (mut ada, mut eve) = (app.browser(), app.browser());
        // Several ask at once, beside somebody who writes.
        let (nothing, mut third) = (json!({}), app.browser());
        let (made, one, two) =
            tokio::join!(ada.post("/api/rooms/create", &nothing), eve.get("/readyz"), third.get("/readyz"));
        assert_eq!(made.code(), "store_unavailable");
        for ready in [one, two] {
            assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(ready.json()["checks"], json!({ "database": "failing", "livekit": "ok" }));
        }
        sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
        other.close().await.unwrap();
        until("it can be written", async || (eve.get("/readyz").await.status == StatusCode::OK).then_some(())).await;
        ada.new_meeting().await;
    });
}

#[test]
fn a_postgres_that_can_only_be_read_is_named() {
    if !on_postgres() {
        return;
    }
    run(async {
        let app = App::new().await;
        let name = app.database.url.rsplit('/').next().unwrap();
        let mut other = AnyConnection::connect(&app.database.url).await.unwrap();
        // As it is where another server is the first now: for every connection from here on, and those from before end.
        for (only_read, ready) in [("on", StatusCode::SERVICE_UNAVAILABLE), ("off", StatusCode::OK)] {
            for statement in [
                &*format!("ALTER DATABASE {name} SET default_transaction_read_only = {only_read}"),
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            ] {
                sqlx::raw_sql(statement).execute(&mut other).await.unwrap();
            }
            let mut ada = app.browser();
            assert_eq!(ada.get("/readyz").await.status, ready, "read only: {only_read}");
            let made = ada.post("/api/rooms/create", &json!({})).await;
            match only_read {
                "on" => assert_eq!(made.code(), "store_unavailable"),
                _ => assert_eq!(made.status, StatusCode::CREATED),
            }
        }
        other.close().await.unwrap();
    });
}

#[test]
fn a_database_that_is_written_all_the_time_is_ready() {
    run(async {
        let app = App::new().await;
        let mut writers = JoinSet::new();
        for _ in 0..8 {
            let mut browser = app.browser();
            writers.spawn(async move {
                let room = browser.new_meeting().await;
                browser.join(&room, "Ada").await;
                for n in 0_u64.. {
                    let message = json!({ "room": room, "id": format!("message-{n:06}"), "text": "hello" });
                    assert_eq!(browser.call("send_message", &message).await.status, StatusCode::OK);
                }
            });
        }
        // Each counts for a second: it is tried some times.
        let begun = Instant::now();
        let mut browser = app.browser();
        while begun.elapsed() < Duration::from_secs(3) {
            assert_eq!(browser.get("/readyz").await.status, StatusCode::OK);
        }
        assert!(writers.try_join_next().is_none(), "they write still");
        writers.abort_all();
    });
}

#[test]
fn a_livekit_that_takes_another_key_pair_is_told_from_one_that_does_not_answer() {
    run(async {
        let livekit = shared().await;
        let folder = tempfile::tempdir().unwrap();
        let wrong = KeyPair { key: livekit.keys.key.clone(), secret: Secret::new("x".repeat(64)) };
        let meetings =
            Meetings::new(store(&folder).await, livekit.endpoint.clone(), wrong, None, RETENTION, files(&folder));
        let app = App::with(|parts| parts.meetings = meetings).await;
        assert_eq!(app.browser().get("/readyz").await.json()["checks"]["livekit"], "refuses the key pair");

        let mut nowhere = livekit.endpoint.borrow().clone();
        nowhere.url = "http://127.0.0.1:9".to_owned();
        let folder = tempfile::tempdir().unwrap();
        let meetings = Meetings::new(
            store(&folder).await,
            watch::channel(nowhere).1,
            livekit.keys.clone(),
            None,
            RETENTION,
            files(&folder),
        );
        let app = App::with(|parts| parts.meetings = meetings).await;
        let ready = app.browser().get("/readyz").await;
        assert_eq!(
            (ready.status, &ready.json()["checks"]),
            (StatusCode::SERVICE_UNAVAILABLE, &json!({ "database": "ok", "livekit": "failing" }),)
        );
    });
}

#[test]
fn a_livekit_that_is_being_started_is_named_so() {
    run(async {
        let livekit = Livekit::start(media_ports()).await.unwrap();
        let app = App::on(&livekit, |_| {}).await;
        let process = rustix::process::Pid::from_raw(program_of(livekit.data.path())).unwrap();
        rustix::process::kill_process(process, rustix::process::Signal::KILL).unwrap();
        until("it is being started", async || {
            (app.browser().get("/readyz").await.json()["checks"]["livekit"] == "starting").then_some(())
        })
        .await;
        until("it is there", async || (app.browser().get("/readyz").await.status == StatusCode::OK).then_some(()))
            .await;
        livekit.managed.stop().await;
    });
}
