//! What LiveKit tells of who comes and goes: each event applied once, and put right by asking.

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection};
use wire::RoomName;

use super::Store;
use super::presences::{Participant, inside, room_name};
use crate::clock;

/// What LiveKit says that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Somebody came.
    Joined(Participant),
    /// Somebody went, at this time of LiveKit's.
    Left(Participant, u64),
    /// The room ended, at this time of LiveKit's.
    Ended(u64),
}

impl Store {
    /// Whether an event of LiveKit was applied before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn was_applied(&self, id: &str) -> Result<bool, sqlx::Error> {
        let known = sqlx::query("SELECT 1 FROM applied_events WHERE id = $1").bind(id);
        known.fetch_optional(&self.reader).await.map(|row| row.is_some())
    }

    /// Applies an event of LiveKit; `false` when that was done before. The event's id and what it changes are stored
    /// together or not at all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn apply_event(&self, id: &str, room: &RoomName, change: &Change) -> Result<bool, sqlx::Error> {
        let now = clock::now_ms().cast_signed();
        let mut transaction = self.writer.begin().await?;
        let noted =
            sqlx::query("INSERT INTO applied_events (id, applied_at_ms) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .bind(id)
                .bind(now)
                .execute(&mut *transaction)
                .await?;
        if noted.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        match change {
            Change::Joined(participant) => joined(&mut transaction, room, participant, now).await?,
            Change::Left(participant, at_ms) => left(&mut transaction, room, participant, *at_ms, now).await?,
            Change::Ended(at_ms) => ended(&mut transaction, room, *at_ms, now).await?,
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Puts right who is inside, by LiveKit's answer to a question that was asked at `asked_at_ms` of Parlour's clock;
    /// what LiveKit has told since is newer than the answer, and stays. True when somebody had come or gone unnoticed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reconcile(
        &self,
        room: &RoomName,
        asked_at_ms: u64,
        answer: &[Participant],
    ) -> Result<bool, sqlx::Error> {
        let asked = asked_at_ms.cast_signed();
        let mut transaction = self.writer.begin().await?;
        let before = inside(&mut *transaction, room).await?;
        for participant in answer {
            // Who has left by LiveKit's own word does not come back under the same sid.
            let statement = "INSERT INTO presences (room, sid, identity, name, kind, joined_at_ms, told_at_ms)
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (room, sid) DO UPDATE
                 SET name = excluded.name, kind = excluded.kind, told_at_ms = excluded.told_at_ms,
                     left_at_ms = CASE WHEN presences.left_said = 1 THEN presences.left_at_ms ELSE NULL END
                 WHERE presences.told_at_ms < excluded.told_at_ms";
            stay(statement, room, participant, asked).execute(&mut *transaction).await?;
        }
        // The others were inside when LiveKit spoke of them last. Nobody knows for how much longer.
        sqlx::query(
            "UPDATE presences
             SET left_at_ms = CASE WHEN told_at_ms > joined_at_ms THEN told_at_ms ELSE joined_at_ms END
             WHERE room = $1 AND left_at_ms IS NULL AND told_at_ms < $2",
        )
        .bind(room.as_str())
        .bind(asked)
        .execute(&mut *transaction)
        .await?;
        let after = inside(&mut *transaction, room).await?;
        transaction.commit().await?;
        Ok(before != after)
    }

    /// LiveKit was started anew: everybody who was inside has left. Answers in which rooms somebody was. Who has come
    /// back before this could be stored is found inside by the next question.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn everybody_left(&self) -> Result<Vec<RoomName>, sqlx::Error> {
        let mut rooms = sqlx::query(
            "UPDATE presences SET told_at_ms = $1,
                 left_at_ms = CASE WHEN joined_at_ms > $1 THEN joined_at_ms ELSE $1 END
             WHERE left_at_ms IS NULL RETURNING room",
        )
        .bind(clock::now_ms().cast_signed())
        .fetch_all(&self.writer)
        .await?
        .iter()
        .map(room_name)
        .collect::<Result<Vec<RoomName>, _>>()?;
        rooms.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
        rooms.dedup();
        Ok(rooms)
    }
}

/// Nothing that is known already can be younger than the news that the stay began.
async fn joined(
    at: &mut AnyConnection,
    room: &RoomName,
    participant: &Participant,
    now: i64,
) -> Result<(), sqlx::Error> {
    let statement = "INSERT INTO presences (room, sid, identity, name, kind, joined_at_ms, told_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (room, sid) DO NOTHING";
    stay(statement, room, participant, now).execute(&mut *at).await?;
    // LiveKit has an identity once: whichever stay began last has ended the others.
    sqlx::query(
        "UPDATE presences SET told_at_ms = $3, left_at_ms =
             (SELECT max(last.joined_at_ms) FROM presences AS last WHERE last.room = $1 AND last.identity = $2)
         WHERE room = $1 AND identity = $2 AND left_at_ms IS NULL AND joined_at_ms <
             (SELECT max(last.joined_at_ms) FROM presences AS last WHERE last.room = $1 AND last.identity = $2)",
    )
    .bind(room.as_str())
    .bind(participant.identity.as_str())
    .bind(now)
    .execute(at)
    .await
    .map(drop)
}

/// Also of somebody whose coming was not told, or not yet: the event holds when that was.
async fn left(
    at: &mut AnyConnection,
    room: &RoomName,
    participant: &Participant,
    left_at_ms: u64,
    now: i64,
) -> Result<(), sqlx::Error> {
    let statement = "INSERT INTO presences
             (room, sid, identity, name, kind, joined_at_ms, told_at_ms, left_at_ms, left_said)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) ON CONFLICT (room, sid) DO UPDATE
         SET name = excluded.name, told_at_ms = excluded.told_at_ms, left_at_ms = excluded.left_at_ms, left_said = 1";
    // Events carry whole seconds: nobody leaves before they came.
    let left_at_ms = left_at_ms.max(participant.joined_at_ms);
    stay(statement, room, participant, now).bind(left_at_ms.cast_signed()).execute(at).await.map(drop)
}

/// Everybody who came before that second; who came later is in another room of the same name.
async fn ended(at: &mut AnyConnection, room: &RoomName, ended_at_ms: u64, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE presences SET left_at_ms = $2, told_at_ms = $3
         WHERE room = $1 AND left_at_ms IS NULL AND joined_at_ms < $2",
    )
    .bind(room.as_str())
    .bind(ended_at_ms.cast_signed())
    .bind(now)
    .execute(at)
    .await
    .map(drop)
}

/// A statement on one stay, with its first seven values.
fn stay<'q>(
    statement: &'q str,
    room: &'q RoomName,
    participant: &'q Participant,
    told_at_ms: i64,
) -> Query<'q, Any, AnyArguments<'q>> {
    sqlx::query(statement)
        .bind(room.as_str())
        .bind(&participant.sid)
        .bind(participant.identity.as_str())
        .bind(&participant.name)
        .bind(participant.kind.as_str())
        .bind(participant.joined_at_ms.cast_signed())
        .bind(told_at_ms)
}
