//! The two databases, and what they need apart from the statements.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers};
use sqlx::migrate::Migrator;
use sqlx::{AnyPool, Executor as _};

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
                let pool = pool(POSTGRES_CONNECTIONS_MAX).connect_with(options).await?;
                Ok((pool.clone(), pool))
            }
            Self::Sqlite => {
                if !options.database_url.query_pairs().any(|(name, _)| name == "mode") {
                    options.database_url.query_pairs_mut().append_pair("mode", "rwc");
                }
                let pool = |most| {
                    pool(most).after_connect(|connection, _| {
                        Box::pin(async move { connection.execute(SQLITE_PRAGMAS).await.map(drop) })
                    })
                };
                // The writer first: it makes the file.
                let writer = pool(1).connect_with(options.clone()).await?;
                Ok((pool(CONNECTIONS_MAX).connect_with(options).await?, writer))
            }
        }
    }

    /// Brings the schema up to date; of several Parlours one does it and the others wait.
    pub(super) async fn migrate(self, writer: &AnyPool) -> Result<(), sqlx::Error> {
        Ok(self.migrations().run(writer).await?)
    }

    pub(super) fn migrations(self) -> Migrator {
        match self {
            Self::Sqlite => sqlx::migrate!("migrations/sqlite"),
            Self::Postgres => sqlx::migrate!("migrations/postgres"),
        }
    }
}

fn pool(most: u32) -> AnyPoolOptions {
    AnyPoolOptions::new().max_connections(most).acquire_timeout(PATIENCE)
}
