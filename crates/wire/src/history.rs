//! For how long a room keeps what is written in it.

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::read::{Read, deserialize_by_value};

/// What is kept of a chat, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

impl Serialize for History {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Read for History {
    fn read(told: &Value) -> Option<Self> {
        Self::parse(told.as_str()?)
    }
}

deserialize_by_value!(History);

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for History {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .enum_values(Some(Self::ALL.map(Self::as_str)))
            .description(Some("What is kept of a chat, and for whom."))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for History {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_and_read_by_its_name() {
        for history in History::ALL {
            let written = serde_json::to_value(history).unwrap();
            assert_eq!(written, history.as_str());
            assert_eq!(serde_json::from_value::<History>(written).unwrap(), history);
        }
        assert!(serde_json::from_str::<History>("\"always\"").is_err());
    }
}
