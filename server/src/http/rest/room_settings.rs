//! What hosts set for a room, by REST: as it is told to them, and as it is changed.

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use wire::{ErrorCode, History, Role, RoomName, Rule, Title};

use crate::alias;
use crate::http::problem::{Problem, ProgramCode, WrongMember};
use crate::meetings::{BACKWARDS, CAPACITY_MAX, NO_CAPACITY, NotChanged, RoomPatch, SettingsPatch};
use crate::moment;
use crate::secret::Secret;
use crate::store::{Room, Settings};

/// What newcomers are, to whom no role was given.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Newcomers {
    /// They take part.
    Participant,
    /// They listen, and write in the chat.
    Student,
    /// They only listen and watch.
    Viewer,
}

impl From<Option<Role>> for Newcomers {
    fn from(role: Option<Role>) -> Self {
        match role {
            Some(Role::Student) => Self::Student,
            Some(Role::Viewer) => Self::Viewer,
            _ => Self::Participant,
        }
    }
}

impl From<Newcomers> for Option<Role> {
    fn from(newcomers: Newcomers) -> Self {
        match newcomers {
            Newcomers::Participant => None,
            Newcomers::Student => Some(Role::Student),
            Newcomers::Viewer => Some(Role::Viewer),
        }
    }
}

/// What hosts have set for a room. Only they are told.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RoomSettings {
    /// Whether guests may join without an account.
    #[schema(required = false)]
    guests: bool,
    /// How many people there may be at once; null: as many as come.
    capacity: Option<u32>,
    /// From when newcomers come in, in milliseconds since 1970; null: at any time.
    starts_at_ms: Option<u64>,
    /// Until when newcomers come in, in milliseconds since 1970; null: at any time.
    ends_at_ms: Option<u64>,
    /// In which zone people are told those two, in minutes ahead of UTC.
    #[schema(required = false)]
    zone_min: i32,
    /// What newcomers are.
    #[schema(required = false)]
    newcomers: Newcomers,
    /// Whether teachers are hosts.
    #[schema(required = false)]
    teachers: bool,
    /// Whether newcomers have to know a password. Nobody is told which.
    #[schema(required = false)]
    has_password: bool,
    /// The readable name; null: there is none.
    #[schema(value_type = Option<String>, example = "weekly-sync")]
    alias: Option<RoomName>,
    /// What is kept of the chat.
    #[schema(required = false)]
    history: History,
}

impl From<Room> for RoomSettings {
    fn from(room: Room) -> Self {
        // Who may take over is told to everybody.
        let Settings { guests_off, capacity, starts_at_ms, ends_at_ms, zone_min, newcomers, teachers, .. } =
            room.settings;
        Self {
            guests: !guests_off,
            capacity,
            starts_at_ms,
            ends_at_ms,
            zone_min,
            newcomers: newcomers.into(),
            teachers,
            has_password: room.password.is_some(),
            alias: room.alias,
            history: room.history,
        }
    }
}

/// What is to be different about a room; what is absent stays as it is, and so does what is null where it is not said what
/// null means.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ChangeRoom {
    /// At most 120 characters; empty for none.
    #[schema(example = "Physics 2")]
    title: Option<String>,
    rules: Option<ChangeRules>,
    /// Whether a guest may take a meeting over, until it ends or a host comes, where nobody who is signed in is left.
    guests_take_over: Option<bool>,
    /// Whether guests may join without an account.
    guests: Option<bool>,
    /// How many people there may be at once; null: as many as come.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 100_000)]
    capacity: Option<Option<u32>>,
    /// From when newcomers come in, in milliseconds since 1970; null: at any time.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<u64>, example = 1_795_838_700_000_u64)]
    starts_at_ms: Option<Option<u64>>,
    /// Until when newcomers come in, in milliseconds since 1970; null: at any time.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<u64>)]
    ends_at_ms: Option<Option<u64>>,
    /// In which zone people are told those two, in minutes ahead of UTC: one that there is somewhere.
    #[schema(example = 60)]
    zone_min: Option<i32>,
    /// What newcomers are.
    newcomers: Option<Newcomers>,
    /// Whether teachers are hosts.
    teachers: Option<bool>,
    /// What newcomers have to know, 10 to 128 characters that are not easy to guess; null: nothing.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>, write_only)]
    password: Option<Option<String>>,
    /// A readable name: 3 to 64 letters from a to z, digits and hyphens, with a letter or digit at both ends and between two
    /// hyphens; capitals become small, spaces hyphens. None of Parlour's own addresses, and nothing that reads as a code.
    /// Null: none. For who made the room, with an account.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>, example = "weekly-sync")]
    alias: Option<Option<String>>,
    /// What is kept of the chat; what is kept no longer is deleted at once.
    history: Option<History>,
}

