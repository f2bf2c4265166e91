//! What is not believed of a provider, and of whoever comes back from it.

use std::net::TcpListener;

use axum::http::StatusCode;
use serde_json::json;
use server::accounts::oidc::{Provider, issuer};

use super::support::{Answer, App, AtProvider, Browser, TestProvider, run, school};

const COOKIE: &str = "parlour_account";
const ATTEMPT: &str = "parlour_signing_in";

/// Asserts that nobody was signed in, and that a page says so.
fn refused(browser: &Browser, answer: &Answer, status: StatusCode, says: &str) {
    assert_eq!((answer.status, browser.cookie(COOKIE)), (status, None), "{answer:?}");
    let page = answer.text();
    assert!(page.contains(says) && page.contains("Continue with School"), "{says}: {page}");
}

#[test]
fn an_answer_counts_once_and_in_the_browser_that_has_asked() {
    run(async {
        let app = school().await.app().await;
        let over = (StatusCode::BAD_REQUEST, "This sign-in is over");
        let mut eve = app.browser();
        let address = eve.begin_by_provider("?next=/meetings").await;
        let back = AtProvider::new().go(&address, "eve").await;

        // A link to it makes nobody else Eve: neither without a sign-in, nor in the middle of one.
        let mut ada = app.browser();
        let answer = ada.get(&back).await;
        refused(&ada, &answer, over.0, over.1);
        ada.begin_by_provider("").await;
        let answer = ada.get(&back).await;
        refused(&ada, &answer, over.0, over.1);
        for changed in
            [back.replace("state=", "state=x"), back.replace("state=", "other="), "/signin/oidc/callback".to_owned()]
        {
            let answer = eve.get(&changed).await;
            refused(&eve, &answer, over.0, over.1);
        }

        let kept = eve.cookie(ATTEMPT).unwrap().to_owned();
        assert_eq!(eve.get(&back).await.status, StatusCode::SEE_OTHER, "hers is good all the same");
        let mut later = app.browser();
        let answer = later.get(&back).await;
        refused(&later, &answer, over.0, over.1);
        // Nor does a cookie that was kept help: the code is used up.
        later.set_cookie(ATTEMPT, &kept);
        let answer = later.get(&back).await;
        refused(&later, &answer, StatusCode::BAD_GATEWAY, "gave an answer that cannot be used");

        // An old cookie fits no answer, and a changed one neither.
        let mut old = app.browser();
        let address = old.begin_by_provider("").await;
        let back = AtProvider::new().go(&address, "eve").await;
        let cookie = old.cookie(ATTEMPT).unwrap().to_owned();
        let parts: Vec<&str> = cookie.split('.').collect();
        let before: u64 = parts[1].parse::<u64>().unwrap() - 601;
        for changed in [format!("{}.{before}.0.", parts[0]), format!("{}.{}.1.", parts[0], parts[1])] {
            old.set_cookie(ATTEMPT, &changed);
            let answer = old.get(&back).await;
            refused(&old, &answer, over.0, over.1);
        }
    });
}

#[test]
fn whoever_cancels_is_told_so() {
    run(async {
        let app = school().await.app().await;
        let mut browser = app.browser();
        let answer = browser.by_provider("").await;
        refused(&browser, &answer, StatusCode::FORBIDDEN, "School did not sign you in");
        assert_eq!(browser.cookie(ATTEMPT), None);
        let address = browser.begin_by_provider("?next=/kfwm-3hzxr-8bqt").await;
        let state = address.split("state=").nth(1).unwrap().split('&').next().unwrap();
        let answer = browser.get(&format!("/signin/oidc/callback?state={state}&error=%3Cscript%3Ealert(1)")).await;
        refused(&browser, &answer, StatusCode::FORBIDDEN, "/signin/oidc?next=/kfwm-3hzxr-8bqt");
        assert!(!answer.text().contains("alert(1)"));
        browser.begin_by_provider("").await;
        let address = browser.begin_by_provider("").await;
        let back = AtProvider::new().go(&address, "eve").await;
        let answer = browser.get(&back.replace("iss=http", "iss=https")).await;
        refused(&browser, &answer, StatusCode::BAD_GATEWAY, "gave an answer that cannot be used");
    });
}

