//! HTTP: which address is served by what, and what every request goes through.

mod accounts;
mod api;
mod api_keys;
mod arriving;
pub mod assets;
mod attempts;
mod attendance;
mod backend;
mod client;
mod events;
mod failures;
mod files;
mod functions;
mod headers;
mod health;
mod hosting;
mod letters;
pub mod limits;
pub mod listen;
mod meter;
pub mod metrics;
mod openapi;
mod pages;
mod problem;
mod proxy;
mod quality;
mod reference;
mod rest;
mod session;
mod signed_in;
mod to_the_end;
mod trace;
mod transcript;
mod webhooks;

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use crate::state::AppState;

/// Largest body that Parlour itself takes, in bytes: a long chat message in any script is far below it.
const BODY_MAX_BYTES: usize = 64 * 1_024;
/// How long a request may take, its body included; a WebSocket is a request until it is switched.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Largest body of a webhook, in bytes: it may describe every track of a participant.
const WEBHOOK_MAX_BYTES: usize = 256 * 1_024;

/// Everything that Parlour serves. Layers are stacked, outermost first: each that is put on routes by itself would have every
/// request copy all those below it, box by box.
pub fn router(state: AppState) -> Router {
    // With a session: what people and their browsers use.
    let people =
        pages::router(&state).merge(accounts::router()).merge(hosting::router()).nest("/api", api::router()).layer(
            ServiceBuilder::new()
                .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
                .layer(from_fn_with_state(state.clone(), limits::sessions))
                .layer(from_fn_with_state(state.clone(), session::attach)),
        );
    // Without one: files, and what machines use.
    let machines = Router::new()
        .route("/pkg/{*file}", get(assets::hashed))
        .merge(assets::root_files(&state))
        .merge(proxy::router(&state))
        .route("/webhooks/livekit", post(webhooks::livekit).layer(DefaultBodyLimit::max(WEBHOOK_MAX_BYTES)))
        .route("/metrics", get(metrics::with_key))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready));
    people
        .merge(machines)
        .layer(
            ServiceBuilder::new()
                .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIMEOUT))
                .layer(from_fn_with_state(state.deeds().clone(), to_the_end::request)),
        )
        .merge(uploads(&state))
        .layer(
            ServiceBuilder::new()
                .layer(from_fn(trace::request))
                .layer(from_fn(headers::secure))
                .layer(from_fn(problem::finish))
                .layer(CatchPanicLayer::custom(problem::from_panic))
                .layer(from_fn_with_state(state.clone(), client::identify))
                .layer(from_fn_with_state(state.clone(), limits::requests))
                .layer(from_fn(client::refuse_cross_site)),
        )
        .with_state(state)
}

/// What people send that is long, and takes long. How long it may be says who takes it.
fn uploads(state: &AppState) -> Router<AppState> {
    Router::new().nest("/api", api::uploads().split_for_parts().0).layer(
        ServiceBuilder::new()
            .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, files::UPLOAD_TIMEOUT))
            .layer(from_fn_with_state(state.deeds().clone(), to_the_end::request))
            .layer(from_fn_with_state(state.clone(), limits::sessions))
            .layer(from_fn_with_state(state.clone(), session::attach))
            .layer(from_fn(api_keys::refuse)),
    )
}
