//! Text that people type and others read: cleaned once, at the edge.

use serde::{Deserialize, Serialize};

use crate::ErrorCode;

/// Longest participant name, in characters.
pub const DISPLAY_NAME_MAX_CHARS: usize = 64;
/// Longest meeting title, in characters.
pub const TITLE_MAX_CHARS: usize = 120;
/// Longest chat message, in characters.
pub const MESSAGE_MAX_CHARS: usize = 4_000;

/// Characters that change the direction of text, hide in it or stand in for nothing: they let a
/// name pretend to be another one, so no text keeps them. The zero-width joiner (U+200D) stays,
/// because emoji and several scripts are written with it.
const fn is_deceptive(c: char) -> bool {
    matches!(
        c,
        '\u{200B}' | '\u{200C}' | '\u{200E}' | '\u{200F}'   // zero width, direction marks
            | '\u{061C}'                                    // Arabic letter mark
            | '\u{202A}'..='\u{202E}'                       // embeddings and overrides
            | '\u{2060}'..='\u{206F}'                       // word joiner, isolates, deprecated
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'          // byte order mark, annotations
            | '\u{2028}' | '\u{2029}'                       // line and paragraph separators
            | '\u{E0000}'..='\u{E001F}' // deprecated tags
    )
}

/// One line: no control or deceptive characters, white space folded, ends trimmed.
pub(crate) fn clean_line(raw: &str) -> String {
    let mut line = String::with_capacity(raw.len());
    for word in raw.split(|c: char| c.is_whitespace() || c.is_control()) {
        let before = line.len();
        if before > 0 {
            line.push(' ');
        }
        let start = line.len();
        line.extend(word.chars().filter(|c| !is_deceptive(*c)));
        if line.len() == start {
            line.truncate(before);
        }
    }
    // A joiner alone is an invisible name.
    if line.chars().all(|c| c == '\u{200D}' || c == ' ') { String::new() } else { line }
}

/// Several lines: line breaks and tabs stay, other control and deceptive characters go.
pub(crate) fn clean_block(raw: &str) -> String {
    let kept: String = raw
        .replace("\r\n", "\n")
        .chars()
        .filter(|c| matches!(c, '\n' | '\t') || !(c.is_control() || is_deceptive(*c)))
        .collect();
    if kept.chars().all(|c| c == '\u{200D}' || c.is_whitespace()) { String::new() } else { kept.trim().to_owned() }
}

/// A participant's name as others see it: one cleaned line of 1 to 64 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DisplayName(String);

impl DisplayName {
    /// Cleans and checks a name.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParticipantName`] when nothing is left of it or it is too long.
    pub fn parse(raw: &str) -> Result<Self, ErrorCode> {
        let name = clean_line(raw);
        let length = name.chars().count();
        if (1..=DISPLAY_NAME_MAX_CHARS).contains(&length) {
            Ok(Self(name))
        } else {
            Err(ErrorCode::InvalidParticipantName)
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A meeting's title: one cleaned line of at most 120 characters; empty means untitled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Title(String);

impl Title {
    /// Cleans and checks a title.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTitle`] when it is too long.
    pub fn parse(raw: &str) -> Result<Self, ErrorCode> {
        let title = clean_line(raw);
        if title.chars().count() <= TITLE_MAX_CHARS { Ok(Self(title)) } else { Err(ErrorCode::InvalidTitle) }
    }

    /// The title as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! string_newtype {
    ($name:ident) => {
        impl TryFrom<String> for $name {
            type Error = &'static str;
            fn try_from(raw: String) -> Result<Self, Self::Error> {
                Self::parse(&raw).map_err(crate::ErrorCode::sentence)
            }
        }
        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
pub(crate) use string_newtype;

string_newtype!(DisplayName);
string_newtype!(Title);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_folded_and_cleaned() {
        let name = DisplayName::parse("  Ada\u{202E}\n  Lovelace\u{0007} ").unwrap();
        assert_eq!(name.as_str(), "Ada Lovelace");
        assert_eq!(DisplayName::parse("👩\u{200D}🚀").unwrap().as_str(), "👩\u{200D}🚀");
    }

    #[test]
    fn an_invisible_or_endless_name_is_refused() {
        for raw in ["", "  \n", "\u{200B}\u{202E}", "\u{200D} \u{200D}", &"x".repeat(65)] {
            assert_eq!(DisplayName::parse(raw), Err(ErrorCode::InvalidParticipantName), "{raw:?}");
        }
    }

    #[test]
    fn a_block_keeps_its_lines() {
        assert_eq!(clean_block("a\r\n\tb\u{0}\u{2066}c\n"), "a\n\tbc");
    }

    proptest! {
        #[test]
        fn cleaning_is_idempotent_and_leaves_nothing_hidden(raw in any::<String>()) {
            let line = clean_line(&raw);
            prop_assert_eq!(clean_line(&line), line.clone());
            prop_assert!(!line.chars().any(|c| c.is_control() || is_deceptive(c)));
            let block = clean_block(&raw);
            prop_assert_eq!(clean_block(&block), block);
        }
    }
}
