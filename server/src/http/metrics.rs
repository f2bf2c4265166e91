//! `GET /metrics` for Prometheus, at an address of its own or with a key: how many people meet is nobody else's business.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use wire::ErrorCode;

use super::api_keys;
use super::problem::{Problem, ProgramCode};
use crate::accounts::Scope;
use crate::state::AppState;
use crate::telemetry::{self, Now};

/// What Prometheus' text format calls itself.
const TEXT: (header::HeaderName, &str) = (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");

/// Everything that is served at `PARLOUR_METRICS_ADDR`.
pub fn router(state: AppState) -> Router {
    Router::new().route("/metrics", get(without_key)).with_state(state)
}

async fn without_key(State(state): State<AppState>) -> Result<Response, Problem> {
    let handle = state.metrics.as_ref().ok_or(ErrorCode::NotFound)?;
    Ok(numbers(&state, handle).await.into_response())
}

/// `GET /metrics` at the address that everybody reaches: without a key there is no such page.
pub(super) async fn with_key(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    let (Some(handle), Some(presented)) = (&state.metrics, api_keys::bearer(&headers)) else {
        return Err(ErrorCode::NotFound.into());
    };
    if !api_keys::check(&state, presented).await?.may(Scope::Metrics) {
        return Err(ProgramCode::ScopeMissing.into());
    }
    Ok(numbers(&state, handle).await.into_response())
}

/// LiveKit is asked at every scrape whether it answers: while it does not, nobody knows who is inside.
async fn numbers(state: &AppState, handle: &PrometheusHandle) -> impl IntoResponse + use<> {
    let livekit = state.meetings.ask_livekit().await;
    let livekit_up = livekit.inspect_err(|cause| tracing::warn!(%cause, "LiveKit does not answer")).is_ok();
    let inside = match livekit_up {
        true => state.meetings.census().await.inspect_err(|cause| tracing::warn!(%cause, "nobody was counted")).ok(),
        false => None,
    };
    telemetry::set_now(&Now { livekit_up, inside, streams: state.limits.streams() });
    ([TEXT], handle.render())
}
