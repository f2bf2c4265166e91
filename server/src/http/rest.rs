//! REST for programs: the same domain functions as the pages', in the seeds' words.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{Extensions, HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use wire::{ConnectionDetails, DisplayName, ErrorCode, RoomName};

use super::backend::Caller;
use super::functions::is_json;
use super::problem::Problem;
use crate::state::AppState;

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
            let room = state.meetings.find_typed(&typed).await?;
            state.meetings.ensure(&room).await?;
            (StatusCode::OK, room)
        }
        None => {
            caller.may_create()?;
            state.limits.check_create(caller.client.address).map_err(Problem::rate_limited)?;
            let title = asked.title.unwrap_or_default();
            (StatusCode::CREATED, state.meetings.create(&caller.session, &title).await?)
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
    let room = RoomName::parse(parameter("roomName"))?;
    let name = DisplayName::parse(parameter("participantName"))?;
    let room = state.meetings.find(&room).await?;
    let joined = state.meetings.admit(&caller.session, room, name, caller.server_url()).await?;
    Ok(Json(joined.details))
}
