//! A meeting with everything in it about which something can be done, and somebody who tries.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::chat_changes::say;
use crate::files::send;
use crate::support::{App, Browser, Inside, PASSWORD, Socket, listen};

/// Who tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Made the meeting, and has an account.
    Maker,
    /// Was made a host.
    Host,
    /// Was made a co-host.
    CoHost,
    /// Has an account, and no other role.
    Participant,
    /// Has neither.
    Guest,
    /// Was made one who listens and writes.
    Student,
    /// Was made one who only listens.
    Viewer,
    /// Has the link, and was not let in.
    Stranger,
}

impl Who {
    pub(crate) const ALL: [Self; 8] = [
        Self::Maker,
        Self::Host,
        Self::CoHost,
        Self::Participant,
        Self::Guest,
        Self::Student,
        Self::Viewer,
        Self::Stranger,
    ];

    /// The role that whoever made the meeting gives them.
    fn given(self) -> Option<&'static str> {
        match self {
            Self::Host => Some("host"),
            Self::CoHost => Some("co_host"),
            Self::Student => Some("student"),
            Self::Viewer => Some("viewer"),
            Self::Maker | Self::Participant | Self::Guest | Self::Stranger => None,
        }
    }
}

/// The meeting. Ada has made it, and Bob is inside, a guest with a raised hand who has written something and sent a file.
pub(crate) struct Scene {
    pub(crate) app: App,
    pub(crate) addr: SocketAddr,
    pub(crate) room: String,
    /// Whoever tries.
    pub(crate) actor: Browser,
    /// Who they are inside.
    pub(crate) identity: Option<String>,
    /// Identities of the others, by name.
    pub(crate) people: BTreeMap<&'static str, String>,
    /// Place of a message of theirs; of Bob's, where they have none.
    pub(crate) own: u64,
    /// Place of a message of Bob's.
    pub(crate) bobs: u64,
    /// Bob's file.
    pub(crate) file: String,
    /// Two invitations.
    pub(crate) invitations: [String; 2],
    /// Whoever has one is inside.
    _inside: Vec<Socket>,
}

impl Scene {
    /// Sets it, with rules that are on beside asking.
    pub(crate) async fn new(who: Who, rules: &[&str]) -> Self {
        let app = App::new().await;
        let addr = listen(&app).await;
        let mut maker = app.ada().await;
        let room = maker.new_meeting().await;
        let newcomer = newcomer(&app, who).await;
        let mut maker = Inside::new(maker, addr, &room, "Ada").await;
        let mut bob = Inside::new(app.browser(), addr, &room, "Bob").await;
        let bobs = say(&mut bob.browser, &room, "message-of-bob", "hello").await;
        let sent = send(&mut bob.browser, &room, "file-of-bob", "notes.txt", b"notes").await.json();
        let hand = bob.browser.call("set_hand", &json!({ "room": room, "raised": true })).await;
        assert_eq!(hand.status, StatusCode::OK, "{hand:?}");
        let mut people = BTreeMap::from([("bob", bob.identity.clone())]);
        let mut actor = match who {
            Who::Maker | Who::Stranger => Err(newcomer),
            _ => Ok(Inside::new(newcomer, addr, &room, "Eve").await),
        };
        let (mut own, mut identity) = (bobs, None);
        let writer = match &mut actor {
            Ok(eve) => Some(eve),
            Err(_) => (who == Who::Maker).then_some(&mut maker),
        };
        if let Some(writer) = writer {
            own = say(&mut writer.browser, &room, "message-of-mine", "mine").await;
            identity = Some(writer.identity.clone());
        }
        if let (Some(identity), Some(role)) = (&identity, who.given()) {
            maker.moderate(&room, json!({ "assign": [identity, role] })).await;
        }
        members(&app, &mut maker, &room, &mut people).await;
        for rule in rules {
            maker.moderate(&room, json!({ "rule": [rule, true] })).await;
        }
        let invitations = [invitation(&mut maker.browser, &room).await, invitation(&mut maker.browser, &room).await];
        let (actor, inside) = match (who, actor) {
            (Who::Maker, _) => (maker.browser, vec![maker.socket, bob.socket]),
            (_, Ok(eve)) => (eve.browser, vec![maker.socket, bob.socket, eve.socket]),
            (_, Err(stranger)) => (stranger, vec![maker.socket, bob.socket]),
        };
        let file = sent["file"]["id"].as_str().unwrap().to_owned();
        Self { app, addr, room, actor, identity, people, own, bobs, file, invitations, _inside: inside }
    }

    /// Whoever tries has taken the meeting over.
    pub(crate) async fn take_over(&mut self) {
        let identity = self.identity.as_ref().unwrap();
        let meeting = "SELECT meeting FROM rooms WHERE rooms.name = admissions.room";
        self.app.sql(&format!("UPDATE admissions SET took_over_in = ({meeting}) WHERE identity = '{identity}'")).await;
        // What is remembered of somebody is forgotten when they change.
        let named = self.actor.call("set_name", &json!({ "room": self.room, "name": "Heir" })).await;
        assert_eq!(named.status, StatusCode::OK, "{named:?}");
    }

    /// All that must not change.
    pub(crate) async fn everything(&self) -> Vec<String> {
        self.app.everything(&self.room).await
    }
}

/// The browser of whoever will try.
async fn newcomer(app: &App, who: Who) -> Browser {
    let mut browser = app.browser();
    if who == Who::Participant {
        app.account("eve@example.org", "Eve").await;
        let answer = browser.sign_in("eve@example.org", PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{answer:?}");
    }
    browser
}

/// Brings those about whom hosts decide: guests, a co-host, other hosts, one who is kept out, and three who wait.
async fn members(app: &App, maker: &mut Inside, room: &str, people: &mut BTreeMap<&'static str, String>) {
    for name in ["cleo", "dan", "eddy", "zoe", "carl", "hal", "hank", "harry"] {
        let answer = app.browser().ask(room, name).await;
        people.insert(name, answer["admitted"]["identity"].as_str().unwrap().to_owned());
    }
    for (name, role) in [("carl", "co_host"), ("hal", "host"), ("hank", "host"), ("harry", "host")] {
        maker.moderate(room, json!({ "assign": [people[name], role] })).await;
    }
    maker.moderate(room, json!({ "ban": people["zoe"] })).await;
    maker.moderate(room, json!({ "rule": ["ask", true] })).await;
    for name in ["wim", "wanda", "will"] {
        let join = json!({ "roomName": room, "participantName": name });
        let waits: Value = app.browser().post("/api/connection-details", &join).await.json();
        people.insert(name, waits["ticket"].as_str().unwrap().to_owned());
    }
}

async fn invitation(host: &mut Browser, room: &str) -> String {
    let made = host.post(&format!("/api/rooms/{room}/invitations"), &json!({ "label": "Grace" })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    made.json()["id"].as_str().unwrap().to_owned()
}
