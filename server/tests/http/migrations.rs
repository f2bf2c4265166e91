//! Databases of earlier Parlours, brought up to date.

use server::store::Store;
use sqlx::any::install_default_drivers;
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, Connection as _};
use wire::{Identity, Role, RoomName};

use super::support::{Database, on_postgres, run};

/// The migrations before one of them.
fn before(version: i64) -> Migrator {
    let mut migrations =
        if on_postgres() { sqlx::migrate!("migrations/postgres") } else { sqlx::migrate!("migrations/sqlite") };
    migrations.migrations.to_mut().retain(|migration| migration.version < version);
    migrations
}

/// A room with somebody who made it and others who are hosts, and what was written down of it: who did what, to whom. People
/// are called as their identities are.
async fn room(connection: &mut AnyConnection, name: &RoomName, hosts: &[&str], deeds: &[(&str, &str, &str)]) {
    sqlx::query("INSERT INTO rooms (name, title, host, created_at_ms, meeting) VALUES ($1, '', $2, 1, 4)")
        .bind(name.as_str())
        .bind(vec![1_u8; 32])
        .execute(&mut *connection)
        .await
        .unwrap();
    for (identity, session) in [("maker", 1_u8)].into_iter().chain(hosts.iter().map(|host| (*host, 2))) {
        sqlx::query(
            "INSERT INTO admissions (room, identity, name, admitted_at_ms, role, meeting, session)
             VALUES ($1, $2, $2, 1, 'host', 3, $3)",
        )
        .bind(name.as_str())
        .bind(identity)
        .bind(vec![session; 32])
        .execute(&mut *connection)
        .await
        .unwrap();
    }
    for (actor, action, subject) in deeds {
        sqlx::query(
            "INSERT INTO audit (room, at_ms, actor, actor_name, action, subject_name)
             VALUES ($1, 1, $2, $2, $3, $4)",
        )
        .bind(name.as_str())
        .bind(*actor)
        .bind(*action)
        .bind(*subject)
        .execute(&mut *connection)
        .await
        .unwrap();
    }
}

#[test]
fn roles_from_before_end_where_it_is_known_that_nobody_gave_them() {
    run(async {
        let database = Database::empty().await;
        install_default_drivers();
        let url = if on_postgres() { database.url.clone() } else { format!("{}?mode=rwc", database.url) };
        let mut connection = AnyConnection::connect(&url).await.unwrap();
        before(73).run_direct(&mut connection).await.unwrap();
        let [taken, taught, linked, given_since] =
            ["abcd-efghj-kmna", "abcd-efghj-kmnb", "abcd-efghj-kmnc", "abcd-efghj-kmnd"]
                .map(|name| RoomName::parse(name).unwrap());
        let (link, took) = (("maker", "host_link", ""), ("heir", "took_over", ""));
        let (help, helped) = (("maker", "make_co_host", "helper"), ("helper", "took_over", ""));
        room(&mut connection, &taken, &["heir", "friend", "helper"], &[link, took, help, helped]).await;
        room(&mut connection, &taught, &["teacher"], &[("maker", "lock", "")]).await;
        // One was made a host since; another before, and then none.
        let [since, earlier, ended] = [("make_host", "heir"), ("make_host", "helper"), ("make_participant", "helper")]
            .map(|(action, subject)| ("maker", action, subject));
        room(&mut connection, &given_since, &["heir", "helper"], &[took, since, earlier, ended, helped]).await;
        room(&mut connection, &linked, &["friend"], &[link]).await;
        connection.close().await.unwrap();

        let store = Store::open(&database.url).await.unwrap();
        let told = async |room: &RoomName, identity: &str| {
            let member = store.member(room, &Identity(identity.to_owned())).await.unwrap().unwrap();
            (member.role, member.teacher, member.took_over_in)
        };
        let given = (Some(Role::Host), false, 0);
        for room in [&taken, &taught, &linked, &given_since] {
            assert_eq!(told(room, "maker").await, given);
        }
        assert_eq!(told(&taken, "heir").await, (None, false, 3), "that meeting is over");
        assert_eq!(told(&taken, "friend").await, given, "perhaps by the link");
        assert_eq!(told(&taken, "helper").await, (Some(Role::CoHost), false, 3), "as a host had said");
        assert_eq!(told(&given_since, "heir").await, given, "a host has made them one since");
        assert_eq!(told(&given_since, "helper").await, (None, false, 3), "not since");
        assert_eq!(told(&taught, "teacher").await, (None, true, 0));
        assert_eq!(told(&linked, "friend").await, given);
        store.close().await;
    });
}
