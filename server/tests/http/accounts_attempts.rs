//! How often passwords are tried, and that guessing keeps nobody out of their account.

use axum::http::StatusCode;

use super::support::{Answer, App, EMAIL, PASSWORD, run, until};

const COOKIE: &str = "parlour_account";
const KNOWN: &str = "parlour_known";

/// Signs in to Ada's account from an address, in a browser that has never been here.
async fn from(app: &App, address: &str, password: &str) -> Answer {
    app.browser().from(address).sign_in(EMAIL, password).await
}

/// Guesses from network after network until it is too often from everywhere, and stays so for some seconds.
async fn use_up(app: &App) {
    let mut network = 0;
    until("it is too often from everywhere", async || {
        network += 1;
        let address = format!("10.{}.{}.1", network / 250, network % 250);
        for tried in 0..10 {
            let answer = from(app, &address, "wrong").await;
            if answer.status == StatusCode::TOO_MANY_REQUESTS {
                let wait: u64 = answer.header("retry-after").parse().unwrap();
                return (tried == 0 && wait > 8).then_some(());
            }
        }
        None
    })
    .await;
}

#[test]
fn passwords_are_tried_so_often_from_one_network() {
    run(async {
        let app = App::new().await;
        app.account(EMAIL, "Ada").await;
        for n in 0..10 {
            assert_eq!(from(&app, &format!("10.0.0.{n}"), "wrong").await.status, StatusCode::UNAUTHORIZED);
        }
        let mut browser = app.browser().from("10.0.0.99");
        let answer = browser.sign_in(EMAIL, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "also a right one");
        assert!((1..=61).contains(&answer.header("retry-after").parse::<u64>().unwrap()));
        assert!(answer.text().contains("Try again in"));
        assert_eq!(browser.cookie(COOKIE), None);
        assert_eq!(from(&app, "10.0.1.1", PASSWORD).await.status, StatusCode::SEE_OTHER, "the owner elsewhere");
        // Somebody else is not touched, until one address has tried too many.
        app.account("eve@example.org", "Eve").await;
        assert_eq!(browser.sign_in("eve@example.org", PASSWORD).await.status, StatusCode::SEE_OTHER);
        let mut many = app.browser().from("10.0.2.1");
        let mut limited = false;
        // More than what may be tried at once: on a slow machine some more are allowed meanwhile.
        for n in 0..60 {
            let answer = many.sign_in(&format!("{n}@example.org"), "wrong").await;
            limited = answer.status == StatusCode::TOO_MANY_REQUESTS;
            if limited {
                break;
            }
        }
        assert!(limited);
    });
}

#[test]
fn right_passwords_do_not_count() {
    run(async {
        let app = App::new().await;
        app.account(EMAIL, "Ada").await;
        // More than one address may get wrong: a school signs in together.
        for n in 0..35 {
            assert_eq!(from(&app, "10.0.0.1", PASSWORD).await.status, StatusCode::SEE_OTHER, "{n}");
        }
    });
}

#[test]
fn who_has_signed_in_before_comes_in_however_many_guess() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        assert_eq!(ada.cookie(KNOWN).unwrap().len(), 64);
        let mut desk = app.browser().from("203.0.113.7");
        desk.sign_in(EMAIL, PASSWORD).await;
        app.account("eve@example.org", "Eve").await;
        let mut eve = app.browser();
        eve.sign_in("eve@example.org", PASSWORD).await;
        ada.form("/signin/out", &[]).await;
        assert!(ada.cookie(KNOWN).is_some(), "it stays");
        use_up(&app).await;

        assert_eq!(from(&app, "198.51.100.1", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
        let mut forged = ada.cookie(KNOWN).unwrap().to_owned();
        forged.replace_range(..4, "AAAA");
        for proof in [forged.as_str(), eve.cookie(KNOWN).unwrap(), "x"] {
            let mut browser = app.browser().from("198.51.100.1");
            browser.set_cookie(KNOWN, proof);
            assert_eq!(browser.sign_in(EMAIL, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS, "{proof}");
        }
        let first = ada.cookie(KNOWN).unwrap().to_owned();
        assert_eq!(ada.sign_in(EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);

        // Nor is anybody kept from another password, after which what browsers have is good for nothing more.
        let change = [("old_password", PASSWORD), ("new_password", "seven quiet umbrellas")];
        assert_eq!(desk.form("/settings/password", &change).await.status, StatusCode::SEE_OTHER);
        use_up(&app).await;
        let mut old = app.browser();
        old.set_cookie(KNOWN, &first);
        assert_eq!(old.sign_in(EMAIL, "seven quiet umbrellas").await.status, StatusCode::TOO_MANY_REQUESTS);
        desk.form("/signin/out", &[]).await;
        assert_eq!(desk.sign_in(EMAIL, "seven quiet umbrellas").await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn a_known_browser_tries_no_more_than_others() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        for _ in 0..10 {
            assert_eq!(ada.sign_in(EMAIL, "wrong").await.status, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(ada.sign_in(EMAIL, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(from(&app, "127.0.0.1", PASSWORD).await.status, StatusCode::SEE_OTHER, "another browser is another");
    });
}
