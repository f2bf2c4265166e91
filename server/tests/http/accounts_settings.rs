//! One's own account: name, password, where one is signed in; one's meetings.

use axum::http::{Method, StatusCode};
use serde_json::json;

use super::attendance::event;
use super::support::{App, Browser, EMAIL, PASSWORD, field_of, run, tell};

const COOKIE: &str = "parlour_account";

#[test]
fn a_name_is_changed_or_kept_with_what_is_wrong() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        assert_eq!(
            ada.form("/settings/name", &[("name", " Ada\u{202E}  Lovelace ")]).await.header("location"),
            "/settings?done=name"
        );
        let page = ada.get("/settings?done=name").await.text();
        assert_eq!(field_of(&page, "name"), "Ada Lovelace");
        assert!(page.contains("Your name is saved."));
        let long = "x".repeat(65);
        let answer = ada.form("/settings/name", &[("name", &long)]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(field_of(&answer.text(), "name"), long);
        assert!(!ada.get("/settings?done=%3Cscript%3E").await.text().contains("<script>"), "only our own words");
        ada.form("/settings/name", &[("name", "<b>\"Ada\"</b>")]).await;
        assert!(!ada.get("/settings").await.text().contains("<b>"), "text is text");
        assert!(ada.get("/").await.text().contains("&lt;b&gt;"), "on the home page too");
    });
}

#[test]
fn a_password_is_changed_by_who_knows_it_and_ends_other_sessions() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        let mut phone = app.browser();
        phone.sign_in(EMAIL, PASSWORD).await;
        let change = async |browser: &mut Browser, old, new| {
            browser.form("/settings/password", &[("old_password", old), ("new_password", new)]).await
        };
        for (old, new, field) in [
            ("wrong", "seven quiet umbrellas", "old_password-problem"),
            (PASSWORD, "short", "new_password-problem"),
            (PASSWORD, "adaadaadaada", "new_password-problem"),
        ] {
            let answer = change(&mut ada, old, new).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{new}");
            let html = answer.text();
            assert!(html.contains(field) && !html.contains(new), "{new}");
        }
        let before = ada.cookie(COOKIE).unwrap().to_owned();
        let answer = change(&mut ada, PASSWORD, "seven quiet umbrellas").await;
        assert_eq!(answer.header("location"), "/settings?done=password");
        assert_ne!(ada.cookie(COOKIE).unwrap(), before, "a fresh session");
        assert_eq!(ada.get("/settings").await.status, StatusCode::OK);
        assert_eq!(phone.get("/settings").await.status, StatusCode::SEE_OTHER, "at once");
        assert_eq!(app.browser().sign_in(EMAIL, PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    });
}

#[test]
fn sessions_are_listed_in_words_and_ended_at_once() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        let mut phone = app.browser();
        let request = Browser::request(Method::POST, "/signin")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("user-agent", "<script> (X11; Linux x86_64) Firefox/140.0")
            .body(format!("email={EMAIL}&password={}", PASSWORD.replace(' ', "+")).into())
            .unwrap();
        assert_eq!(phone.send(request).await.status, StatusCode::SEE_OTHER);
        let room = phone.new_meeting().await;
        let page = ada.get("/settings").await.text();
        assert!(page.contains("Firefox on Linux") && page.contains("This browser"), "{page}");
        let session = field_of(&page, "session");
        // It is known to be good, and a moment later it is not.
        assert_eq!(phone.get("/settings").await.status, StatusCode::OK);
        assert_eq!(
            ada.form("/settings/sessions/end", &[("session", &session)]).await.header("location"),
            "/settings?done=session"
        );
        assert_eq!(phone.get("/settings").await.status, StatusCode::SEE_OTHER);
        let joined = phone.call("join_room", &json!({ "room": room, "name": "Ada" })).await.json();
        assert_eq!(joined["admitted"]["role"], "guest", "also for server functions");
        let mut others = [app.browser(), app.browser()];
        for other in &mut others {
            other.sign_in(EMAIL, PASSWORD).await;
        }
        ada.form("/settings/sessions/end-others", &[]).await;
        for other in &mut others {
            assert_eq!(other.get("/settings").await.status, StatusCode::SEE_OTHER);
        }
        assert_eq!(ada.get("/settings").await.status, StatusCode::OK);
    });
}

