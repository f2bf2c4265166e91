//! Somebody who was let into one meeting, with all that they have from there, in another that they were not let into.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use leptos::server_fn::axum::server_fn_paths;
use livekit_api::access_token::{AccessToken, VideoGrants};
use livekit_protocol::signal_response;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Error;

use super::permissions::{Row, Scene, Who, all_is_refused, deeds, looks};
use super::support::{Answer, App, Browser, Events, Socket, connect, hear, run, shared};

/// Their own meeting, their token of it, and their connection to LiveKit.
struct Home {
    room: String,
    token: String,
    _inside: Socket,
}

/// Lets whoever tries into a meeting of their own, as its host, or into somebody else's.
async fn at_home(scene: &mut Scene, as_host: bool) -> Home {
    let room = if as_host { scene.actor.new_meeting().await } else { scene.app.browser().new_meeting().await };
    let token = scene.actor.join(&room, "Eve").await["participantToken"].as_str().unwrap().to_owned();
    let mut socket = connect(scene.addr, &token).await.unwrap();
    hear(&mut socket, |said| matches!(said, signal_response::Message::Join(_)).then_some(())).await;
    Home { room, token, _inside: socket }
}

#[test]
fn rights_in_one_room_are_none_in_another() {
    run(async {
        for as_host in [false, true] {
            let mut scene = Scene::new(Who::Stranger, &["locked"]).await;
            let _home = at_home(&mut scene, as_host).await;
            let mut rows: Vec<Row> = looks(&scene);
            rows.extend(deeds(&scene));
            rows.retain(|(_, may, _)| !may.contains(&Who::Stranger));
            all_is_refused(&mut scene, "somebody from another meeting", &rows).await;
        }
    });
}

/// Operations that tell everybody something who has the code of a meeting: nothing of it says who is inside.
const TOLD: [&str; 2] = ["GET /api/rooms/{room}", "POST /api/rooms/create"];
/// Operations that are about no meeting, or about the caller's own.
const ELSEWHERE: [&str; 2] = ["GET /api/rooms", "POST /api/client-errors"];

/// Every operation that the interface describes.
pub(super) async fn operations(app: &App) -> Vec<(Method, String)> {
    let document = app.browser().get("/api/openapi.json").await.json();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
        let there = methods.into_iter().filter(|method| item.get(method.as_str().to_lowercase()).is_some());
        found.extend(there.map(|method| (method, path.clone())));
    }
    assert!(found.len() > 20, "{found:?}");
    found
}

/// An operation, about the scene's meeting. What it is asked would be done if it were allowed.
fn request(at: &Scene, method: &Method, template: &str) -> Request<Body> {
    let [invitation, _] = &at.invitations;
    let about = [("{room}", &*at.room), ("{invitation}", invitation), ("{file}", &at.file)];
    let about = about.into_iter().chain([("{identity}", &*at.people["zoe"]), ("{network}", "127.0.0.0%2F24")]);
    let path = about.fold(template.to_owned(), |path, (name, value)| path.replace(name, value));
    assert!(!path.contains('{'), "nobody has said here what stands in {template}");
    let query = match template {
        "/api/connection-details" => format!("?roomName={}&participantName=Eve", at.room),
        "/api/events" => format!("?room={}", at.room),
        "/api/rooms/{room}/files" => "?id=file-of-eve&name=notes.txt".to_owned(),
        _ => String::new(),
    };
    let body = match (method.as_str(), template) {
        ("POST", "/api/rooms/create") => json!({ "roomName": at.room }),
        ("POST", "/api/connection-details") => json!({ "roomName": at.room, "participantName": "Eve" }),
        ("PATCH", "/api/rooms/{room}") => json!({ "title": "Eve's", "capacity": 1, "rules": { "locked": false } }),
        ("POST", "/api/rooms/{room}/moderation") => json!({ "rule": ["locked", false] }),
        ("POST", "/api/rooms/{room}/messages") => json!({ "id": "message-of-eve", "text": "hello" }),
        ("POST", "/api/rooms/{room}/invitations") => json!({ "label": "Eve" }),
        ("POST", "/api/rooms/{room}/banned-networks") => json!({ "identity": at.people["zoe"], "days": 7 }),
        ("POST", "/api/rooms/{room}/quality") => json!({ "sentKbps": 1, "receivedKbps": 1, "reconnects": 0 }),
        _ => json!({}),
    };
    let request = Browser::request(method.clone(), &format!("{path}{query}"));
    request.header(header::CONTENT_TYPE, "application/json").body(body.to_string().into()).unwrap()
}

