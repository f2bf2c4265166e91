//! A database for each Parlour: a file of SQLite, or with `PARLOUR_TEST_DATABASE=postgres` one in a Postgres.

use std::env;
use std::sync::OnceLock;

use sqlx::AnyPool;
use sqlx::any::{AnyPoolOptions, install_default_drivers};
use tempfile::TempDir;
use tokio::runtime::Handle;

use super::postgres::{self, Cluster};

/// Whether these tests run on Postgres.
pub(crate) fn on_postgres() -> bool {
    match env::var("PARLOUR_TEST_DATABASE").as_deref() {
        Err(_) | Ok("" | "sqlite") => false,
        Ok("postgres") => true,
        Ok(other) => panic!("PARLOUR_TEST_DATABASE is neither sqlite nor postgres: {other}"),
    }
}

/// A database that nobody has used; it goes with its owner.
pub(crate) struct Database {
    pub(crate) url: String,
    place: Place,
    reader: OnceLock<AnyPool>,
}

enum Place {
    File { _folder: TempDir },
    Cluster(&'static Cluster, String),
    Elsewhere,
}

impl Database {
    /// One that several Parlours may share, whatever these tests run on.
    pub(crate) async fn to_share() -> Self {
        let cluster = postgres::shared().await;
        Self::in_cluster(cluster, cluster.database().await)
    }

    pub(crate) async fn fresh() -> Self {
        if on_postgres() { Self::to_share().await } else { Self::file() }
    }

    /// One that has no schema yet.
    pub(crate) async fn empty() -> Self {
        if !on_postgres() {
            return Self::file();
        }
        let cluster = postgres::shared().await;
        Self::in_cluster(cluster, cluster.empty_database().await)
    }

    fn in_cluster(cluster: &'static Cluster, name: String) -> Self {
        Self::new(cluster.url(&name), Place::Cluster(cluster, name))
    }

    fn file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("parlour.db").display());
        Self::new(url, Place::File { _folder: folder })
    }

    /// One that somebody else looks after.
    pub(crate) fn at(url: String) -> Self {
        Self::new(url, Place::Elsewhere)
    }

    fn new(url: String, place: Place) -> Self {
        Self { url, place, reader: OnceLock::new() }
    }

    /// A look at what is there, past Parlour; one connection, which remembers what it was asked before.
    pub(crate) fn reader(&self) -> &AnyPool {
        self.reader.get_or_init(|| {
            install_default_drivers();
            AnyPoolOptions::new().max_connections(1).connect_lazy(&self.url).unwrap()
        })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Each takes eight megabytes.
        if let (Place::Cluster(cluster, name), Ok(runtime)) = (&self.place, Handle::try_current()) {
            let (cluster, statement) = (*cluster, format!("DROP DATABASE {name} WITH (FORCE)"));
            runtime.spawn(async move { cluster.say(&statement).await });
        }
    }
}
