//! Rooms by REST: list, describe, change, end, delete.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use wire::{ErrorCode, Moderation, Role, RoomName, RoomStatus, Rules};

use super::read;
use super::room_settings::{ChangeRoom, RoomSettings};
use crate::accounts::Scope;
use crate::http::backend::Caller;
use crate::http::problem::Problem;
use crate::meetings::Described;
use crate::network::Network;
use crate::state::AppState;
use crate::store::RoomsMark;

/// How many rooms an answer lists unless something else is asked for, and at most.
const PAGE: u32 = 50;
const PAGE_MAX: u32 = 200;

/// Which part of a list is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Paging {
    /// How many, from 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// What `next` of the answer before said.
    after: Option<String>,
}

/// Rooms, newest first.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct RoomList {
    rooms: Vec<RoomListed>,
    /// What to ask for `after` for the rest; null when this is the end.
    next: Option<String>,
}

/// A room in the list of those who made it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RoomListed {
    /// Name in the link.
    #[schema(value_type = String, example = "kfwm-3hzxr-8bqt")]
    room_name: RoomName,
    /// Title; empty when it has none.
    #[schema(example = "Physics 1")]
    title: String,
    /// The shareable link.
    #[schema(example = "https://meet.example.org/kfwm-3hzxr-8bqt")]
    url: String,
    /// What holds for everybody.
    rules: Rules,
    /// Whether the last meeting was ended for all; a host begins the next one.
    ended: bool,
    /// When it was made, in milliseconds since 1970.
    created_at_ms: u64,
}

/// List the caller's rooms: those that they have made, newest first.
#[utoipa::path(
    get, path = "/rooms", tag = "rooms", params(Paging),
    responses((status = 200, body = RoomList), (status = 400, description = "`bad_request`"))
)]
pub(in crate::http) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<RoomList>, Problem> {
    let limit = paging.limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(ErrorCode::BadRequest.into());
    }
    let after = match paging.after.as_deref() {
        Some(text) => Some(mark(text).ok_or(ErrorCode::BadRequest)?),
        None => None,
    };
    // One more than is told says whether there are more.
    let mut made = state.meetings.made_by_after(&caller.session, after.as_ref(), limit + 1).await?;
    let more = made.len() > limit as usize;
    made.truncate(limit as usize);
    let next = made.last().filter(|_| more).map(|(room, made_at_ms)| format!("{made_at_ms}_{}", room.name));
    let rooms = made.into_iter().map(|(room, created_at_ms)| {
        let (rules, ended) = (room.rules, room.ended);
        let told = caller.describe(room);
        RoomListed { room_name: told.room_name, title: told.title, url: told.url, rules, ended, created_at_ms }
    });
    Ok(Json(RoomList { rooms: rooms.collect(), next }))
}

fn mark(text: &str) -> Option<RoomsMark> {
    let (made_at_ms, name) = text.split_once('_')?;
    Some(RoomsMark(made_at_ms.parse().ok()?, RoomName::parse(name).ok()?))
}

/// What the caller may know of a room.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct RoomAnswer {
    #[serde(flatten)]
    status: RoomStatus,
    /// The shareable link.
    #[schema(example = "https://meet.example.org/kfwm-3hzxr-8bqt")]
    url: String,
    /// What the caller is in it, or would be.
    role: Role,
    /// Whether the last meeting was ended for all; a host begins the next one.
    ended: bool,
    /// Whether guests may take a meeting over that no host is in.
    guests_take_over: bool,
    #[serde(flatten)]
    #[schema(value_type = RoomSettings)]
    settings: Option<RoomSettings>,
}

