//! Text that people type and others read: cleaned once, at the edge.

use serde::{Deserialize, Serialize};

use crate::{ErrorCode, NOTE_MAX_CHARS};

/// Longest participant name, in characters.
pub const DISPLAY_NAME_MAX_CHARS: usize = 64;
/// Longest meeting title, in characters.
pub const TITLE_MAX_CHARS: usize = 120;
/// Longest chat message, in characters.
pub const MESSAGE_MAX_CHARS: usize = 4_000;

/// Characters that change the direction of text, hide in it or stand in for nothing: they let a
/// name pretend to be another one, so no text keeps them.
pub(crate) const fn is_deceptive(c: char) -> bool {
    matches!(
        c,
        '\u{200B}' | '\u{200E}' | '\u{200F}'               // zero width space, direction marks
            | '\u{061C}'                                    // Arabic letter mark
            | '\u{202A}'..='\u{202E}'                       // embeddings and overrides
            | '\u{2060}'..='\u{206F}'                       // word joiner, isolates, deprecated
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'          // byte order mark, annotations
            | '\u{00AD}' | '\u{034F}' | '\u{180E}'           // soft hyphen, grapheme joiner, vowel separator
            | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' // Hangul fillers
            | '\u{E0000}'..='\u{E001F}' // deprecated tags
    )
}

/// Zero-width joiner and non-joiner: emoji, Persian and several Indic scripts are written with them.
const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

/// Characters that need another one to be seen: of these alone, a text is empty to the eye.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || is_joiner(c)
        || matches!(c, '\u{2800}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0020}'..='\u{E007F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Takes out deceptive characters, and joiners where they join nothing: beside Latin letters,
/// digits, white space or one another they are only a way to make two equal names differ.
fn without_deceptive(text: impl Iterator<Item = char>) -> String {
    let joins = |c: &char| *c >= '\u{0300}' && !is_joiner(*c) && !c.is_whitespace();
    let mut rest = text.filter(|c| !is_deceptive(*c)).peekable();
    let mut kept = String::new();
    let mut last = None;
    while let Some(c) = rest.next() {
        if !is_joiner(c) || (last.as_ref().is_some_and(joins) && rest.peek().is_some_and(joins)) {
            kept.push(c);
            last = Some(c);
        }
    }
    kept
}

/// The text, or nothing where there is nothing to see.
fn visible(text: String) -> String {
    if text.chars().all(is_invisible) { String::new() } else { text }
}

/// One line: no control or deceptive characters, white space folded, ends trimmed.
pub(crate) fn clean_line(raw: &str) -> String {
    let words = raw.split(|c: char| c.is_whitespace() || c.is_control()).map(|word| without_deceptive(word.chars()));
    visible(words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
}

/// Several lines: line breaks (in any writing, as `\n`) and tabs stay, other control and deceptive
/// characters go.
pub(crate) fn clean_block(raw: &str) -> String {
    let lines = raw.replace("\r\n", "\n").replace(['\r', '\u{0085}', '\u{2028}', '\u{2029}'], "\n");
    let kept = lines.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control());
    visible(without_deceptive(kept).trim().to_owned())
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

    /// Cleans a name that was checked by nobody, and cuts what is too long. `None` when nothing is
    /// left of it.
    #[must_use]
    pub fn cut(raw: &str) -> Option<Self> {
        let cut: String = clean_line(raw).chars().take(DISPLAY_NAME_MAX_CHARS).collect();
        // The cut may have fallen behind a space or a joiner.
        Self::parse(&cut).ok()
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

/// What somebody who waits leaves for the hosts: one cleaned line of at most 200 characters, what is longer is cut.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Note(String);

impl Note {
    /// Cleans and cuts a note.
    #[must_use]
    pub fn cut(raw: &str) -> Self {
        // The cut may fall behind a space or a joiner.
        Self(clean_line(&clean_line(raw).chars().take(NOTE_MAX_CHARS).collect::<String>()))
    }

    /// The note as text.
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
        impl crate::read::Read for $name {
            fn read(told: &serde_json::Value) -> Option<Self> {
                Self::parse(told.as_str()?).ok()
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
        for (raw, cleaned) in [
            ("  Ada\u{202E}\n  Lovelace\u{0007} ", "Ada Lovelace"),
            ("A\u{200D}d\u{200C}a\u{AD}\u{200D}", "Ada"),
            ("👩\u{200D}🚀", "👩\u{200D}🚀"),
            ("❤\u{FE0F}\u{200D}🔥", "❤\u{FE0F}\u{200D}🔥"),
            ("علی\u{200C}رضا", "علی\u{200C}رضا"),
            ("علی\u{200C}\u{200C} \u{200D}رضا\u{200C}", "علی رضا"),
        ] {
            assert_eq!(DisplayName::parse(raw).unwrap().as_str(), cleaned);
        }
    }

    #[test]
    fn an_invisible_or_endless_name_is_refused() {
        for raw in [
            "",
            "  \n",
            "\u{200B}\u{202E}",
            "\u{200D} \u{200D}",
            "\u{3164}",
            "\u{2800}\u{FE0F}",
            "\u{E0041}",
            &"x".repeat(65),
        ] {
            assert_eq!(DisplayName::parse(raw), Err(ErrorCode::InvalidParticipantName), "{raw:?}");
        }
    }

    #[test]
    fn a_name_from_elsewhere_is_cut() {
        assert_eq!(DisplayName::cut(&"x".repeat(99)).unwrap().as_str(), "x".repeat(64));
        assert_eq!(DisplayName::cut(&format!("{} tail", "x".repeat(63))).unwrap().as_str(), "x".repeat(63));
        assert_eq!(DisplayName::cut(" \u{202E} "), None);
    }

    #[test]
    fn a_block_keeps_its_lines() {
        assert_eq!(clean_block("a\r\n\tb\u{0}\u{2066}c\n"), "a\n\tbc");
        assert_eq!(clean_block("a\rb\u{2028}c\u{85}d"), "a\nb\nc\nd");
        assert_eq!(clean_block("می\u{200C}خواهم"), "می\u{200C}خواهم");
    }

    /// Strings in which the characters that matter here are common.
    fn tricky() -> impl Strategy<Value = String> {
        let special = proptest::sample::select(
            "a b\n\r\t\0\u{85}\u{A0}\u{3000}\u{2028}\u{200B}\u{200C}\u{200D}\u{202E}\u{FE0F}\u{3164}\u{E0041}👩ی\u{301}".chars().collect::<Vec<_>>(),
        );
        proptest::collection::vec(prop_oneof![4 => special, 1 => any::<char>()], 0..90).prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn cleaning_is_idempotent_and_leaves_nothing_hidden(raw in tricky()) {
            let line = clean_line(&raw);
            prop_assert_eq!(clean_line(&line), line.clone());
            prop_assert!(!line.chars().any(|c| c.is_control() || is_deceptive(c)));
            prop_assert!(!line.contains("  ") && line.trim() == line);
            let block = clean_block(&raw);
            prop_assert!(!block.chars().any(|c| (c.is_control() && !"\n\t".contains(c)) || is_deceptive(c)));
            prop_assert_eq!(clean_block(&block), block);
        }

        #[test]
        fn a_cut_name_is_a_name(raw in tricky()) {
            if let Some(name) = DisplayName::cut(&raw) {
                prop_assert_eq!(DisplayName::parse(name.as_str()), Ok(name));
            } else {
                prop_assert!(DisplayName::parse(&raw).is_err());
            }
        }
    }
}
