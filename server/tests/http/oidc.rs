//! Signing in by an OpenID Connect provider.

use std::collections::HashMap;

use axum::http::{Method, StatusCode};
use serde_json::json;
use server::accounts::oidc::Provider;
use server::accounts::{Access, Registration};
use server::store::Account;

use super::support::{
    App, AtProvider, Browser, Database, EMAIL, Inside, MailServer, PASSWORD, TestProvider, field_of, listen, run,
    school, shared, until,
};

const COOKIE: &str = "parlour_account";
const ATTEMPT: &str = "parlour_signing_in";

async fn accounts(app: &App) -> Vec<Account> {
    app.state.accounts.all().await.unwrap()
}

#[test]
fn somebody_new_has_an_account_and_later_the_same() {
    run(async {
        let school = school().await;
        let app = school.app().await;
        school.knows("new", json!({ "name": "Ada", "email": "Ada@Example.org", "email_verified": true })).await;
        let mut browser = app.browser();
        let page = browser.get("/signin").await.text();
        assert!(page.contains("Continue with School") && page.contains("name=\"password\""), "{page}");
        let answer = browser.by_provider("new").await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/meetings"));
        assert_eq!(browser.cookie(ATTEMPT), None, "it is used up");
        let page = browser.get("/settings").await.text();
        assert!(page.contains("You sign in with School, which knows you as ada@example.org."), "{page}");
        assert!(!page.contains("type=\"password\"") && field_of(&page, "name") == "Ada");

        // The name is hers from then on; the address is the provider's to say.
        browser.form("/settings/name", &[("name", "Countess")]).await;
        school.knows("new", json!({ "name": "Ada King" })).await;
        let mut phone = app.browser();
        phone.by_provider("new").await;
        let page = phone.get("/settings").await.text();
        assert!(field_of(&page, "name") == "Countess" && page.contains("You sign in with School."), "{page}");
        assert_eq!(accounts(&app).await.len(), 1);

        phone.form("/signin/out", &[]).await;
        assert_eq!(phone.get("/settings").await.status, StatusCode::SEE_OTHER);
        assert_eq!(browser.get("/settings").await.status, StatusCode::OK);
    });
}

#[test]
fn the_way_there_is_bound_to_the_browser_and_asks_for_no_more_than_it_needs() {
    run(async {
        let app = school().await.app().await;
        let mut browser = app.browser();
        let answer = browser.get("/signin/oidc?next=/meetings").await;
        let address = url::Url::parse(answer.header("location")).unwrap();
        let query: HashMap<_, _> = address.query_pairs().into_owned().collect();
        for (name, value) in [
            ("response_type", "code"),
            ("code_challenge_method", "S256"),
            ("scope", "openid email profile groups"),
            ("redirect_uri", "http://127.0.0.1:3000/signin/oidc/callback"),
        ] {
            assert_eq!(query[name], value);
        }
        let secrets = ["state", "nonce", "code_challenge"].map(|name| &query[name]);
        assert!(
            secrets.iter().all(|secret| secret.len() == 43) && secrets[0] != secrets[1] && secrets[1] != secrets[2]
        );
        assert!(!query.contains_key("prompt") && !query.contains_key("max_age"));
        let mut cookies = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
        let cookie = cookies.find(|cookie| cookie.starts_with(ATTEMPT)).unwrap().to_owned();
        assert!(cookie.ends_with("; Path=/signin/oidc; Max-Age=600; HttpOnly; SameSite=Lax"), "{cookie}");
        assert_eq!(answer.header("cache-control"), "no-store");
        let page = browser.get("/signin").await;
        assert!(page.header("content-security-policy").contains("form-action 'self';"), "no other site is let in");

        let secure = App::with(|parts| {
            parts.public_url = server::origin::Origin::new(true, "meet.example");
            parts.provider = app.state.provider.as_ref().and_then(|p| Provider::new(p.settings().clone()).ok());
        })
        .await;
        let answer = secure.browser().get("/signin/oidc").await;
        let mut cookies = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
        assert!(cookies.all(|cookie| cookie.ends_with("; Secure")));
        assert!(
            answer.header("location").contains("redirect_uri=https%3A%2F%2Fmeet.example%2Fsignin%2Foidc%2Fcallback")
        );
    });
}

