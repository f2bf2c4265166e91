//! What stands in for a picture: initials and a colour.

use wire::Identity;

/// Up to two letters for an avatar: of the first and the last word of a name, as written (the style sheet makes them
/// capitals). A name without letters or digits gives its first character, an empty one a question mark.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut letters = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let Some(first) = letters.next() else {
        return name.trim_start().chars().next().unwrap_or('?').to_string();
    };
    [Some(first), letters.next_back()].into_iter().flatten().collect()
}

/// A hue in degrees, 0 to 359, always the same for the same identity (FNV-1a of its bytes).
#[must_use]
pub fn hue(identity: &Identity) -> u16 {
    const OFFSET: u32 = 0x811c_9dc5;
    const PRIME: u32 = 0x0100_0193;
    let hash = identity.as_str().bytes().fold(OFFSET, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(PRIME));
    u16::try_from(hash % 360).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn first_and_last_word_count() {
        for (name, expected) in [
            ("Ada Lovelace", "AL"),
            ("ada", "a"),
            ("Ada  King of Lovelace", "AL"),
            ("(Ada) Lovelace 🚀", "AL"),
            ("ädele ökonom", "äö"),
            ("ßeta", "ß"),
            ("山田 太郎", "山太"),
            ("7 of 9", "79"),
            ("🚀", "🚀"),
            ("  ", "?"),
            ("", "?"),
        ] {
            assert_eq!(initials(name), expected, "{name:?}");
        }
    }

    #[test]
    fn a_hue_is_stable_and_differs() {
        let of = |id: &str| hue(&Identity(id.to_owned()));
        assert_eq!(of("ada"), of("ada"));
        assert_ne!(of("ada"), of("bob"));
        // The hash's authors publish 0x811c9dc5, 0xe40c292c and 0xbf9cf968 for these.
        assert_eq!(
            ["", "a", "foobar"].map(of),
            [61, 340, 160],
            "the hash must not change between versions: people know each other by colour"
        );
    }

    proptest! {
        #[test]
        fn always_one_or_two_characters_and_a_hue(name in any::<String>()) {
            prop_assert!((1..=2).contains(&initials(&name).chars().count()));
            prop_assert!(hue(&Identity(name)) < 360);
        }
    }
}
