//! Files in a bucket instead of the data folder.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use axum::http::Method;
use serde_json::{Value, json};

use super::process::Writer;
use super::support::{BUCKET_SECRET, Bucket, Parlour, command, exchange, run, until};

const WORDS: &str = "words of a file";

impl Writer {
    async fn attach(&self, id: &str) -> Value {
        let path = format!("/api/rooms/{}/files?id={id}&name=notes.txt", self.room);
        self.ask(Method::POST, &path, &json!(WORDS)).await.unwrap().0
    }
}

#[test]
fn files_are_kept_in_the_bucket_and_go_from_it() {
    run(async {
        let mut bucket = Bucket::start().await;
        let parlour = Parlour::start_with(|command| bucket.tell(command, BUCKET_SECRET)).await;
        let ada = Writer::new(parlour.addr()).await;
        let message = ada.attach("message-1").await;
        assert_eq!(message["file"]["name"], "notes.txt", "{message}");
        assert_eq!(bucket.files().len(), 1);
        assert!(!parlour.data.path().join("files").exists());
        let path = format!("/api/rooms/{}/files/{}", ada.room, message["file"]["id"].as_str().unwrap());
        let (read, _) = ada.send(Method::GET, &path, &Value::Null).await.unwrap();
        assert_eq!(&read[..], json!(WORDS).to_string().as_bytes());

        let delete = json!({ "room": ada.room, "what": { "delete": message["place"] } });
        ada.send(Method::POST, "/api/fn/change_chat", &delete).await.unwrap();
        until("it is gone", async || bucket.files().is_empty().then_some(())).await;

        bucket.stop().await;
        assert_eq!(ada.attach("message-2").await["code"], "store_unavailable");
        let read = ada.ask(Method::POST, "/api/fn/messages_after", &json!({ "room": ada.room, "seq": 0 })).await;
        assert_eq!(read.unwrap().0["messages"], json!([]), "there is no message without its file");
        let log = parlour.logs("files cannot be kept").await;
        assert!(!log.contains(BUCKET_SECRET), "{log}");
    });
}

/// What `parlour check-config` says of the bucket.
async fn check(bucket: &Bucket, secret: &str) -> String {
    let data = tempfile::tempdir().unwrap();
    let mut command = command();
    bucket.tell(&mut command, secret);
    command.env("PARLOUR_DATA_DIR", data.path()).env("PARLOUR_ADDR", "127.0.0.1:0").arg("check-config");
    let output = command.output().await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().find(|line| line.contains("S3_BUCKET")).unwrap_or(&text).to_owned()
}

#[test]
fn whether_the_bucket_can_be_used_is_tested_before_anybody_comes() {
    run(async {
        let mut bucket = Bucket::start().await;
        assert!(check(&bucket, BUCKET_SECRET).await.starts_with("ok "));
        let wrong = check(&bucket, "another-secret").await;
        assert!(wrong.starts_with("mistake ") && !wrong.contains("another-secret"), "{wrong}");
        bucket.stop().await;
        let away = check(&bucket, BUCKET_SECRET).await;
        assert!(away.starts_with("mistake ") && away.contains("AWS_ENDPOINT"), "{away}");
    });
}

#[test]
fn whether_the_bucket_answers_is_said_and_found_out_now_and_then() {
    run(async {
        let mut bucket = Bucket::start().await;
        let parlour = Parlour::start_with(|command| bucket.tell(command, BUCKET_SECRET)).await;
        let ada = Writer::new(parlour.addr()).await;
        let before = bucket.asked();
        until("it is known", async || {
            let ready = ada.ask(Method::GET, "/readyz", &Value::Null).await.unwrap().0;
            (ready["checks"] == json!({ "database": "ok", "livekit": "ok", "files": "ok" })).then_some(())
        })
        .await;
        for _ in 0..20 {
            let ready = ada.ask(Method::GET, "/readyz", &Value::Null).await.unwrap().0;
            assert_eq!(ready["checks"]["files"], "ok");
        }
        assert!(bucket.asked() <= before + 2, "however often somebody asks: {}", bucket.asked() - before);

        bucket.stop().await;
        until("it is missed", async || {
            let ready = ada.ask(Method::GET, "/readyz", &Value::Null).await.unwrap().0;
            // Meetings are held all the same.
            assert_eq!((&ready["status"], &ready["checks"]["livekit"]), (&json!("ready"), &json!("ok")));
            (ready["checks"]["files"] == "failing").then_some(())
        })
        .await;
        parlour.logs("the bucket for files does not answer").await;
    });
}

#[test]
fn nobody_waits_for_a_bucket_that_is_silent() {
    run(async {
        let bucket = Bucket::start().await;
        // It takes whoever comes, and says nothing.
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let parlour = Parlour::start_with(|command| {
            bucket.tell(command, BUCKET_SECRET);
            command.env("AWS_ENDPOINT", format!("http://{}", silent.local_addr().unwrap()));
        })
        .await;
        let begun = Instant::now();
        let (status, _, body) = exchange(parlour.host(), "GET /readyz", &[], "").await;
        // A second is what the bucket itself is given.
        assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
        assert_eq!(status, 200, "meetings are held all the same");
        let ready: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(ready["checks"], json!({ "database": "ok", "livekit": "ok", "files": "failing" }));
    });
}

#[test]
fn a_bucket_that_knows_another_secret_is_said() {
    run(async {
        let bucket = Bucket::start().await;
        let parlour = Parlour::start_with(|command| bucket.tell(command, "another-secret")).await;
        let ada = Writer::new(parlour.addr()).await;
        assert_eq!(ada.attach("message-1").await["code"], "store_unavailable");
        let log = parlour.logs("SignatureDoesNotMatch").await;
        assert!(!log.contains("another-secret"), "{log}");
        assert!(bucket.files().is_empty());
    });
}
