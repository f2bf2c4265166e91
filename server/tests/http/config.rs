//! Which LiveKit is used: seen and set by administrators who have just signed in, and by nobody else.

use std::os::unix::fs::PermissionsExt as _;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use server::accounts::Change;
use server::config::{Given, LiveKit};
use server::email::Email;
use server::secret::{KeyPair, Secret};
use server::settings::Settings;

use super::support::{App, Browser, PASSWORD, Parlour, exchange, field_of, run, shared};

pub(super) const CONFIG: &str = "/api/config";

async fn put(browser: &mut Browser, body: &Value) -> (StatusCode, String) {
    let answer = browser.json(Method::PUT, CONFIG, body).await;
    assert!(answer.status.is_client_error(), "{answer:?}");
    (answer.status, answer.code())
}

/// The shared LiveKit, as an administrator would name it.
pub(super) async fn another() -> Value {
    let livekit = shared().await;
    let url = livekit.endpoint.borrow().url.replace("http://", "ws://");
    json!({
        "livekit_url": url, "livekit_api_key": livekit.keys.key, "livekit_api_secret": livekit.keys.secret.expose(),
    })
}

#[test]
fn it_is_nobody_elses_business() {
    run(async {
        let app = App::new().await;
        let mut guest = app.browser();
        let answer = guest.get(CONFIG).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNAUTHORIZED, "sign_in_required"));
        assert_eq!(put(&mut guest, &another().await).await, (StatusCode::UNAUTHORIZED, "sign_in_required".to_owned()));
        let mut ada = app.ada().await;
        assert_eq!(ada.get(CONFIG).await.code(), "administrator_only");
        assert_eq!(put(&mut ada, &another().await).await, (StatusCode::FORBIDDEN, "administrator_only".to_owned()));
        assert_eq!(ada.form("/admin/livekit", &[]).await.status, StatusCode::NOT_FOUND);
        assert!(!app.state.shutdown.is_cancelled());
    });
}

#[test]
fn one_that_answers_is_stored_and_its_secret_is_never_told() {
    run(async {
        let app = App::new().await;
        let (mut ada, _) = app.administrator().await;
        let before = ada.get(CONFIG).await.json();
        assert_eq!(before["livekit_url"], json!({ "value": null, "from": "parlour" }));
        let wanted = another().await;
        let answer = ada.json(Method::PUT, CONFIG, &wanted).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        assert_eq!(answer.json()["restarts"], true);
        let secret = wanted["livekit_api_secret"].as_str().unwrap();
        assert!(!answer.text().contains(secret) && !ada.get(CONFIG).await.text().contains(secret));
        let file = app.data.path().join("livekit.json");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let stored: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        assert_eq!((&stored["url"], &stored["secret"]), (&wanted["livekit_url"], &wanted["livekit_api_secret"]));
        assert!(app.state.shutdown.is_cancelled() && app.state.settings.restarts(), "Parlour starts anew");
    });
}

#[test]
fn nothing_is_changed_unless_it_answers_and_takes_the_pair() {
    run(async {
        let app = App::new().await;
        let (mut ada, _) = app.administrator().await;
        let good = another().await;
        let with = |name: &str, value: Value| {
            let mut body = good.clone();
            body[name] = value;
            body
        };
        for (body, status, code) in [
            (with("livekit_api_secret", json!("x".repeat(40))), 422, "livekit_refuses"),
            (with("livekit_url", json!("ws://127.0.0.1:9")), 422, "livekit_unreachable"),
            (with("livekit_url", json!("ws://me:you@127.0.0.1")), 400, "livekit_address"),
            (with("livekit_api_secret", Value::Null), 400, "secret_needed"),
            (with("livekit_api_key", json!(" ")), 400, "secret_needed"),
            (with("recording_directory", json!("/tmp")), 409, "recording_root_unset"),
            (with("recording_folder", json!("/tmp")), 400, "bad_request"),
            (json!({}), 400, "bad_request"),
            (json!({ "recording_directory": null }), 400, "bad_request"),
        ] {
            let (answered, said) = put(&mut ada, &body).await;
            assert_eq!((answered.as_u16(), said.as_str()), (status, code), "{body}");
        }
        assert!(!app.data.path().join("livekit.json").exists() && !app.state.shutdown.is_cancelled());
    });
}

