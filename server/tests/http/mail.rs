//! What comes by mail: a link for a forgotten password, the link of a new account, and what has happened to one's account.

use std::time::Instant;

use axum::http::StatusCode;

use super::support::{Answer, App, Arrived, EMAIL, MailServer, PASSWORD, link_in, run};

const FORGOTTEN: &str = "/signin/forgotten";
const NEW_PASSWORD: &str = "seven quiet umbrellas";

async fn app(server: &MailServer) -> App {
    App::with(|parts| server.used_by(parts)).await
}

async fn ask(app: &App, email: &str) -> Answer {
    app.browser().form(FORGOTTEN, &[("email", email)]).await
}

async fn set(app: &App, link: &str, password: &str) -> Answer {
    app.browser().form("/signin/password", &[("link", link), ("new_password", password)]).await
}

fn header<'a>(mail: &'a Arrived, name: &str) -> &'a str {
    let found: Vec<&str> = mail.head.lines().filter_map(|line| line.strip_prefix(name)).collect();
    assert_eq!(found.len(), 1, "{name} in {}", mail.head);
    found[0]
}

/// A page without what differs each time, and without the address.
fn bare(page: &str, email: &str) -> String {
    let (nonce, _) = page.split_once("<script nonce=\"").unwrap().1.split_once('"').unwrap();
    page.replace(nonce, "…").replace(email, "…")
}

#[test]
fn a_forgotten_password_is_set_anew_by_a_link_that_works_once() {
    run(async {
        let server = MailServer::start().await;
        let app = app(&server).await;
        let mut ada = app.ada().await;
        let page = app.browser().get("/signin").await.text();
        assert!(page.contains("href=\"/signin/forgotten\"") && !page.contains("/signin/register"), "{page}");
        assert_eq!(app.browser().get(FORGOTTEN).await.status, StatusCode::OK);
        let answer = ask(&app, " ADA@Example.org").await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.text().contains("Look into your mailbox"));

        let mail = server.mail(0).await;
        assert_eq!(mail.to, [EMAIL]);
        assert_eq!(header(&mail, "From: "), "Parlour <parlour@example.org>");
        assert_eq!(header(&mail, "To: "), EMAIL);
        assert_eq!(header(&mail, "Auto-Submitted: "), "auto-generated");
        assert!(header(&mail, "Message-ID: ").ends_with("@example.org>"), "{}", mail.head);
        assert!(header(&mail, "Date: ").contains(" 20"), "{}", mail.head);
        assert!(header(&mail, "Content-Type: ").starts_with("text/plain"), "{}", mail.head);
        assert!(mail.text.contains("Hello Ada,") && mail.text.contains("\nhttps://meet.example/signin#link="));
        let link = link_in(&mail.text);
        assert_eq!(ada.get("/settings").await.status, StatusCode::OK, "nothing has happened yet");

        // Programs that look at every link use nothing up, and neither does the form.
        assert_eq!(app.browser().get("/signin").await.status, StatusCode::OK);
        let form = app.browser().form("/signin/link", &[("link", &link)]).await.text();
        assert!(form.contains("Choose a password, Ada"));
        assert_eq!(set(&app, &link, "password123").await.status, StatusCode::BAD_REQUEST);
        assert_eq!(set(&app, &link, NEW_PASSWORD).await.header("location"), "/meetings");
        assert_eq!(ada.get("/settings").await.status, StatusCode::SEE_OTHER, "whoever had the old one is out");
        assert_eq!(set(&app, &link, "eight quiet umbrellas").await.status, StatusCode::GONE);
        assert_eq!(app.browser().sign_in(EMAIL, PASSWORD).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(app.browser().sign_in(EMAIL, NEW_PASSWORD).await.status, StatusCode::SEE_OTHER);
        let told = server.mail(1).await;
        assert_eq!(
            (header(&told, "Subject: "), told.to.as_slice()),
            ("Your password was changed", &[EMAIL.to_owned()][..])
        );
        assert!(told.text.contains("https://meet.example/signin/forgotten") && !told.text.contains("#link="));
    });
}

#[test]
fn a_new_link_ends_the_one_before_and_all_end_after_an_hour() {
    run(async {
        let server = MailServer::start().await;
        let app = app(&server).await;
        app.account(EMAIL, "Ada").await;
        ask(&app, EMAIL).await;
        let first = link_in(&server.mail(0).await.text);
        ask(&app, EMAIL).await;
        let second = link_in(&server.mail(1).await.text);
        assert_eq!(set(&app, &first, NEW_PASSWORD).await.status, StatusCode::GONE);
        let open = async || app.browser().form("/signin/link", &[("link", &second)]).await.status;
        let left = async |ms: u64| {
            app.sql(&format!("UPDATE one_time_links SET ends_at_ms = ends_at_ms - {ms}")).await;
            open().await
        };
        assert_eq!(left(59 * 60_000).await, StatusCode::OK);
        assert_eq!(left(60_000).await, StatusCode::GONE);
    });
}

