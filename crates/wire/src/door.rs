//! The door of a meeting: its rules, and what those who wait at it and those who watch it are told.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::read::{Read, deserialize_by_value, member};
use crate::{Identity, Role};

/// Name of the event (`GET /api/events?room=…`) that tells a [`DoorNews`], as JSON.
pub const DOOR_EVENT: &str = "door";
/// What stands before the secret in the fragment of a link that makes somebody a host.
pub const HOST_FRAGMENT: &str = "host=";
/// What stands before the secret in the fragment of an invitation.
pub const INVITATION_FRAGMENT: &str = "i=";
/// Longest note that somebody who waits may leave, in characters.
pub const NOTE_MAX_CHARS: usize = 200;

/// What holds for everybody in a meeting; a host changes it.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rules {
    /// Newcomers wait until a host lets them in.
    pub ask: bool,
    /// Nobody new comes in at all.
    pub locked: bool,
    /// Only hosts write in the chat.
    pub chat_off: bool,
    /// Only hosts share a screen.
    pub share_off: bool,
}

/// The rules, and since when they are these, by the server's clock: later with every change. They are told on several ways,
/// and by it they are put in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DatedRules {
    /// The rules.
    #[serde(flatten)]
    pub rules: Rules,
    /// In milliseconds since 1970; 0 when a server of before does not say it.
    pub at_ms: u64,
}

/// One of the rules.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rule {
    /// See [`Rules::ask`].
    Ask,
    /// See [`Rules::locked`].
    Locked,
    /// See [`Rules::chat_off`].
    ChatOff,
    /// See [`Rules::share_off`].
    ShareOff,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ask, Self::Locked, Self::ChatOff, Self::ShareOff];
}

impl Rules {
    /// Those that are on.
    #[must_use]
    pub fn where_on(is_on: impl Fn(Rule) -> bool) -> Self {
        Self {
            ask: is_on(Rule::Ask),
            locked: is_on(Rule::Locked),
            chat_off: is_on(Rule::ChatOff),
            share_off: is_on(Rule::ShareOff),
        }
    }

    /// Whether a rule is on.
    #[must_use]
    pub const fn has(self, rule: Rule) -> bool {
        match rule {
            Rule::Ask => self.ask,
            Rule::Locked => self.locked,
            Rule::ChatOff => self.chat_off,
            Rule::ShareOff => self.share_off,
        }
    }
}

/// Somebody who waits to be let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// Identity that they will have inside.
    pub identity: Identity,
    /// Name as typed, cleaned.
    pub name: String,
    /// What they have left as a note; empty when nothing.
    pub note: String,
}

/// What somebody who waits sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Place in the queue, from 1.
    pub place: u64,
    /// Whether somebody is inside who can let them in; `None`: LiveKit does not say.
    pub attended: Option<bool>,
}

/// What happened at the door, as far as the one who is told is concerned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum DoorNews {
    /// Still waiting.
    Waiting(Place),
    /// A host has decided, or the rules are others now: ask to be let in again.
    Decided,
    /// Who waits; told to those who may let them in.
    Queue(Vec<Waiting>),
}

deserialize_by_value!(Rules, DatedRules, Waiting, Place, DoorNews);

impl Read for Rules {
    fn read(told: &Value) -> Option<Self> {
        Some(Self {
            ask: member(told, "ask")?,
            locked: member(told, "locked")?,
            chat_off: member(told, "chatOff")?,
            share_off: member(told, "shareOff")?,
        })
    }
}

impl Read for DatedRules {
    fn read(told: &Value) -> Option<Self> {
        let at_ms: Option<u64> = member(told, "atMs")?;
        Some(Self { rules: Rules::read(told)?, at_ms: at_ms.unwrap_or_default() })
    }
}

impl Read for Waiting {
    fn read(told: &Value) -> Option<Self> {
        Some(Self { identity: member(told, "identity")?, name: member(told, "name")?, note: member(told, "note")? })
    }
}

impl Read for Place {
    fn read(told: &Value) -> Option<Self> {
        Some(Self { place: member(told, "place")?, attended: member(told, "attended")? })
    }
}

