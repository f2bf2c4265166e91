//! Webhooks: what LiveKit says that happened.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use livekit_api::access_token::TokenVerifier;
use sha2::{Digest as _, Sha256};
use wire::ErrorCode;

use super::problem::Problem;
use crate::clock;
use crate::media::event;
use crate::state::AppState;

/// The oldest event that is applied, in milliseconds. LiveKit gives up long before; an older one is a recording of one, or
/// comes from a clock that is wrong, and the next question to LiveKit says what is so.
const EVENT_AGE_MAX_MS: u64 = 10 * 60 * 1_000;

/// `POST /webhooks/livekit`: 401 when LiveKit did not sign it, 400 when it is no event, 410 when it is from another time,
/// and 200 when it is applied, now or since an earlier try. LiveKit tells again what was answered with 500 or 503.
pub(super) async fn livekit(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !is_signed(&state.webhooks, token, &body) {
        return Ok(StatusCode::UNAUTHORIZED);
    }
    let event = event::read(&body).ok_or(ErrorCode::BadRequest)?;
    tracing::debug!(event = event.name, "webhook");
    if event.created_at_ms.abs_diff(clock::now_ms()) > EVENT_AGE_MAX_MS {
        tracing::warn!(event = event.name, "a webhook from another time was refused: are the clocks right?");
        return Ok(StatusCode::GONE);
    }
    state.meetings.apply(event).await?;
    Ok(StatusCode::OK)
}

/// Whether the token was signed with the webhook's key pair, is in its time, and belongs to this body.
fn is_signed(verifier: &TokenVerifier, token: &str, body: &[u8]) -> bool {
    let token = token.strip_prefix("Bearer ").unwrap_or(token);
    let Ok(claims) = verifier.verify(token) else { return false };
    STANDARD.decode(claims.sha256).is_ok_and(|signed| signed == Sha256::digest(body).as_slice())
}
