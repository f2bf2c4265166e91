//! People who are written down together: each is told what became of their own arrival.

use sqlx::pool::PoolConnection;
use tokio::task::JoinHandle;

use super::*;
use crate::store::{Ends, Noted, Room, Seated, Standing};

/// A store with a room.
struct Scene {
    store: Store,
    room: RoomName,
    _folder: tempfile::TempDir,
}

async fn scene() -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
    let room = RoomName::from_random(&[1; 32]).unwrap();
    assert!(store.insert_room(&Room::new(room.clone(), String::new(), [1; 32])).await.unwrap());
    Scene { store, room, _folder: folder }
}

fn identity(who: &str) -> Identity {
    Identity(who.to_owned())
}

type Told = Result<bool, Arc<sqlx::Error>>;

impl Scene {
    fn arrives(&self, who: &str, name: &str) -> JoinHandle<Told> {
        let (store, room, who, member) = (self.store.clone(), self.room.clone(), identity(who), Member::admitted(name));
        tokio::spawn(async move {
            let known = store.member(&room, &who).await?;
            store.put_member(&room, &who, &[2; 32], &member, known.as_ref()).await
        })
    }

    /// Holds SQLite's one writer: the first waits for it, and the others for that one.
    async fn hold(&self, who: &str, name: &str) -> (PoolConnection<Any>, JoinHandle<Told>) {
        let writer = self.store.writer.acquire().await.unwrap();
        let first = self.arrives(who, name);
        self.wait_for(0).await;
        (writer, first)
    }

    /// What each is told of those who arrive in this order while Ada is written for; `None`: an error.
    async fn arrive_behind_ada(&self, arrivals: &[(&str, &str)]) -> Vec<Option<bool>> {
        let (writer, first) = self.hold("ada", "Ada").await;
        let mut told = Vec::new();
        for (who, name) in arrivals {
            told.push(self.arrives(who, name));
            self.wait_for(told.len()).await;
        }
        drop(writer);
        assert!(first.await.unwrap().unwrap());
        let mut outcomes = Vec::new();
        for told in told {
            outcomes.push(told.await.unwrap().ok());
        }
        outcomes
    }

    /// Waits until so many wait for those who are written for.
    async fn wait_for(&self, count: usize) {
        while self.store.arrivals.waiting() != Some(count) {
            tokio::task::yield_now().await;
        }
    }

    async fn member(&self, who: &str) -> Option<Member> {
        self.store.member(&self.room, &identity(who)).await.unwrap()
    }

    async fn name_of(&self, who: &str) -> Option<String> {
        self.member(who).await.map(|member| member.name.to_string())
    }
}

#[tokio::test]
async fn each_of_many_is_told_and_what_was_read_before_is_forgotten() {
    let scene = scene().await;
    for who in ["eve", "cleo"] {
        assert!(scene.arrives(who, "Before").await.unwrap().unwrap());
    }
    assert!(
        scene
            .store
            .decide(&scene.room, &identity("eve"), Standing::Banned, 1, Ends::Nothing, Noted::Nothing)
            .await
            .unwrap()
    );
    assert_eq!(scene.name_of("cleo").await.as_deref(), Some("Before")); // and it is kept
    let arrivals = [("ben", "Ben"), ("eve", "Eve"), ("ben", "Benedict"), ("cleo", "Cleopatra")];
    let outcomes = scene.arrive_behind_ada(&arrivals).await;
    assert_eq!(outcomes, [Some(true), Some(false), Some(false), Some(true)], "whoever is kept out stays so");
    assert_eq!(scene.name_of("ben").await.as_deref(), Some("Ben"), "the later of two was not known to have come");
    assert_eq!(scene.name_of("cleo").await.as_deref(), Some("Cleopatra"));
}

