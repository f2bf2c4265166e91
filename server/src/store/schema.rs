//! A database seen from outside: which schema it has, and its copy. Nothing here changes it.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use sqlx::any::install_default_drivers;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AnyConnection, ConnectOptions as _, Connection as _, SqliteConnection};

use super::backend::Backend;

/// How a database stands to this Parlour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// There is none yet: it is made by the first start.
    Absent,
    /// So many migrations are missing: the next start brings it up to date.
    Behind(usize),
    /// It is up to date.
    Current,
    /// A newer Parlour has written it, up to this migration.
    Newer(i64),
}

/// Which schema the database at an address has.
///
/// # Errors
/// When it cannot be reached or read.
pub async fn schema(url: &str) -> Result<Schema, sqlx::Error> {
    match Backend::of(url)? {
        Backend::Sqlite => match sqlite_file(url) {
            Some(file) if file.exists() => schema_of_file(&file).await,
            _ => Ok(Schema::Absent),
        },
        Backend::Postgres => {
            install_default_drivers();
            let mut connection = AnyConnection::connect(url).await?;
            let there = "SELECT CAST(count(*) AS BIGINT) FROM information_schema.tables
                 WHERE table_schema = current_schema() AND table_name = '_sqlx_migrations'";
            let there: i64 = sqlx::query_scalar(there).fetch_one(&mut connection).await?;
            let applied = if there == 0 {
                Vec::new()
            } else {
                sqlx::query_scalar("SELECT version FROM _sqlx_migrations").fetch_all(&mut connection).await?
            };
            connection.close().await?;
            Ok(compare(&Backend::Postgres.migrations(), &applied))
        }
    }
}

/// The same of one SQLite file.
///
/// # Errors
/// When it is no database, or cannot be read.
pub async fn schema_of_file(file: &Path) -> Result<Schema, sqlx::Error> {
    let mut connection = open(file).await?;
    let there: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE name = '_sqlx_migrations'")
        .fetch_one(&mut connection)
        .await?;
    let applied = if there == 0 {
        Vec::new()
    } else {
        sqlx::query_scalar("SELECT version FROM _sqlx_migrations").fetch_all(&mut connection).await?
    };
    connection.close().await?;
    Ok(compare(&Backend::Sqlite.migrations(), &applied))
}

/// Whether every page of a SQLite file is sound.
///
/// # Errors
/// When it is no database, or cannot be read.
pub async fn is_sound(file: &Path) -> Result<bool, sqlx::Error> {
    let mut connection = open(file).await?;
    let word: String = sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(word == "ok")
}

/// Writes a SQLite database as it is at one moment into a new file, also while others write; what was deleted is not in
/// it.
///
/// # Errors
/// When it cannot be read, or the file cannot be written.
pub async fn snapshot(database: &Path, to: &Path) -> Result<(), sqlx::Error> {
    let mut connection = open(database).await?;
    sqlx::query("VACUUM INTO $1").bind(to.to_string_lossy().into_owned()).execute(&mut connection).await?;
    connection.close().await
}

/// The files of chats that a SQLite database knows.
///
/// # Errors
/// When it cannot be read. One of a Parlour that had none knows none.
pub async fn files_in(file: &Path) -> Result<Vec<String>, sqlx::Error> {
    let mut connection = open(file).await?;
    let there: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE name = 'files'")
        .fetch_one(&mut connection)
        .await?;
    let ids = if there == 0 {
        Vec::new()
    } else {
        sqlx::query_scalar("SELECT id FROM files WHERE attached = 1 ORDER BY id").fetch_all(&mut connection).await?
    };
    connection.close().await?;
    Ok(ids)
}

/// The file of a SQLite database; `None` when it has none, or is no SQLite database.
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    if Backend::of(url).ok()? != Backend::Sqlite || url.contains(":memory:") {
        return None;
    }
    Some(SqliteConnectOptions::from_str(url).ok()?.get_filename().to_path_buf())
}

/// The same text for each address of one database, without its password; the address itself where it is not understood.
pub fn whereabouts(url: &str) -> String {
    if let Some(file) = sqlite_file(url) {
        let file = std::path::absolute(&file).unwrap_or(file);
        let folder = file.parent().and_then(|folder| folder.canonicalize().ok());
        let file = file.canonicalize().ok().or_else(|| Some(folder?.join(file.file_name()?))).unwrap_or(file);
        return format!("sqlite:{}", file.display());
    }
    let Ok(at) = PgConnectOptions::from_str(url) else { return url.to_owned() };
    let (user, host, port) = (at.get_username(), at.get_host(), at.get_port());
    let (socket, database) = (at.get_socket(), at.get_database().unwrap_or(user));
    format!("postgres:{user}@{host}:{port}{socket:?}/{database}")
}

async fn open(file: &Path) -> Result<SqliteConnection, sqlx::Error> {
    SqliteConnectOptions::new().filename(file).read_only(true).create_if_missing(false).connect().await
}

fn compare(known: &Migrator, applied: &[i64]) -> Schema {
    if let Some(newest) = applied.iter().filter(|version| !known.version_exists(**version)).max() {
        return Schema::Newer(*newest);
    }
    match known.iter().filter(|migration| !applied.contains(&migration.version)).count() {
        0 => Schema::Current,
        _ if applied.is_empty() => Schema::Absent,
        missing => Schema::Behind(missing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn a_database_is_the_same_by_each_of_its_addresses() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        std::fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let of = |folder: &Path, name: &str| whereabouts(&format!("sqlite:{}", folder.join(name).display()));
        assert_eq!(of(&link, "a.db"), of(&real, "a.db"), "before there is one");
        std::fs::write(real.join("a.db"), "").unwrap();
        assert_eq!(of(&link, "a.db"), of(&real, "a.db"));
        assert_ne!(of(&real, "a.db"), of(&real, "b.db"));
        assert_ne!(of(&real, "a.db"), of(folder.path(), "a.db"));
        let at = |rest: &str| whereabouts(&format!("postgres://parlour{rest}"));
        for same in [":secret@db/parlour", ":other@db:5432/parlour", "@db/parlour?password=secret&sslmode=disable"] {
            assert_eq!(at(same), at("@db/parlour"), "{same}");
            assert!(!at(same).contains("secret"), "{}", at(same));
        }
        for other in ["@db/other", "@other/parlour", "@db:5433/parlour", "2@db/parlour", "@db/parlour?host=/run"] {
            assert_ne!(at(other), at("@db/parlour"), "{other}");
        }
    }

    #[tokio::test]
    async fn a_database_is_absent_old_current_or_of_the_future() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("with space.db");
        let url = format!("sqlite:{}", file.display().to_string().replace(' ', "%20"));
        assert_eq!(sqlite_file(&url).unwrap(), file);
        assert_eq!(schema(&url).await.unwrap(), Schema::Absent);
        assert!(!file.exists(), "looking makes nothing");
        Store::open(&url).await.unwrap().close().await;
        assert_eq!(schema(&url).await.unwrap(), Schema::Current);
        assert!(is_sound(&file).await.unwrap());

        let change = async |statement: &str| {
            let options = SqliteConnectOptions::new().filename(&file);
            let mut connection = options.connect().await.unwrap();
            sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
        };
        change("DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)").await;
        assert_eq!(schema(&url).await.unwrap(), Schema::Behind(1));
        change("UPDATE _sqlx_migrations SET version = 999999 WHERE version = 1").await;
        assert_eq!(schema(&url).await.unwrap(), Schema::Newer(999_999));
        std::fs::write(&file, "no database").unwrap();
        assert!(schema(&url).await.is_err());
    }
}
