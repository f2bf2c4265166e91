//! The mail server that is away, slow, refuses, or is somebody else.

use axum::http::StatusCode;
use serde_json::json;
use server::mail::{Encryption, Failed};
use tokio_util::sync::CancellationToken;

use super::support::{App, EMAIL, MailServer, certificate, command, media_ports, run};

const FORGOTTEN: &str = "/signin/forgotten";

#[test]
fn a_mail_server_that_is_away_delays_a_mail_and_no_page() {
    run(async {
        let server = MailServer::start().await;
        let port = server.port;
        let app = App::with(|parts| server.used_by(parts)).await;
        server.stop().await;
        app.account(EMAIL, "Ada").await;
        app.account("eve@example.org", "Eve").await;
        for email in [EMAIL, "eve@example.org"] {
            let answer = app.browser().form(FORGOTTEN, &[("email", email)]).await;
            assert_eq!(answer.status, StatusCode::OK, "nobody waits for it");
        }
        let server = MailServer::with(&json!({ "port": port })).await;
        let mut to = [server.mail(0).await.to, server.mail(1).await.to].concat();
        to.sort();
        assert_eq!(to, [EMAIL, "eve@example.org"], "nothing is lost");
    });
}

#[test]
fn a_refusal_for_now_is_tried_again_and_one_for_good_is_not() {
    run(async {
        let mut server = MailServer::start().await;
        let app = App::with(|parts| server.used_by(parts)).await;
        app.account(EMAIL, "Ada").await;
        app.account("eve@example.org", "Eve").await;
        let mail = app.state.mail.clone().unwrap();
        let ask = async |email| app.browser().form(FORGOTTEN, &[("email", email)]).await;
        server.behave(&json!({ "refuse": 550 })).await;
        ask("eve@example.org").await;
        mail.finish().await;
        server.behave(&json!({ "refuse": 451 })).await;
        ask(EMAIL).await;
        server.refused(2).await;
        server.behave(&json!({ "refuse": 0 })).await;
        assert_eq!(server.mail(0).await.to, [EMAIL]);
        mail.finish().await;
        assert_eq!(server.count(), 1, "who was refused for good gets nothing");
    });
}

#[test]
fn parlour_stops_when_what_waits_was_tried_once_more() {
    run(async {
        let mut server = MailServer::start().await;
        server.behave(&json!({ "refuse": 451 })).await;
        let app = App::with(|parts| server.used_by(parts)).await;
        app.account(EMAIL, "Ada").await;
        app.browser().form(FORGOTTEN, &[("email", EMAIL)]).await;
        server.refused(1).await;
        app.state.shutdown.cancel();
        app.state.mail.clone().unwrap().finish().await;
        server.refused(2).await;
        assert_eq!(server.count(), 0);
    });
}

#[test]
fn when_too_many_mails_wait_whoever_asks_is_told_so() {
    run(async {
        let server = MailServer::start().await;
        let app = App::with(|parts| server.used_by(parts)).await;
        app.account(EMAIL, "Ada").await;
        let (mail, gate) = (app.state.mail.clone().unwrap(), CancellationToken::new());
        let wait = || {
            let gate = gate.clone();
            async move {
                gate.cancelled().await;
                Ok(None)
            }
        };
        assert_eq!((0..2_000).take_while(|_| mail.write(wait()).is_ok()).count(), 1_000);
        for email in [EMAIL, "eve@example.org"] {
            let answer = app.browser().form(FORGOTTEN, &[("email", email)]).await;
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{email}");
            assert!(answer.text().contains("No mail can be sent at the moment."));
        }
        gate.cancel();
        mail.finish().await;
        assert_eq!(app.browser().form(FORGOTTEN, &[("email", EMAIL)]).await.status, StatusCode::OK);
        assert_eq!(server.mail(0).await.to, [EMAIL]);
    });
}

#[test]
fn a_certificate_that_is_not_trusted_is_refused() {
    run(async {
        let (cert, key) = certificate();
        for (tls, encryption) in
            [("starttls", Encryption::StartTls), ("starttls", Encryption::IfOffered), ("implicit", Encryption::Tls)]
        {
            let server = MailServer::with(&json!({ "tls": tls, "cert": cert, "key": key })).await;
            let failed = server.smtp(encryption, None).ping().await.unwrap_err();
            assert!(matches!(failed, Failed::Certificate(_)), "{tls}: {failed}");
        }
        // Without STARTTLS nothing is sent where it must be.
        let server = MailServer::start().await;
        let failed = server.smtp(Encryption::StartTls, Some(("me", "hunter2"))).ping().await.unwrap_err();
        assert!(failed.to_string().contains("STARTTLS is not supported"), "{failed}");
        assert!(server.smtp(Encryption::IfOffered, None).ping().await.is_ok());
    });
}

