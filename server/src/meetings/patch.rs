//! What is to be different about a room, whoever says it: what is absent stays as it is.

use wire::{History, Moderation, Role, RoomName, Rule, Title};

use super::Meetings;
use super::identity::Session;
use super::settings::{NotSet, Wanted};
use crate::error::Error;
use crate::password::Refusal;
use crate::secret::Secret;
use crate::store::{Room, Settings};

/// What is to be different about a room. Where something can be absent, `Some(None)` takes it away.
pub struct RoomPatch {
    /// Another title.
    pub title: Option<Title>,
    /// Rules, on or off.
    pub rules: Vec<(Rule, bool)>,
    /// What else hosts set.
    pub settings: SettingsPatch,
    /// Another password.
    pub password: Option<Option<Secret>>,
    /// Another readable name.
    pub alias: Option<Option<RoomName>>,
    /// Another history is kept.
    pub history: Option<History>,
}

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

impl RoomPatch {
    /// Whether there is anything in it that only hosts decide, and not those who help them as well.
    fn is_for_hosts(&self) -> bool {
        self.title.is_some()
            || self.settings != SettingsPatch::default()
            || self.password.is_some()
            || self.alias.is_some()
            || self.history.is_some()
    }
}

/// Why a room was not changed.
pub enum NotChanged {
    /// Its end would not come after its beginning.
    Backwards,
    /// The password is not taken.
    Password(Refusal),
    /// Another room has the readable name.
    AliasTaken,
    /// Something failed.
    Failed(Error),
}

impl From<Error> for NotChanged {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<NotSet> for NotChanged {
    fn from(why: NotSet) -> Self {
        match why {
            NotSet::Refused(refusal) => Self::Password(refusal),
            NotSet::Failed(error) => Self::Failed(error),
        }
    }
}

impl Meetings {
    /// Changes a room. What is wrong is found before anything is changed.
    ///
    /// # Errors
    /// Why it cannot be so; `not_in_meeting`, `not_allowed`, `media_unavailable` (what was wanted is stored then), or when
    /// the database fails.
    pub async fn change(&self, session: &Session, room: &Room, patch: RoomPatch) -> Result<(), NotChanged> {
        if patch.is_for_hosts() {
            let me = self.owner(session, room).await?;
            let settings = patch.settings.on(room.settings);
            if settings.are_backwards() {
                return Err(NotChanged::Backwards);
            }
            let password = match patch.password {
                Some(Some(password)) => Some(Some(self.password_hash(room, password).await?)),
                Some(None) => room.password.is_some().then_some(None),
                None => None,
            };
            // The one thing that may be refused only while it is done comes first.
            if let Some(alias) = patch.alias.filter(|alias| *alias != room.alias)
                && !self.set_alias(session, room, alias.as_ref()).await?
            {
                return Err(NotChanged::AliasTaken);
            }
            if let Some(hash) = password {
                self.keep_password(room, &me, hash).await?;
            }
            if let Some(history) = patch.history.filter(|history| *history != room.history) {
                self.set_history(session, room.name.as_str(), history).await?;
            }
            self.set(session, room, Wanted { title: patch.title, door: None, settings }).await?;
        }
        for (rule, on) in patch.rules {
            self.moderate(session, room.name.as_str(), &Moderation::Rule(rule, on)).await?;
        }
        Ok(())
    }
}
