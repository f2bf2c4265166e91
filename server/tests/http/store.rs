//! The store, where both databases must say the same.

use std::sync::Arc;

use serde_json::json;
use server::clock;
use server::store::{
    Appended, AuditEntry, Change, Ends, Kind, Member, NewMessage, Noted, Participant, Readable, Room, RoomChange,
    SettingsChanged, Standing, Store,
};
use sqlx::{AnyConnection, Connection as _};
use tokio::task::JoinSet;
use wire::{DisplayName, Identity, Mark, MessageId, MessageText, Role, RoomName, Rule};

use super::support::{App, Cluster, Database, on_postgres, run, shared, tell};

fn room(letter: u8) -> Room {
    Room::new(RoomName::from_random(&[letter; 32]).unwrap(), String::new(), [letter; 32])
}

/// Stores a message and answers its number.
async fn append(store: &Store, room: &Room, id: &str) -> u64 {
    let new = NewMessage {
        id: MessageId::parse(id).unwrap(),
        sender: Identity("ada".to_owned()),
        sender_name: DisplayName::parse("Ada").unwrap(),
        text: MessageText::parse("hello").unwrap(),
        mark: Mark::None,
        file: None,
        noted: None,
    };
    match store.append_message(&room.name, new).await.unwrap() {
        Appended::Stored(message) => message.seq,
        Appended::Gone | Appended::IdTaken => panic!("it is not stored"),
    }
}

fn participant(sid: &str) -> Participant {
    Participant {
        sid: sid.to_owned(),
        identity: Identity(format!("identity of {sid}")),
        name: sid.to_owned(),
        kind: Kind::Person,
        joined_at_ms: clock::now_ms() - 60_000,
    }
}

async fn numbers(store: &Store, room: &Room) -> Vec<u64> {
    let mut numbers = Vec::new();
    loop {
        let all = Readable { from_meeting: 0, upto_meeting: i64::MAX, since_ms: 0 };
        let last = numbers.last().copied().unwrap_or_default();
        let page = store.messages_after(&room.name, all, last).await.unwrap();
        if page.messages.is_empty() {
            return numbers;
        }
        numbers.extend(page.messages.iter().map(|message| message.seq));
    }
}

#[test]
fn two_parlours_writing_at_once_leave_no_gap_and_give_no_number_twice() {
    run(async {
        let database = Database::fresh().await;
        let stores =
            [Arc::new(Store::open(&database.url).await.unwrap()), Arc::new(Store::open(&database.url).await.unwrap())];
        let room = room(1);
        stores[0].insert_room(&room).await.unwrap();
        let mut writers = JoinSet::new();
        for writer in 0..8 {
            let (store, room) = (stores[writer % 2].clone(), room.clone());
            writers.spawn(async move {
                let mut given = Vec::new();
                for n in 0..30 {
                    // Every other one is sent twice: a number that was taken for nothing would be missing.
                    given.push(append(&store, &room, &format!("message-{writer}-{n}")).await);
                    if n % 2 == 0 {
                        assert_eq!(append(&store, &room, &format!("message-{writer}-{n}")).await, given[n]);
                    }
                }
                given
            });
        }
        let mut given: Vec<u64> = writers.join_all().await.concat();
        given.sort_unstable();
        assert_eq!(given, (1..=240).collect::<Vec<_>>());
        assert_eq!(numbers(&stores[1], &room).await, given);
        for store in stores {
            store.close().await;
        }
    });
}

#[test]
fn a_room_that_somebody_holds_keeps_no_other_from_writing() {
    if !on_postgres() {
        return; // SQLite has one writer for all
    }
    run(async {
        let database = Database::fresh().await;
        let store = Arc::new(Store::open(&database.url).await.unwrap());
        let (held, other) = (room(1), room(2));
        store.insert_room(&held).await.unwrap();
        store.insert_room(&other).await.unwrap();
        let mut connection = AnyConnection::connect(&database.url).await.unwrap();
        let mut holds = connection.begin().await.unwrap();
        let hold = sqlx::query("UPDATE rooms SET title = 'held' WHERE name = $1").bind(held.name.as_str());
        hold.execute(&mut *holds).await.unwrap();
        let waits = {
            let (store, held) = (store.clone(), held.clone());
            tokio::spawn(async move { append(&store, &held, "message-1").await })
        };
        for n in 1..=20 {
            assert_eq!(append(&store, &other, &format!("message-{n}")).await, n);
        }
        assert!(!waits.is_finished());
        holds.rollback().await.unwrap();
        assert_eq!(waits.await.unwrap(), 1);
        connection.close().await.unwrap();
        store.close().await;
    });
}

