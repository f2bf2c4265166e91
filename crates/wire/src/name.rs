//! The name of a room, as it stands in the link.

use serde::{Deserialize, Serialize};

use crate::ErrorCode;
use crate::text::{is_deceptive, string_newtype};

/// Longest name that is looked up at all, in characters; a whole link may be pasted.
pub const ROOM_NAME_MAX_CHARS: usize = 512;

/// Lower-case letters and digits without the look-alikes `i l o 0 1`.
const CODE_ALPHABET: &str = "abcdefghjkmnpqrstuvwxyz23456789";
/// How the 13 characters of a code are grouped when written.
const CODE_GROUPS: [usize; 3] = [4, 5, 4];
/// 31^13 is a little over 2^64: at least 64 bits.
const CODE_CHARS: usize = 13;

/// A room's name: `kfwm-3hzxr-8bqt`, or whatever else stood in a link.
///
/// Parsing understands what people paste and type: a whole link, spaces, capitals, missing or
/// misplaced hyphens. A name that parses need not exist.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoomName(String);

impl RoomName {
    /// Understands a typed or pasted name.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidRoomName`] when it is empty, over-long or holds control characters.
    pub fn parse(raw: &str) -> Result<Self, ErrorCode> {
        let typed = raw.trim();
        if typed.chars().count() > ROOM_NAME_MAX_CHARS || typed.chars().any(char::is_control) {
            return Err(ErrorCode::InvalidRoomName);
        }
        let name = last_segment(typed).trim().to_ascii_lowercase();
        if name.is_empty() {
            return Err(ErrorCode::InvalidRoomName);
        }
        Ok(Self(as_code(&name).unwrap_or(name)))
    }

    /// Makes a code from random bytes, eight bits of which choose one character; bytes that would
    /// favour some characters are passed over. `None` when the bytes ran out (with 24 bytes, hardly
    /// once in 10^11 times): try again with others.
    #[must_use]
    pub fn from_random(bytes: &[u8]) -> Option<Self> {
        let letters: Vec<char> = CODE_ALPHABET.chars().collect();
        let fair = u8::MAX - u8::MAX % u8::try_from(letters.len()).ok()?;
        let code: String = bytes
            .iter()
            .filter(|byte| **byte < fair)
            .filter_map(|byte| letters.get(usize::from(*byte) % letters.len()))
            .take(CODE_CHARS)
            .collect();
        as_code(&code).map(Self)
    }

    /// Whether it is a code, as every room has one: anything else may only be a readable name.
    #[must_use]
    pub fn is_code(&self) -> bool {
        as_code(&self.0).is_some()
    }

    /// The name as it stands in the link.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What follows the last `/` of a link's path; the whole text when it is no link.
fn last_segment(typed: &str) -> &str {
    let path = typed.split(['?', '#']).next().unwrap_or_default();
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

/// The canonical writing of a code, when `name` is one in any writing.
fn as_code(name: &str) -> Option<String> {
    let bare: Vec<char> =
        name.trim_matches(|c: char| !c.is_alphanumeric()).chars().filter(|c| !is_separator(*c)).collect();
    if bare.len() != CODE_CHARS || !bare.iter().all(|c| CODE_ALPHABET.contains(*c)) {
        return None;
    }
    let mut rest = bare.as_slice();
    let mut groups = Vec::with_capacity(CODE_GROUPS.len());
    for size in CODE_GROUPS {
        let (group, tail) = rest.split_at_checked(size)?;
        groups.push(group.iter().collect::<String>());
        rest = tail;
    }
    Some(groups.join("-"))
}

/// What stands between the characters of a code: typed, put there by a phone's autocorrection
/// (dashes), or brought along invisibly by copying.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || is_deceptive(c) || matches!(c, '-' | '_' | '.' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

string_newtype!(RoomName);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CODE: &str = "kfwm-3hzxr-8bqt";

    #[test]
    fn what_people_type_is_understood() {
        for typed in [
            CODE,
            "KFWM 3HZXR 8BQT",
            " kfwm3hzxr8bqt ",
            "k f w m - 3 h z x r - 8 b q t",
            "https://meet.example.org/kfwm-3hzxr-8bqt",
            "meet.example.org/KFWM-3HZXR-8BQT/?x=1#y",
            "(https://meet.example.org/kfwm-3hzxr-8bqt).",
            "“kfwm–3hzxr—8bqt”",
            "\u{2068}kfwm-3hzxr\u{200B}-8bqt\u{2069}\u{FEFF}",
        ] {
            assert_eq!(RoomName::parse(typed).map(String::from).as_deref(), Ok(CODE), "{typed}");
        }
    }

    #[test]
    fn only_empty_overlong_or_control_is_refused() {
        for typed in ["", "   ", "/", "a\u{0}b", &"x".repeat(513)] {
            assert_eq!(RoomName::parse(typed), Err(ErrorCode::InvalidRoomName), "{typed:?}");
        }
        for typed in ["nope", "../etc/passwd", "日本語", "<script>", "a b"] {
            assert!(RoomName::parse(typed).is_ok(), "{typed:?}");
        }
    }

    #[test]
    fn bytes_that_favour_a_letter_are_passed_over() {
        assert!(RoomName::parse(CODE).unwrap().is_code() && !RoomName::parse("weekly-sync").unwrap().is_code());
        assert_eq!(RoomName::from_random(&[255; 64]), None);
        assert_eq!(RoomName::from_random(&[0; 13]).map(String::from).as_deref(), Some("aaaa-aaaaa-aaaa"));
    }

    proptest! {
        #[test]
        fn a_code_survives_any_writing(bytes in proptest::collection::vec(any::<u8>(), 64..96)) {
            let name = RoomName::from_random(&bytes);
            prop_assume!(name.is_some());
            let name = name.unwrap();
            prop_assert_eq!(RoomName::parse(&name.as_str().to_uppercase().replace('-', " ")).unwrap(), name);
        }

        #[test]
        fn parsing_is_idempotent(raw in prop_oneof![
            any::<String>(),
            "[a-zA-Z2-9İΣẞK/ ?#.\u{3000}\u{200B}-]{0,40}",
            "İ{200,600}",
        ]) {
            if let Ok(name) = RoomName::parse(&raw) {
                prop_assert_eq!(RoomName::parse(name.as_str()).unwrap(), name);
            }
        }
    }
}
