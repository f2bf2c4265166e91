//! `backup`, of a Parlour that runs.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::json;
use server::config::Stored;

use super::{meet, messages, names, on, outcome, post, say};
use crate::support::{Parlour, command, run};

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
        let set = |stored: &mut Stored| stored.recording_directory = Some("lectures".to_owned());
        Stored::amend(parlour.data.path(), set).unwrap();
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
        assert_eq!(names(&new), ["files", "livekit-keys.json", "livekit.json", "lock", "parlour.db"]);
        assert_eq!(Stored::read(&new).unwrap().recording_directory.as_deref(), Some("lectures"), "what was set");
        assert_eq!(fs::read(new.join(sent)).unwrap(), b"\"the file\"");
        for file in ["livekit-keys.json", "livekit.json", "parlour.db"] {
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
