//! Whether the database can be read and written now.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use sqlx::{AnyPool, Executor as _};

use super::Store;
use super::backend::{SQLITE_WAITS, SQLITE_WAITS_A_SECOND};

/// A trial counts for so long: however many ask, it costs little.
const COUNTS_FOR: Duration = Duration::from_secs(1);
/// How long those of ours who write may take before it is our turn. A busy writer is not a dead one: it takes milliseconds for
/// each, and whoever waits longer than this for somebody else's lock has waited in vain. When it is, somebody else may hold the
/// lock for a second.
const TURN_WITHIN: Duration = Duration::from_secs(5);
/// Writes a page and changes nothing: nobody uses this number. What is begun and taken back would reach no disk, which may be
/// full.
const SQLITE_WRITES: &str = "PRAGMA user_version = 0";

impl Store {
    /// Whether the database answers, and can be written where that is another matter.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<(), Arc<sqlx::Error>> {
        if !self.is_sqlite {
            return Ok(takes_writes(&self.writer).await?);
        }
        sqlx::query("SELECT 1").execute(&self.reader).await?;
        let writer = self.writer.clone();
        // To its end, whoever asked: the writer shall be as patient as before in any case.
        let trial = self.trial.outcome(COUNTS_FOR, async move { write(&writer).await });
        trial.await.map_err(|_| sqlx::Error::WorkerCrashed)?
    }
}

/// Asks Postgres: a server that follows another one answers, and takes nothing.
async fn takes_writes(writer: &AnyPool) -> Result<(), sqlx::Error> {
    let read_only: String =
        sqlx::query_scalar("SELECT current_setting('transaction_read_only')").fetch_one(writer).await?;
    match read_only.as_str() {
        "off" => Ok(()),
        _ => Err(io::Error::new(io::ErrorKind::ReadOnlyFilesystem, "it can only be read").into()),
    }
}

async fn write(writer: &AnyPool) -> Result<(), sqlx::Error> {
    let turn = tokio::time::timeout(TURN_WITHIN, writer.acquire()).await;
    let mut writer = turn.map_err(|_| sqlx::Error::PoolTimedOut)??;
    writer.execute(SQLITE_WAITS_A_SECOND).await?;
    let written = writer.execute(SQLITE_WRITES).await;
    writer.execute(SQLITE_WAITS).await?;
    written.map(drop)
}
