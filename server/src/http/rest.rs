//! REST for programs: the same domain functions as the pages', in the seeds' words.

pub(super) mod bans;
pub(super) mod config;
pub(super) mod host_link;
pub(super) mod invitations;
pub(super) mod messages;
pub(super) mod people;
mod room_settings;
pub(super) mod rooms;

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_path_to_error::Segment;
use utoipa::ToSchema;
use wire::{ConnectionDetails, EVENTS_PATH, ErrorCode, Identity, Moderation, RoomCreated};

use super::backend::{Caller, Keys};
use super::functions::is_json;
use super::problem::{Problem, WrongMember};
use crate::meetings::Admittance;
use crate::state::AppState;
use crate::store::{AuditEntry, Room};

/// Body of `POST /api/rooms/create`.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreateRoom {
    /// Title of a new meeting, at most 120 characters.
    #[schema(example = "Physics 1")]
    title: Option<String>,
    /// Name, code or link of one that there is.
    room_name: Option<String>,
}

/// Make a meeting, or with `roomName` make sure that LiveKit has that meeting open.
#[utoipa::path(
    post, path = "/rooms/create", tag = "rooms", request_body = CreateRoom,
    responses(
        (status = 200, description = "It is open in LiveKit", body = RoomCreated),
        (status = 201, description = "It is made, and the caller is its host", body = RoomCreated),
        (status = 400, description = "`invalid_room_name`, `invalid_title`, `bad_request`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 404, description = "`room_not_found`"),
        (status = 415, description = "`unsupported_media_type`"),
    )
)]
pub(super) async fn create_room(
    State(state): State<AppState>,
    headers: HeaderMap,
    caller: Caller,
    body: Bytes,
) -> Result<Response, Problem> {
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

/// Come in where the door asks for nothing. For everything else there is `POST`.
#[utoipa::path(
    get, path = "/connection-details", tag = "joining",
    params(
        ("roomName" = String, Query, description = "Name, code or link of the meeting"),
        ("participantName" = String, Query, description = "What the others see"),
    ),
    responses(
        (status = 200, description = "What any LiveKit client needs", body = ConnectionDetails),
        (status = 400, description = "`invalid_room_name`, `invalid_participant_name`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`ask_to_join`, `password_required`, `not_started`, `denied`, `locked`, `removed`, `banned`, `cross_site`"),
        (status = 404, description = "`room_not_found`"),
        (status = 409, description = "`room_full`"),
        (status = 410, description = "`meeting_ended`, `ended`"),
    )
)]
pub(super) async fn connection_details(
    State(state): State<AppState>,
    request: Request,
) -> Result<Json<ConnectionDetails>, Problem> {
    let caller = Caller::new(&state, request.extensions()).ok_or(ErrorCode::Internal)?;
    caller.may_join()?;
    let query: HashMap<_, _> =
        url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).collect();
    let parameter = |name: &str| query.get(name).map(AsRef::as_ref).unwrap_or_default();
    match caller.join(parameter("roomName"), parameter("participantName"), Keys::default(), true).await? {
        Admittance::In(joined) => Ok(Json(joined.details)),
        Admittance::Waits(..) => Err(ErrorCode::AskToJoin.into()),
    }
}

/// Body of `POST /api/connection-details`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Join {
    /// Name, code or link of the meeting.
    #[schema(example = "kfwm-3hzxr-8bqt")]
    room_name: String,
    /// What the others see: at most 64 characters.
    #[schema(example = "Ada")]
    participant_name: String,
    /// The meeting's password, where it has one.
    password: Option<String>,
    /// The secret of an invitation, from the end of its link.
    invitation: Option<String>,
}

/// Somebody has to wait.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Ticket {
    /// The identity that they will have inside.
    ticket: Identity,
    /// Where it is told that a host has decided: ask again then. Who does not listen there is not seen to wait.
    events_url: String,
}

