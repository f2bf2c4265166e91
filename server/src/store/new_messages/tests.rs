//! Messages that are written together: each is told what became of it, and none spoils the others.

use sqlx::pool::PoolConnection;
use tokio::task::JoinHandle;

use super::*;
use crate::error::Error;
use crate::store::{Readable, Room};
use wire::ErrorCode;

/// A store with two rooms.
struct Scene {
    store: Store,
    rooms: [RoomName; 2],
    _folder: tempfile::TempDir,
}

async fn scene() -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
    let rooms = [1, 2].map(|letter| RoomName::from_random(&[letter; 32]).unwrap());
    for name in &rooms {
        assert!(store.insert_room(&Room::new(name.clone(), String::new(), [1; 32])).await.unwrap());
    }
    Scene { store, rooms, _folder: folder }
}

fn noted(action: &str, actor: &str) -> AuditEntry {
    AuditEntry {
        at_ms: 0,
        actor: Identity(actor.to_owned()),
        actor_name: String::new(),
        action: action.to_owned(),
        subject_name: String::new(),
    }
}

type Told = Result<Appended, Arc<sqlx::Error>>;

impl Scene {
    fn send(&self, room: &RoomName, id: &str, sender: &str, text: &str) -> JoinHandle<Told> {
        let new = NewMessage {
            id: MessageId::parse(id).unwrap(),
            sender: Identity(sender.to_owned()),
            sender_name: DisplayName::parse("Ada").unwrap(),
            text: MessageText::parse(text).unwrap(),
            mark: Mark::None,
            file: None,
            noted: Some(noted(id, sender)),
        };
        let (store, room) = (self.store.clone(), room.clone());
        tokio::spawn(async move { store.append_message(&room, new).await })
    }

    /// Holds SQLite's one writer: the first message waits for it, and the others for that one.
    async fn hold(&self) -> (PoolConnection<Any>, JoinHandle<Told>) {
        let writer = self.store.writer.acquire().await.unwrap();
        let first = self.send(&self.rooms[0], "message-0", "ada", "the first");
        self.wait_for(0).await;
        (writer, first)
    }

    /// Waits until so many wait for those who are written for.
    async fn wait_for(&self, count: usize) {
        while self.store.new_messages.waiting() != Some(count) {
            tokio::task::yield_now().await;
        }
    }

    /// The ids of a room's messages, in the order of their numbers, which have no gap.
    async fn ids(&self, room: &RoomName) -> Vec<String> {
        let all = Readable { from_meeting: 0, upto_meeting: i64::MAX, since_ms: 0 };
        let page = self.store.messages_after(room, all, 0).await.unwrap();
        assert_eq!(page.upto, page.messages.len() as u64, "as many numbers as messages");
        let ids: Vec<_> = page.messages.iter().map(|message| message.id.as_str().to_owned()).collect();
        let noted = self.store.audit(room, 0).await.unwrap();
        assert!(noted.iter().rev().map(|entry| &entry.action).eq(&ids), "with each, and with nothing else: {noted:?}");
        ids
    }
}

fn seq(told: Told) -> u64 {
    match told.unwrap() {
        Appended::Stored(message) => message.seq,
        Appended::Gone | Appended::IdTaken => panic!("it is not stored"),
    }
}

#[tokio::test]
async fn each_of_many_is_told_what_became_of_its_own() {
    let scene = scene().await;
    let [one, other] = &scene.rooms;
    let nowhere = RoomName::from_random(&[3; 32]).unwrap();
    let (writer, first) = scene.hold().await;
    let mut told = Vec::new();
    for (room, id, sender) in [
        (other, "message-1", "ada"),
        (one, "message-1", "ada"),
        (&nowhere, "message-1", "ada"),
        (other, "message-1", "ada"), // once more
        (other, "message-1", "eve"), // somebody else's
        (other, "message-2", "eve"),
    ] {
        told.push(scene.send(room, id, sender, "hello"));
        scene.wait_for(told.len()).await;
    }
    let impatient = scene.send(one, "message-2", "ada", "gone before its turn");
    scene.wait_for(told.len() + 1).await;
    impatient.abort();
    assert!(impatient.await.is_err_and(|error| error.is_cancelled()));
    drop(writer);
    assert_eq!(seq(first.await.unwrap()), 1);
    let mut told = told.into_iter();
    let mut next = async || told.next().unwrap().await.unwrap();
    assert_eq!(seq(next().await), 1);
    assert_eq!(seq(next().await), 2, "each room has numbers of its own");
    assert!(matches!(&*next().await.err().unwrap(), sqlx::Error::RowNotFound));
    assert_eq!(seq(next().await), 1, "it is the same message");
    assert!(matches!(next().await.unwrap(), Appended::IdTaken));
    assert_eq!(seq(next().await), 2);
    assert_eq!(scene.ids(one).await, ["message-0", "message-1"]);
    assert_eq!(scene.ids(other).await, ["message-1", "message-2"]);
    assert_eq!(seq(scene.send(other, "message-3", "ada", "the next number").await.unwrap()), 3);
}

#[tokio::test]
async fn one_that_cannot_be_stored_spoils_no_other() {
    let scene = scene().await;
    let [one, other] = &scene.rooms;
    // Nothing that is known makes the database refuse a checked message: here it is told to.
    sqlx::query(
        "CREATE TRIGGER refuse BEFORE INSERT ON messages WHEN new.text = 'spoilt' BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    .execute(&scene.store.writer)
    .await
    .unwrap();
    let (writer, first) = scene.hold().await;
    let mut told = Vec::new();
    for (room, text) in [(one, "well"), (one, "spoilt"), (one, "well"), (other, "well")] {
        told.push(scene.send(room, &format!("message-{}", told.len() + 1), "ada", text));
        scene.wait_for(told.len()).await;
    }
    drop(writer);
    assert_eq!(seq(first.await.unwrap()), 1);
    let mut outcomes = Vec::new();
    for told in told {
        outcomes.push(told.await.unwrap().map_err(|error| Error::from(error).code()).map(|appended| seq(Ok(appended))));
    }
    assert_eq!(outcomes, [Ok(2), Err(ErrorCode::Internal), Ok(3), Ok(1)]);
    assert_eq!(scene.ids(one).await, ["message-0", "message-1", "message-3"]);
}
