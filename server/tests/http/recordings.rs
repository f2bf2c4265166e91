//! Where recordings are kept: a folder below the operator's root, set by administrators who have just signed in.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use server::config::{Given, LiveKit, MediaAddress, Stored};
use server::recordings::{Below, Recordings};
use server::settings::Settings;
use tempfile::TempDir;

use super::config::{CONFIG, another};
use super::support::{App, Browser, field_of, run};

/// A root, and a data folder that outlives a Parlour.
struct Disk {
    root: TempDir,
    data: TempDir,
}

impl Disk {
    fn new() -> Self {
        Self { root: tempfile::tempdir().unwrap(), data: tempfile::tempdir().unwrap() }
    }

    /// A Parlour with what is kept there, or with what the environment says.
    async fn app(&self, given: Option<&str>) -> App {
        let stored = Stored::read(self.data.path()).unwrap().recording_directory;
        let directory = given.or(stored.as_deref()).map(|text| Below::parse(self.root.path(), text).unwrap());
        let recordings = Recordings { root: self.root.path().to_owned(), directory, given: given.is_some() };
        with(self.data.path(), Some(recordings)).await
    }

    fn made(&self) -> Vec<String> {
        let names = fs::read_dir(self.root.path()).unwrap();
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn kept(&self) -> bool {
        self.data.path().join("livekit.json").exists()
    }
}

async fn with(data: &Path, recordings: Option<Recordings>) -> App {
    let managed = LiveKit::Managed { program: None, media: MediaAddress { ip: None, udp_port: 7882, tcp_port: 7881 } };
    let settings = Settings::new(data.to_owned(), Given::default(), &managed, recordings);
    App::with(|parts| parts.settings = settings).await
}

async fn put(browser: &mut Browser, body: &Value) -> (u16, String) {
    let answer = browser.json(Method::PUT, CONFIG, body).await;
    let code = if answer.status == StatusCode::OK { String::new() } else { answer.code() };
    (answer.status.as_u16(), code)
}

fn directory(text: impl Into<String>) -> Value {
    json!({ "recording_directory": text.into() })
}

#[test]
fn a_folder_below_the_root_is_made_used_at_once_and_kept() {
    run(async {
        let disk = Disk::new();
        let app = disk.app(None).await;
        let (mut ada, _) = app.administrator().await;
        let before = ada.get(CONFIG).await.json();
        assert_eq!(before["recording_directory"], json!({ "value": null, "from": null }));
        assert_eq!(before["recording_root"], disk.root.path().to_str().unwrap());
        let set = json!({ "value": "lectures/2026", "from": "settings" });
        let answer = ada.json(Method::PUT, CONFIG, &directory("lectures/2026")).await;
        assert_eq!((answer.status, &answer.json()["recording_directory"]), (StatusCode::OK, &set), "{answer:?}");
        assert_eq!(ada.get(CONFIG).await.json()["recording_directory"], set);
        assert!(answer.json()["restarts"] == false && !app.state.shutdown.is_cancelled(), "calls go on");
        let folder = disk.root.path().join("lectures/2026");
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "what was tried is gone");
        let file = disk.data.path().join("livekit.json");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

        let next = disk.app(None).await;
        let (mut ada, _) = next.administrator().await;
        assert_eq!(ada.get(CONFIG).await.json()["recording_directory"], set, "also after the next start");
        let whole = disk.root.path().join("elsewhere");
        assert_eq!(put(&mut ada, &directory(whole.to_str().unwrap())).await.0, 200);
        assert_eq!(ada.get(CONFIG).await.json()["recording_directory"]["value"], "elsewhere");
        // Another LiveKit does not undo it.
        assert_eq!(put(&mut ada, &another().await).await.0, 200);
        assert_eq!(ada.get(CONFIG).await.json()["recording_directory"]["value"], "elsewhere");
        let stored = Stored::read(disk.data.path()).unwrap();
        assert!(stored.recording_directory.as_deref() == Some("elsewhere") && stored.url.is_some());
    });
}

#[test]
fn nothing_leaves_the_root_and_what_is_refused_changes_nothing() {
    run(async {
        let (disk, outside) = (Disk::new(), tempfile::tempdir().unwrap());
        let root = disk.root.path();
        symlink(outside.path(), root.join("link")).unwrap();
        fs::write(root.join("file"), "").unwrap();
        let app = disk.app(None).await;
        let (mut ada, _) = app.administrator().await;
        let dots = format!("{}/../up", root.display());
        for (text, status, code) in [
            ("..", 400, "recording_directory"),
            ("a/../../b", 400, "recording_directory"),
            ("/tmp", 400, "recording_directory"),
            (&dots, 400, "recording_directory"),
            ("a//b", 400, "recording_directory"),
            ("", 400, "recording_directory"),
            ("a\0b", 400, "recording_directory"),
            ("link", 400, "recording_directory"),
            ("link/a/b", 400, "recording_directory"),
            ("file", 422, "recording_unwritable"),
            ("file/a", 422, "recording_unwritable"),
        ] {
            assert_eq!(put(&mut ada, &directory(text)).await, (status, code.to_owned()), "{text:?}");
        }
        let mut left = disk.made();
        left.sort();
        assert_eq!(left, ["file", "link"]);
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
        assert!(!root.join("../up").exists() && !disk.kept());
        assert_eq!(ada.get(CONFIG).await.json()["recording_directory"]["value"], Value::Null);

        fs::remove_dir_all(root).unwrap();
        assert_eq!(put(&mut ada, &directory("a")).await, (422, "recording_unwritable".to_owned()));
        assert!(!root.exists(), "the root is the operator's to make");
        fs::create_dir(root).unwrap();
        let nowhere = Recordings { root: root.to_owned(), directory: None, given: false };
        let app = with(Path::new("/nowhere"), Some(nowhere)).await;
        let (mut ada, _) = app.administrator().await;
        assert_eq!(put(&mut ada, &directory("a/b")).await, (503, "store_unavailable".to_owned()));
        assert!(disk.made().is_empty(), "what cannot be kept is not made");
    });
}

