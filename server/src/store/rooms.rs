//! Rooms and the rules at their doors.

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, Row as _};
use wire::{DatedRules, History, Role, RoomName, Rule, Rules};

use super::deeds::{Statement, carry_out};
use super::{Noted, Store, spoilt, to_the_end};
use crate::clock;

/// SHA-256 of a secret: enough to know it again, useless to a thief.
pub type SecretHash = [u8; 32];

/// How many rooms of one host are listed.
const ROOMS_PAGE: u32 = 200;

/// What is read of a room beside its name.
pub(super) const COLUMNS: &str = "title, host, host_link, ask, locked, chat_off, share_off, rules_at_ms, meeting, \
     ended, history, guests_off, password, capacity, starts_at_ms, ends_at_ms, zone_min, newcomers, teachers, \
     guests_take_over, alias, \
     (SELECT max(ends_at_ms) FROM network_bans WHERE room = rooms.name) AS networks_until_ms";

/// What hosts have set for a meeting beside its rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settings {
    /// Only people with an account come in.
    pub guests_off: bool,
    /// So many people at once; `None`: as many as come.
    pub capacity: Option<u32>,
    /// From when newcomers come in, in milliseconds since 1970.
    pub starts_at_ms: Option<u64>,
    /// Until when.
    pub ends_at_ms: Option<u64>,
    /// In which those two are said, in minutes ahead of UTC.
    pub zone_min: i32,
    /// What somebody is who was given no role; `None`: a participant, or a guest.
    pub newcomers: Option<Role>,
    /// Whether teachers are hosts here.
    pub teachers: bool,
    /// Whether guests may take a meeting over that no host is in.
    pub guests_take_over: bool,
}

impl Settings {
    /// Whether the end does not come after the beginning.
    pub fn are_backwards(&self) -> bool {
        self.starts_at_ms.is_some_and(|starts| self.ends_at_ms.is_some_and(|ends| ends <= starts))
    }
}

/// A stored room.
#[derive(Clone, PartialEq, Eq)]
pub struct Room {
    /// Name in the link.
    pub name: RoomName,
    /// Title; empty when it has none.
    pub title: String,
    /// The session that made it: its host.
    pub host: SecretHash,
    /// The secret of the link that makes somebody a host.
    pub host_link: Option<SecretHash>,
    /// What holds for everybody.
    pub rules: Rules,
    /// Since when, in milliseconds since 1970 and later with every change; 0: not stored yet.
    pub rules_at_ms: u64,
    /// What else its hosts have set.
    pub settings: Settings,
    /// The hash of its password, when it has one.
    pub password: Option<String>,
    /// A readable name beside the code.
    pub alias: Option<RoomName>,
    /// Until when networks are kept out, in milliseconds since 1970; 0: there are none.
    pub networks_until_ms: u64,
    /// Which meeting in this room it is, from 1.
    pub meeting: i64,
    /// Whether the last meeting was ended for all.
    pub ended: bool,
    /// What is kept of its chat.
    pub history: History,
}

impl Room {
    /// A room that nobody has been in, with an open door.
    pub fn new(name: RoomName, title: String, host: SecretHash) -> Self {
        Self {
            name,
            title,
            host,
            host_link: None,
            rules: Rules::default(),
            rules_at_ms: 0,
            settings: Settings::default(),
            password: None,
            alias: None,
            networks_until_ms: 0,
            meeting: 1,
            ended: false,
            history: History::STANDARD,
        }
    }

    /// The rules, with what puts them in order.
    pub const fn dated_rules(&self) -> DatedRules {
        DatedRules { rules: self.rules, at_ms: self.rules_at_ms }
    }
}

/// A place in the list of somebody's rooms: when one was made (in milliseconds since 1970), and its name.
pub struct RoomsMark(pub u64, pub RoomName);

/// What may change of a room.
pub enum RoomChange {
    /// One rule, on or off.
    Rule(Rule, bool),
    /// The meeting that went on at this time is over: what was decided about people counts no longer.
    Over(u64),
    /// The same, and the next one begins with a host.
    Ended,
    /// A host begins the next one.
    Begun,
    /// Another link for hosts; none: the one before is good for nothing any more.
    HostLink(Option<SecretHash>),
}

