//! Looking after accounts.

use axum::http::StatusCode;

use super::support::{App, EMAIL, PASSWORD, field_of, link_in, run};

#[test]
fn an_administrator_makes_an_account_and_hands_over_a_link() {
    run(async {
        let app = App::new().await;
        let (mut ada, _) = app.administrator().await;
        let page = ada.form("/admin/accounts", &[("name", "Eve"), ("email", "Eve@Example.org")]).await;
        assert_eq!(page.status, StatusCode::OK);
        let link = link_in(&page.text());
        assert!(!ada.get("/admin").await.text().contains(&link), "it is shown once");
        for (name, email, problem) in [
            ("Eve", "eve@example.org", "There is an account"),
            ("", "mallory@example.org", "Enter a name"),
            ("Mallory", "mallory", "not an e-mail address"),
        ] {
            let answer = ada.form("/admin/accounts", &[("name", name), ("email", email)]).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{email}");
            let html = answer.text();
            assert!(html.contains(problem), "{problem}");
            assert_eq!(field_of(&html, "email"), email, "what was typed is kept");
        }
        let mut eve = app.browser();
        assert_eq!(eve.sign_in("eve@example.org", "").await.status, StatusCode::UNAUTHORIZED, "no password is none");
        let answer = eve.form("/signin/password", &[("link", &link), ("new_password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(eve.get("/admin").await.status, StatusCode::NOT_FOUND, "for others there is no such page");
        assert!(!eve.get("/settings").await.text().contains("Administration"));
        for path in ["/admin/accounts", "/admin/change", "/admin/link"] {
            assert_eq!(eve.form(path, &[("name", "x")]).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    });
}

#[test]
fn a_disabled_account_is_out_at_once_and_comes_back_when_enabled() {
    run(async {
        let app = App::new().await;
        let (mut ada, _) = app.administrator().await;
        app.account("eve@example.org", "Eve").await;
        let mut eve = app.browser();
        eve.sign_in("eve@example.org", PASSWORD).await;
        assert_eq!(eve.get("/settings").await.status, StatusCode::OK);
        let id = field_of(&ada.get("/admin").await.text(), "account");
        let reset = link_in(&ada.form("/admin/link", &[("account", &id)]).await.text());
        let change = [("account", id.as_str()), ("change", "disable")];
        assert_eq!(ada.form("/admin/change", &change).await.header("location"), "/admin?done=disable");
        assert_eq!(eve.get("/settings").await.status, StatusCode::SEE_OTHER, "at once");
        assert_eq!(eve.sign_in("eve@example.org", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(app.browser().form("/signin/link", &[("link", &reset)]).await.status, StatusCode::GONE);
        assert!(ada.get("/admin?done=disable").await.text().contains("The account is disabled and signed out."));
        ada.form("/admin/change", &[("account", &id), ("change", "enable")]).await;
        assert_eq!(eve.sign_in("eve@example.org", PASSWORD).await.status, StatusCode::SEE_OTHER);
        ada.form("/admin/change", &[("account", &id), ("change", "sign_out")]).await;
        assert_eq!(eve.get("/settings").await.status, StatusCode::SEE_OTHER, "signed out everywhere");
    });
}

#[test]
fn administrators_are_made_and_unmade_but_nobody_changes_themselves() {
    run(async {
        let app = App::new().await;
        let (mut ada, _) = app.administrator().await;
        app.account("eve@example.org", "Eve").await;
        let mut eve = app.browser();
        eve.sign_in("eve@example.org", PASSWORD).await;
        let id = field_of(&ada.get("/admin").await.text(), "account");
        ada.form("/admin/change", &[("account", &id), ("change", "make_administrator")]).await;
        assert!(eve.get("/admin").await.text().contains("First set up your codes"), "at once, but not without codes");
        assert_eq!(eve.form("/admin/link", &[("account", &id)]).await.status, StatusCode::NOT_FOUND);
        eve.set_up_codes().await;
        assert_eq!(
            eve.form("/settings/second-factor/remove", &[("totp_password", PASSWORD)]).await.status,
            StatusCode::BAD_REQUEST
        );
        assert!(eve.get("/admin").await.text().contains("New account"));
        let own = eve.form("/admin/change", &[("account", &id), ("change", "make_ordinary")]).await;
        assert_eq!(own.status, StatusCode::BAD_REQUEST, "so that there is always one left");
        ada.form("/admin/change", &[("account", &id), ("change", "make_ordinary")]).await;
        assert_eq!(eve.get("/admin").await.status, StatusCode::NOT_FOUND, "at once");
        for (account, change) in [("", "disable"), (id.as_str(), "delete"), ("0123456789abcdef", "disable")] {
            let answer = ada.form("/admin/change", &[("account", account), ("change", change)]).await;
            assert!(answer.status.is_client_error(), "{account} {change}");
        }
        assert_eq!(app.browser().sign_in(EMAIL, PASSWORD).await.header("location"), "/signin", "Ada still has codes");
    });
}