#[test]
fn what_the_operator_says_wins_and_is_named() {
    run(async {
        let disk = Disk::new();
        let app = disk.app(Some("theirs")).await;
        let (mut ada, _) = app.administrator().await;
        let told = ada.get(CONFIG).await.json();
        assert_eq!(told["recording_directory"], json!({ "value": "theirs", "from": "environment" }));
        let named = async |ada: &mut Browser, code: &str, variable: &str| {
            let answer = ada.json(Method::PUT, CONFIG, &directory("mine")).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::CONFLICT, code));
            assert!(answer.json()["detail"].as_str().unwrap().starts_with(&format!("{variable} ")), "{answer:?}");
        };
        named(&mut ada, "set_in_environment", "PARLOUR_RECORDING_DIR").await;
        assert!(ada.get("/admin").await.text().contains("That is said by PARLOUR_RECORDING_DIR"));
        assert!(disk.made().is_empty());

        let app = with(disk.data.path(), None).await;
        let (mut ada, _) = app.administrator().await;
        let told = ada.get(CONFIG).await.json();
        assert_eq!(told["recording_root"], Value::Null);
        named(&mut ada, "recording_root_unset", "PARLOUR_RECORDING_ROOT").await;
        let page = ada.get("/admin").await.text();
        assert!(page.contains("PARLOUR_RECORDING_ROOT") && !page.contains("name=\"recording_directory\""), "{page}");
        assert!(!disk.kept());
    });
}

#[test]
fn with_another_livekit_it_is_one_change() {
    run(async {
        let disk = Disk::new();
        let app = disk.app(None).await;
        let (mut ada, _) = app.administrator().await;
        let with = |mut livekit: Value, name: &str, text: &str| {
            livekit["recording_directory"] = json!("lectures");
            livekit[name] = json!(text);
            livekit
        };
        let good = another().await;
        for (body, status, code) in [
            (with(good.clone(), "livekit_url", "ws://127.0.0.1:9"), 422, "livekit_unreachable"),
            (with(good.clone(), "livekit_api_secret", "x"), 422, "livekit_refuses"),
            (with(good.clone(), "livekit_api_key", ""), 400, "secret_needed"),
            (with(good.clone(), "recording_directory", "../lectures"), 400, "recording_directory"),
            (with(good.clone(), "recording_directory", &"x/".repeat(600)), 400, "recording_directory"),
        ] {
            assert_eq!(put(&mut ada, &body).await, (status, code.to_owned()), "{body}");
        }
        fs::write(disk.root.path().join("file"), "").unwrap();
        let body = with(good.clone(), "recording_directory", "file");
        assert_eq!(put(&mut ada, &body).await, (422, "recording_unwritable".to_owned()));
        assert_eq!(disk.made(), ["file"]);
        assert!(!disk.kept() && !app.state.shutdown.is_cancelled() && !app.state.settings.restarts());
        assert_eq!(put(&mut ada, &with(good, "recording_directory", "lectures")).await.0, 200);
        let stored = Stored::read(disk.data.path()).unwrap();
        assert!(stored.recording_directory.as_deref() == Some("lectures") && stored.url.is_some());
        assert!(app.state.shutdown.is_cancelled() && app.state.settings.restarts());
    });
}

#[test]
fn only_an_administrator_of_just_now_sets_it() {
    run(async {
        let disk = Disk::new();
        let app = disk.app(None).await;
        let body = directory("lectures");
        assert_eq!(put(&mut app.browser(), &body).await, (401, "sign_in_required".to_owned()));
        let mut ada = app.ada().await;
        assert_eq!(put(&mut ada, &body).await, (403, "administrator_only".to_owned()));
        let fields = [("recording_directory", "lectures")];
        assert_eq!(ada.form("/admin/recordings", &fields).await.status, StatusCode::NOT_FOUND);
        let app = disk.app(None).await;
        let (mut ada, _) = app.administrator().await;
        app.sql("UPDATE account_sessions SET proven_at_ms = proven_at_ms - 600001").await;
        assert_eq!(put(&mut ada, &body).await, (401, "sign_in_again".to_owned()));
        let answer = ada.form("/admin/recordings", &fields).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.text().contains("To set another one, sign in again first"), "{answer:?}");
        assert!(disk.made().is_empty() && !disk.kept());
    });
}

#[test]
fn the_page_sets_it_and_says_what_is_wrong_beside_the_field() {
    run(async {
        let disk = Disk::new();
        let app = disk.app(None).await;
        let (mut ada, _) = app.administrator().await;
        assert!(ada.get("/admin").await.text().contains("No folder for recordings is set yet."));
        let wrong = ada.form("/admin/recordings", &[("recording_directory", "../lectures")]).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        let html = wrong.text();
        assert!(html.contains("recording_directory-problem") && html.contains("must be below the root"), "{html}");
        assert_eq!(field_of(&html, "recording_directory"), "../lectures", "what was typed is kept");
        let done = ada.form("/admin/recordings", &[("recording_directory", "lectures")]).await;
        assert_eq!(done.status, StatusCode::OK, "{done:?}");
        assert!(done.text().contains("That folder is the one for recordings now."));
        let page = ada.get("/admin").await.text();
        assert!(page.contains("The folder for recordings is lectures, below"), "{page}");
        assert_eq!(disk.made(), ["lectures"]);
    });
}
