//! `restore`, also under a Parlour that runs.

use std::fs;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use sqlx::{ConnectOptions as _, Connection as _};
use tempfile::TempDir;

use super::check_config::check;
use super::{meet, messages, names, on, post, say};
use crate::support::{Parlour, exchange, run};

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
        // One that it had before is not the one that it has.
        fs::write(data.join("parlour.db"), "old").unwrap();
        for task in [&["restore", "--replace", "backup"][..], &["backup", "backup"]] {
            let (code, said) = on(data, task).await;
            assert!(code == 1 && said.contains("DATABASE_URL"), "{said}");
        }
        assert_eq!(fs::read_to_string(data.join("parlour.db")).unwrap(), "old");
        fs::remove_file(data.join("parlour.db")).unwrap();
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
