//! For how long a room keeps what is written in it.

use serde::{Deserialize, Serialize};

/// What is kept of a chat, and for whom.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum History {
    /// Nothing: who comes later sees nothing of it, and it is deleted once nobody can have missed it.
    None,
    /// It is deleted when the meeting is over.
    Meeting,
    /// Each message is deleted thirty days after it was sent.
    Month,
    /// It is kept until somebody deletes it.
    Ever,
}

impl History {
    /// Every policy, the shortest first.
    pub const ALL: [Self; 4] = [Self::None, Self::Meeting, Self::Month, Self::Ever];
    /// That of a new room: what was said last time can be looked up, and nothing piles up for years.
    pub const STANDARD: Self = Self::Month;

    /// Its name in the database, in forms and for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Meeting => "meeting",
            Self::Month => "month",
            Self::Ever => "ever",
        }
    }

    /// Reads [`History::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|history| history.as_str() == text)
    }
}
