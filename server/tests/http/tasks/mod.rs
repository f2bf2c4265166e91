//! The commands besides serving, each with its tests, and what they are tried on.

mod backup;
mod check_config;
mod restore;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tokio::process::Command;

use super::support::{Parlour, command, exchange};

/// What a command says: its exit code, and its output with its errors.
async fn outcome(command: &mut Command, arguments: &[&str]) -> (i32, String) {
    let output = command.args(arguments).output().await.unwrap();
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
    (output.status.code().unwrap(), said)
}

/// A command for a data folder.
async fn on(data: &Path, arguments: &[&str]) -> (i32, String) {
    outcome(command().env("PARLOUR_DATA_DIR", data), arguments).await
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// What a Parlour has of a meeting with one message.
pub(super) struct Meeting {
    pub(super) room: String,
    pub(super) cookie: String,
}

async fn post(parlour: &Parlour, cookie: &str, path: &str, body: &Value) -> (String, Value) {
    let headers = [("content-type", "application/json"), ("cookie", cookie)];
    let (status, head, answer) = exchange(parlour.host(), &format!("POST {path}"), &headers, &body.to_string()).await;
    assert!((200..300).contains(&status), "{path}: {answer}");
    (head, serde_json::from_str(&answer).unwrap())
}

async fn say(parlour: &Parlour, meeting: &Meeting, id: &str) {
    let message = json!({ "room": meeting.room, "id": id, "text": "kept" });
    post(parlour, &meeting.cookie, "/api/fn/send_message", &message).await;
}

pub(super) async fn messages(parlour: &Parlour, meeting: &Meeting) -> usize {
    let after = json!({ "room": meeting.room, "seq": 0 });
    let (_, messages) = post(parlour, &meeting.cookie, "/api/fn/messages_after", &after).await;
    messages["messages"].as_array().unwrap().len()
}

pub(super) async fn meet(parlour: &Parlour) -> Meeting {
    let (head, room) = post(parlour, "", "/api/rooms/create", &json!({})).await;
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let meeting = Meeting { room: room["roomName"].as_str().unwrap().to_owned(), cookie };
    post(parlour, &meeting.cookie, "/api/fn/join_room", &json!({ "room": meeting.room, "name": "Ada" })).await;
    say(parlour, &meeting, "message-0001").await;
    meeting
}