/// Rules that are to be on or off.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ChangeRules {
    /// Newcomers wait until a host lets them in.
    ask: Option<bool>,
    /// Nobody new comes in at all.
    locked: Option<bool>,
    /// Only hosts write in the chat.
    chat_off: Option<bool>,
    /// Only hosts share a screen.
    share_off: Option<bool>,
}

impl From<ChangeRules> for Vec<(Rule, bool)> {
    fn from(ChangeRules { ask, locked, chat_off, share_off }: ChangeRules) -> Self {
        let rules = [(Rule::Ask, ask), (Rule::Locked, locked), (Rule::ChatOff, chat_off), (Rule::ShareOff, share_off)];
        rules.into_iter().filter_map(|(rule, on)| Some((rule, on?))).collect()
    }
}

/// A member that is there, if only as null.
fn said<'de, T: Deserialize<'de>, D: Deserializer<'de>>(told: D) -> Result<Option<T>, D::Error> {
    T::deserialize(told).map(Some)
}

impl ChangeRoom {
    /// What is wanted; or all that is wrong with it.
    pub(super) fn read(self) -> Result<RoomPatch, Problem> {
        let mut wrong = Vec::new();
        let mut code = ErrorCode::BadRequest;
        let title = self.title.as_deref().map(Title::parse).transpose().unwrap_or_else(|refused| {
            code = refused;
            wrong.push(WrongMember::new("title", refused.sentence()));
            None
        });
        if self.capacity.flatten().is_some_and(|capacity| !(1..=CAPACITY_MAX).contains(&capacity)) {
            wrong.push(WrongMember::new("capacity", NO_CAPACITY));
        }
        for (name, at_ms) in [("startsAtMs", self.starts_at_ms), ("endsAtMs", self.ends_at_ms)] {
            if at_ms.flatten().is_some_and(|at_ms| !moment::can_be_said(at_ms)) {
                wrong.push(WrongMember::new(name, "It must come before the end of the year 9999."));
            }
        }
        if self.zone_min.is_some_and(|zone_min| !moment::ZONES_MIN.contains(&zone_min)) {
            wrong.push(WrongMember::new("zoneMin", "There is no zone so far ahead of UTC."));
        }
        let alias = self.alias.map(|alias| alias.as_deref().map(alias::parse).transpose()).transpose();
        let alias = alias.unwrap_or_else(|refused| {
            wrong.push(WrongMember::new("alias", refused.sentence()));
            None
        });
        if !wrong.is_empty() {
            return Err(Problem::from(code).of(wrong));
        }
        Ok(RoomPatch {
            title,
            rules: self.rules.unwrap_or_default().into(),
            settings: SettingsPatch {
                guests_off: self.guests.map(|guests| !guests),
                capacity: self.capacity,
                starts_at_ms: self.starts_at_ms,
                ends_at_ms: self.ends_at_ms,
                zone_min: self.zone_min,
                newcomers: self.newcomers.map(Into::into),
                teachers: self.teachers,
                guests_take_over: self.guests_take_over,
            },
            password: self.password.map(|password| password.map(Secret::new)),
            alias,
            history: self.history,
        })
    }
}

impl From<NotChanged> for Problem {
    fn from(why: NotChanged) -> Self {
        match why {
            NotChanged::Backwards => Self::bad_member(WrongMember::new("endsAtMs", BACKWARDS)),
            NotChanged::Password(refusal) => Self::bad_member(WrongMember::new("password", refusal.sentence())),
            NotChanged::AliasTaken => {
                let code = ProgramCode::AliasTaken;
                Self::from(code).of(vec![WrongMember::new("alias", "Another meeting has it.")])
            }
            NotChanged::Failed(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use utoipa::PartialSchema as _;

    use super::*;

    #[test]
    fn it_is_said_everywhere_how_many_people_there_may_be() {
        let described = serde_json::to_value(ChangeRoom::schema()).unwrap();
        assert_eq!(described["properties"]["capacity"]["maximum"].as_f64(), Some(CAPACITY_MAX.into()));
        assert!(NO_CAPACITY.replace(',', "").contains(&format!(" to {CAPACITY_MAX} ")), "{NO_CAPACITY}");
    }
}
