//! Logs tell what happened, and nothing that opens a door or was said behind one.

use std::net::TcpListener;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use server::accounts::Change;
use server::email::Email;
use sqlx::any::install_default_drivers;
use sqlx::{AnyConnection, Connection as _};

use super::support::{
    AtProvider, EMAIL, MailServer, PASSWORD, Parlour, SECRET, TestProvider, certificate, connect, exchange, link_in,
    run, shared, shown, until,
};

const SAID: &str = "a-thing-said-in-confidence";

#[test]
fn a_locked_database_is_said_to_the_operator_and_to_whoever_asked() {
    run(async {
        let parlour = Parlour::start_on_a_file().await;
        let file = parlour.data.path().join("parlour.db");
        install_default_drivers();
        let mut other = AnyConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
        sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut other).await.unwrap();
        let (status, _, answer) = exchange(parlour.host(), "POST /api/rooms/create", &[], "").await;
        assert_eq!((status, answer.contains("store_unavailable")), (503, true), "{answer}");
        parlour.logs("the database cannot be used now: nothing is stored until it can").await;
        sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
        assert_eq!(exchange(parlour.host(), "POST /api/rooms/create", &[], "").await.0, 201);
    });
}

#[test]
fn no_token_no_cookie_no_secret_and_no_word_of_a_chat_is_logged() {
    run(async {
        let parlour = Parlour::start_with(|command| {
            command.env("PARLOUR_LOG", "trace");
        })
        .await;
        let host = parlour.host();
        let (status, head, made) = exchange(host, "POST /api/rooms/create", &[], "").await;
        assert_eq!(status, 201);
        let cookie =
            head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap().split(';').next().unwrap();
        let made: Value = serde_json::from_str(&made).unwrap();
        let room = made["roomName"].as_str().unwrap();
        let json = [("cookie", cookie), ("content-type", "application/json")];
        let details = format!("GET /api/connection-details?roomName={room}&participantName=Ada");
        let (_, _, joined) = exchange(host, &details, &[("cookie", cookie)], "").await;
        let joined: Value = serde_json::from_str(&joined).unwrap();
        let token = joined["participantToken"].as_str().unwrap();
        let _inside = connect(host.parse().unwrap(), token).await.unwrap();
        let message = json!({ "room": room, "id": "message-0001", "text": SAID }).to_string();
        let (status, _, _) = exchange(host, "POST /api/fn/send_message", &json, &message).await;
        assert_eq!(status, 200);

        // Failures are where secrets slip out.
        let bad = json!({ "room": room, "id": "message-0001", "text": [SAID] }).to_string();
        let (status, _, _) = exchange(host, "POST /api/fn/send_message", &json, &bad).await;
        assert_eq!(status, 400);
        let long = json!({ "room": room, "id": SAID, "text": SAID.repeat(400) }).to_string();
        assert_eq!(exchange(host, "POST /api/fn/send_message", &json, &long).await.0, 400);
        let wrong = format!("{token}x");
        assert_eq!(exchange(host, &format!("GET /rtc/validate?access_token={wrong}"), &[], "").await.0, 401);
        assert!(connect(host.parse().unwrap(), &wrong).await.is_err());
        assert_eq!(exchange(host, "POST /webhooks/livekit", &[("authorization", &wrong)], SAID).await.0, 401);
        the_end(&parlour).await;

        let keys = std::fs::read_to_string(parlour.data.path().join("livekit-keys.json")).unwrap();
        let keys: Value = serde_json::from_str(&keys).unwrap();
        let session = cookie.split_once('=').unwrap().1;
        let claims = token.split('.').nth(1).unwrap();
        nothing_of(
            &parlour,
            &[
                ("the session", session),
                ("the token's claims", claims),
                ("the token's signature", token.rsplit('.').next().unwrap()),
                ("the API secret", keys["secret"].as_str().unwrap()),
                ("what was said", SAID),
                ("the meeting's code", room),
            ],
        );
    });
}

/// The last thing that is asked is the last that is logged.
async fn the_end(parlour: &Parlour) {
    assert_eq!(exchange(parlour.host(), "GET /api/the-end", &[], "").await.0, 404);
    until("the last request is logged", async || {
        let ended = |line: &String| line.contains("answered") && line.contains("404");
        parlour.log().iter().any(ended).then_some(())
    })
    .await;
}