impl Read for DoorNews {
    fn read(told: &Value) -> Option<Self> {
        if told.as_str() == Some("decided") {
            return Some(Self::Decided);
        }
        match told.get("queue") {
            Some(queue) => Vec::read(queue).map(Self::Queue),
            None => member(told, "waiting").map(Self::Waiting),
        }
    }
}

/// What a host or co-host does in a meeting. Only the server reads it, and tells programs where in it something is wrong.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Moderation {
    /// Let somebody in who waits.
    Admit(Identity),
    /// Let all these in who wait.
    AdmitAll(Vec<Identity>),
    /// Do not let somebody in.
    Deny(Identity),
    /// Mute somebody's microphone; only they switch it on again.
    Mute(Identity),
    /// Switch somebody's camera off.
    StopCamera(Identity),
    /// Stop what somebody shares.
    StopShare(Identity),
    /// Mute everybody whom the caller may mute.
    MuteAll,
    /// Lower somebody's hand.
    LowerHand(Identity),
    /// Take somebody out of this meeting.
    Remove(Identity),
    /// Take somebody out, and keep them out.
    Ban(Identity),
    /// Give somebody another role.
    Assign(Identity, Role),
    /// Switch a rule on or off.
    Rule(Rule, bool),
    /// End the meeting for everybody.
    End,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip<T: Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
        let json = serde_json::to_string(value).unwrap();
        assert_eq!(serde_json::from_str::<T>(&json).unwrap(), *value, "{json}");
    }

    #[test]
    fn all_rules_are_named() {
        for on in Rule::ALL {
            let rules = Rules::where_on(|rule| rule == on);
            assert!(Rule::ALL.into_iter().all(|rule| rules.has(rule) == (rule == on)), "{on:?}");
            let Value::Object(told) = serde_json::to_value(rules).unwrap() else { panic!("an object") };
            assert_eq!(told.len(), Rule::ALL.len());
            assert_eq!(told.get(serde_json::to_value(on).unwrap().as_str().unwrap()), Some(&Value::Bool(true)));
        }
    }

    #[test]
    fn pages_and_servers_of_different_age_understand_each_others_rules() {
        let rules = Rules { locked: true, ..Rules::default() };
        let without_date = serde_json::to_string(&rules).unwrap();
        assert_eq!(serde_json::from_str::<DatedRules>(&without_date).unwrap(), DatedRules { rules, at_ms: 0 });
        let with_date = serde_json::to_string(&DatedRules { rules, at_ms: 7 }).unwrap();
        assert_eq!(serde_json::from_str::<Rules>(&with_date).unwrap(), rules);
    }

    #[test]
    fn what_is_written_is_read() {
        let ada = || Identity("ada".to_owned());
        let rules = Rules { ask: true, locked: false, chat_off: true, share_off: false };
        round_trip(&rules);
        round_trip(&DatedRules { rules, at_ms: 1_700_000_000_000 });
        for news in [
            DoorNews::Waiting(Place { place: 2, attended: Some(false) }),
            DoorNews::Waiting(Place { place: 3, attended: None }),
            DoorNews::Decided,
            DoorNews::Queue(vec![Waiting { identity: ada(), name: "Ada".to_owned(), note: String::new() }]),
        ] {
            round_trip(&news);
        }
        for done in [
            Moderation::Admit(ada()),
            Moderation::AdmitAll(vec![ada()]),
            Moderation::Deny(ada()),
            Moderation::Mute(ada()),
            Moderation::StopCamera(ada()),
            Moderation::StopShare(ada()),
            Moderation::MuteAll,
            Moderation::LowerHand(ada()),
            Moderation::Remove(ada()),
            Moderation::Ban(ada()),
            Moderation::Assign(ada(), Role::CoHost),
            Moderation::Rule(Rule::ChatOff, true),
            Moderation::End,
        ] {
            round_trip(&done);
        }
        for nonsense in ["{}", "null", r#""become_host""#, r#"{"assign":["ada","king"]}"#, r#"{"admit":1}"#] {
            assert!(serde_json::from_str::<Moderation>(nonsense).is_err(), "{nonsense}");
        }
    }
}
