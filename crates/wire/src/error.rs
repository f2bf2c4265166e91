//! The one error that leaves the server: a stable code, and a sentence for people.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::read::{Read, deserialize_by_value, member};

/// What went wrong, as a stable machine-readable code (`code` in `application/problem+json`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorCode {
    /// The room's name is empty, too long or holds control characters (400).
    InvalidRoomName,
    /// The participant's name is empty or too long (400).
    InvalidParticipantName,
    /// The meeting's title is too long (400).
    InvalidTitle,
    /// The chat message, or its id, is empty, too long or malformed (400).
    InvalidMessage,
    /// The file is empty or damaged (400).
    InvalidFile,
    /// The request could not be understood (400).
    BadRequest,
    /// The request comes from another site (403).
    CrossSite,
    /// The caller is not in this meeting (403).
    NotInMeeting,
    /// The caller's role does not allow this (403).
    NotAllowed,
    /// Only who wrote the message may do this (403).
    NotYours,
    /// A host has to let the caller in (403).
    AskToJoin,
    /// A host has not let the caller in (403).
    Denied,
    /// The meeting lets nobody new in (403).
    Locked,
    /// A host took the caller out of this meeting (403).
    Removed,
    /// A host keeps the caller out of this meeting's room (403).
    Banned,
    /// Chat is switched off for all but the hosts (403).
    ChatOff,
    /// The meeting asks for a password (403).
    PasswordRequired,
    /// That is not the meeting's password (403).
    PasswordWrong,
    /// The meeting's time has not come (403).
    NotStarted,
    /// As many people are inside as may be (409).
    RoomFull,
    /// The same person is in the call from another browser, and has not said that it shall come here (409).
    InCallElsewhere,
    /// The meeting was ended for all (410).
    MeetingEnded,
    /// The meeting's time is over (410).
    Ended,
    /// The invitation was taken back, is too old, or is somebody else's by now (410).
    InvitationExpired,
    /// No meeting has this name (404).
    RoomNotFound,
    /// Nothing is served at this address (404).
    NotFound,
    /// The address exists, but not for this method (405).
    MethodNotAllowed,
    /// The message was deleted, or never was (404).
    MessageNotFound,
    /// The request did not come in the time that it may take (408).
    TooSlow,
    /// The space for files is used up: the caller's, the meeting's or Parlour's (409).
    FilesFull,
    /// The file is larger than Parlour takes (413).
    FileTooLarge,
    /// The body is larger than the limit (413).
    TooLarge,
    /// The body is not of a type that this address understands (415).
    UnsupportedMediaType,
    /// Too many requests in a short time (429).
    RateLimited,
    /// Something went wrong in Parlour; the log has it under the request id (500).
    Internal,
    /// The LiveKit server does not answer (503).
    MediaUnavailable,
    /// The database cannot do it now: it is locked, full or not there (503).
    StoreUnavailable,
    /// The disk on which files are kept is full (507).
    StorageFull,
    /// The browser reached LiveKit, but no sound or picture comes through the network (never travels).
    MediaBlocked,
    /// The browser could not reach Parlour (no response).
    Unreachable,
    /// Only people with an account may do this here, and the caller is not signed in (401).
    SignInRequired,
}

