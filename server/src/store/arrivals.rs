//! People who are let in, or have to wait, on their way into the store.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, Transaction};
use wire::{Identity, Role, RoomName};

use super::rooms::hold;
use super::together::Job;
use super::{Cache, Member, SecretHash, Store};
use crate::clock;

/// Somebody who is written down as let in, or as waiting, when it is their turn.
pub(super) struct Arrival {
    room: RoomName,
    identity: Identity,
    session: SecretHash,
    member: Member,
    /// As they were when it was decided that they come in, or wait.
    known: Option<Member>,
    /// What was read of members before.
    kept: Cache<(RoomName, Identity), Member>,
}

impl Job for Arrival {
    /// Whether it is so now.
    type Done = bool;

    fn room(&self) -> &RoomName {
        &self.room
    }

    fn order(&self) -> impl Ord + '_ {
        (&self.room, &self.identity)
    }

    async fn write(arrivals: &[Self], transaction: &mut Transaction<'_, Any>) -> Result<Vec<bool>, sqlx::Error> {
        // Several at once are in one room where there are several writers, whose row is taken first as for a deed: those who
        // let all in who wait take the others in an order of their own.
        if let [one, _, ..] = arrivals {
            hold(&one.room).execute(&mut **transaction).await?;
        }
        let mut done = Vec::with_capacity(arrivals.len());
        for Self { room, identity, session, member, known, .. } in arrivals {
            let put = put(room, identity, session, member, known.as_ref()).execute(&mut **transaction).await?;
            done.push(put.rows_affected() == 1);
        }
        Ok(done)
    }

    fn tried(&self) {
        self.kept.forget(&(self.room.clone(), self.identity.clone()));
    }
}

impl Store {
    /// Lets the holder of a session in, or has them wait; a role that was given, or taken over, stays. `false` when something
    /// was decided about them, or their role is another, since they were `known`, or when they were taken out: then it stays
    /// so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_member(
        &self,
        room: &RoomName,
        identity: &Identity,
        session: &SecretHash,
        member: &Member,
        known: Option<&Member>,
    ) -> Result<bool, Arc<sqlx::Error>> {
        let arrival = Arrival {
            room: room.clone(),
            identity: identity.clone(),
            session: *session,
            member: member.clone(),
            known: known.cloned(),
            kept: self.members.clone(),
        };
        self.arrivals.write(arrival, &self.writer).await
    }
}

/// The statement that lets somebody in, or has them wait, unless something was decided about them since they were `known`, or
/// they were given another role.
pub(super) fn put<'a>(
    room: &'a RoomName,
    identity: &'a Identity,
    session: &'a SecretHash,
    member: &'a Member,
    known: Option<&Member>,
) -> Query<'a, Any, AnyArguments<'a>> {
    sqlx::query(
        "INSERT INTO admissions (room, identity, name, role, teacher, state, meeting, admitted_at_ms, session, network, network_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (room, identity) DO UPDATE SET name = excluded.name, session = excluded.session,
             role = coalesce(admissions.role, excluded.role), teacher = excluded.teacher,
             state = excluded.state, meeting = excluded.meeting,
             admitted_at_ms = excluded.admitted_at_ms, network = excluded.network, network_at_ms = excluded.network_at_ms
         WHERE admissions.state = $12 AND admissions.meeting = $13 AND admissions.admitted_at_ms = $14
             AND coalesce(admissions.role, '') = $15 AND admissions.took_over_in = $16
             AND admissions.state <> 'banned'
             AND NOT (admissions.state = 'removed' AND admissions.meeting = excluded.meeting
                 AND excluded.state = 'admitted')",
    )
    .bind(room.as_str())
    .bind(identity.as_str())
    .bind(member.name.as_str())
    .bind(member.role.map(Role::as_str))
    .bind(i64::from(member.teacher))
    .bind(member.standing.as_str())
    .bind(member.meeting)
    .bind(member.since_ms.cast_signed())
    .bind(session.as_slice())
    .bind(member.network.map(|network| network.to_string()).unwrap_or_default())
    .bind(clock::now_ms().cast_signed())
    .bind(known.map_or("", |known| known.standing.as_str()))
    .bind(known.map_or(0, |known| known.meeting))
    .bind(known.map_or(0, |known| known.since_ms.cast_signed()))
    .bind(known.and_then(|known| known.role).map_or("", Role::as_str))
    .bind(known.map_or(0, |known| known.took_over_in))
}
