//! The commands besides serving: `check-config`, `backup`, `restore`.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use sqlx::{ConnectOptions as _, Connection as _};
use tempfile::TempDir;
use tokio::process::Command;

use super::support::{Parlour, SECRET, command, exchange, media_ports, run, school, shared};

/// What a command says: its exit code, and its output with its errors.
async fn outcome(command: &mut Command, arguments: &[&str]) -> (i32, String) {
    let output = command.args(arguments).output().await.unwrap();
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
    (output.status.code().unwrap(), said)
}

/// `parlour check-config` with a data folder, ports that are free, and some variables.
async fn check(data: &Path, variables: &[(&str, &str)]) -> (i32, String) {
    let media = media_ports();
    let mut command = command();
    command
        .env("PARLOUR_DATA_DIR", data)
        .env("PARLOUR_ADDR", "127.0.0.1:0")
        .env("PARLOUR_MEDIA_UDP_PORT", media.udp_port.to_string())
        .env("PARLOUR_MEDIA_TCP_PORT", media.tcp_port.to_string())
        .envs(variables.iter().copied());
    outcome(&mut command, &["check-config"]).await
}

fn has(said: &str, verdict: &str, about: &str) -> bool {
    said.lines().any(|line| line.split_whitespace().next() == Some(verdict) && line.contains(about))
}

#[test]
fn a_sound_configuration_is_sound_and_nothing_is_made() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let (code, said) = check(&data, &[]).await;
        assert_eq!(code, 0, "{said}");
        assert!(said.lines().all(|line| line.starts_with("ok ")), "{said}");
        for about in
            ["PARLOUR_DATA_DIR", "DATABASE_URL", "PARLOUR_ADDR", "PARLOUR_LIVEKIT_BIN", "PARLOUR_MEDIA_UDP_PORT"]
        {
            assert!(has(&said, "ok", about), "{about}: {said}");
        }
        assert!(!data.exists());
    });
}

#[test]
fn all_mistakes_are_told_in_lines_of_their_own() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let wrong = [
            ("PARLOUR_PUBLIC_URL", "meet.example.org"),
            ("LIVEKIT_URL", "wss://me:hunter2@lk.example.org"),
            ("DATABASE_URL", "mysql://me:hunter2@db/parlour"),
            ("PARLOUR_MEDIA_UDP_PORT", "70000"),
            ("PARLOUR_TRUSTED_PROXIES", "proxy"),
            ("PARLOUR_ICE_SERVERS", "[{\"urls\":[\"turn:t\"],\"credential\":\"hunter2\"}]"),
            ("PARLOUR_LOG", "a=b=c"),
        ];
        let (code, said) = check(folder.path(), &wrong).await;
        assert_eq!(code, 2, "{said}");
        for (variable, _) in wrong {
            assert!(has(&said, "mistake", variable), "{variable}: {said}");
        }
        assert!(has(&said, "mistake", "LIVEKIT_API_KEY and LIVEKIT_API_SECRET"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
        let (code, served) = outcome(command().envs(wrong).env("PARLOUR_DATA_DIR", folder.path()), &[]).await;
        assert_eq!(code, 2);
        for (variable, _) in wrong {
            assert!(served.contains(variable), "serving says the same: {variable}: {served}");
        }
    });
}

#[test]
fn what_is_doubtful_is_a_warning_and_no_mistake() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        for (variable, value, about) in [
            ("PARLOUR_PUBLIC_URL", "http://meet.example.org", "PARLOUR_PUBLIC_URL"),
            ("PARLOUR_PUBLIC_URL", "https://meet.example.org", "PARLOUR_TRUSTED_PROXIES"),
            ("PARLOUR_TRUSTED_PROXIES", "0.0.0.0/0", "PARLOUR_TRUSTED_PROXIES"),
            ("PARLOUR_TRUSTED_PROXIES", "10.0.0.1", "127.0.0.1"),
            ("PARLOUR_METRICS_ADDR", "0.0.0.0:0", "PARLOUR_METRICS_ADDR"),
            ("PARLOUR_PUBLIC_URI", "https://meet.example.org", "PARLOUR_PUBLIC_URI"),
            ("PARLOUR_LOG", "info", "PARLOUR_DATA_DIR"),
        ] {
            let (code, said) = check(folder.path(), &[(variable, value)]).await;
            assert_eq!(code, 0, "{said}");
            assert!(has(&said, "warning", about), "{variable}={value}: {said}");
        }
    });
}

