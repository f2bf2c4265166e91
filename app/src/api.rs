//! Server functions: each is one thin call on the [`Backend`] that the server puts into context.

use leptos::prelude::*;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use wire::{
    Admission, ApiError, ChatChange, ChatMessage, ChatPage, DatedRules, Done, ErrorCode, Moderation, RoomCreated,
    RoomStatus,
};

/// [`ApiError`] as the error type of a server function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Failure(pub ApiError);

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl From<ErrorCode> for Failure {
    fn from(code: ErrorCode) -> Self {
        Self(code.into())
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl FromServerFnError for Failure {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            // What cannot be read, Parlour has not said: a proxy answers while it is started anew.
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) | ServerFnErrorErr::Deserialization(_) => {
                ErrorCode::Unreachable
            }
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => ErrorCode::BadRequest,
            ServerFnErrorErr::UnsupportedRequestMethod(_) => ErrorCode::MethodNotAllowed,
            _ => ErrorCode::Internal,
        }
        .into()
    }
}

/// What the pages ask of the server. Arguments are as they came: the server parses them.
#[cfg(feature = "ssr")]
pub mod backend {
    use std::future::Future;
    use std::pin::Pin;
    use std::sync::Arc;

    use super::*;

    /// The answer to a question, some time later.
    pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, ApiError>> + Send + 'a>>;

    /// Bound to one request: the implementation knows its session.
    pub trait Backend: Send + Sync {
        /// Makes a room whose host is the caller.
        fn create_room(&self, title: String) -> Answer<'_, RoomCreated>;
        /// What may be known of a room before joining.
        fn room_status(&self, room: String) -> Answer<'_, RoomStatus>;
        /// Decides whether the caller may join; `move_here` when the call shall leave their other browser for this one.
        fn join_room(
            &self,
            room: String,
            name: String,
            password: Option<String>,
            invitation: Option<String>,
            move_here: bool,
        ) -> Answer<'_, Admission>;
        /// Stores a message and sends it to the room; the same id again answers what is stored.
        fn send_message(&self, room: String, id: String, text: String) -> Answer<'_, ChatMessage>;
        /// What has changed in the chat after `seq`, in that order, at most 200 messages of it.
        fn messages_after(&self, room: String, seq: u64) -> Answer<'_, ChatPage>;
        /// Edits, deletes or marks a message.
        fn change_chat(&self, room: String, what: ChatChange) -> Answer<'_, ()>;
        /// Gives the caller another name in a meeting that they are inside of.
        fn set_name(&self, room: String, name: String) -> Answer<'_, ()>;
        /// Raises or lowers the caller's hand in a meeting that they are inside of; `again` when it was up already, and a LiveKit
        /// that was started anew has forgotten that.
        fn set_hand(&self, room: String, raised: bool, again: bool) -> Answer<'_, ()>;
        /// Leaves the hosts a note while waiting.
        fn leave_note(&self, room: String, note: String) -> Answer<'_, ()>;
        /// Does not wait any more.
        fn stop_waiting(&self, room: String) -> Answer<'_, ()>;
        /// Does what a host or co-host wants; of a rule it answers what the rules are afterwards.
        fn moderate(&self, room: String, what: Moderation) -> Answer<'_, Option<DatedRules>>;
        /// Makes a link that makes somebody a host, in place of the one before.
        fn make_host_link(&self, room: String) -> Answer<'_, String>;
        /// Makes the caller a host, by the secret of such a link.
        fn become_host(&self, room: String, secret: String) -> Answer<'_, ()>;
    }

    /// The backend of the current request.
    pub fn backend() -> Result<Arc<dyn Backend>, Failure> {
        use_context::<Arc<dyn Backend>>().ok_or_else(|| ErrorCode::Internal.into())
    }
}

#[cfg(feature = "ssr")]
use backend::backend;

/// Makes a meeting; the caller becomes its host.
///
/// # Errors
/// `invalid_title`, `rate_limited`, `media_unavailable`.
#[server(prefix = "/api/fn", endpoint = "create_room", input = server_fn::codec::Json)]
pub async fn create_room(title: String) -> Result<RoomCreated, Failure> {
    Ok(backend()?.create_room(title).await?)
}

/// What may be known of a room before joining it.
///
/// # Errors
/// `invalid_room_name`, `room_not_found`.
#[server(name = AskRoomStatus, prefix = "/api/fn", endpoint = "room_status", input = server_fn::codec::Json)]
pub async fn room_status(room: String) -> Result<RoomStatus, Failure> {
    Ok(backend()?.room_status(room).await?)
}