#[test]
fn nobody_ends_somebody_elses_session() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        app.account("eve@example.org", "Eve").await;
        let mut eve = app.browser();
        eve.sign_in("eve@example.org", PASSWORD).await;
        let mut phone = app.browser();
        phone.sign_in(EMAIL, PASSWORD).await;
        let session = field_of(&ada.get("/settings").await.text(), "session");
        eve.form("/settings/sessions/end", &[("session", &session)]).await;
        eve.form("/settings/sessions/end-others", &[]).await;
        assert_eq!(phone.get("/settings").await.status, StatusCode::OK);
        assert_eq!(ada.get("/settings").await.status, StatusCode::OK);
    });
}

#[test]
fn my_meetings_are_mine_and_newest_first() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        assert!(ada.get("/meetings").await.text().contains("You have made no meeting yet."));
        app.browser().new_meeting().await;
        let mut links = Vec::new();
        for title in ["Physics", "Chemistry <1>"] {
            let answer = ada.form("/meetings", &[("title", title)]).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER);
            links.push(answer.header("location").to_owned());
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        let page = ada.get("/meetings").await.text();
        let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}: {page}"));
        assert!(at("Chemistry &lt;1&gt;") < at("Physics"), "newest first");
        assert!(page.contains(&format!("http://127.0.0.1:3000{}", links[0])));
        assert_eq!(page.matches("class=\"row\"").count(), 2, "and nobody else's");
        assert_eq!(ada.get(&links[0]).await.status, StatusCode::OK);
        let long = "x".repeat(121);
        let answer = ada.form("/meetings", &[("title", &long)]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(field_of(&answer.text(), "title"), long);
    });
}

#[test]
fn my_meetings_say_who_is_there() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        let (physics, chemistry) = (ada.new_meeting().await, ada.new_meeting().await);
        let others = app.browser().new_meeting().await;
        assert!(!ada.get("/meetings").await.text().contains("is here"), "nobody is");
        let now = server::clock::now_ms() / 1_000 * 1_000;
        for (room, sid, name) in [
            (&physics, "PA_1", "Ada"),
            (&physics, "PA_2", "Ben"),
            (&physics, "PA_3", "Cem"),
            (&chemistry, "PA_4", "<i>Dora</i>"),
            (&others, "PA_5", "Zoe"),
        ] {
            assert_eq!(tell(&app, &event("participant_joined", room, sid, name, now, now)).await, 200);
        }
        let page = ada.get("/meetings").await.text();
        assert!(page.contains("Ada and 2 more are here"), "{page}");
        assert!(page.contains("&lt;i&gt;Dora&lt;/i&gt; is here") && !page.contains("Zoe"), "{page}");
        assert_eq!(tell(&app, &event("participant_left", &physics, "PA_1", "Ada", now, now)).await, 200);
        assert!(ada.get("/meetings").await.text().contains("Ben and Cem are here"));
    });
}

#[test]
fn pages_of_an_account_ask_to_sign_in_and_come_back() {
    run(async {
        let app = App::new().await;
        for path in ["/meetings", "/settings", "/admin"] {
            let answer = app.browser().get(path).await;
            assert_eq!(
                (answer.status, answer.header("location")),
                (StatusCode::SEE_OTHER, &*format!("/signin?next={path}"))
            );
        }
        for path in [
            "/settings/name",
            "/settings/password",
            "/settings/sessions/end",
            "/meetings",
            "/admin/change",
            "/admin/link",
        ] {
            let answer = app.browser().form(path, &[("name", "Eve")]).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
            assert!(answer.header("location").starts_with("/signin?next=/"), "{path}");
        }
    });
}
