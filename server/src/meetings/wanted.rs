//! What hosts alone decide about a room: changed together, and written down with it.

use wire::{ErrorCode, History, Role, RoomName, Title};

use super::Meetings;
use super::patch::NotChanged;
use super::roles::Present;
use crate::error::Error;
use crate::store::{Room, Settings, SettingsChanged};

/// What is to be different about [`Settings`].
#[derive(Default, PartialEq, Eq)]
pub struct SettingsPatch {
    /// See [`Settings::guests_off`].
    pub guests_off: Option<bool>,
    /// See [`Settings::capacity`].
    pub capacity: Option<Option<u32>>,
    /// See [`Settings::starts_at_ms`].
    pub starts_at_ms: Option<Option<u64>>,
    /// See [`Settings::ends_at_ms`].
    pub ends_at_ms: Option<Option<u64>>,
    /// See [`Settings::zone_min`].
    pub zone_min: Option<i32>,
    /// See [`Settings::newcomers`].
    pub newcomers: Option<Option<Role>>,
    /// See [`Settings::teachers`].
    pub teachers: Option<bool>,
    /// See [`Settings::guests_take_over`].
    pub guests_take_over: Option<bool>,
}

impl SettingsPatch {
    fn on(&self, now: Settings) -> Settings {
        Settings {
            guests_off: self.guests_off.unwrap_or(now.guests_off),
            capacity: self.capacity.unwrap_or(now.capacity),
            starts_at_ms: self.starts_at_ms.unwrap_or(now.starts_at_ms),
            ends_at_ms: self.ends_at_ms.unwrap_or(now.ends_at_ms),
            zone_min: self.zone_min.unwrap_or(now.zone_min),
            newcomers: self.newcomers.unwrap_or(now.newcomers),
            teachers: self.teachers.unwrap_or(now.teachers),
            guests_take_over: self.guests_take_over.unwrap_or(now.guests_take_over),
        }
    }
}

impl From<Settings> for SettingsPatch {
    /// All of them.
    fn from(all: Settings) -> Self {
        Self {
            guests_off: Some(all.guests_off),
            capacity: Some(all.capacity),
            starts_at_ms: Some(all.starts_at_ms),
            ends_at_ms: Some(all.ends_at_ms),
            zone_min: Some(all.zone_min),
            newcomers: Some(all.newcomers),
            teachers: Some(all.teachers),
            guests_take_over: Some(all.guests_take_over),
        }
    }
}

/// What hosts alone want to be different about a room, as it is stored.
pub(super) struct Wanted {
    pub(super) title: Option<Title>,
    pub(super) settings: SettingsPatch,
    /// Another password, as its hash.
    pub(super) password: Option<Option<String>>,
    pub(super) alias: Option<Option<RoomName>>,
    pub(super) history: Option<History>,
}

impl Wanted {
    fn on(self, room: &mut Room) {
        let Self { title, settings, password, alias, history } = self;
        if let Some(title) = title {
            title.as_str().clone_into(&mut room.title);
        }
        room.settings = settings.on(room.settings);
        room.password = password.unwrap_or_else(|| room.password.take());
        room.alias = alias.unwrap_or_else(|| room.alias.take());
        room.history = history.unwrap_or(room.history);
    }
}

/// What was done to a room, as the audit log calls it, and to whom.
fn done(before: &Room, now: &Room) -> Vec<(String, String)> {
    let nobody = String::new;
    let mut done = Vec::new();
    if now.alias != before.alias {
        let action = if now.alias.is_some() { "alias_set" } else { "alias_clear" };
        done.push((action.to_owned(), now.alias.as_ref().map(ToString::to_string).unwrap_or_default()));
    }
    if now.password != before.password {
        let action = if now.password.is_some() { "password_set" } else { "password_clear" };
        done.push((action.to_owned(), nobody()));
    }
    if now.history != before.history {
        done.push((format!("history_{}", now.history.as_str()), nobody()));
    }
    if now.settings != before.settings {
        done.push(("settings".to_owned(), nobody()));
    } else if now.title != before.title {
        done.push(("title".to_owned(), nobody()));
    }
    done
}

impl Meetings {
    /// Changes what hosts alone decide: all of it, or nothing. `true` when those inside may be something else now.
    pub(super) async fn keep(&self, room: &RoomName, me: Present, wanted: Wanted) -> Result<bool, NotChanged> {
        let change = move |room: &mut Room| {
            let before = room.clone();
            wanted.on(room);
            let refused = room.settings != before.settings && room.settings.are_backwards();
            let note = |(action, subject_name): (String, _)| me.did(&action, subject_name);
            (!refused).then(|| done(&before, room).into_iter().map(note).collect())
        };
        let (before, now) = match self.store.change_settings(room, change).await {
            Ok(SettingsChanged::Stored { before, now }) => (before, now),
            Ok(SettingsChanged::Refused) => return Err(NotChanged::Backwards),
            Ok(SettingsChanged::AliasTaken) => return Err(NotChanged::AliasTaken),
            Err(sqlx::Error::RowNotFound) => return Err(Error::from(ErrorCode::RoomNotFound).into()),
            Err(failed) => return Err(Error::from(failed).into()),
        };
        if now.history != before.history {
            self.history.notify_one();
        }
        self.doorsteps.changed(room);
        let (before, now) = (before.settings, now.settings);
        Ok(now.newcomers != before.newcomers || now.teachers != before.teachers)
    }
}
