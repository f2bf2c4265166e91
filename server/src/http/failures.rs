//! What browsers could not cope with: logged, so that an operator hears of it before people complain.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use utoipa::ToSchema;
use wire::ErrorCode;

use super::client::Client;
use super::functions::is_json;
use super::problem::Problem;
use crate::state::AppState;

/// Longest name of an error, and longest line of a stack, in characters.
const NAME_MAX_CHARS: usize = 60;
const FRAME_MAX_CHARS: usize = 200;
/// Most lines of a stack.
const FRAMES_MAX: usize = 10;

/// How it failed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// Nobody caught an exception.
    Error,
    /// Nobody handled a rejected promise.
    Rejection,
}

/// Body of `POST /api/client-errors`. It names what failed and where; a message, which may quote anything, is not asked
/// for and not read.
#[derive(Deserialize, ToSchema)]
pub(super) struct Failure {
    kind: Kind,
    name: String,
    #[serde(default)]
    frames: Vec<String>,
}

/// Report what a browser could not cope with; it is logged.
#[utoipa::path(
    post, path = "/client-errors", tag = "pages", request_body = Failure,
    responses(
        (status = 204, description = "It is logged"),
        (status = 400, description = "`bad_request`"),
        (status = 415, description = "`unsupported_media_type`"),
    )
)]
pub(super) async fn take(
    State(state): State<AppState>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    state.limits.check_client_errors(client.address).map_err(Problem::rate_limited)?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(is_json) {
        return Err(ErrorCode::UnsupportedMediaType.into());
    }
    let failure: Failure = serde_json::from_slice(&body).map_err(|_| ErrorCode::BadRequest)?;
    let frames: Vec<String> =
        failure.frames.iter().take(FRAMES_MAX).map(|frame| clean(frame, FRAME_MAX_CHARS)).collect();
    tracing::warn!(
        kind = ?failure.kind,
        name = clean(&failure.name, NAME_MAX_CHARS),
        frames = frames.join(" < "),
        "a browser failed"
    );
    Ok(StatusCode::NO_CONTENT)
}

/// Fit for one line of a log: nothing that moves a terminal's cursor, and not too long.
fn clean(text: &str, max_chars: usize) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(max_chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_says_fits_on_a_line_of_the_log() {
        assert_eq!(clean("TypeError\n\u{1b}[2J", 60), "TypeError  [2J");
        assert_eq!(clean(&"ä".repeat(500), FRAME_MAX_CHARS).chars().count(), FRAME_MAX_CHARS);
    }
}
