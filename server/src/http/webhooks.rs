//! Webhooks: what LiveKit says that happened.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use livekit_api::access_token::TokenVerifier;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use wire::{Identity, RoomName};

use crate::state::AppState;

/// The part of an event that Parlour acts on. LiveKit adds members from version to version; they are passed over.
#[derive(Deserialize)]
struct Event {
    event: String,
    room: Option<Room>,
    participant: Option<Participant>,
}

#[derive(Deserialize)]
struct Room {
    name: String,
}

#[derive(Deserialize)]
struct Participant {
    identity: String,
}

/// `POST /webhooks/livekit`
pub(super) async fn livekit(State(state): State<AppState>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !is_signed(&state.webhooks, token, &body) {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(event) = serde_json::from_slice::<Event>(&body) else { return StatusCode::BAD_REQUEST };
    tracing::debug!(event = event.event, "webhook");
    let room = event.room.and_then(|room| RoomName::parse(&room.name).ok());
    let who = event.participant.map(|participant| Identity(participant.identity));
    let Some(room) = room else { return StatusCode::OK };
    let done = match (event.event.as_str(), who) {
        ("room_finished", _) => state.meetings.room_finished(&room).await,
        ("participant_joined", Some(who)) => state.meetings.came_in(&room, &who).await,
        ("participant_left", Some(_)) => {
            state.meetings.somebody_left(&room);
            Ok(())
        }
        _ => Ok(()),
    };
    match done {
        Ok(()) => StatusCode::OK,
        // LiveKit tells it again.
        Err(error) => StatusCode::from_u16(error.report().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// Whether the token was signed with the webhook's key pair, is in its time, and belongs to this body.
fn is_signed(verifier: &TokenVerifier, token: &str, body: &[u8]) -> bool {
    let token = token.strip_prefix("Bearer ").unwrap_or(token);
    let Ok(claims) = verifier.verify(token) else { return false };
    STANDARD.decode(claims.sha256).is_ok_and(|signed| signed == Sha256::digest(body).as_slice())
}
