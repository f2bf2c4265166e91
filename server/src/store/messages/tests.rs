//! Messages under numbers without a gap, whoever writes and however often.

use super::*;
use wire::{DisplayName, Role};

use crate::store::{Member, NewMessage, Noted, Room, Standing};

async fn store(folder: &tempfile::TempDir) -> Store {
    Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap()
}

fn room(letter: u8) -> Room {
    Room::new(RoomName::from_random(&[letter; 32]).unwrap(), String::new(), [letter; 32])
}

async fn append(store: &Store, room: &Room, id: &str, sender: &str, text: &str) -> Appended {
    let new = NewMessage {
        id: MessageId::parse(id).unwrap(),
        sender: Identity(sender.to_owned()),
        sender_name: DisplayName::parse("Ada").unwrap(),
        text: MessageText::parse(text).unwrap(),
        mark: Mark::None,
        file: None,
        noted: None,
    };
    store.append_message(&room.name, new).await.unwrap()
}

fn stored(appended: Appended) -> ChatMessage {
    match appended {
        Appended::Stored(message) => message,
        Appended::Gone | Appended::IdTaken => panic!("it is not stored"),
    }
}

/// Everything that is there.
const ALL: Readable = Readable { from_meeting: 0, upto_meeting: i64::MAX, since_ms: 0 };

async fn after(store: &Store, room: &Room, seq: u64) -> ChatPage {
    store.messages_after(&room.name, ALL, seq).await.unwrap()
}

#[tokio::test]
async fn a_retry_is_the_same_message_and_a_stranger_cannot_take_its_id() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let room = room(1);
    store.insert_room(&room).await.unwrap();
    let first = stored(append(&store, &room, "message-1", "ada", "hello").await);
    assert_eq!(first.seq, 1);
    assert_eq!(stored(append(&store, &room, "message-1", "ada", "changed").await), first);
    assert!(matches!(append(&store, &room, "message-1", "eve", "hello").await, Appended::IdTaken));
    assert_eq!(stored(append(&store, &room, "message-2", "eve", "hi").await).seq, 2);
    let all = after(&store, &room, 0).await;
    assert_eq!((all.messages.len(), all.upto, all.more), (2, 2, false));
    assert_eq!(after(&store, &room, u64::MAX).await.messages, []);
}

#[tokio::test]
async fn numbers_have_no_gap_when_many_write_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = std::sync::Arc::new(store(&folder).await);
    let (one, other) = (room(1), room(2));
    store.insert_room(&one).await.unwrap();
    store.insert_room(&other).await.unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8 {
        let (store, one, other) = (store.clone(), one.clone(), other.clone());
        writers.spawn(async move {
            for n in 0..30 {
                stored(append(&store, &one, &format!("message-{writer}-{n}"), "ada", "x").await);
                stored(append(&store, &other, &format!("message-{writer}-{n}"), "ada", "x").await);
            }
        });
    }
    while let Some(done) = writers.join_next().await {
        done.unwrap();
    }
    for room in [&one, &other] {
        let (first, rest) = (after(&store, room, 0).await, after(&store, room, 200).await);
        assert_eq!((first.upto, first.more, rest.upto, rest.more), (200, true, 240, false));
        let numbers: Vec<u64> = first.messages.iter().chain(&rest.messages).map(|message| message.seq).collect();
        assert_eq!(numbers, (1..=240).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn who_comes_new_gets_the_newest_and_what_is_marked() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let room = room(1);
    store.insert_room(&room).await.unwrap();
    for n in 1..=u64::from(MESSAGES_AT_FIRST) {
        append(&store, &room, &format!("message-{n}"), "ada", "x").await;
    }
    assert!(!after(&store, &room, 0).await.earlier);
    for n in 1..=10 {
        append(&store, &room, &format!("message-late-{n}"), "ada", "x").await;
    }
    // The marks are the changes 511 and 512, of which the first is taken away again by 513.
    store.mark_message(&room.name, 2, Mark::Pinned, &Noted::Nothing).await.unwrap();
    store.mark_message(&room.name, 3, Mark::Pinned, &Noted::Nothing).await.unwrap();
    store.mark_message(&room.name, 2, Mark::None, &Noted::Nothing).await.unwrap();
    let (mut seq, mut places, mut earlier) = (0, Vec::new(), false);
    loop {
        let page = after(&store, &room, seq).await;
        places.extend(page.messages.iter().map(|message| message.place));
        (seq, earlier) = (page.upto, earlier || page.earlier);
        if !page.more {
            break;
        }
    }
    places.sort_unstable();
    assert_eq!((places.len(), earlier, seq), (500, true, 513));
    assert_eq!(places[..3], [2, 3, 13], "the newest changes, and nothing that is neither new nor marked");
    assert_eq!(after(&store, &room, 1).await.messages[0].place, 4, "who knows something gets all that came after it");
}

#[tokio::test]
async fn a_restart_forgets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (room, ada) = (room(1), Identity("ada".to_owned()));
    let name = DisplayName::parse("Ada").unwrap();
    let member = Member {
        name,
        role: Some(Role::CoHost),
        teacher: true,
        took_over_in: 0,
        standing: Standing::Waiting,
        meeting: 1,
        since_ms: 7,
        valid_from_s: 0,
        asks_in: 0,
        network: None,
    };
    {
        let store = store(&folder).await;
        assert!(store.insert_room(&room).await.unwrap());
        assert!(!store.insert_room(&room).await.unwrap(), "a name is taken once");
        assert!(store.put_member(&room.name, &ada, &[9; 32], &member, None).await.unwrap());
        append(&store, &room, "message-1", "ada", "hello").await;
        store.close().await;
    }
    let store = store(&folder).await;
    let kept = store.room(&room.name).await.unwrap().unwrap();
    assert!(kept.rules_at_ms > 0, "the rules are dated");
    assert!(Room { rules_at_ms: 0, ..kept } == room);
    assert_eq!(store.member(&room.name, &ada).await.unwrap(), Some(member));
    assert_eq!(store.member(&room.name, &Identity("eve".to_owned())).await.unwrap(), None);
    assert_eq!(after(&store, &room, 0).await.messages.len(), 1);
}