#[test]
fn places_and_ports_are_tried() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let taken = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let listener = TcpListener::bind(taken).unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "no database").unwrap();
        let spoilt = format!("sqlite:{}", file.display());
        for (variable, value) in [
            ("PARLOUR_ADDR", taken.to_string().as_str()),
            ("PARLOUR_ADDR", "192.0.2.1:3000"),
            ("PARLOUR_METRICS_ADDR", &taken.to_string()),
            ("PARLOUR_MEDIA_TCP_PORT", &taken.port().to_string()),
            ("PARLOUR_LIVEKIT_BIN", "/nowhere/livekit-server"),
            ("PARLOUR_DATA_DIR", file.to_str().unwrap()),
            ("DATABASE_URL", &spoilt),
            ("DATABASE_URL", "postgres://me:hunter2@127.0.0.1:9/parlour"),
        ] {
            let (code, said) = check(folder.path(), &[(variable, value)]).await;
            assert_eq!(code, 2, "{variable}={value}: {said}");
            assert!(has(&said, "mistake", variable) && !said.contains("hunter2"), "{variable}={value}: {said}");
        }
        drop(listener);
    });
}

#[test]
fn a_wrong_secret_is_told_from_an_address_where_nobody_is() {
    run(async {
        let livekit = shared().await;
        let folder = tempfile::tempdir().unwrap();
        let url = livekit.endpoint.borrow().url.clone();
        let (key, secret) = (livekit.keys.key.as_str(), livekit.keys.secret.expose());
        let wrong = "x".repeat(64);
        for (url, key, secret, verdict, about) in [
            (url.as_str(), key, secret, "ok", "LIVEKIT_URL"),
            (&url, key, &wrong, "mistake", "LIVEKIT_API_SECRET"),
            (&url, "APIother", secret, "mistake", "LIVEKIT_API_KEY"),
            ("ws://127.0.0.1:9", key, secret, "mistake", "LIVEKIT_URL: ws://127.0.0.1:9 does not answer"),
            ("ws://127.0.0.1:9", key, secret, "mistake", "onnection refused"),
        ] {
            let variables = [("LIVEKIT_URL", url), ("LIVEKIT_API_KEY", key), ("LIVEKIT_API_SECRET", secret)];
            let (code, said) = check(folder.path(), &variables).await;
            assert_eq!(code, if verdict == "ok" { 0 } else { 2 }, "{said}");
            assert!(has(&said, verdict, about), "{verdict} {about}: {said}");
            assert!(!said.contains(secret), "{said}");
        }
    });
}

#[test]
fn who_signs_people_in_is_tried_and_told_from_one_that_is_not_there() {
    run(async {
        let (school, folder) = (school().await, tempfile::tempdir().unwrap());
        let other = format!("{}/other", school.issuer);
        for (issuer, verdict, about) in [
            (school.issuer.as_str(), "ok", "http://127.0.0.1:3000/signin/oidc/callback"),
            ("http://127.0.0.1:9", "mistake", "onnection refused"),
            (&other, "mistake", "PARLOUR_OIDC_ISSUER"),
        ] {
            let variables = [
                ("PARLOUR_PUBLIC_URL", "http://127.0.0.1:3000"),
                ("PARLOUR_OIDC_ISSUER", issuer),
                ("PARLOUR_OIDC_CLIENT_ID", "parlour"),
                ("PARLOUR_OIDC_CLIENT_SECRET", SECRET),
                ("PARLOUR_OIDC_ONLY", "true"),
            ];
            let (code, said) = check(folder.path(), &variables).await;
            assert_eq!(code, if verdict == "ok" { 0 } else { 2 }, "{said}");
            assert!(has(&said, verdict, about) && !said.contains(SECRET), "{verdict} {about}: {said}");
            assert!(has(&said, "warning", "PARLOUR_OIDC_ADMINISTRATORS"), "{said}");
        }
    });
}

