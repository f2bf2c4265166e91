//! Hosts of a room: who is one, whether one is inside, and who has taken the meeting over where none is.

use sqlx::Row as _;
use sqlx::any::AnyRow;
use wire::{DisplayName, Identity, Role, RoomName};

use super::deeds::Statement;
use super::members::{about, giving};
use super::rooms::{RoomChange, changing};
use super::{Noted, Store, spoilt, to_the_end};

/// Who is a host, in SQL: as [`Member::role_in`](super::Member::role_in) says,
const IS_HOST: &str = "(admissions.role = 'host'
     OR admissions.role IS NULL AND admissions.teacher = 1 AND rooms.teachers = 1)";
/// and who has taken over.
const TOOK_OVER: &str = "admissions.took_over_in = rooms.meeting";

/// How a room stands with its hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hosting {
    /// Whether a host is inside: not one who has only taken over.
    pub hosted: bool,
    /// Whether somebody has taken the meeting over.
    pub taken_over: bool,
    /// Since when people are inside without one or the other, in milliseconds since 1970; `None` when one is inside, or
    /// nobody.
    pub without_since_ms: Option<u64>,
}

/// What ends for somebody with what is done about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// Nothing.
    Nothing,
    /// They have taken this meeting over no longer, and do not take it over again.
    TakenOver(i64),
    /// The same, and they are no host for good any more; the link by which they may have become one makes no more hosts.
    Hosting(i64),
}

impl Ends {
    /// The statements that end it, to which others may come.
    pub(super) fn statements(self, room: &RoomName, identity: &Identity) -> Vec<Statement> {
        const SQL: &str = "UPDATE admissions SET took_over_in = 0 - $3
             WHERE room = $1 AND identity = $2 AND took_over_in + $3 <> 0";
        let take_back = |meeting| about(SQL, room, identity).bind::<i64>(meeting);
        match self {
            Self::Nothing => Vec::new(),
            Self::TakenOver(meeting) => vec![take_back(meeting)],
            Self::Hosting(meeting) => {
                let no_link = changing(room, RoomChange::HostLink(None));
                vec![no_link, take_back(meeting), giving(room, identity, Role::Guest)]
            }
        }
    }
}

impl Store {
    /// Who is a host of a room, by name; also who has taken over the meeting that goes on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hosts(&self, room: &RoomName) -> Result<Vec<(Identity, DisplayName)>, sqlx::Error> {
        let statement = format!(
            "SELECT admissions.identity AS identity, admissions.name AS name
             FROM admissions JOIN rooms ON rooms.name = admissions.room
             WHERE admissions.room = $1 AND ({IS_HOST} OR {TOOK_OVER}) ORDER BY admissions.name, admissions.identity"
        );
        let rows = sqlx::query(&statement).bind(room.as_str()).fetch_all(&self.reader).await?;
        let host = |row: &AnyRow| {
            let name = DisplayName::parse(row.try_get("name")?).map_err(|_| spoilt("admissions.name"))?;
            Ok((Identity(row.try_get("identity")?), name))
        };
        rows.iter().map(host).collect()
    }

    /// How a room stands with its hosts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hosting(&self, room: &RoomName) -> Result<Hosting, sqlx::Error> {
        let statement = format!(
            "SELECT min(CASE WHEN left_at_ms IS NULL THEN joined_at_ms END) AS begun,
                    max(CASE WHEN {IS_HOST} OR {TOOK_OVER} THEN left_at_ms END) AS gone,
                    count(CASE WHEN {IS_HOST} AND left_at_ms IS NULL THEN 1 END) AS hosts,
                    count(CASE WHEN {TOOK_OVER} THEN 1 END) AS heirs,
                    count(CASE WHEN {TOOK_OVER} AND left_at_ms IS NULL THEN 1 END) AS heirs_inside
             FROM presences JOIN rooms ON rooms.name = presences.room
             LEFT JOIN admissions ON admissions.room = presences.room AND admissions.identity = presences.identity
             WHERE presences.room = $1 AND presences.kind = 'person'"
        );
        let row = sqlx::query(&statement).bind(room.as_str()).fetch_one(&self.reader).await?;
        let moment = |column: &str| row.try_get::<Option<i64>, _>(column);
        let some = |column: &str| row.try_get::<i64, _>(column).map(|count| count > 0);
        let (begun, gone) = (moment("begun")?, moment("gone")?.unwrap_or_default());
        let (hosted, taken_over) = (some("hosts")?, some("heirs")?);
        let nobody = !hosted && !some("heirs_inside")?;
        let without_since_ms = begun.filter(|_| nobody).map(|begun| begun.max(gone).cast_unsigned());
        Ok(Hosting { hosted, taken_over, without_since_ms })
    }

    /// Has somebody take a meeting over, for as long as it lasts; `false` when they never came to the door, or when whoever
    /// made the room has taken this meeting from them. It is written down.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_over(
        &self,
        room: &RoomName,
        identity: &Identity,
        meeting: i64,
        noted: Noted,
    ) -> Result<bool, sqlx::Error> {
        const SQL: &str = "UPDATE admissions SET took_over_in = $3
             WHERE room = $1 AND identity = $2 AND took_over_in + $3 <> 0";
        let taking = about(SQL, room, identity).bind(meeting);
        self.do_to_member(room, identity, Ends::Nothing, Some(taking), noted).await
    }

    /// Takes a meeting from somebody, who does not take it over again, and writes that down.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_back(
        &self,
        room: &RoomName,
        identity: &Identity,
        meeting: i64,
        noted: Noted,
    ) -> Result<(), sqlx::Error> {
        self.do_to_member(room, identity, Ends::TakenOver(meeting), None, noted).await.map(drop)
    }

    /// Nobody has taken a room's meeting over any more. Answers who had.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_back(&self, room: &RoomName) -> Result<Vec<Identity>, sqlx::Error> {
        const SQL: &str =
            "UPDATE admissions SET took_over_in = 0 WHERE room = $1 AND took_over_in > 0 RETURNING identity";
        let (store, room) = (self.clone(), room.clone());
        let rows = to_the_end(async move {
            let rows = sqlx::query(SQL).bind(room.as_str()).fetch_all(&store.writer).await;
            store.members.clear();
            rows
        });
        rows.await?.iter().map(|row| Ok(Identity(row.try_get("identity")?))).collect()
    }
}
