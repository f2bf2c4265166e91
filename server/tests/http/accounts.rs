//! Signing in and out.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use super::support::{App, Browser, EMAIL, PASSWORD, code, field_of, run};

const COOKIE: &str = "parlour_account";

#[test]
fn a_right_password_signs_in_with_a_cookie_out_of_reach() {
    run(async {
        let app = App::new().await;
        app.account(EMAIL, "Ada").await;
        let mut browser = app.browser();
        let page = browser.get("/signin").await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.header("cache-control"), "no-store");
        let answer = browser.sign_in(" ADA@Example.org ", PASSWORD).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/meetings"));
        let cookies: Vec<_> =
            answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap().to_owned()).collect();
        let cookie = cookies.iter().find(|cookie| cookie.starts_with(COOKIE)).unwrap();
        assert!(cookie.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"), "{cookie}");
        assert_eq!(browser.cookie(COOKIE).unwrap().len(), 43, "256 bits");
        assert!(browser.get("/meetings").await.text().contains("My meetings"));
        assert!(browser.get("/signin").await.text().contains("You are signed in as Ada"));
    });
}

#[test]
fn the_cookie_is_for_https_where_parlour_is() {
    run(async {
        let app = App::with(|parts| parts.public_url = server::origin::Origin::new(true, "meet.example")).await;
        app.account(EMAIL, "Ada").await;
        let answer = app.browser().sign_in(EMAIL, PASSWORD).await;
        let mut cookies = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
        assert!(cookies.all(|cookie| cookie.ends_with("; Secure")));
    });
}

#[test]
fn a_page_about_accounts_is_guarded_as_the_others_are() {
    run(async {
        let app = App::new().await;
        let mut browser = app.ada().await;
        for path in ["/signin", "/meetings", "/settings"] {
            let page = browser.get(path).await;
            let policy = page.header("content-security-policy").to_owned();
            let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
            assert!(policy.contains("form-action 'self'") && !policy.contains("unsafe-inline"), "{policy}");
            let html = page.text();
            for script in html.split("<script").skip(1) {
                assert!(script.split('>').next().unwrap().contains(&format!("nonce=\"{nonce}\"")), "{script}");
            }
            assert!(html.contains("data-hydrated") && !html.contains(" style=\"") && !html.contains(".wasm"), "{path}");
            assert_eq!(page.header("cache-control"), "no-store");
            assert_eq!(page.header("x-content-type-options"), "nosniff");
        }
    });
}

#[test]
fn wrong_and_unknown_are_answered_alike_and_the_address_is_kept() {
    run(async {
        let app = App::new().await;
        app.account(EMAIL, "Ada").await;
        app.account("off@example.org", "Off").await;
        app.sql("UPDATE accounts SET disabled = 1 WHERE email = 'off@example.org'").await;
        let mut pages = Vec::new();
        for (email, password) in [
            (EMAIL, "rusty kettle orbit 8"),
            ("eve@example.org", PASSWORD),
            ("off@example.org", PASSWORD),
            ("no address", PASSWORD),
            (EMAIL, ""),
        ] {
            let mut browser = app.browser();
            let answer = browser.sign_in(email, password).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{email}");
            assert_eq!(browser.cookie(COOKIE), None);
            let html = answer.text();
            assert_eq!(field_of(&html, "email"), email, "what was typed is kept");
            assert!(!html.contains("kettle"), "but never a password");
            let input = html.split("<input").find(|input| input.contains("name=\"password\"")).unwrap();
            for attribute in ["autofocus", "aria-invalid=\"true\"", "aria-describedby=\"password-problem\""] {
                assert!(input.contains(attribute), "{attribute}: {input}");
            }
            let (nonce, _) = html.split_once("<script nonce=\"").unwrap().1.split_once('"').unwrap();
            pages.push(html.replace(email, "…").replace(nonce, "…"));
        }
        assert!(pages.windows(2).all(|two| two[0] == two[1]), "nobody learns which accounts there are");
    });
}

