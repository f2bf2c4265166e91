//! Rooms and the rules at their doors.

use sqlx::Row as _;
use sqlx::any::AnyRow;
use wire::{History, Role, RoomName, Rule, Rules};

use super::{Store, spoilt, to_the_end};
use crate::clock;

/// SHA-256 of a secret: enough to know it again, useless to a thief.
pub type SecretHash = [u8; 32];

/// How many rooms of one host are listed.
const ROOMS_PAGE: u32 = 200;

/// What is read of a room beside its name.
const COLUMNS: &str = "title, host, host_link, ask, locked, chat_off, share_off, meeting, ended, history, guests_off, password, \
     capacity, starts_at_ms, ends_at_ms, zone_min, newcomers, teachers, guests_take_over, alias, \
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
            settings: Settings::default(),
            password: None,
            alias: None,
            networks_until_ms: 0,
            meeting: 1,
            ended: false,
            history: History::STANDARD,
        }
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
    /// Another title and other settings.
    Settings(String, Settings),
    /// Another password, as its hash; none: there is none any more.
    Password(Option<String>),
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

    /// Gives a room an alias, or takes it away; `false` when another room has it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_alias(&self, name: &RoomName, alias: Option<&RoomName>) -> Result<bool, sqlx::Error> {
        let (store, name, alias) = (self.clone(), name.clone(), alias.cloned());
        let done = to_the_end(async move {
            let done = sqlx::query("UPDATE rooms SET alias = $2 WHERE name = $1")
                .bind(name.as_str())
                .bind(alias.as_ref().map(RoomName::as_str))
                .execute(&store.writer)
                .await;
            store.rooms.forget(&name);
            done
        });
        match done.await {
            Ok(_) => Ok(true),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Changes a room.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_room(&self, name: &RoomName, change: RoomChange) -> Result<(), sqlx::Error> {
        let (store, name) = (self.clone(), name.clone());
        to_the_end(async move {
            let done = store.update_room(&name, change).await;
            store.rooms.forget(&name);
            done
        })
        .await
    }

    async fn update_room(&self, name: &RoomName, change: RoomChange) -> Result<(), sqlx::Error> {
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
            RoomChange::Over(at_ms) => {
                const SQL: &str = "UPDATE rooms SET meeting = meeting + 1, meeting_since_ms = $2
                     WHERE name = $1 AND meeting_since_ms <= $3";
                sqlx::query(SQL).bind(name.as_str()).bind(now_ms).bind(at_ms.cast_signed())
            }
            RoomChange::Ended => {
                const SQL: &str = "UPDATE rooms SET meeting = meeting + 1, meeting_since_ms = $2, ended = 1
                     WHERE name = $1 AND ended = 0";
                sqlx::query(SQL).bind(name.as_str()).bind(now_ms)
            }
            RoomChange::Begun => sqlx::query("UPDATE rooms SET ended = 0 WHERE name = $1").bind(name.as_str()),
            RoomChange::HostLink(hash) => sqlx::query("UPDATE rooms SET host_link = $2 WHERE name = $1")
                .bind(name.as_str())
                .bind(hash.map(|hash| hash.to_vec())),
            RoomChange::Settings(title, settings) => sqlx::query(
                "UPDATE rooms SET title = $2, guests_off = $3, capacity = $4, starts_at_ms = $5, ends_at_ms = $6,
                     zone_min = $7, newcomers = $8, teachers = $9, guests_take_over = $10
                 WHERE name = $1",
            )
            .bind(name.as_str())
            .bind(title)
            .bind(i64::from(settings.guests_off))
            .bind(i64::from(settings.capacity.unwrap_or_default()))
            .bind(settings.starts_at_ms.map(u64::cast_signed))
            .bind(settings.ends_at_ms.map(u64::cast_signed))
            .bind(i64::from(settings.zone_min))
            .bind(settings.newcomers.map(Role::as_str))
            .bind(i64::from(settings.teachers))
            .bind(i64::from(settings.guests_take_over)),
            RoomChange::Password(hash) => sqlx::query("UPDATE rooms SET password = $2 WHERE name = $1")
                .bind(name.as_str())
                .bind(hash.unwrap_or_default()),
            RoomChange::History(history) => {
                sqlx::query("UPDATE rooms SET history = $2 WHERE name = $1").bind(name.as_str()).bind(history.as_str())
            }
        };
        query.execute(&self.writer).await.map(drop)
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

fn room(name: &RoomName, row: &AnyRow) -> Result<Room, sqlx::Error> {
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