/// Nobody inside is named.
fn names_nobody(at: &Scene, answer: &Answer) {
    let text = answer.text();
    for secret in ["Ada", "Bob"].into_iter().chain(at.people.values().map(String::as_str)) {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[test]
fn no_operation_that_is_described_does_anything_in_another_room() {
    run(async {
        let mut scene = Scene::new(Who::Stranger, &["locked"]).await;
        let home = at_home(&mut scene, false).await;
        let before = scene.everything().await;
        for (method, template) in operations(&scene.app).await {
            let what = format!("{method} {template}");
            // Not even with the token in the place of a key.
            let mut request_with_token = request(&scene, &method, &template);
            let bearer = format!("Bearer {}", home.token).parse().unwrap();
            request_with_token.headers_mut().insert(header::AUTHORIZATION, bearer);
            let answer = scene.actor.send(request_with_token).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNAUTHORIZED, "invalid_key"), "{what}");
            // It would go on for ever.
            if what == "GET /api/events" {
                let path = format!("/api/events?room={}", scene.room);
                let told = Events::open(&scene.app, &scene.actor, &path).await.door(|news| Some(news.clone())).await;
                assert_eq!(told, "decided", "there is nothing to tell");
                continue;
            }
            let request = request(&scene, &method, &template);
            let answer = scene.actor.send(request).await;
            if TOLD.contains(&what.as_str()) {
                assert_eq!(answer.status, StatusCode::OK, "{what}: {answer:?}");
                names_nobody(&scene, &answer);
            } else if ELSEWHERE.contains(&what.as_str()) {
                assert!(!answer.text().contains(&scene.room), "{what}: {answer:?}");
            } else {
                assert!(matches!(answer.status.as_u16(), 401 | 403), "{what}: {answer:?}");
            }
            assert_eq!(scene.everything().await, before, "{what}");
        }
    });
}

/// What a server function is asked; nothing where it is about no meeting.
fn arguments(at: &Scene, function: &str) -> Vec<Value> {
    let room = &at.room;
    let bob = &at.people["bob"];
    match function {
        "create_room" => Vec::new(),
        "room_status" | "stop_waiting" | "make_host_link" => vec![json!({ "room": room })],
        "join_room" | "set_name" => vec![json!({ "room": room, "name": "Eve" })],
        "messages_after" => vec![json!({ "room": room, "seq": 0 })],
        "send_message" => vec![json!({ "room": room, "id": "message-of-eve", "text": "hello" })],
        "set_hand" => vec![json!({ "room": room, "raised": true })],
        "leave_note" => vec![json!({ "room": room, "note": "hello" })],
        "become_host" => vec![json!({ "room": room, "secret": "mine" })],
        "change_chat" => {
            [json!({ "edit": [at.bobs, "x"] }), json!({ "delete": at.bobs }), json!({ "mark": [at.bobs, "pinned"] })]
                .map(|what| json!({ "room": room, "what": what }))
                .to_vec()
        }
        "moderate" => [json!({ "remove": bob }), json!({ "rule": ["locked", false] }), json!("muteAll"), json!("end")]
            .map(|what| json!({ "room": room, "what": what }))
            .to_vec(),
        unknown => panic!("nobody has said here what {unknown} is asked"),
    }
}

#[test]
fn no_server_function_does_anything_in_another_room() {
    run(async {
        let mut scene = Scene::new(Who::Stranger, &["locked"]).await;
        let _home = at_home(&mut scene, false).await;
        let before = scene.everything().await;
        let functions: Vec<&str> = server_fn_paths().filter_map(|(path, _)| path.strip_prefix("/api/fn/")).collect();
        assert!(functions.len() > 10, "{functions:?}");
        for function in functions {
            for asked in arguments(&scene, function) {
                let answer = scene.actor.call(function, &asked).await;
                match function {
                    "room_status" => names_nobody(&scene, &answer),
                    "join_room" => assert_eq!(answer.json()["refused"]["code"], "locked"),
                    // Whoever does not wait has stopped.
                    "stop_waiting" => assert_eq!(answer.status, StatusCode::OK),
                    _ => assert_eq!(answer.status, StatusCode::FORBIDDEN, "{function} {asked}: {answer:?}"),
                }
                assert_eq!(scene.everything().await, before, "{function} {asked}");
            }
        }
    });
}

/// The token with another meeting in it: as it was signed, and as one that asks for no signature.
fn forged(token: &str, room: &str) -> [String; 2] {
    let [head, payload, signature]: [&str; 3] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let mut claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    claims["video"]["room"] = json!(room);
    let payload = URL_SAFE_NO_PAD.encode(claims.to_string());
    let unsigned = URL_SAFE_NO_PAD.encode(json!({ "alg": "none", "typ": "JWT" }).to_string());
    [format!("{head}.{payload}.{signature}"), format!("{unsigned}.{payload}.")]
}

#[test]
fn a_token_for_one_room_opens_no_other() {
    run(async {
        let mut scene = Scene::new(Who::Stranger, &["locked"]).await;
        let home = at_home(&mut scene, false).await;
        let before = scene.everything().await;
        // What stands beside the token counts for nothing.
        for beside in [format!("&room={}", scene.room), format!("&room={}&roomName={}", scene.room, scene.room)] {
            let mut socket = connect(scene.addr, &format!("{}{beside}", home.token)).await.unwrap();
            let joined = hear(&mut socket, |said| match said {
                signal_response::Message::Join(join) => join.room,
                _ => None,
            });
            assert_eq!(joined.await.name, home.room);
        }
        let grants = VideoGrants { room_join: true, room: scene.room.clone(), ..VideoGrants::default() };
        let made_up = AccessToken::with_api_key(&shared().await.keys.key, "a-secret-of-her-own-0123456789abcdef")
            .with_identity("eve")
            .with_grants(grants)
            .to_jwt()
            .unwrap();
        let [changed, unsigned] = forged(&home.token, &scene.room);
        for token in [changed, unsigned, made_up] {
            match connect(scene.addr, &token).await {
                Err(Error::Http(response)) => assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{token}"),
                other => panic!("{token}: {other:?}"),
            }
            let answer = scene.actor.get(&format!("/rtc/validate?access_token={token}")).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{token}");
        }
        assert_eq!(scene.everything().await, before);
    });
}