impl ErrorCode {
    /// The HTTP status that carries this code; the two that never travel map to 503.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidRoomName
            | Self::InvalidParticipantName
            | Self::InvalidTitle
            | Self::InvalidMessage
            | Self::InvalidFile
            | Self::BadRequest => 400,
            Self::SignInRequired => 401,
            Self::CrossSite
            | Self::NotInMeeting
            | Self::NotAllowed
            | Self::NotYours
            | Self::AskToJoin
            | Self::Denied
            | Self::Locked
            | Self::Removed
            | Self::Banned
            | Self::ChatOff
            | Self::PasswordRequired
            | Self::PasswordWrong
            | Self::NotStarted => 403,
            Self::RoomNotFound | Self::MessageNotFound | Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::TooSlow => 408,
            Self::RoomFull | Self::FilesFull | Self::InCallElsewhere => 409,
            Self::MeetingEnded | Self::Ended | Self::InvitationExpired => 410,
            Self::TooLarge | Self::FileTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::MediaUnavailable | Self::StoreUnavailable | Self::MediaBlocked | Self::Unreachable => 503,
            Self::StorageFull => 507,
        }
    }

    /// Whether trying again cannot help: the request itself is wrong, or what it is about is not there.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self.status(), 400..=428) && !matches!(self, Self::TooSlow)
    }

    /// One sentence for a person, in English, with what to do next.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::InvalidRoomName => "That is not a meeting link or code. Check it and try again.",
            Self::InvalidParticipantName => "Enter a name of at most 64 characters.",
            Self::InvalidTitle => "The title may have at most 120 characters.",
            Self::InvalidMessage => "A message needs some text, at most 4,000 characters.",
            Self::InvalidFile => "The file is empty or damaged. Choose another one, or save it anew.",
            Self::BadRequest => "Parlour could not understand the request. Reload the page and try again.",
            Self::CrossSite => "The request came from another site and was refused.",
            Self::NotInMeeting => "You are not in this meeting. Join it first.",
            Self::NotAllowed => "Only a host of the meeting can do that.",
            Self::NotYours => "Only who wrote the message can change what it says.",
            Self::AskToJoin => "A host has to let you in. Open the meeting's link in a browser and ask to join.",
            Self::Denied => "A host did not let you in. You may ask again in a minute.",
            Self::Locked => "The meeting is locked: nobody new can come in. Ask somebody inside to unlock it.",
            Self::Removed => "A host took you out of this meeting.",
            Self::Banned => "You cannot come into this meeting any more. A host has decided so.",
            Self::ChatOff => "The hosts have switched the chat off.",
            Self::PasswordRequired => "This meeting has a password. Enter it, then join.",
            Self::PasswordWrong => "That is not the meeting's password. Try again, or ask who invited you.",
            Self::NotStarted => "The meeting has not begun yet. Come back when it does.",
            Self::RoomFull => "The meeting is full. Try again when somebody has left.",
            Self::Ended => "The meeting is over. Ask a host whether there is another.",
            Self::InvitationExpired => "Your invitation is not good any more. Ask for another.",
            Self::InCallElsewhere => "You are in this meeting in another browser. Join again to move the call here.",
            Self::MeetingEnded => "The meeting was ended for everybody. It begins again when a host comes back.",
            Self::RoomNotFound => {
                "There is no meeting with this link or code, or it is not open to you. Ask for the link again, or sign in."
            }
            Self::NotFound => "There is nothing at this address.",
            Self::MethodNotAllowed => "This address does not accept that kind of request.",
            Self::MessageNotFound => "This message is no longer there.",
            Self::TooSlow => "That took too long. Try again, or over a better connection.",
            Self::FilesFull => "There is no space for it any more. Delete files that nobody needs, or ask a host to.",
            Self::FileTooLarge => "The file is too large. Make it smaller, or share a link to it.",
            Self::TooLarge => "The request is too large.",
            Self::UnsupportedMediaType => "Send the request as JSON.",
            Self::RateLimited => "That was too often in a short time. Wait a moment and try again.",
            Self::Internal => "Something went wrong in Parlour. Try again in a moment.",
            Self::MediaUnavailable => "The media server does not answer. Try again in a moment.",
            Self::StoreUnavailable => "Parlour cannot store or read anything at the moment. Try again in a moment.",
            Self::StorageFull => {
                "Parlour has no space for files at the moment. Share a link to it, or try again later."
            }
            Self::MediaBlocked => {
                "Your network lets no sound or picture through. Try another network, or ask its administrator to open Parlour's media ports."
            }
            Self::Unreachable => "Parlour cannot be reached. Check your connection and try again.",
            Self::SignInRequired => "Only people with an account may do this here. Sign in first.",
        }
    }
}

/// An error as it crosses the boundary. It never carries internals: those go to the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiError {
    /// Stable code.
    pub code: ErrorCode,
    /// For people; never parsed.
    pub message: String,
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Self { code, message: code.sentence().to_owned() }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ApiError {}

deserialize_by_value!(ErrorCode, ApiError);

