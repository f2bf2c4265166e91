//! Scheme, host and port: where this Parlour, or a LiveKit server, is reached.

use axum::http::uri::Authority;

/// An origin, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    secure: bool,
    authority: String,
}

impl Origin {
    /// An origin from host and port, when they are well formed.
    pub fn new(secure: bool, authority: &str) -> Option<Self> {
        let parsed: Authority = authority.parse().ok()?;
        // `user@host` is an authority, but no host; neither is a port alone. It stands in policies and links, so that
        // it may hold nothing that means something there.
        let harmless = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']');
        let plain = !parsed.host().is_empty() && parsed.as_str().bytes().all(harmless);
        plain.then(|| Self { secure, authority: parsed.as_str().to_ascii_lowercase() })
    }

    /// Whether it is reached by TLS.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Host, and port when it is not the scheme's own.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// As `http:` or `https:`, without a slash at the end.
    pub fn http(&self) -> String {
        format!("{}://{}", if self.secure { "https" } else { "http" }, self.authority)
    }

    /// As `ws:` or `wss:`, without a slash at the end.
    pub fn ws(&self) -> String {
        format!("{}://{}", if self.secure { "wss" } else { "ws" }, self.authority)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_a_host_with_a_port_is_taken() {
        assert_eq!(Origin::new(true, "Meet.Example:8443").unwrap().ws(), "wss://meet.example:8443");
        assert_eq!(Origin::new(false, "[::1]:3000").unwrap().http(), "http://[::1]:3000");
        for authority in ["", ":3000", "me@host", "host/path", "ho st", "host\"", "host,other", "host;x", "*"] {
            assert!(Origin::new(false, authority).is_none(), "{authority}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_harmless_in_links_and_policies(text in prop_oneof![
            any::<String>(),
            "[a-zA-Z0-9.:@\\[\\]_/?#, -]{0,40}",
        ]) {
            if let Some(origin) = Origin::new(true, &text) {
                prop_assert!(!origin.http().contains(|c: char| c.is_whitespace() || c.is_control() || "\"'<>;,@?#".contains(c)));
                prop_assert_eq!(Origin::new(true, origin.authority()), Some(origin));
            }
        }
    }
}