#[test]
fn unknown_addresses_take_as_long_as_known_ones() {
    run(async {
        let app = App::new().await;
        app.account(EMAIL, "Ada").await;
        let mut took = [Vec::new(), Vec::new()];
        for _ in 0..7 {
            for (email, took) in [EMAIL, "eve@example.org"].into_iter().zip(&mut took) {
                let start = Instant::now();
                app.browser().sign_in(email, "wrong").await;
                took.push(start.elapsed());
            }
        }
        let [known, unknown] = took.map(|mut took| {
            took.sort();
            took[3]
        });
        assert!(known < unknown * 3 && unknown < known * 3, "{known:?} and {unknown:?}");
    });
}

#[test]
fn signing_in_gives_a_fresh_session_and_signing_out_ends_it() {
    run(async {
        let app = App::new().await;
        app.account(EMAIL, "Ada").await;
        let mut browser = app.browser();
        // Whoever plants a cookie does not know the one that follows.
        let planted = "A".repeat(43);
        browser.set_cookie(COOKIE, &planted);
        browser.sign_in(EMAIL, PASSWORD).await;
        let first = browser.cookie(COOKIE).unwrap().to_owned();
        assert_ne!(first, planted);
        browser.sign_in(EMAIL, PASSWORD).await;
        let second = browser.cookie(COOKIE).unwrap().to_owned();
        assert_ne!(second, first);
        let mut old = app.browser();
        old.set_cookie(COOKIE, &first);
        assert_eq!(old.get("/settings").await.status, StatusCode::SEE_OTHER, "the one before is over");
        let answer = browser.form("/signin/out", &[]).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/signin"));
        assert_eq!(browser.cookie(COOKIE), None);
        browser.set_cookie(COOKIE, &second);
        assert_eq!(browser.get("/settings").await.status, StatusCode::SEE_OTHER, "also on the server");
    });
}

#[test]
fn a_session_that_is_used_is_prolonged_and_one_that_is_not_ends() {
    run(async {
        let app = App::new().await;
        let ada = app.ada().await;
        let token = ada.cookie(COOKIE).unwrap().to_owned();
        let days = |days: u64| server::clock::now_ms() - days * 86_400_000;
        for (seen, status, prolonged) in [
            (days(29), StatusCode::OK, true),
            (days(0), StatusCode::OK, false),
            (days(31), StatusCode::SEE_OTHER, false),
        ] {
            app.sql(&format!("UPDATE account_sessions SET seen_at_ms = {seen}")).await;
            // Of the database alone: what is remembered for seconds is another test's.
            let again = App::over(&app).await;
            let mut browser = again.browser();
            browser.set_cookie(COOKIE, &token);
            let answer = browser.get("/meetings").await;
            assert_eq!(answer.status, status, "{seen}");
            assert_eq!(answer.header("set-cookie").starts_with(COOKIE), prolonged, "{seen}");
        }
    });
}

#[test]
fn next_leads_back_to_the_room_and_never_to_another_site() {
    run(async {
        let app = App::new().await;
        app.account(EMAIL, "Ada").await;
        for (next, to) in [
            ("/kfwm-3hzxr-8bqt?debug", "/kfwm-3hzxr-8bqt?debug"),
            ("https://evil.example/", "/meetings"),
            ("//evil.example/", "/meetings"),
            ("/\\evil.example/", "/meetings"),
            ("/\t/evil.example/", "/meetings"),
            ("javascript:alert(1)", "/meetings"),
            ("", "/meetings"),
        ] {
            let mut browser = app.browser();
            let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
            let page = browser.get(&format!("/signin?{query}")).await.text();
            let kept = page.contains("name=\"next\"");
            assert_eq!(kept, to == next, "{next}");
            let answer = browser.form("/signin", &[("email", EMAIL), ("password", PASSWORD), ("next", next)]).await;
            assert_eq!(answer.header("location"), to, "{next}");
            // Nor when somebody is signed in already.
            let answer = browser.get(&format!("/signin?{query}")).await;
            assert_eq!(answer.header("location"), if kept { to } else { "" }, "{next}");
        }
    });
}

