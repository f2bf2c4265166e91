//! Roles, and the one table of what each may do: the server decides by it, tokens are made by it, and pages offer by it.

use serde::Serialize;
use serde_json::Value;

use crate::read::{Read, deserialize_by_value};

/// Key of the attribute that holds a participant's role in LiveKit. The server alone can set it: no token carries
/// `canUpdateOwnMetadata`.
pub const ROLE_ATTRIBUTE: &str = "parlour.role";
/// Key of the attribute that a host has who has only taken the meeting over: what outlasts it is not theirs. It is the
/// server's as the role is, and stands beside it: for a page that does not know it they are a host.
pub const HEIR_ATTRIBUTE: &str = "parlour.heir";

/// What somebody is in a meeting.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Made the meeting, or has its host link, or was made host.
    Host,
    /// Helps the host.
    CoHost,
    /// Takes part, and is signed in.
    Participant,
    /// Takes part without an account.
    #[default]
    Guest,
    /// Listens and writes; speaks when a host lets them.
    Student,
    /// Only listens and watches.
    Viewer,
}

/// What may be allowed to somebody in a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// Switch the microphone on.
    Speak,
    /// Switch the camera on.
    ShowCamera,
    /// Share a screen.
    ShareScreen,
    /// Write in the chat.
    Write,
    /// Raise a hand.
    RaiseHand,
    /// Decide about those who wait at the door; mute, remove and ban; close the door; stop chat and shared screens.
    Moderate,
    /// Give roles, make links for hosts, end the meeting for all.
    Own,
}

impl Role {
    /// Every role, the mightiest first.
    pub const ALL: [Self; 6] = [Self::Host, Self::CoHost, Self::Participant, Self::Guest, Self::Student, Self::Viewer];

    /// The table.
    #[must_use]
    pub const fn may(self, right: Right) -> bool {
        match right {
            Right::Speak | Right::ShowCamera | Right::ShareScreen => {
                matches!(self, Self::Host | Self::CoHost | Self::Participant | Self::Guest)
            }
            Right::Write | Right::RaiseHand => !matches!(self, Self::Viewer),
            Right::Moderate => matches!(self, Self::Host | Self::CoHost),
            Right::Own => matches!(self, Self::Host),
        }
    }

    /// Whether it may moderate somebody of another role: nobody touches a host, and co-hosts not each other.
    #[must_use]
    pub const fn may_moderate(self, other: Self) -> bool {
        match self {
            Self::Host => !matches!(other, Self::Host),
            Self::CoHost => !matches!(other, Self::Host | Self::CoHost),
            _ => false,
        }
    }

    /// Its name in the database, on the wire and in LiveKit's attribute.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::CoHost => "co_host",
            Self::Participant => "participant",
            Self::Guest => "guest",
            Self::Student => "student",
            Self::Viewer => "viewer",
        }
    }

    /// Reads [`Role::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// What to call it, where it is more than taking part.
    #[must_use]
    pub const fn label(self) -> Option<&'static str> {
        match self {
            Self::Host => Some("Host"),
            Self::CoHost => Some("Co-host"),
            Self::Participant | Self::Guest => None,
            Self::Student => Some("Listens and writes"),
            Self::Viewer => Some("Listens only"),
        }
    }
}

deserialize_by_value!(Role);

impl Read for Role {
    fn read(told: &Value) -> Option<Self> {
        Self::parse(told.as_str()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_written() {
        for role in Role::ALL {
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
            assert_eq!(serde_json::from_value::<Role>(role.as_str().into()).unwrap(), role);
        }
        assert_eq!(Role::parse("Host"), None);
    }

    #[test]
    fn the_table_is_this_one() {
        use Right::*;
        let table = |role: Role| {
            [Speak, ShowCamera, ShareScreen, Write, RaiseHand, Moderate, Own].map(|right| u8::from(role.may(right)))
        };
        assert_eq!(table(Role::Host), [1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(table(Role::CoHost), [1, 1, 1, 1, 1, 1, 0]);
        assert_eq!(table(Role::Participant), [1, 1, 1, 1, 1, 0, 0]);
        assert_eq!(table(Role::Guest), [1, 1, 1, 1, 1, 0, 0]);
        assert_eq!(table(Role::Student), [0, 0, 0, 1, 1, 0, 0]);
        assert_eq!(table(Role::Viewer), [0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn nobody_moderates_upwards_or_sideways() {
        for (i, role) in Role::ALL.into_iter().enumerate() {
            for (j, other) in Role::ALL.into_iter().enumerate() {
                assert_eq!(role.may_moderate(other), i < 2 && j > i, "{role:?} {other:?}");
            }
        }
    }
}