#[test]
fn the_number_of_a_deleted_last_message_is_not_given_again() {
    run(async {
        let database = Database::fresh().await;
        let store = Store::open(&database.url).await.unwrap();
        let room = room(1);
        store.insert_room(&room).await.unwrap();
        for n in 1..=3 {
            assert_eq!(append(&store, &room, &format!("message-{n}")).await, n);
        }
        let mut connection = AnyConnection::connect(&database.url).await.unwrap();
        sqlx::query("DELETE FROM messages WHERE seq = 3").execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        assert_eq!(append(&store, &room, "message-4").await, 4);
        assert_eq!(numbers(&store, &room).await, [1, 2, 4]);
        store.close().await;
    });
}

#[test]
fn whoever_has_waited_in_vain_is_forgotten_and_what_hosts_have_said_is_not() {
    run(async {
        let database = Database::fresh().await;
        let store = Store::open(&database.url).await.unwrap();
        let room = room(1);
        store.insert_room(&room).await.unwrap();
        let long_ago = clock::now_ms() - 1_000;
        let kinds = [
            (Standing::Waiting, None, 0),
            (Standing::Left, None, 0),
            (Standing::Denied, None, 0),
            (Standing::Waiting, None, 1), // was taken out of this meeting, and waits
            (Standing::Waiting, Some(Role::Viewer), 0),
            (Standing::Admitted, None, 0),
            (Standing::Removed, None, 1),
            (Standing::Banned, None, 0),
        ];
        let identity = |n: usize| Identity(format!("somebody-{n}"));
        for (n, (standing, role, asks_in)) in kinds.into_iter().enumerate() {
            let member = Member {
                name: DisplayName::parse("Somebody").unwrap(),
                role,
                teacher: false,
                took_over_in: 0,
                standing,
                meeting: 1,
                since_ms: long_ago,
                valid_from_s: 0,
                asks_in,
                network: None,
            };
            assert!(store.put_member(&room.name, &identity(n), &[1; 32], &member, None).await.unwrap());
            // An asking-in is set by the decision to take somebody out.
            if asks_in > 0 {
                store
                    .decide(&room.name, &identity(n), Standing::Removed, 1, Ends::Nothing, Noted::Nothing)
                    .await
                    .unwrap();
            }
            store.decide(&room.name, &identity(n), standing, 1, Ends::Nothing, Noted::Nothing).await.unwrap();
        }
        let known = async || {
            let mut known = Vec::new();
            for n in 0..kinds.len() {
                if store.member(&room.name, &identity(n)).await.unwrap().is_some() {
                    known.push(n);
                }
            }
            known
        };
        store.forget_strangers(long_ago).await.unwrap();
        assert_eq!(known().await, (0..kinds.len()).collect::<Vec<_>>(), "it was not long enough ago");
        store.forget_strangers(clock::now_ms() + 1_000).await.unwrap();
        assert_eq!(known().await, [2, 3, 4, 5, 6, 7]);
        store.change_room(&room.name, RoomChange::Over(clock::now_ms()), Noted::Nothing).await.unwrap();
        store.forget_strangers(clock::now_ms() + 1_000).await.unwrap();
        assert_eq!(known().await, [4, 5, 6, 7], "the meeting that they were to stay out of is over");
    });
}

