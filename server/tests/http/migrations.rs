//! Databases of earlier Parlours, brought up to date.

use server::store::Store;
use sqlx::any::install_default_drivers;
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, Connection as _, Row as _};
use wire::{Identity, Role, RoomName};

use super::support::{Database, on_postgres, run};

/// All of them.
fn migrations() -> Migrator {
    if on_postgres() { sqlx::migrate!("migrations/postgres") } else { sqlx::migrate!("migrations/sqlite") }
}

/// The migrations before one of them.
fn before(version: i64) -> Migrator {
    let mut migrations = migrations();
    migrations.migrations.to_mut().retain(|migration| migration.version < version);
    migrations
}

/// An empty database, which is made by being opened.
async fn open(database: &Database) -> AnyConnection {
    install_default_drivers();
    let url = if on_postgres() { database.url.clone() } else { format!("{}?mode=rwc", database.url) };
    AnyConnection::connect(&url).await.unwrap()
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
        let mut connection = open(&database).await;
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

/// The tables, those that others refer to before those.
const TABLES: [&str; 2] = [
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'
     ORDER BY rowid",
    "SELECT CAST(relname AS TEXT) FROM pg_class WHERE relkind = 'r' AND relname NOT LIKE '\\_sqlx%'
         AND relnamespace = CAST(current_schema() AS regnamespace)
     ORDER BY oid",
];
/// What has to be said of a row, and of which type that is.
const COLUMNS: [&str; 2] = [
    "SELECT name, type FROM pragma_table_info($1) WHERE \"notnull\" = 1 AND dflt_value IS NULL ORDER BY cid",
    "SELECT CAST(column_name AS TEXT), CAST(data_type AS TEXT) FROM information_schema.columns
     WHERE table_schema = current_schema() AND table_name = $1
         AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
     ORDER BY ordinal_position",
];
/// Everything that the schema says, each in a line.
const SCHEMA: [&str; 2] = [
    "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master ORDER BY 1",
    "SELECT CAST(concat_ws(' ', table_name, ordinal_position, column_name, data_type, is_nullable, column_default,
         is_identity, collation_name) AS TEXT) FROM information_schema.columns WHERE table_schema = current_schema()
     UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()
     UNION ALL SELECT concat_ws(' ', CAST(conrelid AS regclass), conname, pg_get_constraintdef(oid)) FROM pg_constraint
         WHERE connamespace = CAST(current_schema() AS regnamespace)
     ORDER BY 1",
];

fn here(statements: [&'static str; 2]) -> &'static str {
    statements[usize::from(on_postgres())]
}

/// A value of a column, such that every row refers to every other one.
fn value(kind: &str) -> &'static str {
    match kind {
        "TEXT" | "text" => "'x'",
        "INTEGER" | "bigint" => "1",
        "BLOB" => "zeroblob(32)",
        "bytea" => "decode(repeat('00', 32), 'hex')",
        other => panic!("{other} is a new type"),
    }
}

/// Puts a row into each table that has none, and answers for each how that row is found.
async fn fill(connection: &mut AnyConnection) -> Vec<String> {
    let mut filled = Vec::new();
    let tables: Vec<String> = sqlx::query_scalar(here(TABLES)).fetch_all(&mut *connection).await.unwrap();
    for table in tables {
        if count(connection, &table).await > 0 {
            continue; // a migration has put there what belongs there
        }
        let columns = sqlx::query(here(COLUMNS)).bind(&table).fetch_all(&mut *connection).await.unwrap();
        let columns: Vec<(String, &str)> =
            columns.iter().map(|column| (column.get(0), value(column.get::<&str, _>(1)))).collect();
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let values: Vec<&str> = columns.iter().map(|(_, value)| *value).collect();
        let insert = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "));
        sqlx::query(&insert).execute(&mut *connection).await.unwrap();
        let same: Vec<String> = columns.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        filled.push(format!("{table} WHERE {}", same.join(" AND ")));
    }
    filled
}

async fn count(connection: &mut AnyConnection, of: &str) -> i64 {
    let count = format!("SELECT CAST(count(*) AS BIGINT) FROM {of}");
    sqlx::query_scalar(&count).fetch_one(connection).await.unwrap()
}

async fn schema(connection: &mut AnyConnection) -> Vec<String> {
    let lines: Vec<String> = sqlx::query_scalar(here(SCHEMA)).fetch_all(connection).await.unwrap();
    lines.iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn every_earlier_schema_becomes_that_of_today_and_keeps_its_rows() {
    run(async {
        let fresh = Database::empty().await;
        Store::open(&fresh.url).await.unwrap().close().await;
        let today = schema(&mut open(&fresh).await).await;
        let mut tables = 0;
        for version in migrations().iter().map(|migration| migration.version) {
            let database = Database::empty().await;
            let mut connection = open(&database).await;
            before(version + 1).run_direct(&mut connection).await.unwrap();
            let filled = fill(&mut connection).await;
            assert!(filled.len() >= 3, "{version}: {filled:?}");
            tables = filled.len();
            connection.close().await.unwrap();

            Store::open(&database.url).await.unwrap().close().await;
            let mut connection = open(&database).await;
            let kept: Vec<String> = sqlx::query_scalar(here(TABLES)).fetch_all(&mut connection).await.unwrap();
            // A table may go, with what was in it: those that are there are as those of today.
            for row in filled.iter().filter(|row| kept.iter().any(|table| row.starts_with(&format!("{table} WHERE")))) {
                assert_eq!(count(&mut connection, row).await, 1, "{version}: {row}");
            }
            assert_eq!(schema(&mut connection).await, today, "{version}");
            connection.close().await.unwrap();
        }
        assert!(tables > 10, "the newest has them all: {tables}");
    });
}