/// Come in, or learn where to wait.
#[utoipa::path(
    post, path = "/connection-details", tag = "joining", request_body = Join,
    responses(
        (status = 200, description = "What any LiveKit client needs", body = ConnectionDetails),
        (status = 202, description = "A host has to let the caller in", body = Ticket),
        (status = 400, description = "`invalid_room_name`, `invalid_participant_name`, `bad_request`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`password_required`, `password_wrong`, `not_started`, `denied`, `locked`, `removed`, `banned`, `cross_site`"),
        (status = 404, description = "`room_not_found`"),
        (status = 409, description = "`room_full`"),
        (status = 410, description = "`meeting_ended`, `ended`, `invitation_expired`"),
        (status = 415, description = "`unsupported_media_type`"),
    )
)]
pub(super) async fn join(headers: HeaderMap, caller: Caller, body: Bytes) -> Result<Response, Problem> {
    let asked: Join = read(&headers, &body)?;
    let keys = Keys::new(asked.password, asked.invitation);
    match caller.join(&asked.room_name, &asked.participant_name, keys, true).await? {
        Admittance::In(joined) => Ok(Json(joined.details).into_response()),
        Admittance::Waits(room, ticket, _) => {
            let query =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("room", room.as_str()).finish();
            let events_url = format!("{}{EVENTS_PATH}?{query}", caller.client.origin.http());
            Ok((StatusCode::ACCEPTED, Json(Ticket { ticket, events_url })).into_response())
        }
    }
}

/// Do what a host does in the page, such as `{"mute": identity}` or `"end"`; for hosts and co-hosts.
#[utoipa::path(
    post, path = "/rooms/{room}/moderation", tag = "people", params(("room" = String, Path, description = "Name in the link")),
    request_body(content = Moderation, example = json!({ "mute": "5d41402abc4b2a76b9719d911017c592" })),
    responses(
        (status = 204, description = "It is so, now or before"),
        (status = 400, description = "`invalid_room_name`, `bad_request`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting` (the caller, or whom it is about), `not_allowed`"),
        (status = 404, description = "`room_not_found`"),
        (status = 415, description = "`unsupported_media_type`"),
    )
)]
pub(super) async fn moderate(
    State(state): State<AppState>,
    Path(room): Path<String>,
    headers: HeaderMap,
    caller: Caller,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let what: Moderation = read(&headers, &body)?;
    caller.ask(&room, Box::pin(state.meetings.moderate(&caller.session, &room, &what))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A room of which the caller is a host.
async fn owned(state: &AppState, caller: &Caller, room: &str) -> Result<Room, Problem> {
    let owned = Box::pin(state.meetings.owned(&caller.session, caller.network(), room));
    Ok(caller.ask(room, owned).await?)
}

/// A body of JSON.
pub(super) fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(is_json) {
        return Err(ErrorCode::UnsupportedMediaType.into());
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|why| wrong_member(&why, body))?;
    json.end().map_err(|_| ErrorCode::BadRequest)?;
    Ok(read)
}

/// Which member of a body is wrong, where it is JSON at all.
fn wrong_member(why: &serde_path_to_error::Error<serde_json::Error>, body: &[u8]) -> Problem {
    let cause = why.inner();
    let Ok(whole) = serde_json::from_slice::<Value>(body) else { return ErrorCode::BadRequest.into() };
    let text = cause.to_string();
    let missing = text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()).map(str::to_owned);
    // Of what is ordered by the name of a body's only member; of several nobody knows which was meant.
    let only = whole.as_object().filter(|members| members.len() == 1).and_then(|members| members.keys().next());
    let unknown = only.filter(|_| text.starts_with("unknown variant `")).cloned();
    let unknown = unknown.filter(|_| why.path().iter().len() == 0);
    let detail = match (&missing, &unknown) {
        (Some(_), _) => "It is missing.",
        (None, Some(_)) => "It is not known here.",
        (None, None) if text.starts_with("unknown field `") => "It is not known here.",
        (None, None) => "It is not of the type, or among the values, that the description says.",
    };
    let steps = why.path().iter().map(|step| match step {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { variant } => Some(variant.clone()),
        Segment::Unknown => None,
    });
    let written = |step: String| format!("/{}", step.replace('~', "~0").replace('/', "~1"));
    // Without a step it is the whole body: also of types that do not say where in them something is wrong.
    match steps.chain(missing.or(unknown).map(Some)).map(|step| step.map(written)).collect::<Option<String>>() {
        Some(pointer) => Problem::bad_member(WrongMember { pointer, detail }),
        None => ErrorCode::BadRequest.into(),
    }
}

/// List what hosts did, the newest first; for hosts.
#[utoipa::path(
    get, path = "/rooms/{room}/audit", tag = "people", params(("room" = String, Path, description = "Name in the link")),
    responses(
        (status = 200, body = Vec<AuditEntry>),
        (status = 400, description = "`invalid_room_name`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting`, `not_allowed`"),
        (status = 404, description = "`room_not_found`"),
    )
)]
pub(super) async fn audit(
    State(state): State<AppState>,
    Path(room): Path<String>,
    caller: Caller,
) -> Result<Json<Vec<AuditEntry>>, Problem> {
    Ok(Json(caller.ask(&room, Box::pin(state.meetings.audit(&caller.session, &room))).await?))
}