impl Store {
    /// Stores a room; `false` when its name is taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_room(&self, room: &Room) -> Result<bool, sqlx::Error> {
        let done = sqlx::query(
            "INSERT INTO rooms (name, title, host, created_at_ms, rules_at_ms, history) VALUES ($1, $2, $3, $4, $4, $5)
             ON CONFLICT DO NOTHING",
        )
        .bind(room.name.as_str())
        .bind(&room.title)
        .bind(room.host.as_slice())
        .bind(clock::now_ms().cast_signed())
        .bind(room.history.as_str())
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// The room with this name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn room(&self, name: &RoomName) -> Result<Option<Room>, sqlx::Error> {
        if let Some(room) = self.rooms.get(name) {
            return Ok(Some(room));
        }
        let epoch = self.rooms.epoch();
        let statement = format!("SELECT {COLUMNS} FROM rooms WHERE name = $1");
        let row = sqlx::query(&statement).bind(name.as_str()).fetch_optional(&self.reader).await?;
        let Some(row) = row else { return Ok(None) };
        let room = room(name, &row)?;
        self.rooms.put(epoch, name.clone(), room.clone());
        Ok(Some(room))
    }

    /// The code of the room that has this alias.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn room_with_alias(&self, alias: &RoomName) -> Result<Option<RoomName>, sqlx::Error> {
        let row = sqlx::query("SELECT name FROM rooms WHERE alias = $1")
            .bind(alias.as_str())
            .fetch_optional(&self.reader)
            .await?;
        row.map(|row| RoomName::parse(row.try_get("name")?).map_err(|_| spoilt("rooms.name"))).transpose()
    }

    /// Changes a room, and writes that down.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_room(&self, name: &RoomName, change: RoomChange, noted: Noted) -> Result<(), sqlx::Error> {
        self.do_to_room(name, changing(name, change), noted).await.map(drop)
    }

    /// Carries out what changes a room, and writes that down; `false` when it was so already.
    pub(super) async fn do_to_room(&self, name: &RoomName, deed: Statement, noted: Noted) -> Result<bool, sqlx::Error> {
        let (writer, room) = (self.writer.clone(), name.clone());
        self.change_to_the_end(name, async move { carry_out(&writer, &room, vec![deed], &noted).await }).await
    }

    /// Changes a room, whether anybody waits for word of it or not; then what was read of it before is forgotten.
    pub(super) async fn change_to_the_end<T: Send + 'static>(
        &self,
        name: &RoomName,
        change: impl Future<Output = Result<T, sqlx::Error>> + Send + 'static,
    ) -> Result<T, sqlx::Error> {
        let (rooms, name) = (self.rooms.clone(), name.clone());
        to_the_end(async move {
            let done = change.await;
            rooms.forget(&name);
            done
        })
        .await
    }

    /// Rooms that this session has made, newest first, at most [`ROOMS_PAGE`], and when each was made (in milliseconds
    /// since 1970).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rooms_of(&self, host: &SecretHash) -> Result<Vec<(Room, u64)>, sqlx::Error> {
        self.rooms_after(host, None, ROOMS_PAGE).await
    }

    /// The same after a mark, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rooms_after(
        &self,
        host: &SecretHash,
        after: Option<&RoomsMark>,
        limit: u32,
    ) -> Result<Vec<(Room, u64)>, sqlx::Error> {
        let (made, name) = after.map_or((i64::MAX, ""), |mark| (mark.0.cast_signed(), mark.1.as_str()));
        let statement = format!(
            "SELECT name, created_at_ms, {COLUMNS} FROM rooms
             WHERE host = $1 AND (created_at_ms < $2 OR (created_at_ms = $2 AND name > $3))
             ORDER BY created_at_ms DESC, name LIMIT $4"
        );
        let rows = sqlx::query(&statement)
            .bind(host.as_slice())
            .bind(made)
            .bind(name)
            .bind(i64::from(limit))
            .fetch_all(&self.reader)
            .await?;
        let made = |row: &AnyRow| {
            let name = RoomName::parse(row.try_get("name")?).map_err(|_| spoilt("rooms.name"))?;
            Ok((room(&name, row)?, row.try_get::<i64, _>("created_at_ms")?.cast_unsigned()))
        };
        rows.iter().map(made).collect()
    }
}

/// The rules' date is later than before also where the clock was set back, or another Parlour's is ahead.
macro_rules! setting_rule {
    ($column:literal) => {
        concat!(
            "UPDATE rooms SET ",
            $column,
            " = $2, rules_at_ms = CASE WHEN rules_at_ms < $3 THEN $3 ELSE rules_at_ms + 1 END WHERE name = $1"
        )
    };
}

