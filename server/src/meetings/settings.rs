//! What hosts set for their meeting, from the page of its settings.

use wire::{ErrorCode, Moderation, RoomName, Rule, Title};

use super::Meetings;
use super::identity::Session;
use super::moderation::action;
use super::roles::Present;
use crate::error::Error;
use crate::network::Network;
use crate::password::{self, Refusal};
use crate::secret::Secret;
use crate::store::{Room, RoomChange, Settings};

/// Most people at once that can be asked for.
pub const CAPACITY_MAX: u32 = 100_000;
/// What is wrong with times that do not follow each other.
pub const BACKWARDS: &str = "The end has to come after the beginning.";

/// Who comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Everybody with the link.
    Open,
    /// Whoever a host lets in.
    Ask,
    /// Nobody new.
    Locked,
}

impl Door {
    /// The door of a room.
    pub const fn of(room: &Room) -> Self {
        if room.rules.locked {
            Self::Locked
        } else if room.rules.ask {
            Self::Ask
        } else {
            Self::Open
        }
    }

    /// The rules that make it; a locked door asks those again who asked before, when it is unlocked.
    const fn rules(self) -> [(Rule, Option<bool>); 2] {
        match self {
            Self::Open => [(Rule::Ask, Some(false)), (Rule::Locked, Some(false))],
            Self::Ask => [(Rule::Ask, Some(true)), (Rule::Locked, Some(false))],
            Self::Locked => [(Rule::Ask, None), (Rule::Locked, Some(true))],
        }
    }
}

/// How a host wants their meeting.
pub struct Wanted {
    /// Its title; `None`: as it is.
    pub title: Option<Title>,
    /// Who comes in; `None`: as it is.
    pub door: Option<Door>,
    /// Everything else.
    pub settings: Settings,
}

/// Why a password was not set.
pub enum NotSet {
    /// It is not taken.
    Refused(Refusal),
    /// Something failed.
    Failed(Error),
}

impl From<Error> for NotSet {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Meetings {
    /// The room of somebody who is its host.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, `not_in_meeting`, `not_allowed`, or when the database fails.
    pub async fn owned(&self, session: &Session, network: Network, typed: &str) -> Result<Room, Error> {
        let room = self.stand_before(session, network, &RoomName::parse(typed)?).await?;
        self.owner(session, &room).await?;
        Ok(room)
    }

    /// Makes a meeting as a host wants it: those inside are told, and have the rights of now.
    ///
    /// # Errors
    /// `not_in_meeting`, `not_allowed`, `media_unavailable` (what was wanted is stored then), or when the database fails.
    pub async fn set(&self, session: &Session, room: &Room, wanted: Wanted) -> Result<(), Error> {
        let me = self.owner(session, room).await?;
        let Wanted { title, door, settings } = wanted;
        let title = title.as_ref().map_or(room.title.as_str(), Title::as_str);
        if settings != room.settings || title != room.title {
            self.store.change_room(&room.name, RoomChange::Settings(title.to_owned(), settings)).await?;
            let action = if settings == room.settings { "title" } else { "settings" };
            self.write_down(room, &me, action, String::new()).await?;
        }
        for (rule, on) in door.iter().flat_map(|door| door.rules()) {
            if let Some(on) = on.filter(|on| room.rules.has(rule) != *on) {
                self.write_down(room, &me, action(&Moderation::Rule(rule, on)), String::new()).await?;
                self.rule(room, rule, on).await?;
            }
        }
        self.doorsteps.changed(&room.name);
        if settings.newcomers != room.settings.newcomers || settings.teachers != room.settings.teachers {
            let inside = self.rooms.participants(&room.name).await?;
            self.check_in_all(&room.name, &inside).await?;
        }
        Ok(())
    }

    /// Sets the meeting's password, or asks for none any more.
    ///
    /// # Errors
    /// Why it is not taken; `not_in_meeting`, `not_allowed`, or when the database fails.
    pub async fn set_password(&self, session: &Session, room: &Room, password: Option<Secret>) -> Result<(), NotSet> {
        let me = self.owner(session, room).await?;
        let hash = match password {
            Some(password) => Some(self.password_hash(room, password).await?),
            None => None,
        };
        Ok(self.keep_password(room, &me, hash).await?)
    }

    /// The hash of what is to be the meeting's password.
    pub(super) async fn password_hash(&self, room: &Room, password: Secret) -> Result<String, NotSet> {
        self.passwords.hash(password, vec![room.title.clone()]).await.map_err(|failed| match failed {
            password::Failed::Refused(refusal) => NotSet::Refused(refusal),
            failed => NotSet::Failed(failed.into()),
        })
    }

    pub(super) async fn keep_password(&self, room: &Room, me: &Present, hash: Option<String>) -> Result<(), Error> {
        let action = if hash.is_some() { "password_set" } else { "password_clear" };
        self.store.change_room(&room.name, RoomChange::Password(hash)).await?;
        self.write_down(room, me, action, String::new()).await
    }

    /// Whether somebody may give a room a readable name: who made it, with an account. Guests would keep names that nobody
    /// can give back.
    pub fn may_name(&self, session: &Session, room: &Room) -> bool {
        session.is_signed_in() && room.host == session.hash()
    }

    /// Gives a room a readable name, or takes it away; `false` when another room has it.
    ///
    /// # Errors
    /// `not_allowed`, or when the database fails.
    pub async fn set_alias(&self, session: &Session, room: &Room, alias: Option<&RoomName>) -> Result<bool, Error> {
        let me = self.owner(session, room).await?;
        if !self.may_name(session, room) {
            return Err(ErrorCode::NotAllowed.into());
        }
        if !self.store.set_alias(&room.name, alias).await? {
            return Ok(false);
        }
        let action = if alias.is_some() { "alias_set" } else { "alias_clear" };
        self.write_down(room, &me, action, alias.map(ToString::to_string).unwrap_or_default()).await?;
        Ok(true)
    }
}
