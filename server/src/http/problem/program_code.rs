//! What only programs and administrators do wrong. It is no part of `wire`: the browser's module never hears of it.

use std::borrow::Cow;

use axum::http::StatusCode;

/// What is wrong, as a stable word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum ProgramCode {
    /// The key is none, or none any more.
    InvalidKey,
    /// The key is not for this.
    ScopeMissing,
}

impl ProgramCode {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::InvalidKey => "invalid_key",
            Self::ScopeMissing => "scope_missing",
        }
    }

    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::InvalidKey => StatusCode::UNAUTHORIZED,
            Self::ScopeMissing => StatusCode::FORBIDDEN,
        }
    }

    pub(super) fn sentence(self) -> Cow<'static, str> {
        match self {
            Self::InvalidKey => "The key is not good, or not any more. Ask an administrator for another one.".into(),
            Self::ScopeMissing => "The key is not meant for this. Ask an administrator for one that is.".into(),
        }
    }
}
