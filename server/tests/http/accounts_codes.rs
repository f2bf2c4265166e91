//! The second factor: codes, recovery codes.

use axum::http::StatusCode;

use super::support::{App, EMAIL, PASSWORD, code, run, shown};

const COOKIE: &str = "parlour_account";

#[test]
fn a_code_is_asked_for_after_the_password() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        let secret = ada.set_up_codes().await;
        let mut browser = app.browser();
        let answer = browser.form("/signin", &[("email", EMAIL), ("password", PASSWORD), ("next", "/abc")]).await;
        assert_eq!(answer.header("location"), "/signin?next=/abc");
        let halfway = browser.cookie(COOKIE).unwrap().to_owned();
        assert!(browser.get("/signin?next=/abc").await.text().contains("Enter your code"));
        for path in ["/settings", "/meetings", "/admin"] {
            assert_eq!(browser.get(path).await.status, StatusCode::SEE_OTHER, "{path}: a password alone is nothing");
        }
        let answer = browser.form("/signin/code", &[("code", "000000"), ("next", "/abc")]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(answer.text().contains("aria-describedby=\"code-hint code-problem\""), "{}", answer.text());
        let right = code(&secret, 0);
        let answer = browser
            .form("/signin/code", &[("code", &format!(" {} {} ", &right[..3], &right[3..])), ("next", "/abc")])
            .await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/abc"));
        assert_ne!(browser.cookie(COOKIE).unwrap(), halfway, "a fresh session");
        assert_eq!(browser.get("/settings").await.status, StatusCode::OK);
        browser.set_cookie(COOKIE, &halfway);
        assert_eq!(browser.get("/settings").await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn a_code_works_once_and_none_before_it() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        let secret = ada.set_up_codes().await;
        let (used, now, later) = (code(&secret, -1), code(&secret, 0), code(&secret, 1));
        for (code, status) in [
            (&used, StatusCode::UNAUTHORIZED),
            (&later, StatusCode::SEE_OTHER),
            (&later, StatusCode::UNAUTHORIZED),
            (&now, StatusCode::UNAUTHORIZED),
        ] {
            let mut browser = app.browser();
            browser.sign_in(EMAIL, PASSWORD).await;
            assert_eq!(browser.form("/signin/code", &[("code", code)]).await.status, status);
        }
    });
}

#[test]
fn codes_are_tried_so_often_for_an_account() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        let secret = ada.set_up_codes().await;
        let mut browser = app.browser();
        browser.sign_in(EMAIL, PASSWORD).await;
        // One was tried while setting up.
        for _ in 0..4 {
            assert_eq!(browser.form("/signin/code", &[("code", "000000")]).await.status, StatusCode::UNAUTHORIZED);
        }
        let mut browser = app.browser().from("10.0.0.9");
        browser.sign_in(EMAIL, PASSWORD).await;
        let answer = browser.form("/signin/code", &[("code", &code(&secret, 0))]).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "also a right one, from wherever");
        assert!(answer.header("retry-after").parse::<u64>().unwrap() > 60);
    });
}

#[test]
fn a_recovery_code_lets_in_once() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        let page = ada.form("/settings/second-factor", &[("totp_password", PASSWORD)]).await.text();
        let secret = shown(&page, "totp-secret").split('<').next().unwrap().replace(' ', "");
        assert!(page.contains("otpauth://totp/Parlour:ada%40example.org?secret="), "a link for applications");
        assert!(page.contains("<svg") && page.contains("QR code"), "and a picture");
        let answer = ada.form("/settings/second-factor/prove", &[("code", "000000")]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(!answer.text().contains(&secret[..4]), "the secret is shown once");
        let page = ada.form("/settings/second-factor/prove", &[("code", &code(&secret, -1))]).await.text();
        let list = shown(&page, "recovery-codes").split("</ul>").next().unwrap();
        let codes: Vec<&str> = list.split("<li>").skip(1).map(|item| item.split('<').next().unwrap()).collect();
        assert_eq!(codes.len(), 10);
        assert!(!ada.get("/settings").await.text().contains(codes[0]), "they are shown once");
        for (typed, status) in [
            (codes[3].to_owned(), StatusCode::SEE_OTHER),
            (codes[3].to_owned(), StatusCode::UNAUTHORIZED),
            (codes[4].to_uppercase().replace('-', " "), StatusCode::SEE_OTHER),
        ] {
            let mut browser = app.browser();
            browser.sign_in(EMAIL, PASSWORD).await;
            assert_eq!(browser.form("/signin/code", &[("code", &typed)]).await.status, status, "{typed}");
        }
    });
}

#[test]
fn setting_up_and_removing_needs_the_password() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        let answer = ada.form("/settings/second-factor", &[("totp_password", "wrong")]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.text().contains("totp_password-problem"));
        ada.set_up_codes().await;
        let answer = ada.form("/settings/second-factor", &[("totp_password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "a proven secret is not replaced");
        let answer = ada.form("/settings/second-factor/remove", &[("totp_password", "wrong")]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let answer = ada.form("/settings/second-factor/remove", &[("totp_password", PASSWORD)]).await;
        assert_eq!(answer.header("location"), "/settings?done=codes");
        assert_eq!(app.browser().sign_in(EMAIL, PASSWORD).await.header("location"), "/meetings");
    });
}

#[test]
fn half_a_sign_in_ends_by_itself() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        let secret = ada.set_up_codes().await;
        let mut browser = app.browser();
        browser.sign_in(EMAIL, PASSWORD).await;
        let long_ago = server::clock::now_ms() - 11 * 60_000;
        app.sql(&format!("UPDATE account_sessions SET seen_at_ms = {long_ago} WHERE complete = 0")).await;
        assert!(browser.get("/signin").await.text().contains("E-mail address"));
        let answer = browser.form("/signin/code", &[("code", &code(&secret, 0))]).await;
        assert_eq!(answer.header("location"), "/signin");
        assert_eq!(browser.get("/settings").await.status, StatusCode::SEE_OTHER);
    });
}