/// The statement that changes a room.
pub(super) fn changing(room: &RoomName, change: RoomChange) -> Statement {
    let now_ms = clock::now_ms().cast_signed();
    let about = |sql| sqlx::query(sql).bind(room.as_str().to_owned());
    match change {
        RoomChange::Rule(rule, on) => {
            let sql = match rule {
                Rule::Ask => setting_rule!("ask"),
                Rule::Locked => setting_rule!("locked"),
                Rule::ChatOff => setting_rule!("chat_off"),
                Rule::ShareOff => setting_rule!("share_off"),
            };
            about(sql).bind(i64::from(on)).bind(now_ms)
        }
        RoomChange::Over(at_ms) => about(
            "UPDATE rooms SET meeting = meeting + 1, meeting_since_ms = $2 WHERE name = $1 AND meeting_since_ms <= $3",
        )
        .bind(now_ms)
        .bind(at_ms.cast_signed()),
        RoomChange::Ended => about(
            "UPDATE rooms SET meeting = meeting + 1, meeting_since_ms = $2, ended = 1 WHERE name = $1 AND ended = 0",
        )
        .bind(now_ms),
        RoomChange::Begun => about("UPDATE rooms SET ended = 0 WHERE name = $1"),
        RoomChange::HostLink(Some(hash)) => {
            about("UPDATE rooms SET host_link = $2 WHERE name = $1").bind(hash.to_vec())
        }
        RoomChange::HostLink(None) => {
            about("UPDATE rooms SET host_link = NULL WHERE name = $1 AND host_link IS NOT NULL")
        }
    }
}

/// The statement that keeps a room's row until the transaction ends, as Postgres has several writers: what is read after it
/// stays so.
pub(super) fn hold(name: &RoomName) -> Query<'_, Any, AnyArguments<'_>> {
    sqlx::query("UPDATE rooms SET capacity = capacity WHERE name = $1").bind(name.as_str())
}

pub(super) fn room(name: &RoomName, row: &AnyRow) -> Result<Room, sqlx::Error> {
    let flag = |column: &str| row.try_get::<i64, _>(column).map(|value| value != 0);
    let hash = |bytes: Vec<u8>, column| SecretHash::try_from(bytes).map_err(|_| spoilt(column));
    let host_link = row.try_get::<Option<Vec<u8>>, _>("host_link")?;
    let moment = |column: &str| row.try_get::<Option<i64>, _>(column).map(|moment| moment.map(i64::cast_unsigned));
    let password: String = row.try_get("password")?;
    let alias: Option<String> = row.try_get("alias")?;
    let newcomers: Option<String> = row.try_get("newcomers")?;
    Ok(Room {
        name: name.clone(),
        title: row.try_get("title")?,
        host: hash(row.try_get("host")?, "rooms.host")?,
        host_link: host_link.map(|bytes| hash(bytes, "rooms.host_link")).transpose()?,
        rules: Rules {
            ask: flag("ask")?,
            locked: flag("locked")?,
            chat_off: flag("chat_off")?,
            share_off: flag("share_off")?,
        },
        rules_at_ms: moment("rules_at_ms")?.unwrap_or_default(),
        settings: Settings {
            guests_off: flag("guests_off")?,
            capacity: u32::try_from(row.try_get::<i64, _>("capacity")?).ok().filter(|capacity| *capacity > 0),
            starts_at_ms: moment("starts_at_ms")?,
            ends_at_ms: moment("ends_at_ms")?,
            zone_min: i32::try_from(row.try_get::<i64, _>("zone_min")?).unwrap_or_default(),
            newcomers: newcomers.map(|role| Role::parse(&role).ok_or_else(|| spoilt("rooms.newcomers"))).transpose()?,
            teachers: flag("teachers")?,
            guests_take_over: flag("guests_take_over")?,
        },
        password: (!password.is_empty()).then_some(password),
        alias: alias.map(|alias| RoomName::parse(&alias).map_err(|_| spoilt("rooms.alias"))).transpose()?,
        networks_until_ms: moment("networks_until_ms")?.unwrap_or_default(),
        meeting: row.try_get("meeting")?,
        ended: flag("ended")?,
        history: History::parse(row.try_get("history")?).ok_or_else(|| spoilt("rooms.history"))?,
    })
}