fn nothing_of(parlour: &Parlour, secrets: &[(&str, &str)]) {
    let log = parlour.log();
    assert!(log.len() > 20, "there is something to look at");
    for (what, secret) in secrets {
        assert!(secret.len() > 7, "{what} is one");
        let found: Vec<&String> = log.iter().filter(|line| line.contains(secret)).collect();
        assert!(found.is_empty(), "{what} is logged: {found:#?}");
    }
}

const DOOR_PASSWORD: &str = "seven-quiet-lighthouses";
const WRONG: &str = "seven-loud-lighthouses";
const LABEL: &str = "Grace-who-is-invited";
const BANNED: &str = "Mallory-who-is-banned";
const EDITED: &str = "what-was-meant-in-confidence";
const FILE: &str = "diagnosis-of-a-friend.txt";
const LIVEKIT_SECRET: &str = "a-secret-of-another-livekit-of-forty-letters";

#[test]
fn nothing_that_hosts_and_administrators_set_is_logged() {
    run(async {
        let parlour = Parlour::start_on_a_file_with(|command| {
            command.env("PARLOUR_LOG", "trace");
        })
        .await;
        let accounts = parlour.accounts().await;
        let (account, token) = parlour.signed_in(&accounts).await;
        let email = Email::parse("eve@example.org").unwrap();
        let (other, _) = accounts.make(email, account.name.clone()).await.unwrap().unwrap();
        accounts.change(&other, &account.id, Change::MakeAdministrator).await.unwrap();
        let cookie = format!("parlour_account={token}");
        let ask = async |request: &str, kind: &str, body: &str| {
            exchange(parlour.host(), request, &[("cookie", &cookie), ("content-type", kind)], body).await
        };
        let json = async |request: &str, body: Value| {
            let (status, _, answer) = ask(request, "application/json", &body.to_string()).await;
            assert!((200..300).contains(&status), "{request}: {answer}");
            serde_json::from_str::<Value>(&answer).unwrap_or_default()
        };
        let form = "application/x-www-form-urlencoded";

        let room = json("POST /api/rooms/create", json!({})).await["roomName"].as_str().unwrap().to_owned();
        json("POST /api/connection-details", json!({ "roomName": room, "participantName": "Ada" })).await;
        let (status, ..) =
            ask(&format!("POST /{room}/settings/password"), form, &format!("password={DOOR_PASSWORD}")).await;
        assert_eq!(status, 303);
        let patch = format!("PATCH /api/rooms/{room}");
        let told = json(&patch, json!({ "password": DOOR_PASSWORD })).await;
        assert!(told["hasPassword"] == true && !told.to_string().contains(DOOR_PASSWORD), "{told}");
        for (wrong, refused) in
            [(json!({ "password": [DOOR_PASSWORD] }), 400), (json!({ "password": "a-a-a-a-a-a" }), 400)]
        {
            let (status, _, said) = ask(&patch, "application/json", &wrong.to_string()).await;
            assert!(status == refused && !said.contains(DOOR_PASSWORD), "{said}");
        }
        let invited = json(&format!("POST /api/rooms/{room}/invitations"), json!({ "label": LABEL })).await;
        let invitation = invited["link"].as_str().unwrap().split("#i=").nth(1).unwrap();
        let host_link = json("POST /api/fn/make_host_link", json!({ "room": room })).await;
        let host_secret = host_link.as_str().unwrap().split("#host=").nth(1).unwrap();

        // Somebody comes with a wrong password, then with the right one and an invitation, and is kept out.
        let knock = async |keys: Value| {
            let mut body = json!({ "roomName": room, "participantName": BANNED });
            body.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
            let kind = [("content-type", "application/json")];
            exchange(parlour.host(), "POST /api/connection-details", &kind, &body.to_string()).await
        };
        assert_eq!(knock(json!({ "password": WRONG })).await.0, 403);
        assert_eq!(knock(json!({ "password": DOOR_PASSWORD })).await.0, 200);
        assert_eq!(knock(json!({ "invitation": [invitation] })).await.0, 400);
        let (status, _, details) = knock(json!({ "invitation": invitation })).await;
        assert_eq!(status, 200, "{details}");
        let details: Value = serde_json::from_str(&details).unwrap();
        let theirs = details["participantToken"].as_str().unwrap();
        let _inside = connect(parlour.addr(), theirs).await.unwrap();
        let claims = URL_SAFE_NO_PAD.decode(theirs.split('.').nth(1).unwrap()).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        json(&format!("POST /api/rooms/{room}/moderation"), json!({ "ban": claims["sub"] })).await;

        let message = json!({ "room": room, "id": "message-0001", "text": SAID });
        json("POST /api/fn/send_message", message).await;
        json("POST /api/fn/change_chat", json!({ "room": room, "what": { "edit": [1, EDITED] } })).await;
        let (status, ..) = ask(
            "POST /api/fn/change_chat",
            "application/json",
            &json!({ "room": room, "what": { "edit": EDITED } }).to_string(),
        )
        .await;
        assert_eq!(status, 400);
        let upload = format!("POST /api/rooms/{room}/files?id=message-0002&name={FILE}");
        let (status, _, sent) = ask(&upload, "text/plain", "hello").await;
        assert_eq!(status, 200, "{sent}");
        assert_eq!(ask(&upload.replace("0002", "0003"), "text/plain", "").await.0, 400);

        let fields = "key_name=Timetable&days=30&rooms:read=on";
        let (status, _, page) = ask("POST /admin/keys", form, fields).await;
        assert_eq!(status, 200);
        let key = shown(&page, "api-key").split('<').next().unwrap().trim();
        for (key, status) in [(key.to_owned(), 200), (format!("{key}x"), 401)] {
            let bearer = format!("Bearer {key}");
            let headers = [("authorization", bearer.as_str())];
            assert_eq!(exchange(parlour.host(), "GET /api/rooms", &headers, "").await.0, status);
        }
        let url = shared().await.endpoint.borrow().url.replace("http://", "ws://");
        let config = json!({ "livekit_url": url, "livekit_api_key": "APIother", "livekit_api_secret": LIVEKIT_SECRET });
        for (config, refused) in [(config.clone(), 422), (json!([config]), 400)] {
            let (status, _, said) = ask("PUT /api/config", "application/json", &config.to_string()).await;
            assert_eq!(status, refused, "{said}");
        }
        the_end(&parlour).await;
        nothing_of(
            &parlour,
            &[
                ("the account's session", &token),
                ("the account's address", super::support::EMAIL),
                ("the meeting's password", DOOR_PASSWORD),
                ("a password that was tried", WRONG),
                ("the invitation", invitation),
                ("for whom it is", LABEL),
                ("the host link", host_secret),
                ("who was banned", BANNED),
                ("what was said", SAID),
                ("what was meant", EDITED),
                ("the file's name", FILE),
                ("the key", key.splitn(3, '_').nth(2).unwrap()),
                ("another LiveKit's secret", LIVEKIT_SECRET),
                ("the meeting's code", &room),
            ],
        );
    });
}

