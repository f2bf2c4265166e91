//! Who is kept out, and the chat as a whole, by REST: the same as on the pages, and written down as there.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::chat_changes::say;
use super::door_settings::{refused, welcome};
use super::support::{App, Browser, run};

impl Browser {
    /// Asks for something that has no answer but that it is done.
    async fn done_by_rest(&mut self, method: Method, path: &str, body: &Value) {
        let answer = self.json(method, path, body).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{path}: {answer:?}");
    }
}

#[test]
fn people_and_networks_are_kept_out_and_let_in_again() {
    run(async {
        let app = App::new().await;
        let (mut host, mut eve) = (app.browser(), app.browser());
        let room = host.new_meeting().await;
        host.join(&room, "Hedy").await;
        let identity = eve.ask(&room, "Eve").await["admitted"]["identity"].as_str().unwrap().to_owned();
        let path = |rest: &str| format!("/api/rooms/{room}{rest}");
        let (ban, networks) = (path(&format!("/bans/{identity}")), path("/banned-networks"));
        let not_yet = host.post(&networks, &json!({ "identity": identity, "days": 7 })).await;
        assert_eq!(not_yet.code(), "not_in_meeting", "she is not kept out");

        for _ in 0..2 {
            host.done_by_rest(Method::PUT, &ban, &Value::Null).await;
        }
        assert_eq!(eve.knock(&room, json!({})).await, refused(403, "banned"));
        assert_eq!(app.browser().knock(&room, json!({})).await, welcome(), "others from there may come");
        for days in [json!(0), json!(31), json!("7")] {
            let answer = host.post(&networks, &json!({ "identity": identity, "days": days })).await;
            assert_eq!(
                (answer.status, &answer.json()["errors"][0]["pointer"]),
                (StatusCode::BAD_REQUEST, &json!("/days"))
            );
        }
        host.done_by_rest(Method::POST, &networks, &json!({ "identity": identity, "days": 7 })).await;
        assert_eq!(app.browser().knock(&room, json!({})).await, refused(403, "banned"), "nobody from there");
        let told = host.get(&path("/bans")).await.json();
        let (person, network) = (&told["people"][0], &told["networks"][0]);
        assert_eq!(
            (&person["identity"], &person["name"], &person["networkKnown"]),
            (&json!(identity), &json!("Eve"), &json!(true))
        );
        assert_eq!((&network["network"], &network["name"]), (&json!("127.0.0.0/24"), &json!("Eve")));
        assert!(network["endsAtMs"].as_u64().unwrap() > person["sinceMs"].as_u64().unwrap(), "{told}");

        let nonsense = host.json(Method::DELETE, &path("/banned-networks/nowhere"), &Value::Null).await;
        assert_eq!(nonsense.code(), "bad_request");
        for _ in 0..2 {
            host.done_by_rest(Method::DELETE, &path("/banned-networks/127.0.0.0%2F24"), &Value::Null).await;
            host.done_by_rest(Method::DELETE, &ban, &Value::Null).await;
        }
        assert_eq!(host.get(&path("/bans")).await.json(), json!({ "people": [], "networks": [] }));
        assert_eq!(eve.knock(&room, json!({})).await, welcome());
        let audit = host.get(&path("/audit")).await.json();
        let actions: Vec<_> = audit.as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["unban", "unban_network", "ban_network", "ban"], "each was done once: {actions:?}");
    });
}

#[test]
fn a_chat_is_deleted_with_everything_in_it() {
    run(async {
        let app = App::new().await;
        let mut host = app.browser();
        let room = host.new_meeting().await;
        host.join(&room, "Hedy").await;
        let place = say(&mut host, &room, "message-1", "hello").await;
        let pin = json!({ "room": room, "what": { "mark": [place, "pinned"] } });
        assert_eq!(host.call("change_chat", &pin).await.status, StatusCode::OK);
        let path = format!("/api/rooms/{room}/messages");
        for _ in 0..2 {
            host.done_by_rest(Method::DELETE, &path, &Value::Null).await;
        }
        let read = host.call("messages_after", &json!({ "room": room, "seq": 0 })).await.json();
        assert_eq!(read["messages"], json!([]));
        assert_eq!(host.get(&format!("/api/rooms/{room}/audit")).await.json()[0]["action"], "clear_chat");
    });
}
