//! The two databases, and what they need apart from the statements.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers};
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, AnyPool, Connection as _, Executor as _};

/// A few connections let people read while others read.
const CONNECTIONS_MAX: u32 = 4;
/// Postgres has many writers.
const POSTGRES_CONNECTIONS_MAX: u32 = 16;
/// How long somebody waits for a connection before the database counts as not there.
const PATIENCE: Duration = Duration::from_secs(10);

/// What every connection to SQLite is told. Write-ahead log: readers and the writer do not wait for each other; with it,
/// `NORMAL` loses nothing when Parlour dies, at most the last commits at a power cut. What is deleted is overwritten.
const SQLITE_PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; \
     PRAGMA busy_timeout = 5000; PRAGMA secure_delete = ON";

/// What a connection to SQLite is told when it shall not wait for others as long as that, and afterwards.
pub(super) const SQLITE_WAITS_SHORTLY: &str = "PRAGMA busy_timeout = 100";
pub(super) const SQLITE_WAITS_A_SECOND: &str = "PRAGMA busy_timeout = 1000";
pub(super) const SQLITE_WAITS: &str = "PRAGMA busy_timeout = 5000";

/// The same for Postgres: whoever waits for somebody's lock longer than SQLite's writers do has waited in vain.
const POSTGRES_SETTINGS: &str = "SET lock_timeout = 5000";

/// Whether Parlour keeps its data in a database of this address.
pub fn is_supported(url: &str) -> bool {
    Backend::of(url).is_ok()
}

/// Which database.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Backend {
    Sqlite,
    Postgres,
}

impl Backend {
    pub(super) fn of(url: &str) -> Result<Self, sqlx::Error> {
        match url.split(':').next() {
            Some("sqlite") => Ok(Self::Sqlite),
            Some("postgres" | "postgresql") => Ok(Self::Postgres),
            _ => Err(sqlx::Error::Configuration("the address begins neither with sqlite: nor with postgres:".into())),
        }
    }

    /// Connections for reading, and for writing.
    pub(super) async fn connect(self, url: &str) -> Result<(AnyPool, AnyPool), sqlx::Error> {
        install_default_drivers();
        let mut options = AnyConnectOptions::from_str(url)?;
        match self {
            Self::Postgres => {
                let pool = pool(POSTGRES_CONNECTIONS_MAX, POSTGRES_SETTINGS).connect_with(options).await?;
                Ok((pool.clone(), pool))
            }
            Self::Sqlite => {
                if !options.database_url.query_pairs().any(|(name, _)| name == "mode") {
                    options.database_url.query_pairs_mut().append_pair("mode", "rwc");
                }
                // The writer first: it makes the file. A file does not hang up: nobody asks whether it is there each time.
                let pool = |most| {
                    let pool = pool(most, SQLITE_PRAGMAS).test_before_acquire(false);
                    pool.after_release(|connection, _| Box::pin(is_free(connection)))
                };
                let writer = pool(1).connect_with(options.clone()).await?;
                Ok((pool(CONNECTIONS_MAX).connect_with(options).await?, writer))
            }
        }
    }

    /// Brings the schema up to date; of several Parlours one does it and the others wait.
    pub(super) async fn migrate(self, writer: &AnyPool) -> Result<(), sqlx::Error> {
        let migrations = self.migrations();
        match self {
            Self::Sqlite => migrations.run(writer).await?,
            Self::Postgres => {
                let mut connection = writer.acquire().await?;
                // As long as the one that does it takes.
                connection.execute("SET lock_timeout = 0").await?;
                migrations.run(&mut *connection).await?;
                connection.execute(POSTGRES_SETTINGS).await?;
            }
        }
        Ok(())
    }

    pub(super) fn migrations(self) -> Migrator {
        match self {
            Self::Sqlite => sqlx::migrate!("migrations/sqlite"),
            Self::Postgres => sqlx::migrate!("migrations/postgres"),
        }
    }
}

/// Connections, each told the settings when it is made.
fn pool(most: u32, settings: &'static str) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(PATIENCE)
        .after_connect(move |connection, _| Box::pin(async move { connection.execute(settings).await.map(drop) }))
}

/// Whether a connection that is given back may serve others. Where the disk is full SQLite takes a transaction back by itself;
/// sqlx, which cannot take it back once more, believes that it goes on, and would make the next ones parts of it: they would
/// be answered as stored, and never be. Such a connection is closed.
async fn is_free(connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // It may only be on its way back.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}
