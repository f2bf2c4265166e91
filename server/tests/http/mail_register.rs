//! Making one's own account, where the operator lets people.

use axum::http::StatusCode;
use server::accounts::Registration;

use super::support::{Answer, App, EMAIL, MailServer, PASSWORD, field_of, link_in, run};

const REGISTER: &str = "/signin/register";

async fn app(server: &MailServer, registration: &str) -> App {
    let registration = Registration::parse(registration).unwrap();
    App::with(|parts| {
        server.used_by(parts);
        parts.registration = registration;
    })
    .await
}

async fn ask(app: &App, email: &str) -> Answer {
    app.browser().form(REGISTER, &[("email", email)]).await
}

async fn finish(app: &App, link: &str, name: &str, password: &str) -> Answer {
    app.browser().form("/signin/account", &[("link", link), ("name", name), ("new_password", password)]).await
}

#[test]
fn nobody_makes_an_account_unless_the_operator_says_so() {
    run(async {
        let server = MailServer::start().await;
        let closed = app(&server, "closed").await;
        closed.account(EMAIL, "Ada").await;
        assert_eq!(closed.browser().get(REGISTER).await.status, StatusCode::NOT_FOUND);
        assert_eq!(ask(&closed, "eve@example.org").await.status, StatusCode::NOT_FOUND);
        assert!(!closed.browser().get("/signin").await.text().contains(REGISTER));
        // Nor takes the place of the first administrator.
        let empty = app(&server, "open").await;
        assert_eq!(empty.browser().get(REGISTER).await.status, StatusCode::NOT_FOUND);
        assert_eq!(ask(&empty, "eve@example.org").await.status, StatusCode::NOT_FOUND);
        assert!(!empty.browser().get("/signin").await.text().contains(REGISTER));
        assert_eq!(server.count(), 0);
    });
}

#[test]
fn an_address_is_proven_before_there_is_an_account() {
    run(async {
        let server = MailServer::start().await;
        let app = app(&server, "open").await;
        app.account(EMAIL, "Ada").await;
        assert!(app.browser().get("/signin").await.text().contains("href=\"/signin/register\""));
        assert_eq!(app.browser().get(REGISTER).await.status, StatusCode::OK);
        assert_eq!(ask(&app, "eve").await.status, StatusCode::BAD_REQUEST);
        let answer = ask(&app, "Eve@Example.org").await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.text().contains("Look into your mailbox"));
        let mail = server.mail(0).await;
        assert_eq!(mail.to, ["eve@example.org"]);
        let first = link_in(&mail.text);
        assert_eq!(app.state.accounts.all().await.unwrap().len(), 1, "nobody is there yet");

        // Another one ends the first.
        ask(&app, "eve@example.org").await;
        let link = link_in(&server.mail(1).await.text);
        assert_eq!(finish(&app, &first, "Eve", PASSWORD).await.status, StatusCode::GONE);
        let form = app.browser().form("/signin/link", &[("link", &link)]).await.text();
        assert!(form.contains("Make your account") && form.contains("You sign in as eve@example.org."));
        assert_eq!(field_of(&form, "link"), link);
        for (name, password, problem) in [
            ("", PASSWORD, "name-problem"),
            ("Eve", "password123", "new_password-problem"),
            ("Eve", "", "new_password-problem"),
        ] {
            let answer = finish(&app, &link, name, password).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name} {password}");
            assert!(answer.text().contains(problem), "{problem}");
        }
        assert_eq!(finish(&app, &link, "Eve", PASSWORD).await.header("location"), "/meetings");
        assert_eq!(finish(&app, &link, "Eve", PASSWORD).await.status, StatusCode::GONE, "once");
        let mut eve = app.browser();
        assert_eq!(eve.sign_in("eve@example.org", PASSWORD).await.status, StatusCode::SEE_OTHER);
        assert_eq!(eve.get("/admin").await.status, StatusCode::NOT_FOUND, "an ordinary one");
    });
}

#[test]
fn who_has_an_account_is_told_by_mail_and_nobody_else_learns_it() {
    run(async {
        let server = MailServer::start().await;
        let app = app(&server, "open").await;
        app.account(EMAIL, "Ada").await;
        app.account("off@example.org", "Off").await;
        app.sql("UPDATE accounts SET disabled = 1 WHERE email = 'off@example.org'").await;
        let mut pages = Vec::new();
        for email in ["off@example.org", "eve@example.org", EMAIL] {
            let page = ask(&app, email).await.text();
            let (nonce, _) = page.split_once("<script nonce=\"").unwrap().1.split_once('"').unwrap();
            pages.push(page.replace(nonce, "…").replace(email, "…"));
        }
        assert!(pages.windows(2).all(|two| two[0] == two[1]));
        app.state.mail.clone().unwrap().finish().await;
        let mails = [server.mail(0).await, server.mail(1).await];
        let ada = mails.iter().find(|mail| mail.to == [EMAIL]).unwrap();
        assert!(ada.text.contains("You have one already") && !ada.text.contains("#link="), "{}", ada.text);
        assert!(mails.iter().any(|mail| mail.to == ["eve@example.org"] && mail.text.contains("#link=")));
        assert_eq!(server.count(), 2);
        assert_eq!(app.browser().sign_in(EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER, "nothing has changed");
    });
}

#[test]
fn only_some_domains_may_and_a_link_ends_when_theirs_does() {
    run(async {
        let server = MailServer::start().await;
        let school = app(&server, "@school.example").await;
        school.account(EMAIL, "Ada").await;
        assert!(school.browser().get(REGISTER).await.text().contains("Your address must end in @school.example."));
        for email in ["eve@example.org", "eve@evilschool.example", "eve@sub.school.example", "eve@school.example.org"] {
            let answer = ask(&school, email).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{email}");
            assert_eq!(field_of(&answer.text(), "email"), email);
        }
        for email in ["eve@School.example", "ben@school.example"] {
            assert_eq!(ask(&school, email).await.status, StatusCode::OK);
        }
        let links = [link_in(&server.mail(0).await.text), link_in(&server.mail(1).await.text)];
        assert_eq!(finish(&school, &links[0], "Eve", PASSWORD).await.status, StatusCode::SEE_OTHER);
        // The same database after a start with another configuration.
        let closed = App::over(&school).await;
        let answer = closed.browser().form("/signin/link", &[("link", &links[1])]).await;
        assert_eq!(answer.status, StatusCode::GONE);
        assert_eq!(finish(&closed, &links[1], "Ben", PASSWORD).await.status, StatusCode::GONE);
        school.sql("UPDATE registrations SET ends_at_ms = 1").await;
        assert_eq!(finish(&school, &links[1], "Ben", PASSWORD).await.status, StatusCode::GONE, "after a day");
    });
}

#[test]
fn an_account_that_was_made_meanwhile_stays_as_it_is() {
    run(async {
        let server = MailServer::start().await;
        let app = app(&server, "open").await;
        app.account(EMAIL, "Ada").await;
        ask(&app, "eve@example.org").await;
        let link = link_in(&server.mail(0).await.text);
        app.account("eve@example.org", "Eve").await;
        assert_eq!(finish(&app, &link, "Mallory", "seven quiet umbrellas").await.status, StatusCode::GONE);
        assert_eq!(app.browser().sign_in("eve@example.org", PASSWORD).await.status, StatusCode::SEE_OTHER);
    });
}
