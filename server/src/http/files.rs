//! Files in the chat: sent as they are, and served so that nothing in them runs here.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use wire::{ChatMessage, ErrorCode};

use super::arriving::Arriving;
use super::backend::Caller;
use super::problem::Problem;
use crate::files::served_as;
use crate::state::AppState;
use crate::store::is_picture;

/// How long a file may take to come: the largest over a slow telephone.
pub(super) const UPLOAD_TIMEOUT: Duration = Duration::from_secs(5 * 60);
/// Whatever it holds, it has no origin of its own, runs no script and asks for nothing.
const SANDBOX: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
/// What stays as it is in the name of a file (RFC 8187).
const ATTRIBUTE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Send a file into the chat: the body is the file as it is. The answer is the message that it has become.
#[utoipa::path(
    post, path = "/rooms/{room}/files", tag = "chat",
    params(
        ("room" = String, Path, description = "Name, code or link of the meeting"),
        ("id" = String, Query, description = "The sender's id for it, 8 to 64 of `A–Z a–z 0–9 - _`: the same once more is the same message"),
        ("name" = String, Query, description = "What it is called"),
    ),
    request_body(content(("application/octet-stream")), description = "The file"),
    responses(
        (status = 200, description = "It is stored, now or before", body = ChatMessage),
        (status = 400, description = "`invalid_room_name`, `invalid_message`, `invalid_file`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting`, `not_allowed`, `chat_off`"),
        (status = 404, description = "`room_not_found`, `message_not_found` when it has been deleted since"),
        (status = 409, description = "`files_full`"),
        (status = 413, description = "`file_too_large`"),
        (status = 507, description = "`storage_full`"),
    )
)]
pub(super) async fn upload(
    State(state): State<AppState>,
    Path(room): Path<String>,
    request: Request,
) -> Result<Json<ChatMessage>, Problem> {
    let caller = Caller::new(&state, request.extensions()).ok_or(ErrorCode::Internal)?;
    let (parts, body) = request.into_parts();
    let parameter = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        pairs.find(|(found, _)| found == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let (id, name) = (parameter("id"), parameter("name"));
    let mut body = Arriving::new(body);
    let work = Box::pin(async {
        // Told before it is sent, where the browser says so.
        let declared = length(&parts.headers);
        let upload = state.meetings.begin_upload(&caller.session, caller.network(), &room, declared).await?;
        let bytes = body.read(upload.most_bytes).await?;
        state.meetings.send_file(&caller.session, &room, &id, &name, bytes).await
    });
    match caller.change(&room, work).await {
        Ok(message) => Ok(Json(message)),
        Err(error) => {
            // Whoever waits to be told to go on has sent nothing, and whoever is slow is waited for no longer.
            if !parts.headers.contains_key(header::EXPECT) && error.code() != ErrorCode::TooSlow {
                body.pass_over().await;
            }
            Err(error.into())
        }
    }
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Fetch a file of the chat: a picture to be looked at, anything else to be kept; for those who may read its message.
#[utoipa::path(
    get, path = "/rooms/{room}/files/{file}", tag = "chat",
    params(
        ("room" = String, Path, description = "Name, code or link of the meeting"),
        ("file" = String, Path, description = "The file's id, as its message has it"),
    ),
    responses(
        (
            status = 200, description = "The file; what is no picture has the type of anything",
            content(
                (String = "application/octet-stream"), (String = "image/jpeg"), (String = "image/png"),
                (String = "image/webp"), (String = "image/gif"),
            )
        ),
        (status = 400, description = "`invalid_room_name`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting`"),
        (status = 404, description = "`room_not_found`, `not_found`"),
    )
)]
pub(super) async fn download(
    State(state): State<AppState>,
    Path((room, id)): Path<(String, String)>,
    caller: Caller,
) -> Result<Response, Problem> {
    let (file, content) = caller.ask(&room, Box::pin(state.meetings.file(&caller.session, &room, &id))).await?;
    let how = if is_picture(&file.kind) { "inline" } else { "attachment" };
    let name = utf8_percent_encode(&file.name, ATTRIBUTE);
    let headers: [(HeaderName, HeaderValue); 4] = [
        (header::CONTENT_TYPE, HeaderValue::from_str(served_as(&file.kind)).map_err(|_| ErrorCode::Internal)?),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&format!("{how}; filename*=UTF-8''{name}")).map_err(|_| ErrorCode::Internal)?,
        ),
        (header::CONTENT_LENGTH, HeaderValue::from(file.bytes)),
        (header::CONTENT_SECURITY_POLICY, SANDBOX),
    ];
    Ok((headers, Body::from_stream(content)).into_response())
}