/// What `parlour check-config` says about mail, and its exit code.
async fn check(url: &str, trusted: Option<&str>) -> (i32, String) {
    let (folder, media) = (tempfile::tempdir().unwrap(), media_ports());
    let mut command = command();
    if let Some(trusted) = trusted {
        let file = folder.path().join("trusted.pem");
        std::fs::write(&file, trusted).unwrap();
        command.env("SSL_CERT_FILE", file);
    }
    let output = command
        .env("PARLOUR_DATA_DIR", folder.path().join("data"))
        .env("PARLOUR_ADDR", "127.0.0.1:0")
        .env("PARLOUR_PUBLIC_URL", "http://127.0.0.1:3000")
        .env("PARLOUR_MEDIA_UDP_PORT", media.udp_port.to_string())
        .env("PARLOUR_MEDIA_TCP_PORT", media.tcp_port.to_string())
        .env("PARLOUR_SMTP_FROM", "parlour@example.org")
        .env("PARLOUR_SMTP_URL", url)
        .env("PARLOUR_REGISTRATION", "open")
        .stdout(std::process::Stdio::piped())
        .arg("check-config")
        .output()
        .await
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let about = said.lines().find(|line| line.contains("PARLOUR_SMTP_URL")).unwrap_or_else(|| panic!("{said}"));
    (output.status.code().unwrap(), about.to_owned())
}

#[test]
fn check_config_signs_in_and_says_what_is_wrong() {
    run(async {
        let (cert, key) = certificate();
        let options =
            |tls: &str| json!({ "tls": tls, "cert": cert, "key": key, "user": "me@a.example", "password": "hunter:2" });
        let starttls = MailServer::with(&options("starttls")).await;
        let implicit = MailServer::with(&options("implicit")).await;
        let (port, plain) = (implicit.port, MailServer::start().await);
        let login = "me%40a.example:hunter%3A2";
        let trusted = Some(cert.as_str());
        for (url, trusted, code, says) in [
            (format!("smtp://{login}@127.0.0.1:{}", starttls.port), trusted, 0, "answers, and takes user and password"),
            (format!("smtps://{login}@localhost:{port}"), trusted, 0, "answers, and takes user and password"),
            (format!("smtp://127.0.0.1:{}?tls=none", plain.port), None, 0, "answers"),
            (format!("smtps://{login}@127.0.0.1:{port}"), None, 2, "certificate is not trusted"),
            (format!("smtps://{login}x@127.0.0.1:{port}"), trusted, 2, "does not take user and password (code 535)"),
            (format!("smtp://{login}@127.0.0.1:{}", plain.port), None, 2, "STARTTLS"),
            ("smtps://127.0.0.1:9".to_owned(), None, 2, "onnection refused"),
        ] {
            let (found, said) = check(&url, trusted).await;
            assert!(said.contains(says) && !said.contains("hunter") && !said.contains("me@"), "{url}: {said}");
            assert_eq!(found, code, "{url}: {said}");
            assert!(said.starts_with(if code == 0 { "ok " } else { "mistake " }), "{said}");
        }
    });
}

#[test]
fn what_belongs_to_mail_is_asked_for_together() {
    run(async {
        let said = async |variables: &[(&str, &str)]| {
            let folder = tempfile::tempdir().unwrap();
            let mut command = command();
            command.env("PARLOUR_DATA_DIR", folder.path()).envs(variables.iter().copied()).arg("check-config");
            let output = command.stdout(std::process::Stdio::piped()).output().await.unwrap();
            assert_eq!(output.status.code(), Some(2));
            String::from_utf8(output.stdout).unwrap()
        };
        let url = ("PARLOUR_SMTP_URL", "smtps://me:hunter2@mail.example");
        let alone = said(&[url]).await;
        for variable in ["PARLOUR_PUBLIC_URL", "PARLOUR_SMTP_FROM"] {
            let line = format!("mistake  {variable} must be set beside PARLOUR_SMTP_URL");
            assert!(alone.contains(&line) && !alone.contains("hunter2"), "{line}: {alone}");
        }
        assert!(said(&[("PARLOUR_SMTP_FROM", "a@b.example")]).await.contains("PARLOUR_SMTP_URL is not"));
        let open = said(&[("PARLOUR_REGISTRATION", "@school.example")]).await;
        assert!(open.contains("mistake  PARLOUR_REGISTRATION needs mail"), "{open}");
    });
}
