//! Health: whether Parlour lives, and whether it can hold a meeting.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, json};

use crate::media::rooms::MediaError;
use crate::state::AppState;

/// `GET /healthz`: the process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

fn word(well: bool) -> &'static str {
    if well { "ok" } else { "failing" }
}

/// `GET /readyz`: the database can be read and written and LiveKit answers, or which of them fails. A bucket that is away is
/// named too; meetings are held without it, and pages that look for a sign of life would take a refusal for a broken network.
pub(super) async fn ready(State(state): State<AppState>) -> Response {
    let health = state.meetings.health().await;
    if let Err(cause) = &health.database {
        tracing::error!(%cause, "the database cannot be used now");
    }
    if let Err(cause) = &health.livekit {
        tracing::warn!(%cause, "LiveKit does not answer");
    }
    let mut checks = Map::new();
    if let Some(files) = health.files {
        if let Err(cause) = &files {
            tracing::warn!(%cause, "the bucket for files does not answer");
        }
        checks.insert("files".to_owned(), word(files.is_ok()).into());
    }
    let well = health.database.is_ok() && health.livekit.is_ok();
    let livekit = match health.livekit {
        Ok(()) => "ok",
        Err(MediaError::Starting) => "starting",
        // As `parlour check-config` says at length.
        Err(MediaError::Refused) => "refuses the key pair",
        Err(MediaError::Service(_) | MediaError::JustFailed) => "failing",
    };
    checks.insert("database".to_owned(), word(health.database.is_ok()).into());
    checks.insert("livekit".to_owned(), livekit.into());
    let body = json!({ "status": if well { "ready" } else { "not ready" }, "checks": checks });
    let status = if well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(body)).into_response()
}
