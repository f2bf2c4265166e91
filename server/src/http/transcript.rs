//! What was written in a meeting, as a file: for programs, or to be read.

use std::fmt::Write as _;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use wire::{ChatMessage, ErrorCode};

use super::backend::Caller;
use super::problem::Problem;
use crate::clock;
use crate::error::Error;
use crate::meetings::Transcript;
use crate::state::AppState;
use crate::store::Room;

/// How it is written down.
#[derive(Clone, Copy)]
enum Format {
    Json,
    Markdown,
}

impl Format {
    const fn headers(self) -> [(header::HeaderName, &'static str); 2] {
        let (kind, name) = match self {
            Self::Json => ("application/json", "attachment; filename=\"chat.json\""),
            Self::Markdown => ("text/markdown; charset=utf-8", "attachment; filename=\"chat.md\""),
        };
        [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)]
    }

    /// What stands before the first message.
    fn head(self, room: &Room) -> String {
        match self {
            Self::Json => "[".to_owned(),
            Self::Markdown => {
                let title = if room.title.is_empty() { room.name.as_str() } else { room.title.as_str() };
                format!("# {}\n", plain(title))
            }
        }
    }

    /// Messages after others, or the first ones.
    fn write(self, messages: &[ChatMessage], first: bool) -> Result<String, Error> {
        match self {
            Self::Json => json(messages, first),
            Self::Markdown => Ok(markdown(messages)),
        }
    }

    /// What stands after the last message.
    const fn tail(self) -> &'static str {
        match self {
            Self::Json => "\n]\n",
            Self::Markdown => "",
        }
    }
}

/// Fetch what was written in a meeting, as a file: what the caller may read of it.
#[utoipa::path(
    get, path = "/rooms/{room}/messages", tag = "chat",
    params(
        ("room" = String, Path, description = "Name, code or link of the meeting"),
        ("format" = Option<String>, Query, description = "`json` (when not said) or `markdown`"),
    ),
    responses(
        (
            status = 200, description = "The messages, in the order in which they were written",
            content((Vec<ChatMessage> = "application/json"), (String = "text/markdown"))
        ),
        (status = 400, description = "`invalid_room_name`"),
        (status = 401, description = "`sign_in_required`"),
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
    let format = match format.as_deref() {
        None | Some("json") => Format::Json,
        Some("markdown") => Format::Markdown,
        Some(_) => return Err(ErrorCode::BadRequest.into()),
    };
    let transcript = caller.ask(&room, Box::pin(state.meetings.transcript(&caller.session, &room))).await?;
    // A database that fails is said to do so, unless the answer has begun.
    let first = state.meetings.transcript_page(&transcript, 0).await?;
    let pieces = pieces(state, transcript, format, first);
    Ok((format.headers(), Body::from_stream(pieces)).into_response())
}

/// The file, piece by piece: no more of it is in memory than a page of messages.
fn pieces(
    state: AppState,
    transcript: Transcript,
    format: Format,
    first: Vec<ChatMessage>,
) -> impl Stream<Item = Result<Bytes, Error>> + Send {
    let head = format.head(&transcript.room);
    let pages = stream::try_unfold((0, Some(first)), move |(after, first)| {
        let (state, transcript) = (state.clone(), transcript.clone());
        async move {
            let page = match first {
                Some(page) => page,
                None => state.meetings.transcript_page(&transcript, after).await?,
            };
            let Some(last) = page.last() else { return Ok(None) };
            Ok(Some((format.write(&page, after == 0)?, (last.place, None))))
        }
    });
    let whole = |text: String| stream::once(std::future::ready(Ok(text)));
    // Whoever reads it sees that it has no end.
    let pages = pages.inspect_err(|error: &Error| {
        error.report();
    });
    whole(head).chain(pages).chain(whole(format.tail().to_owned())).map_ok(Bytes::from)
}

/// An array's elements, a line each.
fn json(messages: &[ChatMessage], first: bool) -> Result<String, Error> {
    let mut text = String::new();
    for (number, message) in messages.iter().enumerate() {
        let message = serde_json::to_string(message).map_err(|_| ErrorCode::Internal)?;
        text.push_str(if first && number == 0 { "\n" } else { ",\n" });
        text.push_str(&message);
    }
    Ok(text)
}

fn markdown(messages: &[ChatMessage]) -> String {
    let mut text = String::new();
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
    text
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