#[test]
fn nothing_of_a_sign_in_by_a_provider_is_logged() {
    run(async {
        let provider = TestProvider::sending_back_to("http://127.0.0.1:3000").await;
        let parlour = Parlour::start_with(|command| {
            command
                .env("PARLOUR_LOG", "trace")
                .env("PARLOUR_OIDC_ISSUER", &provider.issuer)
                .env("PARLOUR_OIDC_CLIENT_ID", "parlour")
                .env("PARLOUR_OIDC_CLIENT_SECRET", SECRET);
        })
        .await;
        provider.send_back_to(&parlour.url).await;
        provider.knows("ada", json!({ "name": "Ada", "email": "ada-in-confidence@example.org" })).await;
        let host = parlour.host();
        let header = |head: &str, name: &str| {
            head.lines().filter_map(|line| line.strip_prefix(name)).map(str::to_owned).collect::<Vec<_>>()
        };
        let (_, head, _) = exchange(host, "GET /signin/oidc", &[], "").await;
        let cookies = header(&head, "set-cookie: ");
        let attempt = cookies.iter().find(|cookie| cookie.starts_with("parlour_signing_in")).unwrap();
        let attempt = attempt.split(';').next().unwrap();
        let mut at_provider = AtProvider::new();
        let back = at_provider.go(&header(&head, "location: ")[0], "ada").await;
        let (status, head, _) = exchange(host, &format!("GET {back}"), &[("cookie", attempt)], "").await;
        assert_eq!(status, 303, "{head}");
        // Failures are where secrets slip out.
        let (status, _, _) = exchange(host, &format!("GET {back}"), &[("cookie", attempt)], "").await;
        assert_eq!(status, 502);
        assert_eq!(exchange(host, "GET /api/the-end", &[], "").await.0, 404);
        until("the last request is logged", async || {
            let ended = |line: &String| line.contains("answered") && line.contains("404");
            parlour.log().iter().any(ended).then_some(())
        })
        .await;
        let account = header(&head, "set-cookie: ");
        let account = account.iter().find_map(|cookie| cookie.strip_prefix("parlour_account=")).unwrap();
        let code = back.split("code=").nth(1).unwrap().split('&').next().unwrap();
        for (what, secret) in [
            ("the client's secret", SECRET),
            ("the attempt", attempt.split_once('=').unwrap().1.split('.').next().unwrap()),
            ("the code", code),
            ("the session", account.split(';').next().unwrap()),
            ("the address", "ada-in-confidence"),
            ("a token", "eyJ"),
        ] {
            let lines: Vec<String> = parlour.log().into_iter().filter(|line| line.contains(secret)).collect();
            assert!(lines.is_empty(), "{what}: {lines:?}");
        }
    });
}

