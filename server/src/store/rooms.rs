//! Rooms and the rules at their doors.

use sqlx::Row as _;
use sqlx::any::AnyRow;
use wire::{History, RoomName, Rule, Rules};

use super::{Store, spoilt};
use crate::clock;

/// SHA-256 of a secret: enough to know it again, useless to a thief.
pub type SecretHash = [u8; 32];

/// How many rooms of one host are listed.
const ROOMS_PAGE: i64 = 200;

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
        let (rules, history) = (Rules::default(), History::STANDARD);
        Self { name, title, host, host_link: None, rules, meeting: 1, ended: false, history }
    }
}

/// What may change of a room.
pub enum RoomChange {
    /// One rule, on or off.
    Rule(Rule, bool),
    /// The meeting is over: what was decided about people counts no longer.
    Over,
    /// The same, and the next one begins with a host.
    Ended,
    /// A host begins the next one.
    Begun,
    /// Another link for hosts.
    HostLink(SecretHash),
    /// Another history is kept.
    History(History),
}

impl Store {
    /// Stores a room; `false` when its name is taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_room(&self, room: &Room) -> Result<bool, sqlx::Error> {
        let done = sqlx::query(
            "INSERT INTO rooms (name, title, host, created_at_ms, history) VALUES ($1, $2, $3, $4, $5)
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
        let row = sqlx::query(
            "SELECT title, host, host_link, ask, locked, chat_off, share_off, meeting, ended, history FROM rooms
             WHERE name = $1",
        )
        .bind(name.as_str())
        .fetch_optional(&self.reader)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let room = room(name, &row)?;
        self.rooms.put(epoch, name.clone(), room.clone());
        Ok(Some(room))
    }

    /// Changes a room.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_room(&self, name: &RoomName, change: RoomChange) -> Result<(), sqlx::Error> {
        let now_ms = clock::now_ms().cast_signed();
        let query = match change {
            RoomChange::Rule(rule, on) => {
                let sql = match rule {
                    Rule::Ask => "UPDATE rooms SET ask = $2 WHERE name = $1",
                    Rule::Locked => "UPDATE rooms SET locked = $2 WHERE name = $1",
                    Rule::ChatOff => "UPDATE rooms SET chat_off = $2 WHERE name = $1",
                    Rule::ShareOff => "UPDATE rooms SET share_off = $2 WHERE name = $1",
                };
                sqlx::query(sql).bind(name.as_str()).bind(i64::from(on))
            }
            RoomChange::Over => {
                sqlx::query("UPDATE rooms SET meeting = meeting + 1, meeting_since_ms = $2 WHERE name = $1")
                    .bind(name.as_str())
                    .bind(now_ms)
            }
            RoomChange::Ended => {
                const SQL: &str = "UPDATE rooms SET meeting = meeting + 1, meeting_since_ms = $2, ended = 1
                     WHERE name = $1 AND ended = 0";
                sqlx::query(SQL).bind(name.as_str()).bind(now_ms)
            }
            RoomChange::Begun => sqlx::query("UPDATE rooms SET ended = 0 WHERE name = $1").bind(name.as_str()),
            RoomChange::HostLink(hash) => {
                sqlx::query("UPDATE rooms SET host_link = $2 WHERE name = $1").bind(name.as_str()).bind(hash.to_vec())
            }
            RoomChange::History(history) => {
                sqlx::query("UPDATE rooms SET history = $2 WHERE name = $1").bind(name.as_str()).bind(history.as_str())
            }
        };
        let done = query.execute(&self.writer).await;
        self.rooms.forget(name);
        done.map(drop)
    }

    /// Rooms that this session has made, newest first, at most [`ROOMS_PAGE`], and when each was made (in milliseconds
    /// since 1970).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rooms_of(&self, host: &SecretHash) -> Result<Vec<(Room, u64)>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT name, title, host, host_link, ask, locked, chat_off, share_off, meeting, ended, history,
                 created_at_ms
             FROM rooms WHERE host = $1 ORDER BY created_at_ms DESC, name LIMIT $2",
        )
        .bind(host.as_slice())
        .bind(ROOMS_PAGE)
        .fetch_all(&self.reader)
        .await?;
        let made = |row: &AnyRow| {
            let name = RoomName::parse(row.try_get("name")?).map_err(|_| spoilt("rooms.name"))?;
            Ok((room(&name, row)?, row.try_get::<i64, _>("created_at_ms")?.cast_unsigned()))
        };
        rows.iter().map(made).collect()
    }
}

fn room(name: &RoomName, row: &AnyRow) -> Result<Room, sqlx::Error> {
    let flag = |column: &str| row.try_get::<i64, _>(column).map(|value| value != 0);
    let hash = |bytes: Vec<u8>, column| SecretHash::try_from(bytes).map_err(|_| spoilt(column));
    let host_link = row.try_get::<Option<Vec<u8>>, _>("host_link")?;
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
        meeting: row.try_get("meeting")?,
        ended: flag("ended")?,
        history: History::parse(row.try_get("history")?).ok_or_else(|| spoilt("rooms.history"))?,
    })
}
