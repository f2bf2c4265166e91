//! People who are written down together: each is told what became of their own arrival.

use wire::DisplayName;

use super::*;
use crate::store::{Room, Standing};

fn admitted(name: &str) -> Member {
    Member {
        name: DisplayName::parse(name).unwrap(),
        role: None,
        teacher: false,
        took_over_in: 0,
        standing: Standing::Admitted,
        meeting: 1,
        since_ms: clock::now_ms(),
        valid_from_s: 0,
        asks_in: 0,
        network: None,
    }
}

#[tokio::test]
async fn each_of_many_is_told_and_what_was_read_before_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
    let room = RoomName::from_random(&[1; 32]).unwrap();
    assert!(store.insert_room(&Room::new(room.clone(), String::new(), [1; 32])).await.unwrap());
    let arrives = |who: &str, name: &str| {
        let (store, room, who, member) = (store.clone(), room.clone(), Identity(who.to_owned()), admitted(name));
        tokio::spawn(async move { store.put_member(&room, &who, &[2; 32], &member).await })
    };
    let name_of = async |who: &str| {
        store.member(&room, &Identity(who.to_owned())).await.unwrap().map(|member| member.name.to_string())
    };
    for who in ["eve", "cleo"] {
        assert!(arrives(who, "Before").await.unwrap().unwrap());
    }
    assert!(store.decide(&room, &Identity("eve".to_owned()), Standing::Banned, 1).await.unwrap());
    assert_eq!(name_of("cleo").await.as_deref(), Some("Before")); // and it is kept

    // Somebody holds SQLite's one writer: the first waits for it, and the others for the first.
    let writer = store.writer.acquire().await.unwrap();
    let first = arrives("ada", "Ada");
    let waits = async |count| {
        while store.arrivals.waiting() != Some(count) {
            tokio::task::yield_now().await;
        }
    };
    waits(0).await;
    let mut told = Vec::new();
    for (who, name) in [("ben", "Ben"), ("eve", "Eve"), ("ben", "Benedict"), ("cleo", "Cleopatra")] {
        told.push(arrives(who, name));
        waits(told.len()).await;
    }
    drop(writer);
    assert!(first.await.unwrap().unwrap());
    let mut outcomes = Vec::new();
    for told in told {
        outcomes.push(told.await.unwrap().unwrap());
    }
    assert_eq!(outcomes, [true, false, true, true], "whoever is kept out stays so");
    assert_eq!(name_of("ben").await.as_deref(), Some("Benedict"), "the later of two");
    assert_eq!(name_of("cleo").await.as_deref(), Some("Cleopatra"));
}