/// What a Parlour has of a meeting with one message.
pub(super) struct Meeting {
    pub(super) room: String,
    pub(super) cookie: String,
}

async fn post(parlour: &Parlour, cookie: &str, path: &str, body: &Value) -> (String, Value) {
    let headers = [("content-type", "application/json"), ("cookie", cookie)];
    let (status, head, answer) = exchange(parlour.host(), &format!("POST {path}"), &headers, &body.to_string()).await;
    assert!((200..300).contains(&status), "{path}: {answer}");
    (head, serde_json::from_str(&answer).unwrap())
}

async fn say(parlour: &Parlour, meeting: &Meeting, id: &str) {
    let message = json!({ "room": meeting.room, "id": id, "text": "kept" });
    post(parlour, &meeting.cookie, "/api/fn/send_message", &message).await;
}

pub(super) async fn messages(parlour: &Parlour, meeting: &Meeting) -> usize {
    let after = json!({ "room": meeting.room, "seq": 0 });
    let (_, messages) = post(parlour, &meeting.cookie, "/api/fn/messages_after", &after).await;
    messages["messages"].as_array().unwrap().len()
}

pub(super) async fn meet(parlour: &Parlour) -> Meeting {
    let (head, room) = post(parlour, "", "/api/rooms/create", &json!({})).await;
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let meeting = Meeting { room: room["roomName"].as_str().unwrap().to_owned(), cookie };
    post(parlour, &meeting.cookie, "/api/fn/join_room", &json!({ "room": meeting.room, "name": "Ada" })).await;
    say(parlour, &meeting, "message-0001").await;
    meeting
}