#[test]
fn rules_are_later_with_every_change_whatever_the_clock_says() {
    run(async {
        let database = Database::fresh().await;
        let store = Store::open(&database.url).await.unwrap();
        let room = room(1);
        store.insert_room(&room).await.unwrap();
        let mut connection = AnyConnection::connect(&database.url).await.unwrap();
        let ahead = clock::now_ms() + 60_000;
        let statement = format!("UPDATE rooms SET rules_at_ms = {ahead}");
        sqlx::raw_sql(&statement).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        for (on, at_ms) in [(true, ahead + 1), (false, ahead + 2)] {
            store.change_room(&room.name, RoomChange::Rule(Rule::Ask, on), Noted::Nothing).await.unwrap();
            let now = store.room(&room.name).await.unwrap().unwrap();
            assert_eq!((now.rules.ask, now.rules_at_ms), (on, at_ms));
        }
        store.close().await;
    });
}

#[test]
fn of_many_who_change_a_room_at_once_each_changes_it_as_it_is() {
    run(async {
        let database = Database::fresh().await;
        let store = Arc::new(Store::open(&database.url).await.unwrap());
        let room = room(1);
        store.insert_room(&room).await.unwrap();
        let mut changes = JoinSet::new();
        for _ in 0..40 {
            let (store, name) = (store.clone(), room.name.clone());
            changes.spawn(async move {
                let one_more = |room: &mut Room| {
                    room.settings.capacity = Some(room.settings.capacity.unwrap_or_default() + 1);
                    Some(vec![AuditEntry {
                        at_ms: 0,
                        actor: Identity("ada".to_owned()),
                        actor_name: "Ada".to_owned(),
                        action: "settings".to_owned(),
                        subject_name: String::new(),
                    }])
                };
                store.change_settings(&name, one_more).await.unwrap()
            });
        }
        let done = changes.join_all().await;
        assert!(done.iter().all(|done| matches!(done, SettingsChanged::Stored { .. })));
        assert_eq!(store.room(&room.name).await.unwrap().unwrap().settings.capacity, Some(40));
        assert!(matches!(store.change_settings(&room.name, |_| None).await.unwrap(), SettingsChanged::Refused));
        assert_eq!(store.audit(&room.name, 0).await.unwrap().len(), 40, "each is written down, and no other");
        store.close().await;
    });
}

#[test]
fn an_answer_of_livekits_does_not_undo_what_it_has_told_since() {
    run(async {
        let database = Database::fresh().await;
        let store = Store::open(&database.url).await.unwrap();
        let room = room(1);
        store.insert_room(&room).await.unwrap();
        let (ada, bob) = (participant("PA_ada"), participant("PA_bob"));
        let inside = async || -> Vec<String> {
            store.inside(&room.name).await.unwrap().into_iter().map(|stay| stay.name).collect()
        };
        let asked = clock::now_ms() - 1_000;
        assert!(store.apply_event("EV_1", &room.name, &Change::Joined(ada.clone())).await.unwrap());
        assert!(!store.reconcile(&room.name, asked, &[]).await.unwrap());
        assert_eq!(inside().await, ["PA_ada"], "she came after the question");

        assert!(store.apply_event("EV_2", &room.name, &Change::Left(ada.clone(), clock::now_ms())).await.unwrap());
        let later = clock::now_ms() + 60_000;
        assert!(store.reconcile(&room.name, later, &[ada, bob.clone()]).await.unwrap());
        assert_eq!(inside().await, ["PA_bob"], "who was said to have left does not come back under that sid");

        assert!(store.reconcile(&room.name, later + 1, &[]).await.unwrap());
        assert_eq!(inside().await, [""; 0]);
        assert!(store.reconcile(&room.name, later + 2, std::slice::from_ref(&bob)).await.unwrap());
        assert_eq!(inside().await, ["PA_bob"], "who only seemed to have left does");
        let renamed = Participant { name: "Robert".to_owned(), ..bob };
        assert!(store.reconcile(&room.name, later + 3, &[renamed]).await.unwrap());
        assert_eq!(inside().await, ["Robert"]);
        assert!(store.everybody_left().await.unwrap().contains(&room.name));
        assert_eq!(inside().await, [""; 0]);
        store.close().await;
    });
}