/// Asks to be let in, with what opens the door; `move_here` when the call shall leave another browser of the same person
/// for this one.
///
/// # Errors
/// `invalid_participant_name`, `media_unavailable`; a refusal is an answer, not an error.
#[server(prefix = "/api/fn", endpoint = "join_room", input = server_fn::codec::Json)]
pub async fn join_room(
    room: String,
    name: String,
    password: Option<String>,
    invitation: Option<String>,
    #[server(default)] move_here: bool,
) -> Result<Admission, Failure> {
    Ok(backend()?.join_room(room, name, password, invitation, move_here).await?)
}

/// Sends a chat message; the same `id` again is the same message.
///
/// # Errors
/// `invalid_message`, `not_in_meeting`, `room_not_found`.
#[server(prefix = "/api/fn", endpoint = "send_message", input = server_fn::codec::Json)]
pub async fn send_message(room: String, id: String, text: String) -> Result<ChatMessage, Failure> {
    Ok(backend()?.send_message(room, id, text).await?)
}

/// What has changed in the room's chat after `seq`, in that order, at most 200 messages at once.
///
/// # Errors
/// `not_in_meeting`, `room_not_found`.
#[server(prefix = "/api/fn", endpoint = "messages_after", input = server_fn::codec::Json)]
pub async fn messages_after(room: String, seq: u64) -> Result<ChatPage, Failure> {
    Ok(backend()?.messages_after(room, seq).await?)
}

/// Edits, deletes or marks a message.
///
/// # Errors
/// `not_in_meeting`, `not_allowed`, `not_yours`, `chat_off`, `message_not_found`, `room_not_found`.
#[server(name = ChangeChat, prefix = "/api/fn", endpoint = "change_chat", input = server_fn::codec::Json)]
pub async fn change_chat(room: String, what: ChatChange) -> Result<Done, Failure> {
    backend()?.change_chat(room, what).await?;
    Ok(Done)
}

/// Raises or lowers the caller's hand; one that is up keeps its place in the queue, and so does one that goes up `again` after
/// a room was lost.
///
/// # Errors
/// `not_in_meeting`, `room_not_found`, `media_unavailable`.
#[server(prefix = "/api/fn", endpoint = "set_hand", input = server_fn::codec::Json)]
pub async fn set_hand(room: String, raised: bool, #[server(default)] again: bool) -> Result<Done, Failure> {
    backend()?.set_hand(room, raised, again).await?;
    Ok(Done)
}

/// Gives the caller another name: in the room, on what they write from now on, and when they return.
///
/// # Errors
/// `invalid_participant_name`, `not_in_meeting`, `room_not_found`, `media_unavailable`.
#[server(prefix = "/api/fn", endpoint = "set_name", input = server_fn::codec::Json)]
pub async fn set_name(room: String, name: String) -> Result<Done, Failure> {
    backend()?.set_name(room, name).await?;
    Ok(Done)
}

/// Leaves the hosts a note while waiting.
///
/// # Errors
/// `room_not_found`.
#[server(prefix = "/api/fn", endpoint = "leave_note", input = server_fn::codec::Json)]
pub async fn leave_note(room: String, note: String) -> Result<Done, Failure> {
    backend()?.leave_note(room, note).await?;
    Ok(Done)
}

/// Does not wait to be let in any more.
///
/// # Errors
/// `room_not_found`.
#[server(prefix = "/api/fn", endpoint = "stop_waiting", input = server_fn::codec::Json)]
pub async fn stop_waiting(room: String) -> Result<Done, Failure> {
    backend()?.stop_waiting(room).await?;
    Ok(Done)
}

/// Does what a host or co-host wants; of a rule it answers what the rules are afterwards.
///
/// # Errors
/// `not_in_meeting`, `not_allowed`, `room_not_found`, `media_unavailable`.
#[server(name = Moderate, prefix = "/api/fn", endpoint = "moderate", input = server_fn::codec::Json)]
pub async fn moderate(room: String, what: Moderation) -> Result<Option<DatedRules>, Failure> {
    Ok(backend()?.moderate(room, what).await?)
}

/// Makes a link that makes somebody a host; the one before is good for nothing any more.
///
/// # Errors
/// `not_in_meeting`, `not_allowed`, `room_not_found`.
#[server(prefix = "/api/fn", endpoint = "make_host_link", input = server_fn::codec::Json)]
pub async fn make_host_link(room: String) -> Result<String, Failure> {
    Ok(backend()?.make_host_link(room).await?)
}

/// Makes the caller a host, by the secret of such a link.
///
/// # Errors
/// `not_allowed`, `banned`, `room_not_found`, `rate_limited`.
#[server(prefix = "/api/fn", endpoint = "become_host", input = server_fn::codec::Json)]
pub async fn become_host(room: String, secret: String) -> Result<Done, Failure> {
    backend()?.become_host(room, secret).await?;
    Ok(Done)
}
