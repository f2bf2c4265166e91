//! Keys of machines.

use sqlx::Row as _;
use sqlx::any::AnyRow;
use wire::DisplayName;

use super::{Store, TokenHash, spoilt};

const COLUMNS: &str = "id, hash, subject, name, scopes, made_at_ms, ends_at_ms, used_at_ms";

/// A key as it is stored; its secret is nowhere.
#[derive(Clone)]
pub struct StoredKey {
    /// What names it.
    pub id: String,
    /// Of its secret.
    pub hash: TokenHash,
    /// What meetings know it by.
    pub subject: [u8; 32],
    /// What it is for.
    pub name: DisplayName,
    /// What it may be used for: words, separated by spaces.
    pub scopes: String,
    /// When it was made, in milliseconds since 1970.
    pub made_at_ms: u64,
    /// When it ends.
    pub ends_at_ms: u64,
    /// When it was used last, to the hour; 0: never.
    pub used_at_ms: u64,
}

impl Store {
    /// Stores a new key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_key(&self, key: &StoredKey) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO api_keys (id, hash, subject, name, scopes, made_at_ms, ends_at_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&key.id)
        .bind(key.hash.as_slice())
        .bind(key.subject.as_slice())
        .bind(key.name.as_str())
        .bind(&key.scopes)
        .bind(key.made_at_ms.cast_signed())
        .bind(key.ends_at_ms.cast_signed())
        .execute(&self.writer)
        .await
        .map(drop)
    }

    /// The key with this id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn key(&self, id: &str) -> Result<Option<StoredKey>, sqlx::Error> {
        let statement = format!("SELECT {COLUMNS} FROM api_keys WHERE id = $1");
        let row = sqlx::query(&statement).bind(id).fetch_optional(&self.reader).await?;
        row.as_ref().map(key).transpose()
    }

    /// Every key, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keys(&self) -> Result<Vec<StoredKey>, sqlx::Error> {
        let statement = format!("SELECT {COLUMNS} FROM api_keys ORDER BY made_at_ms DESC, id");
        sqlx::query(&statement).fetch_all(&self.reader).await?.iter().map(key).collect()
    }

    /// The keys whose time was over after one moment, and up to another.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keys_that_ended(&self, after_ms: u64, upto_ms: u64) -> Result<Vec<StoredKey>, sqlx::Error> {
        let statement = format!("SELECT {COLUMNS} FROM api_keys WHERE ends_at_ms > $1 AND ends_at_ms <= $2");
        let keys = sqlx::query(&statement).bind(after_ms.cast_signed()).bind(upto_ms.cast_signed());
        keys.fetch_all(&self.reader).await?.iter().map(key).collect()
    }

    /// Notes that a key was used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn key_used(&self, id: &str, at_ms: u64) -> Result<(), sqlx::Error> {
        let update = sqlx::query("UPDATE api_keys SET used_at_ms = $2 WHERE id = $1").bind(id);
        update.bind(at_ms.cast_signed()).execute(&self.writer).await.map(drop)
    }

    /// Deletes a key; `false` when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_key(&self, id: &str) -> Result<bool, sqlx::Error> {
        let delete = sqlx::query("DELETE FROM api_keys WHERE id = $1").bind(id);
        Ok(delete.execute(&self.writer).await?.rows_affected() == 1)
    }
}

fn key(row: &AnyRow) -> Result<StoredKey, sqlx::Error> {
    let bytes = |column| row.try_get::<&[u8], _>(column)?.try_into().map_err(|_| spoilt("api_keys"));
    let time = |column| Ok::<_, sqlx::Error>(row.try_get::<i64, _>(column)?.cast_unsigned());
    Ok(StoredKey {
        id: row.try_get("id")?,
        hash: bytes("hash")?,
        subject: bytes("subject")?,
        name: DisplayName::parse(row.try_get("name")?).map_err(|_| spoilt("api_keys.name"))?,
        scopes: row.try_get("scopes")?,
        made_at_ms: time("made_at_ms")?,
        ends_at_ms: time("ends_at_ms")?,
        used_at_ms: time("used_at_ms")?,
    })
}
