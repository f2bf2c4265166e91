//! What is to be different about a room, whoever says it: what is absent stays as it is.

use wire::{ErrorCode, History, Right, RoomName, Rule, Title};

use super::Meetings;
use super::identity::Session;
use super::wanted::{SettingsPatch, Wanted};
use crate::error::Error;
use crate::password::{self, Refusal};
use crate::secret::Secret;
use crate::store::Room;

/// What is to be different about a room. Where something can be absent, `Some(None)` takes it away.
#[derive(Default)]
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

impl RoomPatch {
    /// Whether there is anything in it that only hosts decide, and not those who help them as well.
    fn is_for_hosts(&self) -> bool {
        let Self { title, rules: _, settings, password, alias, history } = self;
        title.is_some()
            || *settings != SettingsPatch::default()
            || password.is_some()
            || alias.is_some()
            || history.is_some()
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

impl From<password::Failed> for NotChanged {
    fn from(failed: password::Failed) -> Self {
        match failed {
            password::Failed::Refused(refusal) => Self::Password(refusal),
            failed => Self::Failed(failed.into()),
        }
    }
}

impl Meetings {
    /// Changes a room. What is wrong is found before anything is changed; what can be carried out then is, whatever fails
    /// beside it. Those inside are told of rules, and have the rights of now.
    ///
    /// # Errors
    /// Why it cannot be so; `not_in_meeting`, `not_allowed`, `media_unavailable` (what was wanted is stored then), or when
    /// the database fails.
    pub async fn change(&self, session: &Session, room: &Room, mut patch: RoomPatch) -> Result<(), NotChanged> {
        let rules = std::mem::take(&mut patch.rules);
        // Also who wants what is so already has to be somebody who may; and who changes what makes them a host, may still.
        let moderator =
            if rules.is_empty() { None } else { Some(self.present_with(session, room, Right::Moderate).await?) };
        let mut done = if patch.is_for_hosts() { self.change_as_host(session, room, patch).await? } else { Ok(()) };
        if let Some(me) = moderator {
            for (rule, on) in rules {
                let next = self.decide_rule(room, &me, rule, on).await;
                if let (Err(_), Err(error)) = (&done, &next) {
                    error.report();
                }
                done = done.and(next);
            }
        }
        Ok(done?)
    }

    /// Changes what only hosts decide: why that cannot be; or what became of telling those inside.
    async fn change_as_host(
        &self,
        session: &Session,
        room: &Room,
        patch: RoomPatch,
    ) -> Result<Result<(), Error>, NotChanged> {
        let me = self.owner(session, room).await?;
        let RoomPatch { title, rules: _, settings, password, alias, history } = patch;
        // Whoever writes back what they read names nothing.
        let alias = alias.filter(|alias| *alias != room.alias);
        if alias.is_some() && !self.may_name(session, room) {
            return Err(Error::from(ErrorCode::NotAllowed).into());
        }
        let password = match password {
            Some(Some(password)) => {
                let title = title.as_ref().map_or(room.title.as_str(), Title::as_str);
                Some(Some(self.passwords.hash(password, vec![title.to_owned()]).await?))
            }
            Some(None) => Some(None),
            None => None,
        };
        let roles = self.keep(&room.name, me, Wanted { title, settings, password, alias, history }).await?;
        Ok(if roles { self.check_in_again(room).await } else { Ok(()) })
    }

    /// Gives everybody inside the rights of now.
    async fn check_in_again(&self, room: &Room) -> Result<(), Error> {
        let inside = self.rooms.participants(&room.name).await?;
        self.check_in_all(&room.name, &inside).await
    }
}
