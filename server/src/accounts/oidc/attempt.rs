//! A sign-in that has begun at the provider and is to end in the same browser.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::clock;
use crate::random::{self, NoRandomness};

/// How long somebody has at the provider.
pub const ATTEMPT_LASTS: Duration = Duration::from_secs(10 * 60);
/// Longest cookie that is looked at: a secret, a time, and an address of ours.
const TEXT_MAX_BYTES: usize = 2_048;

/// What the browser keeps while its owner is at the provider. Everything that travels is a hash of the whole of it: whoever
/// sees the addresses cannot make the cookie, and a cookie that was changed does not fit the state that comes back. No
/// `Debug`: it is a secret.
pub struct Attempt {
    text: String,
    begun_at_s: u64,
    again: bool,
    next: String,
}

impl Attempt {
    /// Begins one. `next` is where to go then, `again` whether somebody who is signed in shows anew who they are.
    ///
    /// # Errors
    /// When the operating system has no random bytes.
    pub fn begin(next: &str, again: bool) -> Result<Self, NoRandomness> {
        let secret = URL_SAFE_NO_PAD.encode(random::bytes::<32>()?);
        let begun_at_s = clock::now().as_secs();
        let text = format!("{secret}.{begun_at_s}.{}.{}", u8::from(again), URL_SAFE_NO_PAD.encode(next));
        Ok(Self { text, begun_at_s, again, next: next.to_owned() })
    }

    /// Reads one as it stands in a cookie; anything else is none.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > TEXT_MAX_BYTES {
            return None;
        }
        let mut parts = text.split('.');
        let (secret, begun, again, next) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let whole = parts.next().is_none() && URL_SAFE_NO_PAD.decode(secret).is_ok_and(|secret| secret.len() == 32);
        let again = match again {
            "0" => false,
            "1" => true,
            _ => return None,
        };
        let next = String::from_utf8(URL_SAFE_NO_PAD.decode(next).ok()?).ok()?;
        whole.then_some(Self { text: text.to_owned(), begun_at_s: begun.parse().ok()?, again, next })
    }

    /// As it stands in the cookie.
    pub fn to_text(&self) -> &str {
        &self.text
    }

    /// Where to go then, as somebody said it.
    pub fn next(&self) -> &str {
        &self.next
    }

    /// Whether somebody who is signed in shows anew who they are.
    pub fn again(&self) -> bool {
        self.again
    }

    /// When it has begun, in seconds since 1970.
    pub fn begun_at_s(&self) -> u64 {
        self.begun_at_s
    }

    /// Whether the provider's answer with this state belongs to it, and comes in time.
    pub fn is_answered_by(&self, state: &str) -> bool {
        let passed_s = clock::now().as_secs().checked_sub(self.begun_at_s);
        let in_time = passed_s.is_some_and(|passed_s| passed_s < ATTEMPT_LASTS.as_secs());
        in_time && bool::from(self.state().as_bytes().ct_eq(state.as_bytes()))
    }

    /// What the provider sends back with its answer.
    pub(super) fn state(&self) -> String {
        self.derive("state")
    }

    /// What the provider writes into the ID token.
    pub(super) fn nonce(&self) -> String {
        self.derive("nonce")
    }

    /// What only whoever has begun can show for the code (PKCE).
    pub(super) fn verifier(&self) -> String {
        self.derive("verifier")
    }

    fn derive(&self, what: &str) -> String {
        let hash = Sha256::new().chain_update(format!("parlour sign-in {what}\0")).chain_update(&self.text).finalize();
        URL_SAFE_NO_PAD.encode(hash)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_cookie_that_was_given_fits_the_answer() {
        let attempt = Attempt::begin("/kfwm-3hzxr-8bqt?debug", true).unwrap();
        let read = Attempt::parse(attempt.to_text()).unwrap();
        assert_eq!((read.next(), read.again()), ("/kfwm-3hzxr-8bqt?debug", true));
        assert!(read.is_answered_by(&attempt.state()));
        for state in ["", "x", &attempt.nonce(), &attempt.verifier(), &Attempt::begin("", true).unwrap().state()] {
            assert!(!read.is_answered_by(state), "{state}");
        }
        let elsewhere =
            attempt.to_text().rsplit_once('.').unwrap().0.to_owned() + "." + &URL_SAFE_NO_PAD.encode("/admin");
        assert!(!Attempt::parse(&elsewhere).unwrap().is_answered_by(&attempt.state()));
    }

    #[test]
    fn an_answer_comes_within_ten_minutes() {
        let fresh = Attempt::begin("", false).unwrap();
        let secret = fresh.to_text().split('.').next().unwrap();
        let now = clock::now().as_secs();
        for (begun, good) in [(now - 590, true), (now - 600, false), (now + 60, false), (0, false)] {
            let attempt = Attempt::parse(&format!("{secret}.{begun}.0.")).unwrap();
            assert_eq!(attempt.is_answered_by(&attempt.state()), good, "{begun}");
        }
    }

    proptest! {
        #[test]
        fn whatever_stands_in_the_cookie_is_read_whole_or_not_at_all(text in "[A-Za-z0-9_-]{42,44}(\\.[a-zA-Z0-9]{0,12}){0,5}|\\PC{0,60}") {
            if let Some(attempt) = Attempt::parse(&text) {
                prop_assert_eq!(attempt.to_text(), text);
            }
        }
    }
}