#[test]
fn a_token_is_believed_only_when_all_of_it_is_right() {
    run(async {
        let provider = TestProvider::sending_back_to("http://127.0.0.1:3000").await;
        let app = provider.app().await;
        for wrong in [
            json!({ "aud": "another" }),
            json!({ "aud": ["parlour", "another"] }),
            json!({ "aud": ["parlour", "another"], "azp": "another" }),
            json!({ "azp": "another" }),
            json!({ "iss": "https://evil.example" }),
            json!({ "nonce": "of another sign-in" }),
            json!({ "exp": 1_000_000_000 }),
            json!({ "sub": "somebody-else" }),
            json!({ "strange_key": true }),
        ] {
            provider.control(&json!({ "wrong": wrong })).await;
            let mut browser = app.browser();
            let answer = browser.by_provider("ada").await;
            refused(&browser, &answer, StatusCode::BAD_GATEWAY, "School gave an answer that cannot be used");
        }
        assert!(app.state.accounts.all().await.unwrap().is_empty());
        for right in [json!({ "aud": ["parlour", "another"], "azp": "parlour" }), json!({})] {
            provider.control(&json!({ "wrong": right })).await;
            assert_eq!(app.browser().by_provider("ada").await.status, StatusCode::SEE_OTHER);
        }
        // Keys change: the new one is fetched, though not as often as somebody likes.
        provider.control(&json!({ "rotate": true })).await;
        assert_eq!(app.browser().by_provider("ada").await.status, StatusCode::SEE_OTHER);
        provider.control(&json!({ "rotate": true })).await;
        let mut browser = app.browser();
        let answer = browser.by_provider("ada").await;
        refused(&browser, &answer, StatusCode::BAD_GATEWAY, "School gave an answer that cannot be used");
    });
}

#[test]
fn a_wrong_secret_signs_nobody_in() {
    run(async {
        let school = school().await;
        let app = school.app_with(|settings| settings.client_secret = server::secret::Secret::new("wrong")).await;
        let mut browser = app.browser();
        let answer = browser.by_provider("eve").await;
        refused(&browser, &answer, StatusCode::BAD_GATEWAY, "School gave an answer that cannot be used");
    });
}

#[test]
fn a_provider_that_is_down_is_said_to_be_and_everything_else_goes_on() {
    run(async {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let nobody =
            school().await.app_with(|settings| settings.issuer = issuer(&format!("http://{free}")).unwrap()).await;
        let mut browser = nobody.browser();
        let answer = browser.get("/signin/oidc?next=/meetings").await;
        refused(&browser, &answer, StatusCode::SERVICE_UNAVAILABLE, "School does not answer");
        assert_eq!(browser.get("/signin").await.status, StatusCode::OK);
        browser.new_meeting().await;
        // One that names itself otherwise is another one.
        let named = |settings: &mut server::accounts::oidc::ProviderSettings| {
            settings.issuer = issuer(&format!("{}/", settings.issuer.as_str())).unwrap();
        };
        let other = school().await.app_with(named).await;
        let mut browser = other.browser();
        let answer = browser.get("/signin/oidc").await;
        refused(&browser, &answer, StatusCode::SERVICE_UNAVAILABLE, "School does not answer");

        // It goes down while somebody is there.
        let provider = TestProvider::sending_back_to("http://127.0.0.1:3000").await;
        let settings = provider.settings();
        let app = App::with(|parts| parts.provider = Provider::new(settings).ok()).await;
        let mut browser = app.browser();
        let address = browser.begin_by_provider("").await;
        let back = AtProvider::new().go(&address, "ada").await;
        provider.end().await;
        let answer = browser.get(&back).await;
        refused(&browser, &answer, StatusCode::SERVICE_UNAVAILABLE, "School does not answer");
    });
}
