//! A disk that is full, for real: said, survived, and good again when there is space.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use serde_json::{Value, json};
use server::store::is_sound;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::support::{DEADLINE, Parlour, exchange, run, until};
use super::tasks::{Meeting, meet, messages};

/// As large as the space that files leave for the database, the file of the test and a little.
const DISK_MB: u32 = 80;
const FILE_BYTES: usize = 8 * 1_024 * 1_024;
/// Too little for the file, and enough for what the database says of it.
const LEFT_BYTES: usize = 2 * 1_024 * 1_024;
/// Most messages that fit where nothing fits: into space that SQLite has already.
const MOST_MESSAGES: usize = 500;

/// Status, head and body of an answer.
type Answer = (u16, String, String);

/// The answer says that it cannot be done now, and when to come back.
fn is_unavailable((status, head, body): &Answer) -> bool {
    let code = serde_json::from_str::<Value>(body).unwrap()["code"].clone();
    *status == 503 && code == "store_unavailable" && head.to_ascii_lowercase().contains("retry-after: 5")
}

async fn post(parlour: &Parlour, meeting: &Meeting, path: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json"), ("cookie", meeting.cookie.as_str())];
    exchange(parlour.host(), &format!("POST {path}"), &headers, &body.to_string()).await
}

async fn write(parlour: &Parlour, meeting: &Meeting, n: usize) -> Answer {
    let message = json!({ "room": meeting.room, "id": format!("written-{n:04}"), "text": "x".repeat(4_000) });
    post(parlour, meeting, "/api/fn/send_message", &message).await
}

/// What `/readyz` says, and of the database.
async fn ready(parlour: &Parlour) -> (u16, String) {
    let (status, _, body) = exchange(parlour.host(), "GET /readyz", &[], "").await;
    let database = serde_json::from_str::<Value>(&body).unwrap()["checks"]["database"].as_str().unwrap().to_owned();
    (status, database)
}

/// An upload that the server waits for.
async fn begin(parlour: &Parlour, meeting: &Meeting) -> TcpStream {
    let mut stream = TcpStream::connect(parlour.host()).await.unwrap();
    let (Meeting { room, cookie }, host) = (meeting, parlour.host());
    let head = format!(
        "POST /api/rooms/{room}/files?id=file-on-its-way&name=x HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\n\
         content-length: {FILE_BYTES}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut go_on = [0; 25];
    tokio::time::timeout(DEADLINE, stream.read_exact(&mut go_on)).await.expect("an answer").unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

async fn finish(mut stream: TcpStream) -> Answer {
    stream.write_all(&vec![b'x'; FILE_BYTES]).await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(DEADLINE, stream.read_to_string(&mut answer)).await.expect("an answer").unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), head.to_owned(), body.to_owned())
}

/// Fills the disk with a file, and leaves so much free.
fn fill(file: &Path, leave: usize) {
    let mut filling = File::create(file).unwrap();
    let piece = [0; 4_096];
    loop {
        match filling.write_all(&piece) {
            Ok(()) => {}
            Err(full) if full.kind() == ErrorKind::StorageFull => break,
            Err(other) => panic!("{other}"),
        }
    }
    let length = filling.metadata().unwrap().len();
    filling.set_len(length - u64::try_from(leave).unwrap()).unwrap();
}

/// Whether the database is sound as it lies there. SQLite would not follow the way to the disk: it is told of a copy.
async fn is_well(disk: &Path) -> bool {
    let copy = tempfile::tempdir().unwrap();
    for file in ["parlour.db", "parlour.db-wal"] {
        fs::copy(disk.join(file), copy.path().join(file)).unwrap();
    }
    is_sound(&copy.path().join("parlour.db")).await.unwrap()
}

#[test]
fn a_full_disk_is_said_and_loses_nothing_that_was_acknowledged() {
    run(async {
        let parlour = Parlour::start_on_a_small_disk(DISK_MB).await;
        let (disk, meeting) = (parlour.disk(), meet(&parlour).await);
        let (filling, files) = (disk.join("filling"), disk.join("files"));

        let upload = begin(&parlour, &meeting).await;
        fill(&filling, LEFT_BYTES);
        let answer = finish(upload).await;
        assert!(is_unavailable(&answer), "{answer:?}");
        parlour.logs("files cannot be kept or read now").await;
        parlour.logs("No space left on device").await;
        assert_eq!(fs::read_dir(&files).unwrap().count(), 0, "no half of a file stays");

        fill(&filling, 0);
        let mut kept = 0;
        let full = loop {
            let answer = write(&parlour, &meeting, kept).await;
            if answer.0 != 200 || kept == MOST_MESSAGES {
                break answer;
            }
            kept += 1;
        };
        assert!(is_unavailable(&full), "after {kept}: {full:?}");
        assert_eq!(ready(&parlour).await, (503, "failing".into()), "though it can be read");
        parlour.logs("the database cannot be used now: nothing is stored until it can").await;
        parlour.logs("database or disk is full").await;
        let joining = json!({ "room": meeting.room, "name": "Eve" });
        let stranger = Meeting { room: meeting.room.clone(), cookie: String::new() };
        for answer in [
            post(&parlour, &stranger, "/api/fn/join_room", &joining).await,
            post(&parlour, &stranger, "/api/rooms/create", &json!({})).await,
        ] {
            assert!(is_unavailable(&answer), "{answer:?}");
        }
        let path = format!("/api/rooms/{}/files?id=another-file&name=x", meeting.room);
        let (status, _, body) = post(&parlour, &meeting, &path, &json!("x")).await;
        assert!(status == 507 && body.contains("storage_full"), "{status}: {body}");
        assert_eq!(messages(&parlour, &meeting).await, 1 + kept, "reading goes on");
        assert!(is_well(&disk).await);

        fs::remove_file(&filling).unwrap();
        until("it is ready again", async || (ready(&parlour).await == (200, "ok".into())).then_some(())).await;
        assert_eq!(write(&parlour, &meeting, kept).await.0, 200, "the same once more");
        let (status, _, body) = finish(begin(&parlour, &meeting).await).await;
        assert_eq!(status, 200, "{body}");
        let file = serde_json::from_str::<Value>(&body).unwrap()["file"]["id"].as_str().unwrap().to_owned();
        assert_eq!(fs::metadata(files.join(file)).unwrap().len(), u64::try_from(FILE_BYTES).unwrap());
        assert_eq!(fs::read_dir(&files).unwrap().count(), 1);
        assert_eq!(messages(&parlour, &meeting).await, 1 + kept + 2, "nothing is lost, and nothing twice");
        assert!(is_well(&disk).await);
    });
}
