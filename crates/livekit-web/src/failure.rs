//! What JavaScript throws, as small enums.

use std::fmt;

use wasm_bindgen::{JsCast, JsValue};

use crate::externs;

/// Something that was thrown, read once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Thrown {
    /// `Error.name`, for instance `NotAllowedError`.
    pub(crate) name: String,
    /// `Error.message`.
    pub(crate) message: String,
    /// The word that our adapter gives it, or the constraint that an `OverconstrainedError` names.
    pub(crate) kind: String,
}

impl From<JsValue> for Thrown {
    fn from(value: JsValue) -> Self {
        if value.is_null() || value.is_undefined() {
            return Self::default();
        }
        if let Some(message) = value.as_string() {
            return Self { message, ..Self::default() };
        }
        let thrown: externs::Thrown = value.unchecked_into();
        Self {
            name: thrown.name().as_string().unwrap_or_default(),
            message: thrown.message().as_string().unwrap_or_default(),
            kind: thrown.kind().as_string().or_else(|| thrown.constraint().as_string()).unwrap_or_default(),
        }
    }
}

impl fmt::Display for Thrown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.message)
    }
}

/// livekit-client could not be fetched or started; holds what the browser says, for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError(pub String);

impl From<JsValue> for LoadError {
    fn from(value: JsValue) -> Self {
        Self(Thrown::from(value).to_string())
    }
}

/// Why a connection did not come about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectError {
    /// The server does not take this token, or there is no such room any more.
    Refused,
    /// Nobody answers at the signalling address.
    Unreachable,
    /// Signalling works, but no media comes through: a firewall, most likely. Holds the ways that were tried, such as
    /// `UDP 192.0.2.7:7882, TCP 192.0.2.7:7881`, as far as the browser tells.
    MediaBlocked(String),
    /// We gave up ourselves.
    Cancelled,
    /// Anything else; what livekit-client says, for the log.
    Other(String),
}

impl From<Thrown> for ConnectError {
    fn from(thrown: Thrown) -> Self {
        match thrown.kind.as_str() {
            "refused" => Self::Refused,
            "unreachable" => Self::Unreachable,
            "media_blocked" => Self::MediaBlocked(thrown.message),
            "cancelled" => Self::Cancelled,
            _ => Self::Other(thrown.to_string()),
        }
    }
}

/// Why a track could not be published or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublishError {
    /// The token does not allow it.
    Refused,
    /// There is no connection now.
    NotConnected,
    /// Nothing of this source is published.
    NotPublished,
    /// Anything else; what livekit-client says, for the log.
    Other(String),
}

impl From<Thrown> for PublishError {
    fn from(thrown: Thrown) -> Self {
        match thrown.kind.as_str() {
            "refused" => Self::Refused,
            "not_connected" => Self::NotConnected,
            "not_published" => Self::NotPublished,
            _ => Self::Other(thrown.to_string()),
        }
    }
}

/// Why a screen is not shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShareError {
    /// The person closed the browser's picker.
    Cancelled,
    /// The system, the page's policy or the room forbids it.
    Denied,
    /// This browser cannot share screens.
    Unsupported,
    /// Anything else; what the browser says, for the log.
    Other(String),
}

impl From<Thrown> for ShareError {
    fn from(thrown: Thrown) -> Self {
        match thrown.name.as_str() {
            // The picker's "Cancel" is the same error as a ban; only the message tells them apart.
            "NotAllowedError" if forbidden(&thrown.message) => Self::Denied,
            "NotAllowedError" => Self::Cancelled,
            "TypeError" | "NotSupportedError" => Self::Unsupported,
            _ => Self::Other(thrown.to_string()),
        }
    }
}

/// Whether a `NotAllowedError` comes from the system or the page's policy, not from the person.
fn forbidden(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    message.contains("by system") || message.contains("policy")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thrown(name: &str, message: &str, kind: &str) -> Thrown {
        Thrown { name: name.into(), message: message.into(), kind: kind.into() }
    }

    #[test]
    fn a_closed_picker_is_no_ban() {
        let share = |message| ShareError::from(thrown("NotAllowedError", message, ""));
        assert_eq!(share("Permission denied"), ShareError::Cancelled);
        assert_eq!(share("Permission denied by user"), ShareError::Cancelled);
        assert_eq!(share("Permission denied by system"), ShareError::Denied);
        assert_eq!(
            share("Access to the feature \"display-capture\" is disallowed by permissions policy."),
            ShareError::Denied
        );
    }

    #[test]
    fn the_kind_decides() {
        let error = |kind| ConnectError::from(thrown("Failure", "x", kind));
        assert_eq!(error("refused"), ConnectError::Refused);
        assert_eq!(error("media_blocked"), ConnectError::MediaBlocked("x".into()));
        assert_eq!(error(""), ConnectError::Other("Failure: x".into()));
        assert_eq!(PublishError::from(thrown("Failure", "x", "not_published")), PublishError::NotPublished);
    }
}
