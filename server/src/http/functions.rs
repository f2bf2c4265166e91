//! Server functions: JSON in, JSON out, errors as problems with the status of their code.

use std::sync::Arc;

use app::api::backend::Backend;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use leptos::context::provide_context;
use leptos::server_fn;
use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;
use wire::{ApiError, ErrorCode};

use super::backend::Caller;
use super::problem::Problem;
use crate::state::AppState;

/// Prefix of every server function, as `app::api` declares it.
const PREFIX: &str = "/api/fn";
/// Longest error of a server function, in bytes; it is one sentence.
const ERROR_MAX_BYTES: usize = 4_096;

/// A route for every registered server function.
pub(super) fn router() -> Router<AppState> {
    server_fn::axum::server_fn_paths()
        .filter_map(|(path, _)| path.strip_prefix(PREFIX))
        .fold(Router::new(), |router, path| router.route(path, post(call)))
}

async fn call(State(state): State<AppState>, request: Request) -> Response {
    let json = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(is_json);
    if !json {
        return Problem::from(ErrorCode::UnsupportedMediaType).into_response();
    }
    let Some(caller) = Caller::new(&state, request.extensions()) else {
        return Problem::from(ErrorCode::Internal).into_response();
    };
    let (mut parts, body) = request.into_parts();
    // Leptos would answer a form with a redirection to wherever the request says that it comes from.
    parts.headers.remove(header::ACCEPT);
    parts.headers.remove(header::REFERER);
    // A body that is too long, or ends early, must not look like a mistake of ours.
    let body = match Bytes::from_request(Request::from_parts(parts.clone(), body), &()).await {
        Ok(body) => body,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return Problem::from(ErrorCode::TooLarge).into_response();
        }
        Err(_) => return Problem::from(ErrorCode::BadRequest).into_response(),
    };
    // A nested router strips what it is nested under; Leptos looks the whole path up.
    if let Ok(uri) = format!("{PREFIX}{}", parts.uri.path()).parse() {
        parts.uri = uri;
    }
    let context = caller.clone();
    let provide = move || provide_context::<Arc<dyn Backend>>(Arc::new(context.clone()));
    let request = Request::from_parts(parts, Body::from(body));
    let response = leptos_axum::handle_server_fns_with_context(provide, request).await.into_response();
    if !response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return response;
    }
    match (code_of(response, &caller).await, caller.has_to_wait()) {
        (ErrorCode::RateLimited, Some(wait)) => Problem::rate_limited(wait).into_response(),
        (code, _) => Problem::from(code).into_response(),
    }
}

/// Why a server function failed.
async fn code_of(response: Response, caller: &Caller) -> ErrorCode {
    let body = axum::body::to_bytes(response.into_body(), ERROR_MAX_BYTES).await.unwrap_or_default();
    match serde_json::from_slice::<ApiError>(&body) {
        // It never asked: its arguments were no JSON, or not the right ones.
        _ if !caller.has_asked() => ErrorCode::BadRequest,
        Ok(error) => error.code,
        Err(_) => ErrorCode::Internal,
    }
}

/// Whether a content type is JSON.
pub(super) fn is_json(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}