/// Describe a room: title, rules, whether anybody is inside, and who, for callers whom the door would let in now. Hosts are told
/// what they have set, too.
///
/// Keys need the scope `attendance` to learn who.
#[utoipa::path(
    get, path = "/rooms/{room}", tag = "rooms", params(("room" = String, Path, description = "Name in the link")),
    responses(
        (status = 200, body = RoomAnswer),
        (status = 400, description = "`invalid_room_name`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 404, description = "`room_not_found`"),
    )
)]
pub(in crate::http) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    Path(room): Path<String>,
) -> Result<Json<RoomAnswer>, Problem> {
    answer(&state, &caller, &room).await
}

async fn answer(state: &AppState, caller: &Caller, room: &str) -> Result<Json<RoomAnswer>, Problem> {
    let network = Network::of(caller.client.address);
    let mut described = caller.ask(room, Box::pin(state.meetings.describe(&caller.session, network, room))).await?;
    if !caller.has(Scope::Attendance) {
        described.status.inside.clear();
    }
    let url = caller.link(&described.status.room_name);
    let Described { status, role, ended, guests_take_over, set } = described;
    Ok(Json(RoomAnswer { status, url, role, ended, guests_take_over, settings: set.map(Into::into) }))
}

/// Change a room: hosts and co-hosts its rules, hosts everything else. Those inside are told of rules at once. What is wrong is
/// found before anything is changed.
#[utoipa::path(
    patch, path = "/rooms/{room}", tag = "rooms", params(("room" = String, Path, description = "Name in the link")),
    request_body = ChangeRoom,
    responses(
        (status = 200, description = "The room as it is now", body = RoomAnswer),
        (status = 400, description = "`invalid_room_name`, `invalid_title`, `bad_request`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting`, `not_allowed`"),
        (status = 404, description = "`room_not_found`"),
        (status = 409, description = "`alias_taken`"),
        (status = 415, description = "`unsupported_media_type`"),
    )
)]
pub(in crate::http) async fn change(
    State(state): State<AppState>,
    caller: Caller,
    Path(room): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<RoomAnswer>, Problem> {
    let patch = read::<ChangeRoom>(&headers, &body)?.read()?;
    let found = caller.ask(&room, Box::pin(state.meetings.find_typed(&room))).await?;
    Box::pin(state.meetings.change(&caller.session, &found, patch)).await?;
    answer(&state, &caller, &room).await
}

/// End the meeting for everybody. The room stays; the next meeting begins when a host comes.
#[utoipa::path(
    post, path = "/rooms/{room}/end", tag = "rooms", params(("room" = String, Path, description = "Name in the link")),
    responses(
        (status = 204, description = "It has ended, now or before"),
        (status = 400, description = "`invalid_room_name`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting`, `not_allowed`"),
        (status = 404, description = "`room_not_found`"),
    )
)]
pub(in crate::http) async fn end(
    State(state): State<AppState>,
    caller: Caller,
    Path(room): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.ask(&room, Box::pin(state.meetings.moderate(&caller.session, &room, &Moderation::End))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End the meeting and delete the room with everything in it: messages, members, attendance, audit log.
#[utoipa::path(
    delete, path = "/rooms/{room}", tag = "rooms", params(("room" = String, Path, description = "Name in the link")),
    responses(
        (status = 204, description = "It is deleted"),
        (status = 400, description = "`invalid_room_name`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting`, `not_allowed`"),
        (status = 404, description = "`room_not_found`, also when it was deleted before"),
    )
)]
pub(in crate::http) async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    Path(room): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.ask(&room, Box::pin(state.meetings.delete(&caller.session, &room))).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_list_is_read_as_it_is_written() {
        let RoomsMark(made_at_ms, name) = mark("1735689600000_kfwm-3hzxr-8bqt").unwrap();
        assert_eq!((made_at_ms, name.as_str()), (1_735_689_600_000, "kfwm-3hzxr-8bqt"));
        for text in ["", "_", "1", "1_", "x_kfwm-3hzxr-8bqt", "-1_kfwm-3hzxr-8bqt"] {
            assert!(mark(text).is_none(), "{text}");
        }
    }
}
