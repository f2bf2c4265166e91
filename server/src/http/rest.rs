//! REST for programs: the same domain functions as the pages', in the seeds' words.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::{Extensions, HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wire::{ConnectionDetails, EVENTS_PATH, ErrorCode, Identity, Moderation, RoomName};

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
        _ => read(&headers, &body)?,
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
    match caller.join(parameter("roomName"), parameter("participantName"), true).await? {
        Admittance::In(joined) => Ok(Json(joined.details)),
        Admittance::Waits(_) => Err(ErrorCode::AskToJoin.into()),
    }
}

/// Body of `POST /api/connection-details`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Join {
    room_name: String,
    participant_name: String,
}

/// Somebody has to wait.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ticket {
    /// The identity that they will have inside.
    ticket: Identity,
    /// Where it is told that a host has decided: ask again then. Who does not listen there is not seen to wait.
    events_url: String,
}

/// `POST /api/connection-details` with `{roomName, participantName}`: the details (200), or where to wait (202).
pub(super) async fn join(
    State(state): State<AppState>,
    headers: HeaderMap,
    extensions: Extensions,
    body: Bytes,
) -> Result<Response, Problem> {
    let caller = Caller::new(&state, &extensions).ok_or(ErrorCode::Internal)?;
    let asked: Join = read(&headers, &body)?;
    match caller.join(&asked.room_name, &asked.participant_name, true).await? {
        Admittance::In(joined) => Ok(Json(joined.details).into_response()),
        Admittance::Waits(_) => {
            let room = RoomName::parse(&asked.room_name)?;
            let query =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("room", room.as_str()).finish();
            let events_url = format!("{}{EVENTS_PATH}?{query}", caller.client.origin.http());
            let ticket = Ticket { ticket: caller.session.identity(&room), events_url };
            Ok((StatusCode::ACCEPTED, Json(ticket)).into_response())
        }
    }
}

/// `POST /api/rooms/{room}/moderation` with a [`Moderation`], such as `{"mute": identity}` or `"end"`; for hosts.
pub(super) async fn moderate(
    State(state): State<AppState>,
    Path(room): Path<String>,
    headers: HeaderMap,
    extensions: Extensions,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let caller = Caller::new(&state, &extensions).ok_or(ErrorCode::Internal)?;
    let what: Moderation = read(&headers, &body)?;
    caller.ask(&room, Box::pin(state.meetings.moderate(&caller.session, &room, &what))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A body of JSON.
fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, ErrorCode> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(is_json) {
        return Err(ErrorCode::UnsupportedMediaType);
    }
    serde_json::from_slice(body).map_err(|_| ErrorCode::BadRequest)
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
