//! The one error of the domain: a code for the caller, the cause for the log.

use std::sync::Arc;
use std::time::Duration;

use wire::{ApiError, ErrorCode};

use crate::media::rooms::MediaError;
use crate::random::NoRandomness;
use crate::store;

/// Why the domain could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller asked for something that cannot be had.
    #[error("{}", .0.sentence())]
    Refused(ErrorCode),
    /// The caller asked too often, and may come back after this time.
    #[error("too often; again in {0:?}")]
    TooOften(Duration),
    /// The store failed, perhaps for several at once.
    #[error("the database failed: {0}")]
    Store(#[from] Arc<sqlx::Error>),
    /// LiveKit did not do its part.
    #[error("LiveKit failed: {0}")]
    Media(#[from] MediaError),
    /// A file could not be kept or read.
    #[error("the place for files failed: {0}")]
    Files(#[from] crate::files::DepotError),
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// A password could not be hashed.
    #[error(transparent)]
    Password(#[from] crate::password::Failed),
    /// A token could not be signed.
    #[error("the access token could not be signed: {0}")]
    Token(#[from] livekit_api::access_token::AccessTokenError),
}

impl From<ErrorCode> for Error {
    fn from(code: ErrorCode) -> Self {
        Self::Refused(code)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(Arc::new(error))
    }
}

impl Error {
    /// What the caller may know.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Refused(code) => *code,
            Self::TooOften(_) => ErrorCode::RateLimited,
            Self::Media(_) => ErrorCode::MediaUnavailable,
            Self::Store(cause) if store::is_unavailable(cause) => ErrorCode::StoreUnavailable,
            Self::Store(cause) if store::is_unstorable(cause) => ErrorCode::BadRequest,
            Self::Files(_) => ErrorCode::StoreUnavailable,
            Self::Store(_) | Self::Random(_) | Self::Password(_) | Self::Token(_) => ErrorCode::Internal,
        }
    }

    /// Writes the cause to the log, within the request's span, and keeps the code.
    pub fn report(&self) -> ErrorCode {
        let code = self.code();
        match self {
            // Somebody who is known and wants more than they may.
            Self::Refused(ErrorCode::NotAllowed) => tracing::info!("refused: their role does not allow it"),
            Self::Refused(_) | Self::TooOften(_) => tracing::debug!(?code, "refused"),
            Self::Password(cause @ crate::password::Failed::Gone) => tracing::debug!(%cause, "given up"),
            Self::Media(cause) => tracing::warn!(%cause, "LiveKit failed"),
            Self::Store(cause) if code == ErrorCode::StoreUnavailable => {
                tracing::error!(%cause, "the database cannot be used now: nothing is stored until it can");
            }
            Self::Store(cause) if code == ErrorCode::BadRequest => tracing::debug!(%cause, "refused"),
            Self::Files(cause) => tracing::error!(%cause, "files cannot be kept or read now"),
            cause => tracing::error!(%cause, "request failed"),
        }
        code
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        error.report().into()
    }
}
