//! Readable names of meetings: what may be one.

use wire::RoomName;

use crate::reserved::is_reserved;

/// Shortest and longest one, in characters.
const CHARS: std::ops::RangeInclusive<usize> = 3..=64;

/// Why something is no readable name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAlias {
    /// Too short, too long, or of other characters.
    Malformed,
    /// A code, or an address of Parlour's own.
    Reserved,
}

impl NoAlias {
    /// One sentence for a person, with what to do.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Malformed => "Use 3 to 64 letters from a to z, digits and hyphens, beginning with a letter or digit.",
            Self::Reserved => "Parlour needs this name itself. Choose another.",
        }
    }
}

/// Reads a readable name; capitals and spaces become what they stand for.
pub fn parse(typed: &str) -> Result<RoomName, NoAlias> {
    let alias = typed.trim().to_ascii_lowercase().replace([' ', '_'], "-");
    let plain = alias.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let bordered = !alias.starts_with('-') && !alias.ends_with('-') && !alias.contains("--");
    if !CHARS.contains(&alias.len()) || !plain || !bordered {
        return Err(NoAlias::Malformed);
    }
    match RoomName::parse(&alias) {
        Ok(name) if !name.is_code() && !is_reserved(&alias) => Ok(name),
        _ => Err(NoAlias::Reserved),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_reads_well_is_taken() {
        for (typed, alias) in
            [("weekly-sync", "weekly-sync"), (" Weekly Sync ", "weekly-sync"), ("room_101", "room-101")]
        {
            assert_eq!(parse(typed).map(|name| name.to_string()).as_deref(), Ok(alias));
        }
    }

    #[test]
    fn codes_reserved_words_and_other_writings_are_refused() {
        for typed in ["kfwm-3hzxr-8bqt", "kfwm3hzxr8bqt", "KFWM 3HZXR 8BQT", "api", "Settings", "rtc"] {
            assert_eq!(parse(typed), Err(NoAlias::Reserved), "{typed}");
        }
        for typed in ["", "ab", "-abc", "abc-", "a--b", "a/b", "über", "a.b", "a?b", "..", &"x".repeat(65)] {
            assert_eq!(parse(typed), Err(NoAlias::Malformed), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn an_alias_is_found_by_its_link_and_is_no_code(typed in "\\PC{0,20}|[a-z0-9 -]{3,16}") {
            if let Ok(alias) = parse(&typed) {
                prop_assert!(!alias.is_code() && !is_reserved(alias.as_str()));
                prop_assert_eq!(RoomName::parse(alias.as_str()), Ok(alias.clone()));
                prop_assert_eq!(parse(alias.as_str()), Ok(alias));
            }
        }
    }
}
