//! Files in the chat: sent as they are, and served so that nothing in them runs here.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::StreamExt as _;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use wire::{ChatMessage, ErrorCode};

use super::backend::Caller;
use super::problem::Problem;
use crate::error::Error;
use crate::files::served_as;
use crate::state::AppState;
use crate::store::is_picture;

/// How long a file may take to come: the largest over a slow telephone.
pub(super) const UPLOAD_TIMEOUT: Duration = Duration::from_secs(5 * 60);
/// Whatever it holds, it has no origin of its own, runs no script and asks for nothing.
const SANDBOX: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
/// What stays as it is in the name of a file (RFC 8187).
const ATTRIBUTE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// `POST /api/rooms/{room}/files?id=…&name=…`, the file as the body: answers the message that it is.
pub(super) async fn upload(
    State(state): State<AppState>,
    Path(room): Path<String>,
    request: Request,
) -> Result<Json<ChatMessage>, Problem> {
    let caller = Caller::new(&state, request.extensions()).ok_or(ErrorCode::Internal)?;
    let query = request.uri().query().unwrap_or_default().to_owned();
    let parameter = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(found, _)| found == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let (id, name) = (parameter("id"), parameter("name"));
    let declared = length(request.headers());
    let work = Box::pin(async {
        let upload = state.meetings.begin_upload(&caller.session, &room).await?;
        // Told before it is sent, where the browser says so.
        if declared.is_some_and(|bytes| bytes > upload.most_bytes) {
            return Err(ErrorCode::FileTooLarge.into());
        }
        let bytes = read(request.into_body(), upload.most_bytes).await?;
        state.meetings.send_file(&caller.session, &room, &id, &name, bytes).await
    });
    Ok(Json(caller.change(&room, work).await?))
}

/// A body that is no longer than it may be.
async fn read(body: Body, most_bytes: u64) -> Result<Vec<u8>, Error> {
    let (mut pieces, mut bytes) = (body.into_data_stream(), Vec::new());
    while let Some(piece) = pieces.next().await {
        bytes.extend_from_slice(&piece.map_err(|_| ErrorCode::BadRequest)?);
        if bytes.len() as u64 > most_bytes {
            return Err(ErrorCode::FileTooLarge.into());
        }
    }
    Ok(bytes)
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A file of the chat: a picture to be looked at, anything else to be kept.
#[utoipa::path(
    get, path = "/rooms/{room}/files/{file}", tag = "rooms",
    params(
        ("room" = String, Path, description = "Name, code or link of the meeting"),
        ("file" = String, Path, description = "The file's id, as its message has it"),
    ),
    responses(
        (status = 200, description = "The file"),
        (status = 400, description = "`invalid_file`, `invalid_room_name`"),
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