#[test]
fn whoever_is_signed_in_may_open_a_link_and_another_password_ends_it() {
    run(async {
        let server = MailServer::start().await;
        let app = app(&server).await;
        let mut ada = app.ada().await;
        assert!(ada.get("/signin").await.text().contains("id=\"link-form\""), "she may have forgotten the old one");
        ask(&app, EMAIL).await;
        let link = link_in(&server.mail(0).await.text);
        let change = [("old_password", PASSWORD), ("new_password", NEW_PASSWORD)];
        assert_eq!(ada.form("/settings/password", &change).await.status, StatusCode::SEE_OTHER);
        assert_eq!(set(&app, &link, "eight quiet umbrellas").await.status, StatusCode::GONE, "whoever has it");
    });
}

#[test]
fn nobody_learns_which_addresses_are_known() {
    run(async {
        let server = MailServer::start().await;
        let app = app(&server).await;
        app.account(EMAIL, "Ada").await;
        app.account("off@example.org", "Off").await;
        app.sql("UPDATE accounts SET disabled = 1 WHERE email = 'off@example.org'").await;
        let mut pages = Vec::new();
        for email in ["eve@example.org", "off@example.org", EMAIL] {
            let answer = ask(&app, email).await;
            assert_eq!(answer.status, StatusCode::OK, "{email}");
            pages.push(bare(&answer.text(), email));
        }
        assert!(pages.windows(2).all(|two| two[0] == two[1]));
        app.state.mail.clone().unwrap().finish().await;
        assert_eq!(server.mail(0).await.to, [EMAIL]);
        assert_eq!(server.count(), 1, "and to nobody else");
    });
}

#[test]
fn known_addresses_take_as_long_as_unknown_ones() {
    run(async {
        let mut server = MailServer::start().await;
        // Whoever waited for the mail would wait for long.
        server.behave(&serde_json::json!({ "delayMs": 20_000 })).await;
        let app = app(&server).await;
        let mut took = [Vec::new(), Vec::new()];
        for n in 0..9 {
            app.account(&format!("{n}@example.org"), "Ada").await;
        }
        for n in 0..9 {
            let mut both =
                [format!("{n}@example.org"), format!("{n}@example.com")].into_iter().zip(&mut took).collect::<Vec<_>>();
            if n % 2 == 1 {
                both.reverse();
            }
            for (email, took) in both {
                let start = Instant::now();
                assert_eq!(ask(&app, &email).await.status, StatusCode::OK);
                took.push(start.elapsed());
            }
        }
        let [known, unknown] = took.map(|mut took| {
            took.sort();
            took[4]
        });
        assert!(known < unknown * 3 && unknown < known * 3, "{known:?} and {unknown:?}");
    });
}

#[test]
fn a_mailbox_does_not_fill_and_whoever_asks_too_often_is_told_until_when() {
    run(async {
        let server = MailServer::start().await;
        let app = app(&server).await;
        app.account(EMAIL, "Ada").await;
        let mut pages = Vec::new();
        for email in [EMAIL, "eve@example.org"] {
            let ask =
                async |n: u8| app.browser().from(&format!("10.{n}.0.1")).form(FORGOTTEN, &[("email", email)]).await;
            for n in 0..3 {
                assert_eq!(ask(n).await.status, StatusCode::OK);
            }
            let answer = ask(9).await;
            assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{email}");
            assert!((600..=1_201).contains(&answer.header("retry-after").parse::<u64>().unwrap()), "{answer:?}");
            let page = answer.text();
            assert!(page.contains("That was too often. Try again in 20 minutes."), "{page}");
            pages.push(bare(&page, email));
        }
        assert_eq!(pages[0], pages[1], "also where nobody has the address");
        // One address asks for many.
        let mut many = app.browser().from("10.200.0.1");
        let mut statuses = Vec::new();
        for n in 0..40 {
            statuses.push(many.form(FORGOTTEN, &[("email", &format!("{n}@example.net"))]).await.status);
        }
        assert_eq!(statuses.iter().filter(|status| **status == StatusCode::OK).count(), 30);
        assert_eq!(statuses[39], StatusCode::TOO_MANY_REQUESTS);
        app.state.mail.clone().unwrap().finish().await;
        for number in 0..3 {
            assert_eq!(server.mail(number).await.to, [EMAIL]);
        }
        assert_eq!(server.count(), 3);
    });
}

