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
    /// An invitation has to say for whom it is.
    InvalidLabel,
    /// An invitation cannot last so long.
    InvalidDays,
    /// The room has too many invitations.
    InvitationsFull,
    /// Another room has this readable name.
    AliasTaken,
    /// This is for administrators.
    AdministratorOnly,
    /// This needs a sign-in of just now.
    SignInAgain,
    /// This variable says it, and wins.
    SetInEnvironment(&'static str),
    /// That is no address of a LiveKit server.
    LivekitAddress,
    /// Another address or key needs key and secret.
    SecretNeeded,
    /// Nothing answers at LiveKit's address.
    LivekitUnreachable,
    /// What answers there takes another key.
    LivekitRefuses,
    /// No folder is set below which recordings may be kept.
    RecordingRootUnset,
    /// That is no folder below it.
    RecordingDirectory,
    /// Nothing can be written there.
    RecordingUnwritable,
}

impl ProgramCode {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::InvalidKey => "invalid_key",
            Self::ScopeMissing => "scope_missing",
            Self::InvalidLabel => "invalid_label",
            Self::InvalidDays => "invalid_days",
            Self::InvitationsFull => "invitations_full",
            Self::AliasTaken => "alias_taken",
            Self::AdministratorOnly => "administrator_only",
            Self::SignInAgain => "sign_in_again",
            Self::SetInEnvironment(_) => "set_in_environment",
            Self::LivekitAddress => "livekit_address",
            Self::SecretNeeded => "secret_needed",
            Self::LivekitUnreachable => "livekit_unreachable",
            Self::LivekitRefuses => "livekit_refuses",
            Self::RecordingRootUnset => "recording_root_unset",
            Self::RecordingDirectory => "recording_directory",
            Self::RecordingUnwritable => "recording_unwritable",
        }
    }

    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::InvalidKey | Self::SignInAgain => StatusCode::UNAUTHORIZED,
            Self::ScopeMissing | Self::AdministratorOnly => StatusCode::FORBIDDEN,
            Self::SetInEnvironment(_) | Self::InvitationsFull | Self::AliasTaken | Self::RecordingRootUnset => {
                StatusCode::CONFLICT
            }
            Self::LivekitAddress
            | Self::SecretNeeded
            | Self::RecordingDirectory
            | Self::InvalidLabel
            | Self::InvalidDays => StatusCode::BAD_REQUEST,
            Self::LivekitUnreachable | Self::LivekitRefuses | Self::RecordingUnwritable => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
        }
    }

    pub(super) fn sentence(self) -> Cow<'static, str> {
        match self {
            Self::InvalidKey => "The key is not good, or not any more. Ask an administrator for another one.".into(),
            Self::ScopeMissing => "The key is not meant for this. Ask an administrator for one that is.".into(),
            Self::InvalidLabel => "`label` must say for whom the invitation is, in at most 120 characters.".into(),
            Self::InvalidDays => "`days` must be a whole number from 1 to 366.".into(),
            Self::InvitationsFull => "The meeting has too many invitations. Take some back first.".into(),
            Self::AliasTaken => "Another meeting has this readable name. Choose another.".into(),
            Self::AdministratorOnly => "Only administrators, with codes, may do this.".into(),
            Self::SignInAgain => "Sign in again first: the last time was more than ten minutes ago.".into(),
            Self::SetInEnvironment(variable) => {
                format!("{variable} is set where Parlour was started, and wins: change it there.").into()
            }
            Self::LivekitAddress => "The address must look like wss://livekit.example.org, without a path.".into(),
            Self::SecretNeeded => "Another address or key needs the key and its secret with it.".into(),
            Self::LivekitUnreachable => "Nothing answers at this address. Nothing was changed.".into(),
            Self::LivekitRefuses => {
                "What answers there does not take this key and secret, or is no LiveKit. Nothing was changed.".into()
            }
            Self::RecordingRootUnset => {
                "PARLOUR_RECORDING_ROOT is not set where Parlour was started: it names the folder below which recordings may \
                 be kept."
                    .into()
            }
            Self::RecordingDirectory => {
                "The folder must be below the root, such as lectures/2026, also by where links lead. Nothing was changed."
                    .into()
            }
            Self::RecordingUnwritable => {
                "The folder cannot be made, or nothing can be written there. Nothing was changed.".into()
            }
        }
    }
}
