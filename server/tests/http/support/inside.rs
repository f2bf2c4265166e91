//! People who are in a meeting: admitted, with a connection to LiveKit.

use std::net::SocketAddr;

use livekit_protocol::{ParticipantInfo, signal_response};
use serde_json::json;

use super::{Browser, Socket, connect, hear, shared};

/// Somebody inside, with their connection to LiveKit.
pub(crate) struct Inside {
    pub(crate) browser: Browser,
    pub(crate) identity: String,
    pub(crate) socket: Socket,
}

impl Inside {
    pub(crate) async fn new(mut browser: Browser, addr: SocketAddr, room: &str, name: &str) -> Self {
        let joined = browser.call("join_room", &json!({ "room": room, "name": name })).await.json();
        let joined = &joined["admitted"];
        let mut socket = connect(addr, joined["details"]["participantToken"].as_str().unwrap()).await.unwrap();
        hear(&mut socket, |said| matches!(said, signal_response::Message::Join(_)).then_some(())).await;
        Self { browser, identity: joined["identity"].as_str().unwrap().to_owned(), socket }
    }

    /// As LiveKit has them.
    pub(crate) async fn info(&self, room: &str) -> ParticipantInfo {
        shared().await.rooms().get_participant(room, &self.identity).await.unwrap()
    }
}
