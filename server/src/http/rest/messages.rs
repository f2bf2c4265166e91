//! What programs write in the chat, and how all of it goes.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;
use wire::{ChatMessage, Mark, MessageId, MessageText};

use super::read;
use crate::http::backend::Caller;
use crate::http::problem::Problem;
use crate::state::AppState;

/// Body of `POST /api/rooms/{room}/messages`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteMessage {
    /// The sender's id for it, 8 to 64 of `A–Z a–z 0–9 - _`: the same once more is the same message.
    #[schema(value_type = String, example = "timetable-0042")]
    id: MessageId,
    /// What it says, in 1 to 4,000 characters: plain text.
    #[schema(value_type = String, example = "The bus is late.")]
    text: MessageText,
    /// What it is marked as from the beginning; for hosts and co-hosts.
    #[serde(default)]
    mark: Mark,
}

/// Write in the chat, as oneself: a key under its own name. Who may moderate may announce it by `mark`.
#[utoipa::path(
    post, path = "/rooms/{room}/messages", tag = "chat", params(("room" = String, Path, description = "Name in the link")),
    request_body = WriteMessage,
    responses(
        (status = 200, description = "It is stored, now or before", body = ChatMessage),
        (status = 400, description = "`invalid_room_name`, `bad_request`, `invalid_message` when somebody else has sent one with this id"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting`, `not_allowed`, `chat_off`"),
        (status = 404, description = "`room_not_found`, `message_not_found` when it has been deleted since"),
        (status = 415, description = "`unsupported_media_type`"),
    )
)]
pub(in crate::http) async fn write(
    State(state): State<AppState>,
    Path(room): Path<String>,
    headers: HeaderMap,
    caller: Caller,
    body: Bytes,
) -> Result<Json<ChatMessage>, Problem> {
    let WriteMessage { id, text, mark } = read(&headers, &body)?;
    let written = Box::pin(state.meetings.write(&caller.session, &room, id, text, mark));
    Ok(Json(caller.change(&room, written).await?))
}

/// Delete the whole chat: all messages, those that are marked too, and their files; for hosts.
#[utoipa::path(
    delete, path = "/rooms/{room}/messages", tag = "chat", params(("room" = String, Path, description = "Name in the link")),
    responses(
        (status = 204, description = "There is none any more"),
        (status = 400, description = "`invalid_room_name`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting`, `not_allowed`"),
        (status = 404, description = "`room_not_found`"),
    )
)]
pub(in crate::http) async fn clear(
    State(state): State<AppState>,
    caller: Caller,
    Path(room): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.ask(&room, Box::pin(state.meetings.clear_chat(&caller.session, &room))).await?;
    Ok(StatusCode::NO_CONTENT)
}
