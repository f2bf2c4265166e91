//! Who is kept out, by REST: listed, kept out, and let in again.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::{ErrorCode, Identity, Moderation};

use super::{owned, read};
use crate::accounts::Scope;
use crate::http::backend::Caller;
use crate::http::problem::{Problem, WrongMember};
use crate::meetings::{BAN_DAYS, NO_BAN_DAYS};
use crate::network::Network;
use crate::state::AppState;

/// Who is kept out of a room.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Bans {
    /// People, the last one first.
    people: Vec<BannedPerson>,
    /// Networks, the first to be let in first.
    networks: Vec<BannedNetwork>,
}

/// Somebody who is kept out.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BannedPerson {
    /// Who.
    #[schema(value_type = String)]
    identity: Identity,
    /// Their name of the last time; keys need the scope `attendance` to learn it.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Since when, in milliseconds since 1970.
    since_ms: u64,
    /// Whether their network is known still, and can be kept out.
    network_known: bool,
}

/// A network that is kept out.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BannedNetwork {
    /// Which.
    #[schema(example = "203.0.113.0/24")]
    network: String,
    /// Whose it was, by their name then; keys need the scope `attendance` to learn it.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Until when, in milliseconds since 1970.
    ends_at_ms: u64,
}

/// List the people and networks that are kept out of a room; for hosts.
#[utoipa::path(
    get, path = "/rooms/{room}/bans", tag = "people", params(("room" = String, Path, description = "Name in the link")),
    responses(
        (status = 200, body = Bans),
        (status = 400, description = "`invalid_room_name`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting`, `not_allowed`"),
        (status = 404, description = "`room_not_found`"),
    )
)]
pub(in crate::http) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Path(room): Path<String>,
) -> Result<Json<Bans>, Problem> {
    let room = owned(&state, &caller, &room).await?;
    let (people, networks) = state.meetings.kept_out(&caller.session, &room).await?;
    let named = |name: String| caller.has(Scope::Attendance).then_some(name);
    let people = people.into_iter().map(|one| BannedPerson {
        identity: one.identity,
        name: named(one.name.to_string()),
        since_ms: one.since_ms,
        network_known: one.network.is_some(),
    });
    let networks = networks.into_iter().map(|one| BannedNetwork {
        network: one.network.to_string(),
        name: named(one.name),
        ends_at_ms: one.ends_at_ms,
    });
    Ok(Json(Bans { people: people.collect(), networks: networks.collect() }))
}

/// Keep somebody out, and take them out who is inside: the same as `ban` among what a host does; for hosts and co-hosts.
#[utoipa::path(
    put, path = "/rooms/{room}/bans/{identity}", tag = "people",
    params(
        ("room" = String, Path, description = "Name in the link"),
        ("identity" = String, Path, description = "Who"),
    ),
    responses(
        (status = 204, description = "They are kept out, now or before"),
        (status = 400, description = "`invalid_room_name`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting` (the caller, or whom it is about), `not_allowed`"),
        (status = 404, description = "`room_not_found`"),
    )
)]
pub(in crate::http) async fn keep_out(
    State(state): State<AppState>,
    caller: Caller,
    Path((room, identity)): Path<(String, Identity)>,
) -> Result<StatusCode, Problem> {
    let ban = Moderation::Ban(identity);
    caller.ask(&room, Box::pin(state.meetings.moderate(&caller.session, &room, &ban))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let somebody in again; for hosts. The door asks them as anybody.
#[utoipa::path(
    delete, path = "/rooms/{room}/bans/{identity}", tag = "people",
    params(
        ("room" = String, Path, description = "Name in the link"),
        ("identity" = String, Path, description = "Who"),
    ),
    responses(
        (status = 204, description = "They are kept out no longer, now or before"),
        (status = 400, description = "`invalid_room_name`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting` (the caller, or whom it is about), `not_allowed`"),
        (status = 404, description = "`room_not_found`"),
    )
)]
pub(in crate::http) async fn let_in(
    State(state): State<AppState>,
    caller: Caller,
    Path((room, identity)): Path<(String, Identity)>,
) -> Result<StatusCode, Problem> {
    let room = owned(&state, &caller, &room).await?;
    state.meetings.unban(&caller.session, &room, &identity).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Body of `POST /api/rooms/{room}/banned-networks`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct KeepNetworkOut {
    /// Somebody who is kept out: it is the network that they came from.
    #[schema(value_type = String, example = "5d41402abc4b2a76b9719d911017c592")]
    identity: Identity,
    /// For how many days.
    #[schema(minimum = 1, maximum = 30)]
    days: u32,
}

/// Keep the network out that somebody came from who is kept out; for hosts.
#[utoipa::path(
    post, path = "/rooms/{room}/banned-networks", tag = "people", params(("room" = String, Path, description = "Name in the link")),
    request_body = KeepNetworkOut,
    responses(
        (status = 204, description = "It is kept out, for so long from now"),
        (status = 400, description = "`invalid_room_name`, `bad_request`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting` (the caller, or whom it is about: they are not kept out, or their network is forgotten), `not_allowed`"),
        (status = 404, description = "`room_not_found`"),
        (status = 415, description = "`unsupported_media_type`"),
    )
)]
pub(in crate::http) async fn keep_network_out(
    State(state): State<AppState>,
    Path(room): Path<String>,
    headers: HeaderMap,
    caller: Caller,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let KeepNetworkOut { identity, days } = read(&headers, &body)?;
    if !BAN_DAYS.contains(&days) {
        return Err(Problem::bad_member(WrongMember::new("days", NO_BAN_DAYS)));
    }
    let room = owned(&state, &caller, &room).await?;
    state.meetings.ban_network(&caller.session, &room, &identity, days).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let a network in again; for hosts.
#[utoipa::path(
    delete, path = "/rooms/{room}/banned-networks/{network}", tag = "people",
    params(
        ("room" = String, Path, description = "Name in the link"),
        ("network" = String, Path, description = "Which, such as `203.0.113.0/24`, in an address `203.0.113.0%2F24`"),
    ),
    responses(
        (status = 204, description = "It is kept out no longer, now or before"),
        (status = 400, description = "`invalid_room_name`, `bad_request`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting`, `not_allowed`"),
        (status = 404, description = "`room_not_found`"),
    )
)]
pub(in crate::http) async fn let_network_in(
    State(state): State<AppState>,
    caller: Caller,
    Path((room, network)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let room = owned(&state, &caller, &room).await?;
    let network = Network::parse(&network).ok_or(ErrorCode::BadRequest)?;
    state.meetings.unban_network(&caller.session, &room, network).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use utoipa::PartialSchema as _;

    use super::*;

    #[test]
    fn it_is_said_everywhere_for_how_many_days_a_network_may_be_kept_out() {
        let described = serde_json::to_value(KeepNetworkOut::schema()).unwrap();
        let bound = |name: &str| described["properties"]["days"][name].as_f64();
        let (least, most) = BAN_DAYS.into_inner();
        assert_eq!((bound("minimum"), bound("maximum")), (Some(least.into()), Some(most.into())));
        assert!(NO_BAN_DAYS.contains(&format!(" {least} to {most}")), "{NO_BAN_DAYS}");
    }
}
