//! E-mail addresses: how an account is named when somebody signs in.

/// Longest address that can be written to (RFC 5321).
const MAX_CHARS: usize = 254;
/// Longest part before the `@`.
const LOCAL_MAX_CHARS: usize = 64;

/// An address in lower case. It has no `Debug` and no `Display`: who has an account is nobody's business, and no log's.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Understands a typed address; `None` when it cannot be one. Whether somebody reads it only a message would show.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim().to_lowercase();
        let (local, domain) = typed.rsplit_once('@')?;
        let lengths = typed.chars().count() <= MAX_CHARS && (1..=LOCAL_MAX_CHARS).contains(&local.chars().count());
        let local_fits = local.chars().all(|c| !c.is_whitespace() && !c.is_control() && !r#"@,;:<>()[]\""#.contains(c));
        let label = |label: &str| {
            let inner = label.chars().all(|c| c.is_alphanumeric() || c == '-');
            inner && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
        };
        (lengths && local_fits && domain.split('.').all(label)).then_some(Self(typed))
    }

    /// The part behind the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address as text, for its owner, administrators and the database.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn capitals_and_spaces_around_make_no_other_address() {
        assert_eq!(Email::parse("  Ada.Lovelace+meet@Example.ORG ").unwrap().as_str(), "ada.lovelace+meet@example.org");
        assert!(Email::parse("root@localhost").is_some());
        assert!(Email::parse("ada@bücher.example").is_some());
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        for typed in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "ada@@example.org",
            "a da@example.org",
            "ada@exam ple.org",
            "ada@.org",
            "ada@example..org",
            "ada@-example.org",
            "<ada@example.org>",
            "ada@example.org\u{0}",
            "ada\n@example.org",
            &format!("{}@example.org", "a".repeat(65)),
            &format!("a@{}.org", "b".repeat(260)),
        ] {
            assert!(Email::parse(typed).is_none(), "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn an_address_is_read_as_it_was_written(typed in "[a-zA-ZÄİß@.+ -]{0,40}|\\PC{0,20}@\\PC{0,20}") {
            if let Some(email) = Email::parse(&typed) {
                prop_assert!(Email::parse(email.as_str()).is_some_and(|again| again == email));
                prop_assert!(!email.as_str().chars().any(|c| c.is_control() || c.is_whitespace()));
            }
        }
    }
}
