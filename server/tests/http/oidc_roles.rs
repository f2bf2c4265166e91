//! What a provider's groups make of people, and when they have to show again who they are.

use axum::http::StatusCode;
use serde_json::json;
use server::accounts::Teachers;
use server::accounts::oidc::Provider;

use super::support::{App, AtProvider, Browser, field_of, run, school};

const COOKIE: &str = "parlour_account";

/// Signs in anew in the same browser.
async fn again(browser: &mut Browser, subject: &str) {
    browser.form("/signin/out", &[]).await;
    assert_eq!(browser.by_provider(subject).await.status, StatusCode::SEE_OTHER);
}

#[test]
fn a_group_gives_administration_and_takes_it() {
    run(async {
        let school = school().await;
        let app = school.app().await;
        school.knows("op", json!({ "name": "Ada", "groups": ["ops"] })).await;
        let mut ada = app.browser();
        ada.by_provider("op").await;
        assert_eq!(ada.get("/admin").await.status, StatusCode::OK, "the second factor is the provider's");
        assert_eq!(ada.get("/api/config").await.status, StatusCode::OK);
        let data = app.data.path();
        let link = app.state.accounts.first_link(data, "http://127.0.0.1:3000").await.ok().unwrap();
        assert!(link.is_none(), "there is an administrator");

        // Who is one is the provider's to say, of its people.
        school.knows("no-op", json!({ "name": "Eve" })).await;
        app.browser().by_provider("no-op").await;
        let page = ada.get("/admin").await.text();
        assert!(page.contains("by OpenID Connect") && !page.contains("Make administrator"), "{page}");
        let id = field_of(page.split("Eve").nth(1).unwrap(), "account");
        let change = [("account", id.as_str()), ("change", "make_administrator")];
        assert_eq!(ada.form("/admin/change", &change).await.status, StatusCode::BAD_REQUEST);

        // Everywhere at once, also where she stays signed in.
        let mut phone = app.browser();
        phone.by_provider("op").await;
        school.knows("op", json!({ "name": "Ada", "groups": ["former ops"] })).await;
        again(&mut phone, "op").await;
        for browser in [&mut ada, &mut phone] {
            assert_eq!(browser.get("/admin").await.status, StatusCode::NOT_FOUND);
        }
    });
}

#[test]
fn without_such_a_group_administrators_say_who_is_one() {
    run(async {
        let school = school().await;
        let app = school.app_with(|settings| settings.administrators.clear()).await;
        school.knows("chosen", json!({ "name": "Eve", "groups": ["ops"] })).await;
        let (mut ada, _) = app.administrator().await;
        let mut eve = app.browser();
        eve.by_provider("chosen").await;
        assert_eq!(eve.get("/admin").await.status, StatusCode::NOT_FOUND);
        let id = field_of(ada.get("/admin").await.text().split("Eve").nth(1).unwrap(), "account");
        ada.form("/admin/change", &[("account", &id), ("change", "make_administrator")]).await;
        again(&mut eve, "chosen").await;
        assert_eq!(eve.get("/admin").await.status, StatusCode::OK, "signing in does not undo it");
    });
}

#[test]
fn teachers_are_a_group_or_on_the_list_with_an_address_that_is_theirs() {
    run(async {
        let school = school().await;
        let app = App::with(|parts| {
            parts.teachers = Teachers::parse("@staff.example").ok().unwrap();
            parts.provider = Provider::new(school.settings()).ok();
        })
        .await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        let fields = [("title", "Lesson"), ("door", "open"), ("guests", "on"), ("zone", "0"), ("teachers", "on")];
        let saved = host.form(&format!("/{room}/settings"), &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{saved:?}");
        for (n, (claims, role)) in [
            (json!({ "groups": ["staff"] }), "host"),
            (json!({ "groups": "staff" }), "host"),
            (json!({ "groups": ["students"] }), "participant"),
            (json!({ "email": "ada@staff.example", "email_verified": true }), "host"),
            (json!({ "email": "ada@staff.example", "email_verified": false }), "participant"),
        ]
        .into_iter()
        .enumerate()
        {
            let (subject, mut browser) = (format!("teacher-{n}"), app.browser());
            school.knows(&subject, claims.clone()).await;
            browser.by_provider(&subject).await;
            let joined = browser.call("join_room", &json!({ "room": room, "name": "Ada" })).await.json();
            assert_eq!(joined["admitted"]["role"], role, "{claims}");
        }
    });
}

#[test]
fn who_has_left_the_group_of_teachers_is_no_host_any_more() {
    run(async {
        let school = school().await;
        let app = school.app().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        host.have(&room, &[("teachers", "on")]).await;
        school.knows("leaver", json!({ "name": "Ada", "groups": ["staff"] })).await;
        let mut ada = app.browser();
        ada.by_provider("leaver").await;
        assert_eq!(ada.ask(&room, "Ada").await["admitted"]["role"], "host");
        school.knows("leaver", json!({ "name": "Ada", "groups": ["former staff"] })).await;
        again(&mut ada, "leaver").await;
        assert_eq!(ada.ask(&room, "Ada").await["admitted"]["role"], "participant");
        assert_eq!(ada.get(&format!("/{room}/settings")).await.status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn another_livekit_is_set_by_who_has_shown_again_who_they_are() {
    run(async {
        let school = school().await;
        let app = school.app().await;
        for subject in ["again", "somebody-else"] {
            school.knows(subject, json!({ "name": "Ada", "groups": ["ops"] })).await;
        }
        let (mut ada, mut at_school) = (app.browser(), AtProvider::new());
        let address = ada.begin_by_provider("").await;
        let back = at_school.go(&address, "again").await;
        ada.get(&back).await;
        // She may have signed in there hours ago.
        let page = ada.get("/admin").await.text();
        assert!(page.contains("/signin/oidc?again=1&") && !page.contains("livekit_api_secret"), "{page}");
        let change = json!({ "livekit_url": "ws://127.0.0.1:9", "livekit_api_key": "a", "livekit_api_secret": "b" });
        let answer = ada.json(axum::http::Method::PUT, "/api/config", &change).await;
        assert_eq!(answer.code(), "sign_in_again");

        let address = ada.begin_by_provider("?again=1&next=/admin").await;
        assert!(address.contains("prompt=login") && address.contains("max_age=0"), "{address}");
        // Somebody else at the same browser does not become her, nor she them.
        let before = ada.cookie(COOKIE).unwrap().to_owned();
        let back = AtProvider::new().go(&address, "somebody-else").await;
        let answer = ada.get(&back).await;
        assert_eq!((answer.status, ada.cookie(COOKIE)), (StatusCode::FORBIDDEN, Some(&*before)));
        assert!(answer.text().contains("At School you are somebody else than here."));

        let address = ada.begin_by_provider("?again=1&next=/admin").await;
        let back = at_school.go(&address, "again").await;
        assert_eq!(ada.get(&back).await.header("location"), "/admin");
        assert_ne!(ada.cookie(COOKIE), Some(&*before), "a fresh session");
        assert!(ada.get("/admin").await.text().contains("livekit_api_secret"));
        let answer = ada.json(axum::http::Method::PUT, "/api/config", &change).await;
        assert_eq!(answer.code(), "livekit_unreachable", "she may try");
    });
}
