//! What is known of files that came with messages. The files themselves are elsewhere.

use sqlx::Row as _;
use wire::{FileId, RoomName};

use super::messages::{READABLE, Readable, number};
use super::{SecretHash, Store, spoilt};
use crate::clock;

/// A file that is to be stored.
pub struct NewFile<'a> {
    /// What it will be called here.
    pub id: &'a FileId,
    /// Who sends it.
    pub owner: &'a SecretHash,
    /// What they call it.
    pub name: &'a str,
    /// What it is, by its content.
    pub kind: &'a str,
    /// Its length.
    pub bytes: u64,
}

/// How much there may be, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Quotas {
    /// In one file.
    pub file: u64,
    /// Of one person, in all rooms.
    pub person: u64,
    /// In one room.
    pub room: u64,
    /// In all rooms.
    pub server: u64,
}

/// A file as it is served.
pub struct StoredFile {
    /// What its sender calls it.
    pub name: String,
    /// What it is, by its content.
    pub kind: String,
    /// Its length.
    pub bytes: u64,
}

/// Whether browsers show it, and it is one of those from which the server has taken what does not belong to the picture.
pub fn is_picture(kind: &str) -> bool {
    matches!(kind, "image/jpeg" | "image/png" | "image/webp" | "image/gif")
}

impl Store {
    /// Takes the space that a file needs; `false` when there is not so much left.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reserve_file(&self, room: &RoomName, new: &NewFile<'_>, quotas: Quotas) -> Result<bool, sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query("UPDATE file_space SET uploads = uploads + 1").execute(&mut *transaction).await?;
        sqlx::query(
            "INSERT INTO files (id, room, owner, name, kind, bytes, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(new.id.as_str())
        .bind(room.as_str())
        .bind(new.owner.as_slice())
        .bind(new.name)
        .bind(new.kind)
        .bind(number(new.bytes))
        .bind(clock::now_ms().cast_signed())
        .execute(&mut *transaction)
        .await?;
        let taken = sqlx::query(
            "SELECT CAST(sum(bytes) AS BIGINT) AS server,
                    CAST(sum(CASE WHEN room = $1 THEN bytes END) AS BIGINT) AS room,
                    CAST(sum(CASE WHEN owner = $2 THEN bytes END) AS BIGINT) AS person FROM files",
        )
        .bind(room.as_str())
        .bind(new.owner.as_slice())
        .fetch_one(&mut *transaction)
        .await?;
        for (column, most) in [("server", quotas.server), ("room", quotas.room), ("person", quotas.person)] {
            if taken.try_get::<i64, _>(column)? > number(most) {
                transaction.rollback().await?;
                return Ok(false);
            }
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// A file of a message that somebody may read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn file(
        &self,
        room: &RoomName,
        readable: Readable,
        id: &FileId,
    ) -> Result<Option<StoredFile>, sqlx::Error> {
        let row = sqlx::query(&format!(
            "SELECT files.name AS name, kind, bytes FROM messages JOIN files ON files.id = messages.file
             WHERE messages.room = $1 AND {READABLE} messages.file = $5"
        ))
        .bind(room.as_str())
        .bind(readable.upto_meeting)
        .bind(readable.from_meeting)
        .bind(number(readable.since_ms))
        .bind(id.as_str())
        .fetch_optional(&self.reader)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let bytes = row.try_get::<i64, _>("bytes")?.cast_unsigned();
        Ok(Some(StoredFile { name: row.try_get("name")?, kind: row.try_get("kind")?, bytes }))
    }

    /// Files that no message has any more, and those that were begun before a time and belong to none yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unneeded_files(&self, begun_before_ms: u64) -> Result<Vec<FileId>, sqlx::Error> {
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM files WHERE (attached = 1 OR at_ms < $1)
                 AND NOT EXISTS (SELECT 1 FROM messages WHERE file <> '' AND file = files.id)",
        )
        .bind(number(begun_before_ms))
        .fetch_all(&self.reader)
        .await?;
        ids.iter().map(|id| FileId::parse(id).map_err(|_| spoilt("files.id"))).collect()
    }

    /// Forgets a file that has been deleted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_file(&self, id: &FileId) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM files WHERE id = $1").bind(id.as_str()).execute(&self.writer).await.map(drop)
    }
}
