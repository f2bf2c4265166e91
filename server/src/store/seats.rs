//! Places in a meeting that has only so many: taken by who is inside, and kept for a while for who was just let in or has
//! just lost the connection.

use sqlx::{AnyExecutor, Row as _};
use wire::{Identity, RoomName};

use super::arrivals::put;
use super::rooms::hold;
use super::{Member, SecretHash, Store, to_the_end};
use crate::clock;

/// How long a place is kept: whoever lost the connection is back by then, and whoever was let in is inside.
const KEPT_MS: u64 = 120_000;

/// What became of somebody who was to be let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seated {
    /// They have a place.
    In,
    /// There is none.
    Full,
    /// Something was decided about them at the same time, or they were taken out.
    Decided,
}

impl Store {
    /// Lets somebody in, as [`Store::put_member`] does, if one of so many places is free. Of two who ask for the last one at
    /// the same time, one gets it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn seat(
        &self,
        room: &RoomName,
        identity: &Identity,
        session: &SecretHash,
        member: &Member,
        known: Option<&Member>,
        places: u32,
    ) -> Result<Seated, sqlx::Error> {
        let (store, member, known, session) = (self.clone(), member.clone(), known.cloned(), *session);
        let key = (room.clone(), identity.clone());
        to_the_end(async move {
            let (room, identity) = &key;
            let seated = store.take_seat(room, identity, &session, (&member, known.as_ref()), places).await;
            store.members.forget(&key);
            seated
        })
        .await
    }

    async fn take_seat(
        &self,
        room: &RoomName,
        identity: &Identity,
        session: &SecretHash,
        (member, known): (&Member, Option<&Member>),
        places: u32,
    ) -> Result<Seated, sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        // Nobody else counts places in the room meanwhile.
        hold(room).execute(&mut *transaction).await?;
        if !has_place(&mut *transaction, room, identity, places).await? {
            transaction.rollback().await?;
            return Ok(Seated::Full);
        }
        let put = put(room, identity, session, member, known).execute(&mut *transaction).await?;
        let seated = if put.rows_affected() == 1 {
            sqlx::query("UPDATE admissions SET seated_at_ms = $3 WHERE room = $1 AND identity = $2")
                .bind(room.as_str())
                .bind(identity.as_str())
                .bind(clock::now_ms().cast_signed())
                .execute(&mut *transaction)
                .await?;
            Seated::In
        } else {
            Seated::Decided
        };
        transaction.commit().await?;
        Ok(seated)
    }

    /// Whether somebody has one of so many places, or finds one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_place(&self, room: &RoomName, identity: &Identity, places: u32) -> Result<bool, sqlx::Error> {
        has_place(&self.reader, room, identity, places).await
    }
}

/// Whoever has a place comes back to it, however many are inside: hosts come in beside them, and there may be fewer places
/// than there were.
async fn has_place(
    executor: impl AnyExecutor<'_>,
    room: &RoomName,
    identity: &Identity,
    places: u32,
) -> Result<bool, sqlx::Error> {
    let since_ms = clock::now_ms().saturating_sub(KEPT_MS);
    let row = sqlx::query(
        "SELECT count(*) AS taken, coalesce(max(CASE WHEN identity = $3 THEN 1 ELSE 0 END), 0) AS own FROM (
             SELECT identity FROM presences
             WHERE room = $1 AND kind = 'person' AND (left_at_ms IS NULL OR left_at_ms > $2)
                 AND NOT EXISTS (SELECT 1 FROM admissions WHERE admissions.room = presences.room
                     AND admissions.identity = presences.identity AND state <> 'admitted')
             UNION
             SELECT identity FROM admissions WHERE room = $1 AND state = 'admitted' AND seated_at_ms > $2
         ) AS seats",
    )
    .bind(room.as_str())
    .bind(since_ms.cast_signed())
    .bind(identity.as_str())
    .fetch_one(executor)
    .await?;
    let (taken, own): (i64, i64) = (row.try_get("taken")?, row.try_get("own")?);
    Ok(own > 0 || taken < i64::from(places))
}