#[test]
fn of_two_parlours_that_hear_an_event_at_once_one_applies_it() {
    run(async {
        let database = Database::fresh().await;
        let (one, other) = (Store::open(&database.url).await.unwrap(), Store::open(&database.url).await.unwrap());
        let room = room(1);
        one.insert_room(&room).await.unwrap();
        for n in 0..20 {
            let (id, joined) = (format!("EV_{n}"), Change::Joined(participant(&format!("PA_{n}"))));
            let applied =
                tokio::join!(one.apply_event(&id, &room.name, &joined), other.apply_event(&id, &room.name, &joined));
            assert_ne!(applied.0.unwrap(), applied.1.unwrap(), "{id}");
        }
        assert_eq!(other.inside(&room.name).await.unwrap().len(), 20);
        one.close().await;
        other.close().await;
    });
}

#[test]
fn an_event_is_known_again_until_it_is_forgotten() {
    run(async {
        let database = Database::fresh().await;
        let store = Store::open(&database.url).await.unwrap();
        let room = room(1);
        store.insert_room(&room).await.unwrap();
        let (ended, now) = (Change::Ended(1), clock::now_ms());
        assert!(store.apply_event("EV_1", &room.name, &ended).await.unwrap());
        assert!(!store.apply_event("EV_1", &room.name, &ended).await.unwrap());
        store.forget_presences(now, now - 60_000).await.unwrap();
        assert!(!store.apply_event("EV_1", &room.name, &ended).await.unwrap());
        store.forget_presences(now, clock::now_ms() + 1).await.unwrap();
        assert!(store.apply_event("EV_1", &room.name, &ended).await.unwrap());

        // Without its effect an event does not count as applied either.
        let nowhere = RoomName::parse("nowhere").unwrap();
        let nobody = participant("PA_1");
        assert!(store.apply_event("EV_2", &nowhere, &Change::Joined(nobody.clone())).await.is_err());
        assert!(store.apply_event("EV_2", &room.name, &Change::Joined(nobody)).await.unwrap());
        store.close().await;
    });
}

#[test]
fn a_locked_database_says_so_and_goes_on_when_it_is_free() {
    run(async {
        let app = App::new().await;
        let mut ada = app.browser();
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        let message = json!({ "room": room, "id": "message-0001", "text": "hello" });
        let joined = json!({
            "event": "participant_joined", "id": "EV_1", "createdAt": (clock::now_ms() / 1_000).to_string(),
            "room": { "name": room }, "participant": { "sid": "PA_1", "identity": "ada", "joinedAt": "1" },
        });
        let mut other = AnyConnection::connect(&app.database.url).await.unwrap();
        let lock =
            if on_postgres() { "BEGIN; LOCK TABLE rooms, applied_events IN EXCLUSIVE MODE" } else { "BEGIN EXCLUSIVE" };
        sqlx::raw_sql(lock).execute(&mut other).await.unwrap();
        let (sent, told) = tokio::join!(ada.call("send_message", &message), tell(&app, &joined));
        assert_eq!((sent.status.as_u16(), sent.code().as_str()), (503, "store_unavailable"));
        assert_eq!(told, 503, "LiveKit tells it again");
        let read = ada.call("messages_after", &json!({ "room": room, "seq": 0 })).await;
        assert_eq!(read.json()["messages"], json!([]), "reading goes on, and nothing is half written");
        sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
        other.close().await.unwrap();

        assert_eq!(ada.call("send_message", &message).await.json()["seq"], 1);
        assert_eq!(tell(&app, &joined).await, 200);
        let inside = app.state.meetings.inside(&RoomName::parse(&room).unwrap()).await.unwrap();
        assert_eq!(inside.len(), 1, "the event was not taken for applied");
    });
}

#[test]
fn a_postgres_that_is_gone_is_said() {
    if !on_postgres() {
        return;
    }
    run(async {
        let mut cluster = Cluster::start().await;
        let database = Database::at(cluster.url("postgres"));
        let app = App::in_database(database, shared().await, |_| {}).await;
        let mut ada = app.browser();
        let room = ada.new_meeting().await;
        assert_eq!(ada.get("/readyz").await.status.as_u16(), 200);
        cluster.stop().await;
        let (status, mut other) = (json!({ "room": room }), app.browser());
        let (answer, ready) = tokio::join!(ada.call("room_status", &status), other.get("/readyz"));
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "store_unavailable"));
        assert_eq!(ready.json()["checks"]["database"], "failing");
    });
}
