//! Pages: addresses, status, policy.

use axum::http::StatusCode;
use tokio::task::JoinSet;
use wire::ClientProfile;

use super::support::{App, run};

#[test]
fn a_page_runs_only_its_own_scripts() {
    run(async {
        let app = App::new().await;
        let mut browser = app.browser();
        let room = browser.new_meeting().await;
        let mut nonces = Vec::new();
        for path in ["/".to_owned(), format!("/{room}")] {
            let page = browser.get(&path).await;
            assert_eq!(page.status, StatusCode::OK);
            let policy = page.header("content-security-policy").to_owned();
            let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
            assert!(nonce.len() >= 16);
            for part in [
                "default-src 'none'",
                &format!("script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval';"),
                "style-src 'self';",
                "connect-src 'self' ws://127.0.0.1:3000;",
                "base-uri 'none'",
                "frame-ancestors 'none'",
            ] {
                assert!(policy.contains(part), "{part} is missing: {policy}");
            }
            assert!(!policy.contains("unsafe-inline"));
            let html = page.text();
            for script in html.split("<script").skip(1) {
                assert!(script.split('>').next().unwrap().contains(&format!("nonce=\"{nonce}\"")), "{script}");
            }
            assert!(!html.contains(" style=\""), "an inline style would be refused");
            nonces.push(nonce);
        }
        assert_ne!(nonces[0], nonces[1]);
    });
}

#[test]
fn pages_that_are_asked_for_at_once_are_all_there() {
    run(async {
        let app = App::new().await;
        let room = app.browser().new_meeting().await;
        let mut visits = JoinSet::new();
        for _ in 0..200 {
            let (mut browser, path) = (app.browser(), format!("/{room}"));
            visits.spawn(async move { browser.get(&path).await });
        }
        for answer in visits.join_all().await {
            assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
            assert!(answer.text().contains("<title>Lesson · Parlour</title>"));
        }
    });
}

#[test]
fn a_page_says_how_the_browser_is_to_behave() {
    run(async {
        for (profile, says) in [
            (
                ClientProfile::PRODUCTION,
                ["data-profile=\"production\"", "data-log-level=\"warn\"", "data-simulcast=\"true\""],
            ),
            (
                ClientProfile::DEVELOPMENT,
                ["data-profile=\"development\"", "data-log-level=\"info\"", "data-simulcast=\"false\""],
            ),
        ] {
            let app = App::with(move |parts| parts.client_profile = profile).await;
            let html = app.browser().get("/").await.text();
            for attribute in says {
                assert!(html.contains(attribute), "{attribute}");
            }
        }
    });
}

#[test]
fn an_external_livekit_may_be_connected_to() {
    run(async {
        let app = App::with(|parts| {
            let origin = server::origin::Origin::new(true, "livekit.example.org").unwrap();
            parts.signalling = server::state::Signalling::External(origin);
        })
        .await;
        let mut browser = app.browser();
        let policy = browser.get("/").await.header("content-security-policy").to_owned();
        assert!(
            policy.contains("connect-src 'self' wss://livekit.example.org https://livekit.example.org;"),
            "{policy}"
        );
        let room = browser.new_meeting().await;
        assert_eq!(browser.join(&room, "Ada").await["serverUrl"], "wss://livekit.example.org");
        assert_eq!(browser.get("/rtc/validate").await.status, StatusCode::NOT_FOUND, "nothing is passed on");
    });
}

#[test]
fn a_meeting_is_a_page_and_a_wrong_code_is_not_found() {
    run(async {
        let app = App::new().await;
        let mut browser = app.browser();
        let room = browser.new_meeting().await;
        let page = browser.get(&format!("/{room}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains("Lesson"), "the title is in the page before any script runs");
        for path in ["/abcd-efghj-kmnp", "/nothing", "/a/b", "//", "/a/%2e%2e", "/%3Cscript%3E", "/%FF"] {
            let page = browser.get(path).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
            assert!(page.header("content-type").starts_with("text/html"), "{path}");
            assert!(page.header("content-security-policy").contains("nonce-"), "{path}");
        }
        assert_eq!(browser.get("/x%00").await.status, StatusCode::BAD_REQUEST, "no meeting can have such a name");
    });
}

#[test]
fn a_code_in_any_writing_leads_to_its_one_address() {
    run(async {
        let app = App::new().await;
        let mut browser = app.browser();
        let room = browser.new_meeting().await;
        let bare = room.replace('-', "");
        for path in [
            format!("/{}", room.to_uppercase()),
            format!("/{bare}"),
            format!("/{}", room.replace('-', "%20")),
            format!("/{room}/"),
            format!("/%20{room}"),
        ] {
            let answer = browser.get(&path).await;
            assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT, "{path}");
            assert_eq!(answer.header("location"), format!("/{room}"), "{path}");
        }
        let answer = browser.get(&format!("/{bare}?from=mail")).await;
        assert_eq!(answer.header("location"), format!("/{room}?from=mail"));
        // Never to another site.
        for path in ["/%2F%2Fevil.example", "/%5C%5CEvil.example", "//evil.example/", "/https:%2F%2FEvil.example"] {
            let answer = browser.get(path).await;
            let to = answer.header("location");
            assert!(to.is_empty() || (to.starts_with('/') && !to[1..].starts_with(['/', '\\'])), "{path} → {to}");
        }
    });
}

#[test]
fn reserved_words_are_no_meetings() {
    run(async {
        let app = App::new().await;
        let mut browser = app.browser();
        for word in server::reserved::RESERVED {
            let answer = browser.get(&format!("/{word}")).await;
            let expected = match word {
                "healthz" | "readyz" | "signin" => StatusCode::OK,
                // Only for those who are signed in.
                "admin" | "meetings" | "settings" => StatusCode::SEE_OTHER,
                _ => StatusCode::NOT_FOUND,
            };
            assert_eq!(answer.status, expected, "{word}");
        }
    });
}
