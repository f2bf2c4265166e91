//! Members of a room: who has asked to come in, what was decided, and what they are.

#[cfg(test)]
mod tests;

use std::slice;
use std::sync::LazyLock;

use sqlx::Row as _;
use sqlx::any::AnyRow;
use sqlx::query::Query;
use wire::{DisplayName, Identity, Role, RoomName, Waiting};

use super::deeds::{Statement, carry_out};
use super::{Ends, Noted, Room, Store, spoilt, to_the_end};
use crate::clock;
use crate::network::Network;

/// How many are let in by one statement.
const AT_ONCE: usize = 100;

/// What was decided about somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// May be inside.
    Admitted,
    /// Waits at the door.
    Waiting,
    /// Has waited, and gone away.
    Left,
    /// Was not let in.
    Denied,
    /// Was taken out of the meeting.
    Removed,
    /// Is kept out of the room, in later meetings too.
    Banned,
}

impl Standing {
    const ALL: [Self; 6] = [Self::Admitted, Self::Waiting, Self::Left, Self::Denied, Self::Removed, Self::Banned];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Admitted => "admitted",
            Self::Waiting => "waiting",
            Self::Left => "left",
            Self::Denied => "denied",
            Self::Removed => "removed",
            Self::Banned => "banned",
        }
    }
}

/// Somebody who has come to a room's door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Name of the last time.
    pub name: DisplayName,
    /// The role that somebody gave; `None`: what everybody gets.
    pub role: Option<Role>,
    /// Whether they were a teacher when they came the last time.
    pub teacher: bool,
    /// The meeting that they have taken over, since no host was there; less than 0: the one that was taken from them, which
    /// they do not take over again; 0: none.
    pub took_over_in: i64,
    /// What was decided,
    pub standing: Standing,
    /// in which meeting of the room,
    pub meeting: i64,
    /// and when, in milliseconds since 1970.
    pub since_ms: u64,
    /// Tokens that were issued before are no longer good, in seconds since 1970.
    pub valid_from_s: u64,
    /// The meeting in which a host has to let them in, whatever the door, since one has taken them out.
    pub asks_in: i64,
    /// The network that they came from the last time; `None`: not known, or forgotten.
    pub network: Option<Network>,
}

impl Member {
    /// What they are in a room beside what everybody is, for those who do not have their session: by what was given to them,
    /// and by what they were when they came. What follows from the room's settings ends with them.
    pub fn role_in(&self, room: &Room) -> Option<Role> {
        if self.has_taken_over(room) {
            return Some(Role::Host);
        }
        self.lasting_role_in(room)
    }

    /// The same, but for what they have taken over.
    pub fn lasting_role_in(&self, room: &Room) -> Option<Role> {
        self.role.or((self.teacher && room.settings.teachers).then_some(Role::Host))
    }

    /// Whether they are a host of the meeting that goes on in a room, since none was there.
    pub const fn has_taken_over(&self, room: &Room) -> bool {
        self.took_over_in == room.meeting
    }
}

#[cfg(test)]
impl Member {
    /// Somebody who was just let into a room's first meeting.
    pub(super) fn admitted(name: &str) -> Self {
        Self {
            name: DisplayName::parse(name).unwrap(),
            role: None,
            teacher: false,
            took_over_in: 0,
            standing: Standing::Admitted,
            meeting: 1,
            since_ms: clock::now_ms(),
            valid_from_s: 0,
            asks_in: 0,
            network: None,
        }
    }
}

