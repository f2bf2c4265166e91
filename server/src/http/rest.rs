//! REST for programs: the same domain functions as the pages', in the seeds' words.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::{Extensions, HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use wire::{ConnectionDetails, ErrorCode};

use super::backend::Caller;
use super::functions::is_json;
use super::problem::Problem;
use crate::meetings::Admittance;
use crate::state::AppState;
use crate::store::AuditEntry;

/// Body of `POST /api/rooms/create`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateRoom {
    title: Option<String>,
    room_name: Option<String>,
}

/// `POST /api/rooms/create`: a new meeting, or with `roomName` that meeting made sure of in LiveKit.
pub(super) async fn create_room(
    State(state): State<AppState>,
    headers: HeaderMap,
    extensions: Extensions,
    body: Bytes,
) -> Result<Response, Problem> {
    let caller = Caller::new(&state, &extensions).ok_or(ErrorCode::Internal)?;
    let asked = match headers.get(header::CONTENT_TYPE) {
        // Nothing is said about a meeting without a title.
        None if body.is_empty() => CreateRoom::default(),
        Some(kind) if kind.to_str().is_ok_and(is_json) => {
            serde_json::from_slice(&body).map_err(|_| ErrorCode::BadRequest)?
        }
        _ => return Err(ErrorCode::UnsupportedMediaType.into()),
    };
    let (status, room) = match asked.room_name {
        Some(typed) => {
            caller.may_join()?;
            let room = caller.ask(&typed, Box::pin(state.meetings.find_typed(&typed))).await?;
            state.meetings.ensure(&room).await?;
            (StatusCode::OK, room)
        }
        None => {
            let title = asked.title.unwrap_or_default();
            (StatusCode::CREATED, caller.create(&title).await?)
        }
    };
    Ok((status, Json(caller.describe(room))).into_response())
}

/// `GET /api/connection-details?roomName=…&participantName=…`
pub(super) async fn connection_details(
    State(state): State<AppState>,
    request: Request,
) -> Result<Json<ConnectionDetails>, Problem> {
    let caller = Caller::new(&state, request.extensions()).ok_or(ErrorCode::Internal)?;
    caller.may_join()?;
    let query: HashMap<_, _> =
        url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).collect();
    let parameter = |name: &str| query.get(name).map(AsRef::as_ref).unwrap_or_default();
    match caller.join(parameter("roomName"), parameter("participantName")).await? {
        Admittance::In(joined) => Ok(Json(joined.details)),
        Admittance::Waits(_) => Err(ErrorCode::AskToJoin.into()),
    }
}

/// `GET /api/rooms/{room}/audit`: what hosts did, the newest first; for hosts.
pub(super) async fn audit(
    State(state): State<AppState>,
    Path(room): Path<String>,
    extensions: Extensions,
) -> Result<Json<Vec<AuditEntry>>, Problem> {
    let caller = Caller::new(&state, &extensions).ok_or(ErrorCode::Internal)?;
    Ok(Json(caller.ask(&room, Box::pin(state.meetings.audit(&caller.session, &room))).await?))
}