#[test]
fn no_address_and_no_link_of_a_mail_is_logged() {
    run(async {
        let (cert, key) = certificate();
        let login = json!({ "tls": "starttls", "cert": cert, "key": key, "user": "postman", "password": "hunter2" });
        let mut server = MailServer::with(&login).await;
        let folder = tempfile::tempdir().unwrap();
        let trusted = folder.path().join("trusted.pem");
        std::fs::write(&trusted, &cert).unwrap();
        // Links in mails lead to an address that is known before.
        let addr = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let parlour = Parlour::start_with(|command| {
            command
                .env("PARLOUR_LOG", "trace")
                .env("PARLOUR_ADDR", addr.to_string())
                .env("PARLOUR_PUBLIC_URL", format!("http://{addr}"))
                .env("PARLOUR_SMTP_URL", format!("smtp://postman:hunter2@127.0.0.1:{}", server.port))
                .env("PARLOUR_SMTP_FROM", "parlour@mail.example")
                .env("PARLOUR_REGISTRATION", "open")
                .env("SSL_CERT_FILE", trusted);
        })
        .await;
        let form = async |path: &str, fields: &[(&str, &str)]| {
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            let kind = [("content-type", "application/x-www-form-urlencoded")];
            exchange(parlour.host(), &format!("POST {path}"), &kind, &body).await.0
        };
        let first = link_in(&std::fs::read_to_string(parlour.data.path().join("first-administrator.txt")).unwrap());
        let ada = [("link", first.as_str()), ("name", "Ada"), ("email", EMAIL), ("new_password", PASSWORD)];
        assert_eq!(form("/signin/first", &ada).await, 303);
        assert_eq!(form("/signin/forgotten", &[("email", EMAIL)]).await, 200);
        let mail = server.mail(0).await;
        assert_eq!((mail.secure, mail.user.as_deref()), (true, Some("postman")));
        let reset = link_in(&mail.text);
        assert_eq!(form("/signin/register", &[("email", "eve@example.org")]).await, 200);
        let registration = link_in(&server.mail(1).await.text);
        assert_eq!(form("/signin/link", &[("link", &registration)]).await, 200);
        parlour.logs("a mail was sent").await;
        // What it answers repeats whom it refuses.
        server.behave(&json!({ "refuse": 550 })).await;
        assert_eq!(form("/signin/forgotten", &[("email", EMAIL)]).await, 200);
        parlour.logs("a mail is given up").await;
        server.behave(&json!({ "refuse": 451 })).await;
        assert_eq!(form("/signin/register", &[("email", "ben@example.org")]).await, 200);
        parlour.logs("a mail was not sent yet").await;
        let login = STANDARD.encode("\0postman\0hunter2");
        let log = parlour.log();
        for secret in
            [EMAIL, "example.org", "eve@", "ben@", &first, &reset, &registration, "#link", PASSWORD, "hunter2", &login]
        {
            let found: Vec<&String> = log.iter().filter(|line| line.contains(secret)).collect();
            assert!(found.is_empty(), "{secret} is logged: {found:#?}");
        }
    });
}