#[test]
fn an_address_makes_nobody_somebody_else() {
    run(async {
        let (school, other) = (school().await, TestProvider::sending_back_to("http://127.0.0.1:3000").await);
        let app = school.app().await;
        app.account(EMAIL, "Ada").await;
        let claims = json!({ "name": "Eve", "email": EMAIL, "email_verified": true });
        for subject in ["same-address", "same-address-too"] {
            school.knows(subject, claims.clone()).await;
            assert_eq!(app.browser().by_provider(subject).await.status, StatusCode::SEE_OTHER);
        }
        // Another provider may give the same number to somebody else.
        other.knows("same-address", claims).await;
        let provider = Provider::new(other.settings()).ok();
        let database = Database::at(app.database.url.clone());
        let elsewhere = App::in_database(database, shared().await, |parts| parts.provider = provider).await;
        assert_eq!(elsewhere.browser().by_provider("same-address").await.status, StatusCode::SEE_OTHER);
        let accounts = accounts(&app).await;
        assert_eq!(accounts.len(), 4, "three of them, and Ada's");
        assert!(accounts.iter().all(|account| account.email.as_ref().unwrap().as_str() == EMAIL));

        // Ada's is as it was.
        let mut ada = app.browser();
        assert_eq!(ada.sign_in(EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
        assert_eq!(field_of(&ada.get("/settings").await.text(), "name"), "Ada");
    });
}

#[test]
fn without_a_password_there_is_none_to_try() {
    run(async {
        let school = school().await;
        let app = school.app().await;
        let email = "no-password@example.org";
        school.knows("no-password", json!({ "name": "Ada", "email": email, "email_verified": true })).await;
        let mut ada = app.browser();
        ada.by_provider("no-password").await;
        let id = accounts(&app).await[0].id.clone();
        for typed in [email, "nobody@example.org", id.as_str()] {
            let answer = app.browser().sign_in(typed, PASSWORD).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{typed}");
        }
        let reset = app.state.accounts.reset_by_operator(&server::email::Email::parse(email).unwrap(), false).await;
        assert!(reset.is_err(), "as for an address that nobody has");
        for path in ["/settings/password", "/settings/second-factor", "/settings/second-factor/remove"] {
            assert_eq!(ada.form(path, &[("new_password", PASSWORD)]).await.status, StatusCode::BAD_REQUEST, "{path}");
        }
        // The first administrator is still to be made.
        let data = app.data.path();
        assert!(app.state.accounts.first_link(data, "http://127.0.0.1:3000").await.ok().unwrap().is_some());
    });
}

#[test]
fn whoever_wanted_into_a_room_comes_back_to_it_and_goes_nowhere_else() {
    run(async {
        let school = school().await;
        let app = App::with(|parts| {
            parts.access = Access::Accounts;
            parts.provider = Provider::new(school.settings()).ok();
        })
        .await;
        school.knows("guest", json!({ "name": "Ada & Eve" })).await;
        let mut host = app.browser();
        host.by_provider("guest").await;
        let room = host.new_meeting().await;
        let mut guest = app.browser();
        let to = guest.get(&format!("/{room}?debug")).await.header("location").to_owned();
        let page = guest.get(&to).await.text();
        let link = page.split("href=\"/signin/oidc").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let address = guest.begin_by_provider(&link).await;
        let back = AtProvider::new().go(&address, "guest").await;
        assert_eq!(guest.get(&back).await.header("location"), format!("/{room}?debug"));
        assert_eq!(guest.get(&format!("/{room}")).await.status, StatusCode::OK);
        let already = guest.get(&format!("/signin/oidc?next=/{room}")).await;
        assert_eq!(already.header("location"), format!("/{room}"), "nobody signs in twice");
        for next in ["//evil.example", "https://evil.example", "/\\evil.example"] {
            let mut browser = app.browser();
            let address = browser.begin_by_provider(&format!("?next={next}")).await;
            let back = AtProvider::new().go(&address, "guest").await;
            assert_eq!(browser.get(&back).await.header("location"), "/meetings", "{next}");
        }
    });
}

#[test]
fn another_sites_link_signs_nobody_in() {
    run(async {
        let app = school().await.app().await;
        let mut browser = app.browser();
        let request =
            Browser::request(Method::GET, "/signin/oidc?next=/meetings").header("sec-fetch-site", "cross-site");
        let answer = browser.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/signin?next=/meetings"));
        assert_eq!(browser.cookie(ATTEMPT), None);
    });
}

#[test]
fn the_provider_may_be_the_only_way_in() {
    run(async {
        let school = school().await;
        let app = school.app_with(|settings| settings.only = true).await;
        let (server, mut settings) = (MailServer::start().await, school.settings());
        settings.only = true;
        let mailing = App::with(|parts| {
            server.used_by(parts);
            parts.registration = Registration::Open;
            parts.provider = Provider::new(settings).ok();
        })
        .await;
        mailing.account(EMAIL, "Ada").await;
        for path in ["/signin/forgotten", "/signin/register"] {
            assert!(!mailing.browser().get("/signin").await.text().contains(path));
            assert_eq!(mailing.browser().get(path).await.status, StatusCode::NOT_FOUND, "{path}");
            let asked = mailing.browser().form(path, &[("email", EMAIL)]).await;
            assert_eq!(asked.status, StatusCode::NOT_FOUND, "nobody gets round the provider by {path}");
        }
        app.account(EMAIL, "Ada").await;
        let mut browser = app.browser();
        let page = browser.get("/signin").await.text();
        assert!(page.contains("Continue with School") && !page.contains("name=\"password\""), "{page}");
        assert_eq!(browser.sign_in(EMAIL, PASSWORD).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(browser.cookie(COOKIE), None);
        let without = App::new().await;
        for path in ["/signin/oidc", "/signin/oidc/callback?state=x&code=y"] {
            assert_eq!(without.browser().get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert!(!without.browser().get("/signin").await.text().contains("Continue with"));
    });
}

#[test]
fn whoever_is_disabled_is_out_of_the_call_and_stays_out() {
    run(async {
        let school = school().await;
        let app = school.app().await;
        let addr = listen(&app).await;
        school.knows("disabled", json!({ "name": "Ada" })).await;
        let (mut admin, _) = app.administrator().await;
        let mut ada = app.browser();
        ada.by_provider("disabled").await;
        let room = ada.new_meeting().await;
        let inside = Inside::new(ada, addr, &room, "Ada").await;
        app.state.meetings.reconcile().await.unwrap();
        let account = accounts(&app).await.into_iter().find(|account| account.by_provider).unwrap();
        let change = [("account", account.id.as_str()), ("change", "disable")];
        admin.form("/admin/change", &change).await;
        until("she is out of the call", async || {
            let people = shared().await.rooms().list_participants(&room).await.unwrap_or_default();
            people.iter().all(|person| person.identity != inside.identity).then_some(())
        })
        .await;
        let mut again = app.browser();
        let answer = again.by_provider("disabled").await;
        assert_eq!((answer.status, again.cookie(COOKIE)), (StatusCode::FORBIDDEN, None));
        assert!(answer.text().contains("Your account is disabled"));
        let link = admin.form("/admin/link", &[("account", account.id.as_str())]).await;
        assert_eq!(link.status, StatusCode::BAD_REQUEST, "it has no password to be forgotten");
    });
}
