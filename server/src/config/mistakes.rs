//! Mistakes are collected, so that all of them can be corrected at once.

use super::parse::Invalid;

/// What is wrong with a configuration, at least one thing.
#[derive(Debug, Default, thiserror::Error)]
#[error("{}", sentences(.0))]
pub struct Mistakes(Vec<Invalid>);

impl Mistakes {
    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Invalid> {
        self.0.iter()
    }

    /// A value that was understood; otherwise the mistake is noted.
    pub(super) fn keep<T>(&mut self, value: Result<T, Invalid>) -> Option<T> {
        value.map_err(|invalid| self.0.push(invalid)).ok()
    }

    /// The same, with something to go on with: a configuration with a mistake is never used.
    pub(super) fn or<T>(&mut self, value: Result<T, Invalid>, otherwise: T) -> T {
        self.keep(value).unwrap_or(otherwise)
    }

    /// The same, with nothing to go on with.
    pub(super) fn or_default<T: Default>(&mut self, value: Result<T, Invalid>) -> T {
        self.keep(value).unwrap_or_default()
    }

    /// The whole, when nothing is wrong with any part.
    pub(super) fn none<T>(self, whole: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(whole) } else { Err(self) }
    }
}

fn sentences(mistakes: &[Invalid]) -> String {
    mistakes.iter().map(Invalid::to_string).collect::<Vec<_>>().join("\nparlour: ")
}