#[tokio::test]
async fn what_was_read_before_is_forgotten_also_when_nobody_waits_for_word() {
    let scene = scene().await;
    assert!(scene.arrives("ada", "Before").await.unwrap().unwrap());
    assert_eq!(scene.name_of("ada").await.as_deref(), Some("Before")); // and it is kept
    let (writer, first) = scene.hold("ada", "Ada").await;
    let impatient = scene.arrives("ben", "Ben");
    scene.wait_for(1).await;
    for gone in [first, impatient] {
        gone.abort();
        assert!(gone.await.is_err_and(|error| error.is_cancelled()));
    }
    drop(writer);
    assert!(scene.arrives("cleo", "Cleo").await.unwrap().unwrap());
    assert_eq!(scene.name_of("ada").await.as_deref(), Some("Ada"), "it was her turn already");
    assert_eq!(scene.name_of("ben").await, None, "gone before his turn");
}

#[tokio::test]
async fn one_that_cannot_be_written_down_spoils_no_other() {
    let scene = scene().await;
    // Nothing that is known makes the database refuse somebody: here it is told to.
    sqlx::query(
        "CREATE TRIGGER refuse BEFORE INSERT ON admissions WHEN new.name = 'Spoilt' BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    .execute(&scene.store.writer)
    .await
    .unwrap();
    let outcomes = scene.arrive_behind_ada(&[("ben", "Ben"), ("cleo", "Spoilt"), ("dora", "Dora")]).await;
    assert_eq!(outcomes, [Some(true), None, Some(true)]);
    assert_eq!(scene.name_of("dora").await.as_deref(), Some("Dora"));
    assert_eq!(scene.name_of("cleo").await, None);
}

#[tokio::test]
async fn a_role_that_was_taken_since_somebody_was_read_does_not_come_back() {
    let scene = scene().await;
    let ada = identity("ada");
    let host = Member { role: Some(Role::Host), ..Member::admitted("Ada") };
    let arrive = async |member: &Member, known: Option<&Member>| {
        scene.store.put_member(&scene.room, &ada, &[2; 32], member, known).await.unwrap()
    };
    assert!(arrive(&host, None).await);
    let read = scene.member("ada").await.unwrap();
    assert_eq!(read.role, Some(Role::Host), "nothing was given before");
    assert!(scene.store.set_role(&scene.room, &ada, Role::Viewer, Ends::Nothing, Noted::Nothing).await.unwrap());
    assert!(!arrive(&read, Some(&read)).await, "she would get a token for what she is no more");
    let seat =
        async |known: &Member| scene.store.seat(&scene.room, &ada, &[2; 32], &read, Some(known), 9).await.unwrap();
    assert_eq!(seat(&read).await, Seated::Decided);
    let now = scene.member("ada").await.unwrap();
    assert!(arrive(&read, Some(&now)).await);
    assert_eq!(seat(&now).await, Seated::In);
    assert_eq!(scene.member("ada").await, Some(now), "what was given stays");
    assert!(scene.store.take_over(&scene.room, &ada, 1, Noted::Nothing).await.unwrap());
    let heir = scene.member("ada").await.unwrap();
    assert!(!arrive(&heir, Some(&Member { took_over_in: 0, ..heir.clone() })).await, "nor for less");
    assert!(arrive(&heir, Some(&heir)).await);
}

#[tokio::test]
async fn what_was_decided_since_somebody_was_read_stays() {
    let scene = scene().await;
    let (store, room, ada) = (&scene.store, &scene.room, identity("ada"));
    for decided in [Standing::Admitted, Standing::Denied] {
        let known = store.member(room, &ada).await.unwrap();
        let waiting = Member { standing: Standing::Waiting, ..Member::admitted("Ada") };
        assert!(store.put_member(room, &ada, &[2; 32], &waiting, known.as_ref()).await.unwrap());
        let read = store.member(room, &ada).await.unwrap();
        assert!(store.decide(room, &ada, decided, 1, Ends::Nothing, Noted::Nothing).await.unwrap());
        for known in [read.as_ref(), None] {
            for standing in [Standing::Waiting, Standing::Admitted] {
                let again = Member { standing, ..Member::admitted("Countess") };
                assert!(!store.put_member(room, &ada, &[2; 32], &again, known).await.unwrap());
                assert_eq!(store.seat(room, &ada, &[2; 32], &again, known, 9).await.unwrap(), Seated::Decided);
            }
        }
        let now = scene.member("ada").await.unwrap();
        assert_eq!((now.standing, now.name.as_str()), (decided, "Ada"));
    }
}
