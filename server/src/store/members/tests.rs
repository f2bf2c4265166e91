//! Whoever asks for a change may go before it is made.

use std::time::Duration;

use sqlx::{AnyConnection, Connection as _, Executor as _};

use super::*;

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
