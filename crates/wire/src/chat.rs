//! Chat: what is stored, and what travels.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::read::{Read, deserialize_by_value, member};
use crate::text::{MESSAGE_MAX_CHARS, clean_block, string_newtype};
use crate::{ErrorCode, FileId, Identity, Mark};

/// Most messages in one answer.
pub const MESSAGES_PAGE: u32 = 200;

/// The id that the sender's browser gives to a message, so that a retry is not a duplicate:
/// 8 to 64 of `A–Z a–z 0–9 - _`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageId(String);

impl MessageId {
    /// Checks an id.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidMessage`] when it has another length or other characters.
    pub fn parse(raw: &str) -> Result<Self, ErrorCode> {
        let fits =
            (8..=64).contains(&raw.len()) && raw.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if fits { Ok(Self(raw.to_owned())) } else { Err(ErrorCode::InvalidMessage) }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text of a message: 1 to 4,000 characters, several lines allowed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageText(String);

impl MessageText {
    /// Cleans and checks a text.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidMessage`] when nothing is left of it or it is too long.
    pub fn parse(raw: &str) -> Result<Self, ErrorCode> {
        let text = clean_block(raw);
        if (1..=MESSAGE_MAX_CHARS).contains(&text.chars().count()) {
            Ok(Self(text))
        } else {
            Err(ErrorCode::InvalidMessage)
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

string_newtype!(MessageId);
string_newtype!(MessageText);

/// A stored message, as it is since its last change.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatMessage {
    /// The sender's id for it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: MessageId,
    /// Number of its last change among all changes of the room's chat: 1, 2, 3, … Of two versions the higher is the newer.
    pub seq: u64,
    /// The number under which it was first stored: its place among the others, and its name in the room.
    pub place: u64,
    /// Who sent it.
    pub sender: Identity,
    /// The sender's name when it was sent.
    pub sender_name: String,
    /// What it says: plain text.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub text: MessageText,
    /// When the server first stored it, in milliseconds since 1970.
    pub sent_at_ms: u64,
    /// Whether its sender has changed what it says.
    pub edited: bool,
    /// What a host has made of it.
    pub mark: Mark,
    /// A file that came with it.
    pub file: Option<ChatFile>,
}

/// A file that came with a message.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatFile {
    /// Its name at `GET /api/rooms/{room}/files/{id}`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: FileId,
    /// What its sender calls it.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Whether it is a picture that browsers show: the server has looked into it.
    pub picture: bool,
}

/// What has changed in a chat after some number, in the order of the changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatPage {
    /// Messages that are new, or others than before.
    pub messages: Vec<ChatMessage>,
    /// Places of messages that have been deleted.
    pub gone: Vec<u64>,
    /// All messages up to this place have been deleted at once; 0 when that never happened.
    pub cleared: u64,
    /// Up to this number nothing is missing now.
    pub upto: u64,
    /// Whether there is more after it.
    pub more: bool,
    /// Whether there is more before all of it, which somebody who comes new is not told.
    pub earlier: bool,
}

deserialize_by_value!(ChatMessage, ChatPage);

impl Read for ChatPage {
    fn read(told: &Value) -> Option<Self> {
        Some(Self {
            messages: member(told, "messages")?,
            gone: member(told, "gone")?,
            cleared: member(told, "cleared")?,
            upto: member(told, "upto")?,
            more: member(told, "more")?,
            earlier: member(told, "earlier")?,
        })
    }
}

impl Read for ChatFile {
    fn read(told: &Value) -> Option<Self> {
        Some(Self {
            id: member(told, "id")?,
            name: member(told, "name")?,
            bytes: member(told, "bytes")?,
            picture: member(told, "picture")?,
        })
    }
}

impl Read for ChatMessage {
    fn read(told: &Value) -> Option<Self> {
        Some(Self {
            id: member(told, "id")?,
            seq: member(told, "seq")?,
            place: member(told, "place")?,
            sender: member(told, "sender")?,
            sender_name: member(told, "senderName")?,
            text: member(told, "text")?,
            sent_at_ms: member(told, "sentAtMs")?,
            edited: member(told, "edited")?,
            mark: member(told, "mark")?,
            file: member(told, "file")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_id_is_plain_and_of_fair_length() {
        assert!(MessageId::parse("0b5e-4c1A_9").is_ok());
        for raw in ["short", "has space", "päivää-12345", &"x".repeat(65)] {
            assert_eq!(MessageId::parse(raw), Err(ErrorCode::InvalidMessage), "{raw}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let file = ChatFile {
            id: FileId::parse("0123456789abcdef0123456789abcdef").unwrap(),
            name: "a.png".to_owned(),
            bytes: 7,
            picture: true,
        };
        let message = ChatMessage {
            id: MessageId::parse("message-1").unwrap(),
            seq: 9,
            place: 3,
            sender: Identity("ada".to_owned()),
            sender_name: "Ada".to_owned(),
            text: MessageText::parse("hello").unwrap(),
            sent_at_ms: 1,
            edited: true,
            mark: Mark::Announcement,
            file: Some(file),
        };
        let plain = ChatMessage { file: None, mark: Mark::None, ..message.clone() };
        let page =
            ChatPage { messages: vec![message, plain], gone: vec![4], cleared: 2, upto: 11, more: true, earlier: true };
        let json = serde_json::to_string(&page).unwrap();
        assert_eq!(serde_json::from_str::<ChatPage>(&json).unwrap(), page);
    }

    #[test]
    fn markup_is_only_text() {
        let text = MessageText::parse(" <img src=x onerror=alert(1)> ").unwrap();
        assert_eq!(text.as_str(), "<img src=x onerror=alert(1)>");
    }

    #[test]
    fn empty_and_endless_texts_are_refused() {
        for raw in ["", " \n\t ", "\u{200B}", &"x".repeat(4_001)] {
            assert_eq!(MessageText::parse(raw), Err(ErrorCode::InvalidMessage));
        }
    }

    proptest! {
        #[test]
        fn an_id_is_what_was_sent_or_none(raw in prop_oneof![any::<String>(), "[A-Za-z0-9_-]{0,70}", "[ -~]{6,12}"]) {
            let plain = raw.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
            match MessageId::parse(&raw) {
                Ok(id) => prop_assert!(plain && id.as_str() == raw && (8..=64).contains(&raw.len())),
                Err(code) => prop_assert_eq!(code, ErrorCode::InvalidMessage),
            }
        }

        #[test]
        fn a_text_that_was_taken_is_taken_again_as_it_is(raw in prop_oneof![any::<String>(), "\\PC{0,40}", "[a\n ]{3990,4010}"]) {
            match MessageText::parse(&raw) {
                Ok(text) => {
                    prop_assert!(text.as_str().chars().count() <= MESSAGE_MAX_CHARS);
                    prop_assert_eq!(MessageText::parse(text.as_str()), Ok(text));
                }
                Err(code) => prop_assert_eq!(code, ErrorCode::InvalidMessage),
            }
        }
    }
}