#[test]
fn another_site_cannot_send_our_forms() {
    run(async {
        let app = App::new().await;
        let mut browser = app.ada().await;
        for path in
            ["/signin", "/signin/out", "/settings/name", "/settings/sessions/end-others", "/meetings", "/admin/change"]
        {
            for (name, value) in
                [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("origin", "null")]
            {
                let request = Browser::request(Method::POST, path)
                    .header("content-type", "application/x-www-form-urlencoded")
                    .header(name, value)
                    .body(Body::from("name=Eve"))
                    .unwrap();
                let answer = browser.send(request).await;
                assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "cross_site"), "{path} {value}");
            }
        }
        assert!(browser.get("/settings").await.text().contains("value=\"Ada\""), "nothing has changed");
    });
}

#[test]
fn a_form_is_a_form_and_not_endless() {
    run(async {
        let app = App::new().await;
        let mut browser = app.browser();
        let answer = browser.post("/signin", &json!({ "email": EMAIL })).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (415, "unsupported_media_type"));
        let long = "x".repeat(70_000);
        let answer = browser.form("/signin", &[("email", EMAIL), ("password", &long)]).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (413, "too_large"));
        for path in ["/signin/code", "/signin/password", "/settings/name", "/admin/accounts"] {
            assert_eq!(browser.get(path).await.status, StatusCode::SEE_OTHER, "{path}: going back finds the form");
        }
    });
}

/// A log that is kept.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[test]
fn no_log_and_no_token_tells_addresses_passwords_or_secrets() {
    run(async {
        let log = Log::default();
        let subscriber =
            tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
        // While there is one alone, tracing asks whichever thread comes first whether anybody listens, and that is not us.
        let _second = tracing::Dispatch::new(tracing_subscriber::registry());
        let guard = tracing::subscriber::set_default(subscriber);
        let app = App::new().await;
        let (mut ada, secret) = app.administrator().await;
        ada.form("/admin/accounts", &[("name", "Eve"), ("email", "eve@example.org")]).await;
        let code = code(&secret, 0);
        let mut other = app.browser();
        other.sign_in(EMAIL, "wrong kettle").await;
        other.sign_in(EMAIL, PASSWORD).await;
        other.form("/signin/code", &[("code", &code)]).await;
        let room = other.new_meeting().await;
        let details = other.join(&room, "Ada").await;
        let token = other.cookie(COOKIE).unwrap().to_owned();
        drop(guard);
        let payload = details["participantToken"].as_str().unwrap().split('.').nth(1).unwrap().to_owned();
        let payload = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, payload).unwrap();
        let payload = String::from_utf8(payload).unwrap();
        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(log.contains("answered"), "it was listened to");
        for hidden in [EMAIL, "example.org", "eve@", "kettle", &secret, &token] {
            assert!(!log.contains(hidden), "{hidden} is in the log");
            assert!(!payload.contains(hidden), "{hidden} is in the token");
        }
    });
}

#[test]
fn an_account_is_the_same_person_in_every_browser() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        let mut phone = app.browser();
        let guest_room = phone.new_meeting().await;
        phone.sign_in(EMAIL, PASSWORD).await;
        let room = ada.new_meeting().await;
        let identity = async |browser: &mut Browser, room: &str| {
            let joined = browser.call("join_room", &json!({ "room": room, "name": "Ada" })).await.json();
            (joined["admitted"]["identity"].clone(), joined["admitted"]["role"].clone())
        };
        let (one, other) = (identity(&mut ada, &room).await, identity(&mut phone, &room).await);
        assert_eq!(one, other);
        assert_eq!(one.1, "host", "on the phone too");
        // What the phone was before, it is again when it is signed out.
        assert_eq!(identity(&mut phone, &guest_room).await.1, "participant");
        phone.form("/signin/out", &[]).await;
        assert_eq!(identity(&mut phone, &guest_room).await.1, "host");
        assert_ne!(identity(&mut phone, &room).await.0, one.0);
    });
}