impl Store {
    /// Somebody who has come to a room's door.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn member(&self, room: &RoomName, identity: &Identity) -> Result<Option<Member>, sqlx::Error> {
        let key = (room.clone(), identity.clone());
        if let Some(member) = self.members.get(&key) {
            return Ok(Some(member));
        }
        let epoch = self.members.epoch();
        let row = sqlx::query(
            "SELECT name, role, teacher, took_over_in, state, meeting, admitted_at_ms, valid_from_s, asks_in, network FROM admissions
             WHERE room = $1 AND identity = $2",
        )
        .bind(room.as_str())
        .bind(identity.as_str())
        .fetch_optional(&self.reader)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let member = member(&row)?;
        self.members.put(epoch, key, member.clone());
        Ok(Some(member))
    }

    /// Forgets who has waited at a door, or was turned away from an earlier meeting, before a time: nothing depends on it
    /// any more. What a host has said about somebody stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_strangers(&self, before_ms: u64) -> Result<(), sqlx::Error> {
        let store = self.clone();
        to_the_end(async move {
            let done = sqlx::query(
                "DELETE FROM admissions
                 WHERE state IN ('waiting', 'left', 'denied') AND role IS NULL AND admitted_at_ms < $1
                     AND (state <> 'denied' AND asks_in = 0
                         OR meeting < (SELECT meeting FROM rooms WHERE rooms.name = admissions.room))",
            )
            .bind(before_ms.cast_signed())
            .execute(&store.writer)
            .await;
            store.members.clear();
            done.map(drop)
        })
        .await
    }

    /// Decides about somebody in a meeting, in which whoever is taken out has to ask from now on, and writes that down with
    /// what ends by it. `false` when nobody of this identity has come to the door, or it was decided already: about whom is
    /// let in or not, when they do not ask; about whom is banned, whatever is said.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decide(
        &self,
        room: &RoomName,
        identity: &Identity,
        standing: Standing,
        meeting: i64,
        ends: Ends,
        noted: Noted,
    ) -> Result<bool, sqlx::Error> {
        self.do_to_member(room, identity, ends, Some(decision(room, identity, standing, meeting)), noted).await
    }

    /// Lets those in who ask, all at once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn admit_all(
        &self,
        room: &RoomName,
        identities: &[Identity],
        meeting: i64,
        noted: Noted,
    ) -> Result<(), sqlx::Error> {
        let deed = identities.chunks(AT_ONCE).map(|some| admitting(room, some, meeting)).collect();
        self.do_to_members(room, identities, deed, noted).await.map(drop)
    }

    /// Gives somebody another role, which they have instead of what they have taken over, and writes that down with what ends
    /// by it. `false` when they have it already, or nobody of this identity has come to the door.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_role(
        &self,
        room: &RoomName,
        identity: &Identity,
        role: Role,
        ends: Ends,
        noted: Noted,
    ) -> Result<bool, sqlx::Error> {
        self.do_to_member(room, identity, ends, Some(giving(room, identity, role)), noted).await
    }

    /// Gives somebody another name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_name(
        &self,
        room: &RoomName,
        identity: &Identity,
        name: &DisplayName,
    ) -> Result<bool, sqlx::Error> {
        self.set(room, identity, "UPDATE admissions SET name = $3 WHERE room = $1 AND identity = $2", name.as_str())
            .await
    }

    /// Leaves the hosts a note; `false` when they have decided already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_note(&self, room: &RoomName, identity: &Identity, note: &str) -> Result<bool, sqlx::Error> {
        const SQL: &str = "UPDATE admissions SET note = $3 WHERE room = $1 AND identity = $2 AND state = 'waiting'";
        self.set(room, identity, SQL, note).await
    }

    /// Does not wait any more; `false` when they did not. What was decided before is kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stop_waiting(&self, room: &RoomName, identity: &Identity) -> Result<bool, sqlx::Error> {
        const SQL: &str = "UPDATE admissions SET state = $3 WHERE room = $1 AND identity = $2 AND state = 'waiting'";
        self.set(room, identity, SQL, Standing::Left.as_str()).await
    }

    async fn set(
        &self,
        room: &RoomName,
        identity: &Identity,
        sql: &'static str,
        value: &str,
    ) -> Result<bool, sqlx::Error> {
        let update = about(sql, room, identity).bind(value.to_owned());
        self.do_to_member(room, identity, Ends::Nothing, Some(update), Noted::Nothing).await
    }

    /// Carries out what changes somebody in a room, with what ends by it, and writes that down; `false` when there is nobody of
    /// whom the last statement can be said.
    pub(super) async fn do_to_member(
        &self,
        room: &RoomName,
        identity: &Identity,
        ends: Ends,
        deed: Option<Statement>,
        noted: Noted,
    ) -> Result<bool, sqlx::Error> {
        let mut statements = ends.statements(room, identity);
        statements.extend(deed);
        let done = self.do_to_members(room, slice::from_ref(identity), statements, noted);
        // Of the room itself the link for hosts alone can end, and whoever reads other rooms need not ask again for less.
        if matches!(ends, Ends::Hosting(_)) { self.change_to_the_end(room, done).await } else { done.await }
    }

    /// Carries out what changes people in a room, and writes that down.
    fn do_to_members(
        &self,
        room: &RoomName,
        identities: &[Identity],
        deed: Vec<Statement>,
        noted: Noted,
    ) -> impl Future<Output = Result<bool, sqlx::Error>> + Send + use<> {
        let (store, room, identities) = (self.clone(), room.clone(), identities.to_vec());
        to_the_end(async move {
            let done = carry_out(&store.writer, &room, deed, &noted).await;
            for identity in identities {
                store.members.forget(&(room.clone(), identity));
            }
            done
        })
    }

    /// Who waits in a meeting, the first first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting(&self, room: &RoomName, meeting: i64) -> Result<Vec<Waiting>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT identity, name, note FROM admissions WHERE room = $1 AND meeting = $2 AND state = 'waiting'
             ORDER BY admitted_at_ms, identity",
        )
        .bind(room.as_str())
        .bind(meeting)
        .fetch_all(&self.reader)
        .await?;
        let waiting = |row: &AnyRow| {
            Ok(Waiting {
                identity: Identity(row.try_get("identity")?),
                name: row.try_get("name")?,
                note: row.try_get("note")?,
            })
        };
        rows.iter().map(waiting).collect()
    }
}

