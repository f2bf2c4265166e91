//! One-time links: the first administrator, forgotten passwords.

use std::os::unix::fs::PermissionsExt as _;

use axum::http::StatusCode;

use super::support::{App, EMAIL, PASSWORD, Parlour, command, field_of, link_in, run};

const COOKIE: &str = "parlour_account";
const BASE: &str = "http://127.0.0.1:3000";

#[test]
fn the_first_start_makes_an_administrator_once() {
    run(async {
        let app = App::new().await;
        let link = app.state.accounts.first_link(app.data.path(), BASE).await.unwrap().unwrap();
        let file = app.data.path().join("first-administrator.txt");
        assert_eq!(std::fs::read_to_string(&file).unwrap().trim(), link);
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(link.starts_with("http://127.0.0.1:3000/signin#link="), "{link}");
        let secret = link_in(&link);
        // A program that looks at every link sees a page without the secret, and uses nothing up.
        let mut browser = app.browser();
        assert_eq!(browser.get("/signin").await.status, StatusCode::OK);
        let form = browser.form("/signin/link", &[("link", &secret)]).await.text();
        assert!(form.contains("Make the first account"));
        let fields = [("link", secret.as_str()), ("name", " "), ("email", "ada"), ("new_password", PASSWORD)];
        let answer = browser.form("/signin/first", &fields).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let html = answer.text();
        for said in ["name-problem", "email-problem", "value=\"ada\""] {
            assert!(html.contains(said), "{said}");
        }
        assert_eq!(html.matches("autofocus").count(), 1, "the first of them");
        assert!(!html.contains("kettle"));
        let fields =
            |password| [("link", secret.as_str()), ("name", "Ada"), ("email", EMAIL), ("new_password", password)];
        let answer = browser.form("/signin/first", &fields("password123")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "a common one");
        assert!(answer.text().contains("easy to guess"));
        let answer = browser.form("/signin/first", &fields(PASSWORD)).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/meetings"));
        // Until they have codes, they look after nothing.
        let page = browser.get("/admin").await.text();
        assert!(page.contains("First set up your codes") && !page.contains("New account"));
        let answer = browser.form("/admin/accounts", &[("name", "Eve"), ("email", "eve@example.org")]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        browser.set_up_codes().await;
        assert!(browser.get("/admin").await.text().contains("New account"));
        // And nobody is the first again.
        let answer = app.browser().form("/signin/first", &fields(PASSWORD)).await;
        assert_eq!(answer.status, StatusCode::GONE);
        assert_eq!(app.state.accounts.first_link(app.data.path(), BASE).await.unwrap(), None);
        assert!(!file.exists());
    });
}

#[test]
fn the_first_link_stays_until_it_ends_and_is_then_another() {
    run(async {
        let app = App::new().await;
        let start = async || app.state.accounts.first_link(app.data.path(), BASE).await.unwrap().unwrap();
        let first = start().await;
        assert_eq!(start().await, first, "a restart breaks no link that was sent");
        app.sql("UPDATE one_time_links SET ends_at_ms = 1").await;
        let answer = app.browser().form("/signin/link", &[("link", &link_in(&first))]).await;
        assert_eq!(answer.status, StatusCode::GONE);
        let second = start().await;
        assert_ne!(second, first);
        std::fs::remove_file(app.data.path().join("first-administrator.txt")).unwrap();
        let third = start().await;
        let answer = app.browser().form("/signin/link", &[("link", &link_in(&second))]).await;
        assert_eq!(answer.status, StatusCode::GONE, "only the newest is good");
        assert_eq!(app.browser().form("/signin/link", &[("link", &link_in(&third))]).await.status, StatusCode::OK);
    });
}

#[test]
fn a_link_sets_a_password_once_and_ends_every_session() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        let email = server::email::Email::parse(EMAIL).unwrap();
        let link = app.state.accounts.reset_by_operator(&email, false).await.unwrap().to_text();
        let mut browser = app.browser();
        let page = browser.form("/signin/link", &[("link", &link)]).await.text();
        assert!(page.contains("Choose a password, Ada"));
        assert_eq!(field_of(&page, "link"), link);
        let fields = |password| [("link", link.as_str()), ("new_password", password)];
        assert_eq!(browser.form("/signin/password", &fields("ada@example.org")).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(ada.get("/settings").await.status, StatusCode::OK, "nothing has happened yet");
        let answer = browser.form("/signin/password", &fields("seven quiet umbrellas")).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/meetings"));
        assert!(browser.cookie(COOKIE).is_some(), "and is signed in");
        assert_eq!(ada.get("/settings").await.status, StatusCode::SEE_OTHER, "whoever had the old one is out, at once");
        assert_eq!(
            app.browser().form("/signin/password", &fields("eight quiet umbrellas")).await.status,
            StatusCode::GONE
        );
        assert_eq!(app.browser().sign_in(EMAIL, PASSWORD).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(app.browser().sign_in(EMAIL, "seven quiet umbrellas").await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn a_link_that_ended_or_never_was_is_gone() {
    run(async {
        let app = App::new().await;
        app.account(EMAIL, "Ada").await;
        let email = server::email::Email::parse(EMAIL).unwrap();
        let link = app.state.accounts.reset_by_operator(&email, false).await.unwrap().to_text();
        app.sql("UPDATE one_time_links SET ends_at_ms = 1").await;
        for link in [link.as_str(), "", "x", &"A".repeat(43), "../../etc/passwd"] {
            let answer = app.browser().form("/signin/link", &[("link", link)]).await;
            assert_eq!(answer.status, StatusCode::GONE, "{link}");
            assert!(answer.text().contains("does not work any more"));
            let fields = [("link", link), ("new_password", "seven quiet umbrellas")];
            assert_eq!(app.browser().form("/signin/password", &fields).await.status, StatusCode::GONE, "{link}");
        }
    });
}

#[test]
fn a_link_does_not_go_round_the_codes() {
    run(async {
        let app = App::new().await;
        let mut ada = app.ada().await;
        ada.set_up_codes().await;
        let email = server::email::Email::parse(EMAIL).unwrap();
        let reset = async |codes| {
            let link = app.state.accounts.reset_by_operator(&email, codes).await.unwrap().to_text();
            let fields = [("link", link.as_str()), ("new_password", PASSWORD)];
            app.browser().form("/signin/password", &fields).await.header("location").to_owned()
        };
        assert_eq!(reset(false).await, "/signin", "where the code is asked for");
        assert_eq!(reset(true).await, "/meetings", "unless whoever has the machine says so");
    });
}

#[test]
fn the_program_writes_the_first_link_and_prints_others() {
    run(async {
        let parlour = Parlour::start().await;
        let file = parlour.data.path().join("first-administrator.txt");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let written = std::fs::read_to_string(&file).unwrap();
        assert!(written.starts_with(&format!("{}/signin#link=", parlour.url)), "{written}");
        let account = async |arguments: &[&str]| {
            let mut command = command();
            command.stdout(std::process::Stdio::piped());
            command.env("PARLOUR_DATA_DIR", parlour.data.path()).arg("account").args(arguments).output().await.unwrap()
        };
        let output = account(&["reset", "nobody@example.org"]).await;
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8(output.stderr).unwrap().contains("no account"));
        let store =
            server::store::Store::open(&format!("sqlite:{}", parlour.data.path().join("parlour.db").display())).await;
        let accounts = server::accounts::Accounts::new(store.unwrap(), server::password::Passwords::default());
        let (email, name) = (server::email::Email::parse(EMAIL).unwrap(), wire::DisplayName::parse("Ada").unwrap());
        accounts.make(email, name).await.unwrap().unwrap();
        let listed = String::from_utf8(account(&["list"]).await.stdout).unwrap();
        assert_eq!(listed, "ada@example.org\tAda\t\n");
        let printed = String::from_utf8(account(&["reset", "Ada@example.org"]).await.stdout).unwrap();
        let token = server::accounts::LinkToken::parse(&link_in(&printed)).unwrap();
        assert!(accounts.link(&token).await.unwrap().is_some());
    });
}
