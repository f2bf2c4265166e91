//! Text that must not be printed.

use std::convert::Infallible;
use std::str::FromStr;

/// A secret: it has no `Debug` and no `Display`, so that it cannot slip into a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one call that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Secret {
    type Err = Infallible;
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::new(text))
    }
}

/// A LiveKit API key with its secret.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyPair {
    /// The key's public name (the issuer of tokens).
    pub key: String,
    /// What tokens are signed with.
    pub secret: Secret,
}
