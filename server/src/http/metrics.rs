//! `GET /metrics` for Prometheus, at an address of its own: how many people meet is nobody else's business.

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::state::AppState;
use crate::telemetry::{self, Now};

/// What Prometheus' text format calls itself.
const TEXT: (header::HeaderName, &str) = (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");

/// Everything that is served at `PARLOUR_METRICS_ADDR`.
pub fn router(state: AppState, handle: PrometheusHandle) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state((state, handle))
}

/// LiveKit is asked at every scrape: a number that is kept here would go wrong with the first lost webhook.
async fn metrics(State((state, handle)): State<(AppState, PrometheusHandle)>) -> impl IntoResponse {
    let inside = state.meetings.census().await.inspect_err(|cause| tracing::warn!(%cause, "nobody was counted")).ok();
    telemetry::set_now(&Now { inside, streams: state.limits.streams() });
    ([TEXT], handle.render())
}
