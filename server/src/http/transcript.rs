//! What was written in a meeting, as a file: for programs, or to be read.

use std::fmt::Write as _;

use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use wire::{ChatMessage, ErrorCode};

use super::backend::Caller;
use super::problem::Problem;
use crate::clock;
use crate::state::AppState;
use crate::store::Room;

/// Writes messages down in one of the formats.
type Write = fn(&Room, &[ChatMessage]) -> Result<String, ErrorCode>;

/// What was written in a meeting: what the caller may read of it.
#[utoipa::path(
    get, path = "/rooms/{room}/messages", tag = "rooms",
    params(
        ("room" = String, Path, description = "Name, code or link of the meeting"),
        ("format" = Option<String>, Query, description = "`json` (when not said) or `markdown`"),
    ),
    responses(
        (status = 200, description = "The messages as a file: an array in JSON, or a text"),
        (status = 400, description = "`bad_request`, `invalid_room_name`"),
        (status = 403, description = "`not_in_meeting`"),
        (status = 404, description = "`room_not_found`"),
    )
)]
pub(super) async fn transcript(
    State(state): State<AppState>,
    Path(room): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let caller = Caller::new(&state, request.extensions()).ok_or(ErrorCode::Internal)?;
    let mut query = url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    let format = query.find(|(name, _)| name == "format").map(|(_, format)| format);
    let (kind, name, write): (_, _, Write) = match format.as_deref() {
        None | Some("json") => ("application/json", "attachment; filename=\"chat.json\"", json),
        Some("markdown") => ("text/markdown; charset=utf-8", "attachment; filename=\"chat.md\"", markdown),
        Some(_) => return Err(ErrorCode::BadRequest.into()),
    };
    let read = caller.ask(&room, Box::pin(state.meetings.transcript(&caller.session, &room)));
    let (room, messages) = read.await?;
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, write(&room, &messages)?).into_response())
}

fn json(_: &Room, messages: &[ChatMessage]) -> Result<String, ErrorCode> {
    serde_json::to_string_pretty(messages).map_err(|_| ErrorCode::Internal)
}

fn markdown(room: &Room, messages: &[ChatMessage]) -> Result<String, ErrorCode> {
    let title = if room.title.is_empty() { room.name.as_str() } else { room.title.as_str() };
    let mut text = format!("# {}\n", plain(title));
    for message in messages {
        let time = clock::rfc3339(message.sent_at_ms);
        let edited = if message.edited { " (edited)" } else { "" };
        let mark = message.mark.label().map(|label| format!(" · {label}")).unwrap_or_default();
        let file = message.file.as_ref();
        let file = file.map(|file| format!("\n\nFile: {}", plain(&file.name))).unwrap_or_default();
        // Writing to a text does not fail.
        let _ = write!(
            text,
            "\n**{}** · {time}{edited}{mark}\n\n{}{file}\n",
            plain(&message.sender_name),
            plain(message.text.as_str())
        );
    }
    Ok(text)
}

/// Text that Markdown shows as it was written: nothing in it is a heading, a list, a link, a picture or a tag.
fn plain(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            // Two spaces break a line.
            written.push_str("  \n");
        }
        // Four in front would make it code.
        for c in line.trim_start().chars() {
            if c.is_ascii_punctuation() {
                written.push('\\');
            }
            written.push(c);
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_written_is_markup() {
        for (text, written) in [
            ("hello", "hello"),
            ("# one\n- two\n    three", "\\# one  \n\\- two  \nthree"),
            ("1. first", "1\\. first"),
            ("<script>", "\\<script\\>"),
            ("![x](http://a)", "\\!\\[x\\]\\(http\\:\\/\\/a\\)"),
            ("a\\b`c`", "a\\\\b\\`c\\`"),
        ] {
            assert_eq!(plain(text), written);
        }
    }
}