#[test]
fn names_and_addresses_add_nobody_and_no_header() {
    run(async {
        let server = MailServer::start().await;
        let app = app(&server).await;
        let mut ada = app.ada().await;
        for email in [
            "ada@example.org\r\nBcc: eve@evil.example",
            "ada@example.org, eve@evil.example",
            "ada@example.org\nRCPT TO:<eve@evil.example>",
            "<ada@example.org>",
            "ada@example.org\u{0}",
            "",
        ] {
            let answer = ask(&app, email).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{email:?}");
            assert!(answer.text().contains("email-problem"));
        }
        let name = "Ada\r\nBcc: eve@evil.example\r\n\r\n.\r\nQUIT Ä";
        assert_eq!(ada.form("/settings/name", &[("name", name)]).await.header("location"), "/settings?done=name");
        ask(&app, EMAIL).await;
        let mail = server.mail(0).await;
        assert_eq!(mail.to, [EMAIL]);
        assert!(!mail.head.contains("Bcc") && !mail.head.contains("evil"), "{}", mail.head);
        assert!(mail.text.starts_with("Hello Ada Bcc: eve@evil.example . QUIT Ä,\n"), "{}", mail.text);
        assert_eq!(server.count(), 1);
    });
}

#[test]
fn the_owner_is_told_what_happens_to_their_account() {
    run(async {
        let server = MailServer::start().await;
        let app = app(&server).await;
        let mut ada = app.ada().await;
        let subject = async |number| header(&server.mail(number).await, "Subject: ").to_owned();
        ada.form("/settings/password", &[("old_password", "wrong"), ("new_password", NEW_PASSWORD)]).await;
        ada.form("/settings/password", &[("old_password", PASSWORD), ("new_password", NEW_PASSWORD)]).await;
        assert_eq!(subject(0).await, "Your password was changed");
        ada.form("/settings/password", &[("old_password", NEW_PASSWORD), ("new_password", PASSWORD)]).await;
        assert_eq!(subject(1).await, "Your password was changed");
        ada.set_up_codes().await;
        assert_eq!(subject(2).await, "A code is asked for when you sign in");
        ada.form("/settings/second-factor/remove", &[("totp_password", "wrong")]).await;
        ada.form("/settings/second-factor/remove", &[("totp_password", PASSWORD)]).await;
        let mail = server.mail(3).await;
        assert_eq!(header(&mail, "Subject: "), "No code is asked for any more");
        assert!(mail.text.contains("UTC)") && mail.text.contains("If it was not you"), "{}", mail.text);
        assert_eq!((mail.to, server.count()), (vec![EMAIL.to_owned()], 4));
    });
}

#[test]
fn who_is_invited_gets_the_link_by_mail_and_it_is_shown_as_well() {
    run(async {
        let server = MailServer::start().await;
        let app = app(&server).await;
        let (mut ada, _) = app.administrator().await;
        assert_eq!(server.mail(0).await.to, [EMAIL], "codes were set up");
        let page = ada.form("/admin/accounts", &[("name", "Eve"), ("email", "Eve@Example.org")]).await.text();
        assert!(page.contains("It is on its way to them by mail."), "{page}");
        let mail = server.mail(1).await;
        assert_eq!(mail.to, ["eve@example.org"]);
        assert_eq!(link_in(&mail.text), link_in(&page));
        assert_eq!(set(&app, &link_in(&mail.text), PASSWORD).await.header("location"), "/meetings");
        let told = server.mail(2).await;
        assert_eq!(header(&told, "Subject: "), "Your password was changed");
    });
}

#[test]
fn without_a_mail_server_people_are_told_whom_to_ask() {
    run(async {
        let app = App::new().await;
        app.account(EMAIL, "Ada").await;
        let page = app.browser().get("/signin").await.text();
        assert!(page.contains("Ask the person who looks after this Parlour for a link."));
        assert!(!page.contains(FORGOTTEN) && !page.contains("/signin/register"));
        assert_eq!(app.browser().get(FORGOTTEN).await.status, StatusCode::NOT_FOUND);
        assert_eq!(ask(&app, EMAIL).await.status, StatusCode::NOT_FOUND);
        let app = App::new().await;
        let (mut ada, _) = app.administrator().await;
        let page = ada.form("/admin/accounts", &[("name", "Eve"), ("email", "eve@example.org")]).await.text();
        assert!(page.contains("Send it to them by a way that only they read."), "{page}");
    });
}
