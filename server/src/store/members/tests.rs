//! What is decided about people: whoever asks for it may go before it is made, and what is so already is not done again.

use std::time::Duration;

use sqlx::{AnyConnection, Connection as _, Executor as _};

use super::*;
use crate::store::{AuditEntry, RoomChange};

/// A store with a room, in a folder.
async fn scene() -> (Store, RoomName, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
    let room = RoomName::from_random(&[1; 32]).unwrap();
    assert!(store.insert_room(&Room::new(room.clone(), String::new(), [1; 32])).await.unwrap());
    (store, room, folder)
}

async fn arrive(store: &Store, room: &RoomName, identity: &Identity, standing: Standing) {
    let member = Member { standing, ..Member::admitted("Ada") };
    assert!(store.put_member(room, identity, &[2; 32], &member, None).await.unwrap());
}

fn noted(action: &str) -> Noted {
    Noted::IfChanged(AuditEntry {
        at_ms: clock::now_ms(),
        actor: Identity("hedy".to_owned()),
        actor_name: "Hedy".to_owned(),
        action: action.to_owned(),
        subject_name: String::new(),
    })
}

#[tokio::test]
async fn all_who_ask_are_let_in_however_many_and_nobody_else() {
    let (store, room, _folder) = scene().await;
    let people: Vec<_> = (0..AT_ONCE * 2 + 3).map(|person| Identity(format!("person-{person}"))).collect();
    let (seen, later) = people.split_at(AT_ONCE + 1);
    for person in &people {
        arrive(&store, &room, person, Standing::Waiting).await;
    }
    let banned = &seen[7];
    assert!(store.decide(&room, banned, Standing::Banned, 1, Ends::Nothing, Noted::Nothing).await.unwrap());
    for person in &people {
        store.member(&room, person).await.unwrap(); // and it is kept
    }
    store.admit_all(&room, seen, 1, noted("admit_all")).await.unwrap();
    for person in &people {
        let expected = match person {
            person if person == banned => Standing::Banned,
            person if later.contains(person) => Standing::Waiting,
            _ => Standing::Admitted,
        };
        assert_eq!(store.member(&room, person).await.unwrap().unwrap().standing, expected, "{person:?}");
    }
    for (nobody, count) in [(Vec::new(), 1), (seen.to_vec(), 1), (later.to_vec(), 2)] {
        store.admit_all(&room, &nobody, 1, noted("admit_all")).await.unwrap();
        assert_eq!(store.audit(&room, 0).await.unwrap().len(), count, "it is written down where somebody came in");
    }
}

#[tokio::test]
async fn what_is_so_already_is_done_and_written_down_once() {
    let (store, room, _folder) = scene().await;
    let ada = Identity("ada".to_owned());
    arrive(&store, &room, &ada, Standing::Admitted).await;
    let link = RoomChange::HostLink(Some([3; 32]));
    store.change_room(&room, link, Noted::Nothing).await.unwrap();
    let mut first = None;
    for _ in 0..2 {
        store.decide(&room, &ada, Standing::Banned, 1, Ends::Nothing, noted("ban")).await.unwrap();
        store.set_role(&room, &ada, Role::CoHost, Ends::Nothing, noted("make_co_host")).await.unwrap();
        store.take_back(&room, &ada, 1, noted("take_over_end")).await.unwrap();
        store.change_room(&room, RoomChange::HostLink(None), noted("host_link_end")).await.unwrap();
        let now = store.member(&room, &ada).await.unwrap().unwrap();
        assert_eq!(first.get_or_insert_with(|| now.clone()), &now);
    }
    let audit = store.audit(&room, 0).await.unwrap();
    let mut actions: Vec<_> = audit.iter().map(|entry| entry.action.as_str()).collect();
    actions.sort_unstable();
    assert_eq!(actions, ["ban", "host_link_end", "make_co_host", "take_over_end"]);
}

#[tokio::test]
async fn a_room_is_read_again_only_where_it_is_not_as_it_was() {
    let (store, room, _folder) = scene().await;
    let ada = Identity("ada".to_owned());
    arrive(&store, &room, &ada, Standing::Waiting).await;
    store.change_room(&room, RoomChange::HostLink(Some([3; 32])), Noted::Nothing).await.unwrap();
    store.room(&room).await.unwrap(); // and it is kept
    assert!(store.set_note(&room, &ada, "let me in").await.unwrap());
    assert!(store.decide(&room, &ada, Standing::Admitted, 1, Ends::TakenOver(1), Noted::Nothing).await.unwrap());
    assert!(store.rooms.get(&room).is_some());
    assert!(store.set_role(&room, &ada, Role::Guest, Ends::Hosting(1), Noted::Nothing).await.is_ok());
    assert_eq!(store.room(&room).await.unwrap().unwrap().host_link, None);
}

#[tokio::test]
async fn what_is_decided_counts_when_whoever_asked_for_it_has_gone() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let store = Store::open(&url).await.unwrap();
    let (room, ada) = (RoomName::from_random(&[1; 32]).unwrap(), Identity("ada".to_owned()));
    assert!(store.insert_room(&Room::new(room.clone(), String::new(), [1; 32])).await.unwrap());
    assert!(store.put_member(&room, &ada, &[2; 32], &Member::admitted("Ada"), None).await.unwrap());
    let standing = async || store.member(&room, &ada).await.unwrap().unwrap().standing;
    assert_eq!(standing().await, Standing::Admitted); // and it is kept

    // Another program holds the lock: SQLite has taken the statement, and waits with it.
    let mut other = AnyConnection::connect(&url).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let free = async |count| {
        while store.writer.num_idle() != count {
            tokio::task::yield_now().await;
        }
    };
    free(1).await;
    let decides = tokio::spawn({
        let (store, room, ada) = (store.clone(), room.clone(), ada.clone());
        async move { store.decide(&room, &ada, Standing::Banned, 1, Ends::Nothing, Noted::Nothing).await }
    });
    free(0).await;
    decides.abort();
    assert!(decides.await.is_err_and(|error| error.is_cancelled()));
    other.execute("ROLLBACK").await.unwrap();
    let banned = async {
        while standing().await != Standing::Banned {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), banned).await.expect("what was kept from before is forgotten");
}