/// A statement about somebody in a room, which may say more.
pub(super) fn about(sql: &'static str, room: &RoomName, identity: &Identity) -> Statement {
    sqlx::query(sql).bind(room.as_str().to_owned()).bind(identity.as_str().to_owned())
}

/// What a decision makes of somebody; `$3` is the decision, `$4` the meeting, `$5` the time.
macro_rules! deciding {
    ($about:literal) => {
        concat!(
            "UPDATE admissions SET state = $3, meeting = $4, admitted_at_ms = $5,
                 asks_in = CASE $3 WHEN 'removed' THEN $4 WHEN 'admitted' THEN 0 ELSE asks_in END
             WHERE room = $1 AND state <> 'banned'
                 AND ($3 NOT IN ('admitted', 'denied') OR state IN ('waiting', 'left', 'denied')) AND ",
            $about
        )
    };
}

fn decision(room: &RoomName, identity: &Identity, standing: Standing, meeting: i64) -> Statement {
    about(deciding!("identity = $2"), room, identity)
        .bind(standing.as_str())
        .bind(meeting)
        .bind(clock::now_ms().cast_signed())
}

/// The statement that lets those in who ask, at most [`AT_ONCE`].
fn admitting(room: &RoomName, identities: &[Identity], meeting: i64) -> Statement {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        let others: Vec<_> = (6..AT_ONCE + 5).map(|place| format!("${place}")).collect();
        format!("{}($2, {})", deciding!("identity IN "), others.join(", "))
    });
    // Whoever is named twice is let in once.
    let mut names = identities.iter().cycle().take(AT_ONCE).map(|identity| identity.0.clone());
    let statement = sqlx::query(&SQL)
        .bind(room.as_str().to_owned())
        .bind(names.next())
        .bind(Standing::Admitted.as_str())
        .bind(meeting)
        .bind(clock::now_ms().cast_signed());
    names.fold(statement, Query::bind)
}

/// The statement that gives somebody a role.
pub(super) fn giving(room: &RoomName, identity: &Identity, role: Role) -> Statement {
    const SQL: &str = "UPDATE admissions SET role = $3,
             took_over_in = CASE WHEN took_over_in > 0 THEN 0 ELSE took_over_in END
         WHERE room = $1 AND identity = $2 AND (role IS NULL OR role <> $3 OR took_over_in > 0)";
    about(SQL, room, identity).bind(role.as_str())
}

fn member(row: &AnyRow) -> Result<Member, sqlx::Error> {
    let role: Option<String> = row.try_get("role")?;
    let state: String = row.try_get("state")?;
    Ok(Member {
        name: DisplayName::parse(row.try_get("name")?).map_err(|_| spoilt("admissions.name"))?,
        role: role.map(|role| Role::parse(&role).ok_or_else(|| spoilt("admissions.role"))).transpose()?,
        teacher: row.try_get::<i64, _>("teacher")? != 0,
        took_over_in: row.try_get("took_over_in")?,
        standing: Standing::ALL
            .into_iter()
            .find(|standing| standing.as_str() == state)
            .ok_or_else(|| spoilt("admissions.state"))?,
        meeting: row.try_get("meeting")?,
        since_ms: row.try_get::<i64, _>("admitted_at_ms")?.cast_unsigned(),
        valid_from_s: row.try_get::<i64, _>("valid_from_s")?.cast_unsigned(),
        asks_in: row.try_get("asks_in")?,
        network: Network::parse(row.try_get("network")?),
    })
}