impl Read for ErrorCode {
    fn read(told: &Value) -> Option<Self> {
        Some(match told.as_str()? {
            "invalid_room_name" => Self::InvalidRoomName,
            "invalid_participant_name" => Self::InvalidParticipantName,
            "invalid_title" => Self::InvalidTitle,
            "invalid_message" => Self::InvalidMessage,
            "invalid_file" => Self::InvalidFile,
            "bad_request" => Self::BadRequest,
            "cross_site" => Self::CrossSite,
            "not_in_meeting" => Self::NotInMeeting,
            "not_allowed" => Self::NotAllowed,
            "not_yours" => Self::NotYours,
            "ask_to_join" => Self::AskToJoin,
            "denied" => Self::Denied,
            "locked" => Self::Locked,
            "removed" => Self::Removed,
            "banned" => Self::Banned,
            "chat_off" => Self::ChatOff,
            "password_required" => Self::PasswordRequired,
            "password_wrong" => Self::PasswordWrong,
            "not_started" => Self::NotStarted,
            "room_full" => Self::RoomFull,
            "in_call_elsewhere" => Self::InCallElsewhere,
            "meeting_ended" => Self::MeetingEnded,
            "ended" => Self::Ended,
            "invitation_expired" => Self::InvitationExpired,
            "room_not_found" => Self::RoomNotFound,
            "not_found" => Self::NotFound,
            "method_not_allowed" => Self::MethodNotAllowed,
            "message_not_found" => Self::MessageNotFound,
            "too_slow" => Self::TooSlow,
            "files_full" => Self::FilesFull,
            "file_too_large" => Self::FileTooLarge,
            "too_large" => Self::TooLarge,
            "unsupported_media_type" => Self::UnsupportedMediaType,
            "rate_limited" => Self::RateLimited,
            "internal" => Self::Internal,
            "media_unavailable" => Self::MediaUnavailable,
            "store_unavailable" => Self::StoreUnavailable,
            "storage_full" => Self::StorageFull,
            "media_blocked" => Self::MediaBlocked,
            "unreachable" => Self::Unreachable,
            "sign_in_required" => Self::SignInRequired,
            _ => return None,
        })
    }
}

impl Read for ApiError {
    fn read(told: &Value) -> Option<Self> {
        Some(Self { code: member(told, "code")?, message: member(told, "message")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_is_written() {
        for code in [
            ErrorCode::InvalidRoomName,
            ErrorCode::InvalidParticipantName,
            ErrorCode::InvalidTitle,
            ErrorCode::InvalidMessage,
            ErrorCode::InvalidFile,
            ErrorCode::MessageNotFound,
            ErrorCode::TooSlow,
            ErrorCode::FilesFull,
            ErrorCode::StorageFull,
            ErrorCode::FileTooLarge,
            ErrorCode::BadRequest,
            ErrorCode::CrossSite,
            ErrorCode::NotInMeeting,
            ErrorCode::NotAllowed,
            ErrorCode::NotYours,
            ErrorCode::AskToJoin,
            ErrorCode::Denied,
            ErrorCode::Locked,
            ErrorCode::Removed,
            ErrorCode::Banned,
            ErrorCode::ChatOff,
            ErrorCode::PasswordRequired,
            ErrorCode::PasswordWrong,
            ErrorCode::NotStarted,
            ErrorCode::RoomFull,
            ErrorCode::InCallElsewhere,
            ErrorCode::MeetingEnded,
            ErrorCode::Ended,
            ErrorCode::InvitationExpired,
            ErrorCode::RoomNotFound,
            ErrorCode::NotFound,
            ErrorCode::MethodNotAllowed,
            ErrorCode::TooLarge,
            ErrorCode::UnsupportedMediaType,
            ErrorCode::RateLimited,
            ErrorCode::Internal,
            ErrorCode::MediaUnavailable,
            ErrorCode::StoreUnavailable,
            ErrorCode::MediaBlocked,
            ErrorCode::Unreachable,
            ErrorCode::SignInRequired,
        ] {
            let json = serde_json::to_string(&ApiError::from(code)).unwrap();
            assert_eq!(serde_json::from_str::<ApiError>(&json).unwrap().code, code, "{json}");
        }
        for json in [r#"{"code":"new_to_us","message":""}"#, r#"{"code":"internal"}"#, "[]", "null"] {
            assert!(serde_json::from_str::<ApiError>(json).is_err(), "{json}");
        }
    }
}