/// A command for a data folder.
async fn on(data: &Path, arguments: &[&str]) -> (i32, String) {
    outcome(command().env("PARLOUR_DATA_DIR", data), arguments).await
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_backup_of_a_running_parlour_brings_everything_back() {
    run(async {
        let parlour = Parlour::start_on_a_file().await;
        let meeting = meet(&parlour).await;
        let address = format!("/api/rooms/{}/files?id=message-file&name=a.txt", meeting.room);
        let (_, sent) = post(&parlour, &meeting.cookie, &address, &json!("the file")).await;
        let sent = Path::new("files").join(sent["file"]["id"].as_str().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("parlour.backup");
        let path = file.to_str().unwrap();
        // While it is written, so are messages: each is in it as a whole or not at all.
        let writing = async {
            for n in 2..40 {
                say(&parlour, &meeting, &format!("message-{n:04}")).await;
            }
        };
        let arguments = ["backup", path];
        let ((code, said), ()) = tokio::join!(on(parlour.data.path(), &arguments), writing);
        assert_eq!((code, said.as_str()), (0, ""));
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(names(folder.path()), ["parlour.backup"], "nothing else is left");
        let (code, said) = on(parlour.data.path(), &["backup", path]).await;
        assert!(code == 1 && said.contains("exists already"), "{said}");

        let (code, said) = on(parlour.data.path(), &["restore", path]).await;
        assert!(code == 1 && said.contains("--replace"), "{said}");
        assert!(messages(&parlour, &meeting).await == 40, "it goes on");

        let new = folder.path().join("data");
        let mut restore = command();
        restore.env("PARLOUR_DATA_DIR", &new).env("DATABASE_URL", "sqlite:data/parlour.db").current_dir(folder.path());
        let (code, said) = outcome(&mut restore, &["restore", path]).await;
        assert_eq!((code, said.as_str()), (0, ""));
        assert_eq!(names(&new), ["files", "livekit-keys.json", "lock", "parlour.db"]);
        assert_eq!(fs::read(new.join(sent)).unwrap(), b"\"the file\"");
        for file in ["livekit-keys.json", "parlour.db"] {
            assert_eq!(fs::metadata(new.join(file)).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
        }
        let keys = |data: &Path| fs::read(data.join("livekit-keys.json")).unwrap();
        assert_eq!(keys(&new), keys(parlour.data.path()));
        let restored = Parlour::start_with(|command| {
            command.env("PARLOUR_DATA_DIR", &new).env_remove("DATABASE_URL");
        })
        .await;
        assert!((2..=40).contains(&messages(&restored, &meeting).await));
    });
}

#[test]
fn files_that_are_deleted_during_a_backup_do_not_spoil_it() {
    run(async {
        let parlour = Parlour::start_on_a_file().await;
        let meeting = meet(&parlour).await;
        let content = json!("x".repeat(50_000));
        for n in 0..150 {
            let address = format!("/api/rooms/{}/files?id=message-{n:04}-file&name=a.txt", meeting.room);
            post(&parlour, &meeting.cookie, &address, &content).await;
        }
        let files = parlour.data.path().join("files");
        let all = names(&files);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup");
        let arguments = ["backup", file.to_str().unwrap()];
        let deleting = async {
            // From the last on, while the backup goes from the first on.
            for name in all.iter().rev() {
                fs::remove_file(files.join(name)).unwrap();
                tokio::task::yield_now().await;
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
        };
        let ((code, said), ()) = tokio::join!(on(parlour.data.path(), &arguments), deleting);
        assert_eq!((code, said.as_str()), (0, ""));
        let new = folder.path().join("data");
        let (code, said) = on(&new, &["restore", file.to_str().unwrap()]).await;
        assert_eq!((code, said.as_str()), (0, ""));
        for name in names(&new.join("files")) {
            assert_eq!(fs::metadata(new.join("files").join(name)).unwrap().len(), 50_002, "each is whole");
        }
    });
}

/// A data folder that was used, and a backup of it.
async fn backed_up() -> (TempDir, Vec<u8>) {
    let mut parlour = Parlour::start_on_a_file().await;
    meet(&parlour).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    let (code, said) = on(parlour.data.path(), &["backup", file.to_str().unwrap()]).await;
    assert_eq!(code, 0, "{said}");
    parlour.child.kill().await.unwrap();
    (parlour.data, fs::read(file).unwrap())
}

#[test]
fn only_a_whole_backup_is_restored_and_nothing_is_lost_by_another_one() {
    run(async {
        let (data, whole) = backed_up().await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup");
        let database = fs::read(data.path().join("parlour.db")).unwrap();
        let before = names(data.path());
        let changed = |at: usize| {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            bytes
        };
        let format = whole.windows(12).position(|text| text == b"\"format\": 2,").unwrap();
        let mut newer = whole.clone();
        newer[format + 10] = b'3';
        for (what, bytes) in [
            ("nothing", Vec::new()),
            ("noise", b"not a backup".repeat(1_000)),
            ("half of it", whole[..whole.len() / 2].to_vec()),
            ("all but the keys", whole[..whole.len() - 2_048].to_vec()),
            ("another byte in the database", changed(whole.len() / 2)),
            ("another byte in the list", changed(600)),
            ("another name of the list", changed(3)),
            ("another format", newer),
        ] {
            fs::write(&file, bytes).unwrap();
            let (code, said) = on(data.path(), &["restore", "--replace", file.to_str().unwrap()]).await;
            assert!(code == 1 && said.contains("nothing was changed"), "{what}: {said}");
            assert_eq!(names(data.path()), before, "{what}");
            assert!(fs::read(data.path().join("parlour.db")).unwrap() == database, "{what}");
        }
        fs::write(&file, &whole).unwrap();
        let (code, said) = on(data.path(), &["restore", file.to_str().unwrap()]).await;
        assert!(code == 1 && said.contains("--replace"), "what is there is not lost unasked: {said}");
        let (code, said) = on(data.path(), &["restore", "--replace", file.to_str().unwrap()]).await;
        assert_eq!((code, said.as_str()), (0, ""));
        let left = names(data.path());
        assert!(left.iter().all(|name| !name.contains("-wal") && !name.starts_with("restore")), "{left:?}");
    });
}

#[test]
fn a_running_parlour_starts_anew_with_what_is_restored() {
    run(async {
        let mut parlour = Parlour::start_on_a_file().await;
        let meeting = meet(&parlour).await;
        let address = format!("/api/rooms/{}/files?id=message-file&name=a.txt", meeting.room);
        let (_, sent) = post(&parlour, &meeting.cookie, &address, &json!("the file")).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup");
        let path = file.to_str().unwrap();
        assert_eq!(on(parlour.data.path(), &["backup", path]).await.0, 0);
        say(&parlour, &meeting, "message-0002").await;
        let address = format!("/api/rooms/{}/files?id=message-later&name=a.txt", meeting.room);
        post(&parlour, &meeting.cookie, &address, &json!("a later file")).await;
        assert_eq!(messages(&parlour, &meeting).await, 4);
        let (before, livekit) = (names(parlour.data.path()), parlour.livekit());

        // What is not whole disturbs nobody, and of two one goes first.
        let spoilt = folder.path().join("spoilt");
        fs::write(&spoilt, &fs::read(&file).unwrap()[..4_096]).unwrap();
        let (code, said) = on(parlour.data.path(), &["restore", "--replace", spoilt.to_str().unwrap()]).await;
        assert!(code == 1 && said.contains("nothing was changed"), "{said}");
        assert_eq!((messages(&parlour, &meeting).await, names(parlour.data.path())), (4, before));
        let restore = ["restore", "--replace", path];
        let (one, two) = tokio::join!(on(parlour.data.path(), &restore), on(parlour.data.path(), &restore));
        let (done, refused) = if one.0 == 0 { (one, two) } else { (two, one) };
        assert_eq!(done, (0, String::new()));
        assert!(refused.0 == 1 && refused.1.contains("another restore"), "{}", refused.1);

        parlour.url = format!("http://{}", parlour.anew().await);
        assert!(parlour.log().concat().contains("a backup is put back"));
        assert_eq!(messages(&parlour, &meeting).await, 2, "what was written after the backup is gone");
        let left = names(parlour.data.path());
        assert!(left.iter().all(|name| !name.starts_with("restore")), "{left:?}");
        assert_eq!(names(&parlour.data.path().join("files")), [sent["file"]["id"].as_str().unwrap()]);
        assert_ne!(parlour.livekit(), livekit, "its LiveKit is a new one");
        let joining = json!({ "room": meeting.room, "name": "Ada" });
        let (_, joined) = post(&parlour, &meeting.cookie, "/api/fn/join_room", &joining).await;
        assert!(joined.to_string().contains(&meeting.room), "she comes in again: {joined}");
        say(&parlour, &meeting, "message-0003").await;
        let (_, _, ready) = exchange(parlour.host(), "GET /readyz", &[], "").await;
        assert!(ready.contains("\"ready\""), "{ready}");
    });
}

#[test]
fn files_whose_database_is_elsewhere_are_not_lost() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        // In Postgres, for example.
        let database = format!("sqlite:{}", folder.path().join("else.db").display());
        let mut parlour = Parlour::start_on_a_file_with(|command| {
            command.env("DATABASE_URL", database);
        })
        .await;
        let meeting = meet(&parlour).await;
        let address = format!("/api/rooms/{}/files?id=message-file&name=a.txt", meeting.room);
        let (_, sent) = post(&parlour, &meeting.cookie, &address, &json!("the file")).await;
        let data = parlour.data.path();
        let (code, said) = on(data, &["restore", "--replace", "backup"]).await;
        assert!(code == 1 && said.contains("DATABASE_URL"), "{said}");
        parlour.child.kill().await.unwrap();
        let (code, said) = on(data, &["restore", "backup"]).await;
        assert!(code == 1 && said.contains("--replace"), "{said}");
        assert_eq!(names(&data.join("files")), [sent["file"]["id"].as_str().unwrap()]);
    });
}

#[test]
fn what_waits_for_a_parlour_to_start_anew_is_not_taken_for_a_restore_that_runs() {
    run(async {
        let mut parlour = Parlour::start_on_a_file().await;
        let process = Pid::from_raw(parlour.child.id().unwrap().cast_signed()).unwrap();
        kill_process(process, Signal::STOP).unwrap(); // it does not look
        fs::create_dir(parlour.data.path().join("restore.whole")).unwrap();
        let (code, said) = on(parlour.data.path(), &["restore", "--replace", "backup"]).await;
        assert!(code == 1 && said.contains("restart it"), "{said}");
        parlour.child.kill().await.unwrap();
    });
}

#[test]
fn a_start_finishes_what_a_restore_has_begun() {
    run(async {
        let mut parlour = Parlour::start_on_a_file().await;
        let meeting = meet(&parlour).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup");
        assert_eq!(on(parlour.data.path(), &["backup", file.to_str().unwrap()]).await.0, 0);
        say(&parlour, &meeting, "message-0002").await;
        parlour.child.kill().await.unwrap();

        // As it is when the power goes right after everything was prepared.
        let data = parlour.data.path();
        let elsewhere = folder.path().join("data");
        assert_eq!(on(&elsewhere, &["restore", file.to_str().unwrap()]).await.0, 0);
        fs::create_dir(data.join("restore.whole")).unwrap();
        fs::rename(elsewhere.join("parlour.db"), data.join("restore.whole/parlour.db")).unwrap();
        fs::create_dir(data.join("restore.new")).unwrap();
        let again = Parlour::start_with(|command| {
            command.env("PARLOUR_DATA_DIR", data).env_remove("DATABASE_URL");
        })
        .await;
        assert_eq!(messages(&again, &meeting).await, 1, "what was written after the backup is gone");
        assert!(!data.join("restore.whole").exists());
    });
}

#[test]
fn a_database_of_the_future_is_named_and_not_restored() {
    run(async {
        let (data, _) = backed_up().await;
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(data.path().join("parlour.db"));
        let mut connection = options.connect().await.unwrap();
        sqlx::raw_sql("UPDATE _sqlx_migrations SET version = 999999 WHERE version = 1")
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        let (code, said) = check(data.path(), &[]).await;
        assert!(code == 2 && said.contains("newer Parlour") && said.contains("999999"), "{said}");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup");
        assert_eq!(on(data.path(), &["backup", file.to_str().unwrap()]).await.0, 0);
        let (code, said) = on(&folder.path().join("new"), &["restore", file.to_str().unwrap()]).await;
        assert!(code == 1 && said.contains("newer Parlour"), "{said}");
    });
}

#[test]
fn what_cannot_be_copied_here_is_named() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup");
        let file = file.to_str().unwrap();
        for task in ["backup", "restore"] {
            let mut command = command();
            command
                .env("PARLOUR_DATA_DIR", folder.path())
                .env("DATABASE_URL", "postgres://me:hunter2@127.0.0.1:9/parlour");
            let (code, said) = outcome(&mut command, &[task, file]).await;
            assert!(code == 1 && said.contains("pg_dump") && !said.contains("hunter2"), "{said}");
        }
        let (code, said) = on(folder.path(), &["backup", file]).await;
        assert!(code == 1 && said.contains("no database"), "{said}");
        let mut command = command();
        command.env("PARLOUR_DATA_DIR", folder.path().join("data"));
        command.env("DATABASE_URL", format!("sqlite:{}", folder.path().join("else.db").display()));
        let (code, said) = outcome(&mut command, &["restore", file]).await;
        assert!(code == 1 && said.contains("PARLOUR_DATA_DIR"), "{said}");
    });
}
