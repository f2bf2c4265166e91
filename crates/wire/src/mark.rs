//! What may become of a message that is stored.

use serde::Serialize;
use serde_json::Value;

use crate::MessageText;
use crate::read::{Read, deserialize_by_value};

/// What a host has made of a message. One that is marked stands above the others, and outlives the meeting.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Mark {
    /// Nothing.
    #[default]
    None,
    /// It stays at hand.
    Pinned,
    /// It must not be missed.
    Important,
    /// Everybody is told of it, whatever they are looking at.
    Announcement,
}

impl Mark {
    /// Every mark.
    pub const ALL: [Self; 4] = [Self::None, Self::Pinned, Self::Important, Self::Announcement];

    /// Its name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pinned => "pinned",
            Self::Important => "important",
            Self::Announcement => "announcement",
        }
    }

    /// Reads [`Mark::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.as_str() == text)
    }

    /// What stands beside a message, where it has one.
    #[must_use]
    pub const fn label(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Pinned => Some("Pinned"),
            Self::Important => Some("Important"),
            Self::Announcement => Some("Announcement"),
        }
    }
}

/// What somebody wants to become of the message at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ChatChange {
    /// It says something else now; for its sender.
    Edit(u64, MessageText),
    /// It goes; for its sender and for hosts.
    Delete(u64),
    /// It is marked, or no longer; for hosts.
    Mark(u64, Mark),
}

deserialize_by_value!(Mark, ChatChange);

impl Read for Mark {
    fn read(told: &Value) -> Option<Self> {
        Self::parse(told.as_str()?)
    }
}

impl Read for ChatChange {
    fn read(told: &Value) -> Option<Self> {
        let (word, value) = told.as_object()?.iter().next()?;
        Some(match word.as_str() {
            "edit" => Self::Edit(u64::read(value.get(0)?)?, MessageText::read(value.get(1)?)?),
            "delete" => Self::Delete(u64::read(value)?),
            "mark" => Self::Mark(u64::read(value.get(0)?)?, Mark::read(value.get(1)?)?),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for change in [
            ChatChange::Edit(7, MessageText::parse("hello").unwrap()),
            ChatChange::Delete(7),
            ChatChange::Mark(7, Mark::None),
            ChatChange::Mark(7, Mark::Announcement),
        ] {
            let json = serde_json::to_string(&change).unwrap();
            assert_eq!(serde_json::from_str::<ChatChange>(&json).unwrap(), change, "{json}");
        }
        for nonsense in ["{}", "7", r#"{"delete":-1}"#, r#"{"edit":[7,"  "]}"#, r#"{"mark":[7,"gold"]}"#] {
            assert!(serde_json::from_str::<ChatChange>(nonsense).is_err(), "{nonsense}");
        }
    }
}