#[test]
fn what_the_environment_says_wins_and_is_named() {
    run(async {
        let livekit = shared().await;
        let keys = livekit.keys.clone();
        let url = server::config::livekit_url(&livekit.endpoint.borrow().url).unwrap();
        let of = |given| {
            let livekit = LiveKit::External { url: url.clone(), keys: keys.clone(), webhook_keys: keys.clone() };
            move |parts: &mut server::state::Parts| {
                parts.settings = Settings::new("/nowhere".into(), given, &livekit, None);
            }
        };
        let app = App::with(of(Given { url: true, key: true, secret: true })).await;
        let (mut ada, _) = app.administrator().await;
        let told = ada.get(CONFIG).await.json();
        assert_eq!(told["livekit_url"]["from"], "environment");
        assert_eq!(told["livekit_api_secret"], json!({ "is_set": true, "from": "environment" }));
        for (name, variable) in [
            ("livekit_url", "LIVEKIT_URL"),
            ("livekit_api_key", "LIVEKIT_API_KEY"),
            ("livekit_api_secret", "LIVEKIT_API_SECRET"),
        ] {
            let answer = ada.json(Method::PUT, CONFIG, &json!({ name: "x" })).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::CONFLICT, "set_in_environment"));
            assert!(answer.json()["detail"].as_str().unwrap().starts_with(&format!("{variable} ")), "{answer:?}");
        }
        assert!(ada.get("/admin").await.text().contains("That is said by LIVEKIT_URL, LIVEKIT_API_KEY"));
        let settings = Settings::new(
            "/nowhere".into(),
            Given { secret: true, ..Given::default() },
            &LiveKit::External {
                url: url.clone(),
                keys: KeyPair { key: "APIx".to_owned(), secret: Secret::new("hidden") },
                webhook_keys: keys.clone(),
            },
            None,
        );
        let app = App::with(|parts| parts.settings = settings).await;
        let (mut ada, _) = app.administrator().await;
        let answer = ada.json(Method::PUT, CONFIG, &json!({ "livekit_url": "wss://thief.example" })).await;
        assert!(
            answer.json()["detail"].as_str().unwrap().contains("LIVEKIT_API_SECRET"),
            "it goes to no other address"
        );
    });
}

#[test]
fn a_browser_left_open_is_not_enough() {
    run(async {
        let app = App::new().await;
        let (mut ada, secret) = app.administrator().await;
        app.sql("UPDATE account_sessions SET proven_at_ms = proven_at_ms - 600001").await;
        assert_eq!(put(&mut ada, &another().await).await, (StatusCode::UNAUTHORIZED, "sign_in_again".to_owned()));
        let page = ada.get("/admin").await.text();
        assert!(page.contains("Sign in again") && !page.contains("livekit_api_secret"));
        let answer = ada.form("/signin/out", &[("next", "/admin")]).await;
        assert_eq!(answer.header("location"), "/signin?next=/admin");
        ada.sign_in(super::support::EMAIL, PASSWORD).await;
        let answer = ada.form("/signin/code", &[("code", &super::support::code(&secret, 0)), ("next", "/admin")]).await;
        assert_eq!(answer.header("location"), "/admin");

        let wanted = another().await;
        let text = |name: &str| wanted[name].as_str().unwrap().to_owned();
        let (url, key, good) = (text("livekit_url"), text("livekit_api_key"), text("livekit_api_secret"));
        let fields =
            |secret| [("livekit_url", url.as_str()), ("livekit_api_key", key.as_str()), ("livekit_api_secret", secret)];
        let wrong = ada.form("/admin/livekit", &fields("wrong")).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        let html = wrong.text();
        assert!(html.contains("does not take this key"), "it is said");
        assert_eq!(field_of(&html, "livekit_url"), url, "what was typed is kept");
        let done = ada.form("/admin/livekit", &fields(&good)).await;
        assert_eq!(done.status, StatusCode::OK, "{done:?}");
        assert!(done.text().contains("starts anew") && app.state.settings.restarts());
    });
}

#[test]
fn the_program_starts_anew_with_what_was_set() {
    run(async {
        let root = tempfile::tempdir().unwrap();
        let parlour = Parlour::start_on_a_file_with(|command| {
            command.env("PARLOUR_RECORDING_ROOT", root.path());
        })
        .await;
        let accounts = parlour.accounts().await;
        let (account, cookie) = parlour.signed_in(&accounts).await;
        let (other, _) =
            accounts.make(Email::parse("eve@example.org").unwrap(), account.name.clone()).await.unwrap().unwrap();
        accounts.change(&other, &account.id, Change::MakeAdministrator).await.unwrap();
        let livekit = parlour.livekit();
        let mut wanted = another().await;
        wanted["recording_directory"] = json!("lectures");
        let headers = [("content-type", "application/json"), ("cookie", &format!("parlour_account={cookie}"))];
        let (status, _, body) = exchange(parlour.host(), &format!("PUT {CONFIG}"), &headers, &wanted.to_string()).await;
        assert_eq!(status, 200, "{body}");
        let host = parlour.anew().await;
        let (_, _, made) = exchange(&host, "POST /api/rooms/create", &[], "").await;
        let room = serde_json::from_str::<Value>(&made).unwrap()["roomName"].as_str().unwrap().to_owned();
        let details = format!("GET /api/connection-details?roomName={room}&participantName=Ada");
        let (_, _, details) = exchange(&host, &details, &[], "").await;
        let details: Value = serde_json::from_str(&details).unwrap();
        assert_eq!(details["serverUrl"], wanted["livekit_url"], "{details}");
        assert!(shared().await.has(&room).await, "the other LiveKit has the room");
        let gone = rustix::process::Pid::from_raw(livekit).unwrap();
        assert!(rustix::process::test_kill_process(gone).is_err(), "Parlour's own has ended");
        let (_, _, told) = exchange(&host, &format!("GET {CONFIG}"), &headers[1..], "").await;
        assert!(told.contains("\"from\":\"settings\"") && told.contains("\"restarts\":false"), "{told}");
        let told: Value = serde_json::from_str(&told).unwrap();
        assert_eq!(told["recording_directory"], json!({ "value": "lectures", "from": "settings" }));
        let secret = wanted["livekit_api_secret"].as_str().unwrap();
        assert!(!parlour.log().concat().contains(secret), "the log does not know it");
    });
}
