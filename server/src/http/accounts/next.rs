//! Where somebody wanted to go before they had to sign in.

use url::form_urlencoded;

/// Longest address that is remembered.
const MAX_BYTES: usize = 1_024;

/// An address of ours, from its path on: never another site's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::http) struct Next(String);

impl Next {
    /// Reads an address that came with a request, where anything may stand.
    pub(in crate::http) fn parse(text: &str) -> Option<Self> {
        // Browsers take `//host` and `/\host` for other sites, pass over tabs and line ends, and send nothing but ASCII.
        let path = text.strip_prefix('/').is_some_and(|rest| !rest.starts_with(['/', '\\']));
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'#'));
        (path && plain && text.len() <= MAX_BYTES).then(|| Self(text.to_owned()))
    }

    /// The address.
    pub(in crate::http) fn as_str(&self) -> &str {
        &self.0
    }

    /// The page that signs in, and comes back here.
    pub(in crate::http) fn sign_in(&self) -> String {
        let next: String = form_urlencoded::byte_serialize(self.0.as_bytes()).collect();
        // A path reads better with its slashes.
        format!("/signin?next={}", next.replace("%2F", "/"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    #[test]
    fn a_room_is_come_back_to() {
        for (next, sign_in) in [
            ("/kfwm-3hzxr-8bqt", "/signin?next=/kfwm-3hzxr-8bqt"),
            ("/kfwm-3hzxr-8bqt?debug", "/signin?next=/kfwm-3hzxr-8bqt%3Fdebug"),
            ("/%E6%97%A5", "/signin?next=/%25E6%2597%25A5"),
            ("/", "/signin?next=/"),
        ] {
            assert_eq!(Next::parse(next).unwrap().sign_in(), sign_in);
        }
    }

    #[test]
    fn other_sites_are_not_gone_to() {
        for text in [
            "",
            "room",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n/evil.example",
            " //evil.example",
            "/a\r\nset-cookie: x=y",
            "/日本",
            &format!("/{}", "x".repeat(2_000)),
        ] {
            assert!(Next::parse(text).is_none(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_taken_stays_here(text in "[/\\\\]{0,3}[/\\\\a-z.:@?#%\t\n ]{0,12}|/\\PC{0,20}") {
            let ours = Url::parse("https://meet.example/signin").unwrap();
            if let Some(next) = Next::parse(&text) {
                prop_assert_eq!(ours.join(next.as_str()).unwrap().origin(), ours.origin());
                let link = ours.join(&next.sign_in()).unwrap();
                let back = link.query_pairs().find(|(name, _)| name == "next").unwrap().1.into_owned();
                prop_assert_eq!(Next::parse(&back), Some(next));
            }
        }
    }
}
