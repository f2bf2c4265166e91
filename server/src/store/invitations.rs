//! Invitations: secrets that let their holder in past some of the door.

use sqlx::Row as _;
use sqlx::any::AnyRow;
use wire::{Identity, RoomName};

use super::deeds::carry_out;
use super::{Noted, SecretHash, Store, spoilt};
use crate::clock;

/// How many a room may have.
const INVITATIONS_MAX: i64 = 200;

/// An invitation, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// What is kept of the secret.
    pub hash: SecretHash,
    /// For whom, in the host's words.
    pub label: String,
    /// Whether it is for one person: for whoever comes by it first.
    pub single: bool,
    /// When it was made, in milliseconds since 1970.
    pub made_at_ms: u64,
    /// Until when it is good.
    pub ends_at_ms: u64,
    /// Whether that one person has come.
    pub used: bool,
}

impl Store {
    /// Stores an invitation, and writes that down; `false` when the room has too many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_invitation(
        &self,
        room: &RoomName,
        new: &Invitation,
        noted: &Noted,
    ) -> Result<bool, sqlx::Error> {
        let insert = sqlx::query(
            "INSERT INTO invitations (hash, room, label, single, made_at_ms, ends_at_ms)
             SELECT $1, name, $3, $4, $5, $6 FROM rooms
             WHERE name = $2 AND (SELECT count(*) FROM invitations WHERE room = $2) < $7",
        )
        .bind(new.hash.to_vec())
        .bind(room.as_str().to_owned())
        .bind(new.label.clone())
        .bind(i64::from(new.single))
        .bind(new.made_at_ms.cast_signed())
        .bind(new.ends_at_ms.cast_signed())
        .bind(INVITATIONS_MAX);
        carry_out(&self.writer, room, vec![insert], noted).await
    }

    /// A room's invitations, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn invitations(&self, room: &RoomName) -> Result<Vec<Invitation>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT hash, label, single, made_at_ms, ends_at_ms, used_by FROM invitations WHERE room = $1
             ORDER BY made_at_ms DESC, hash",
        )
        .bind(room.as_str())
        .fetch_all(&self.reader)
        .await?;
        let invitation = |row: &AnyRow| {
            let hash = row.try_get::<Vec<u8>, _>("hash")?;
            let single = row.try_get::<i64, _>("single")? != 0;
            Ok(Invitation {
                hash: hash.try_into().map_err(|_| spoilt("invitations.hash"))?,
                label: row.try_get("label")?,
                single,
                made_at_ms: row.try_get::<i64, _>("made_at_ms")?.cast_unsigned(),
                ends_at_ms: row.try_get::<i64, _>("ends_at_ms")?.cast_unsigned(),
                used: single && row.try_get::<Option<String>, _>("used_by")?.is_some(),
            })
        };
        rows.iter().map(invitation).collect()
    }

    /// Takes an invitation back, and writes that down; who came by it stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_invitation(
        &self,
        room: &RoomName,
        hash: &SecretHash,
        noted: &Noted,
    ) -> Result<bool, sqlx::Error> {
        let delete = sqlx::query("DELETE FROM invitations WHERE room = $1 AND hash = $2");
        let delete = delete.bind(room.as_str().to_owned()).bind(hash.to_vec());
        carry_out(&self.writer, room, vec![delete], noted).await
    }

    /// Uses an invitation; one for a single person is theirs from then on. `false` when it is not good for this one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_invitation(
        &self,
        room: &RoomName,
        hash: &SecretHash,
        identity: &Identity,
    ) -> Result<bool, sqlx::Error> {
        let done = sqlx::query(
            "UPDATE invitations SET used_by = coalesce(used_by, $3)
             WHERE room = $1 AND hash = $2 AND ends_at_ms > $4 AND (single = 0 OR used_by IS NULL OR used_by = $3)",
        )
        .bind(room.as_str())
        .bind(hash.as_slice())
        .bind(identity.as_str())
        .bind(clock::now_ms().cast_signed())
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() == 1)
    }
}
