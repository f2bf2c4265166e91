//! The link that makes hosts, by REST: a program that has made a meeting hands it to people by this.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::owned;
use crate::http::backend::Caller;
use crate::http::problem::Problem;
use crate::state::AppState;

/// A link for hosts that was just made.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct HostLinkMade {
    /// The link. It holds the secret, which is told this once.
    #[schema(example = "https://meet.example.org/kfwm-3hzxr-8bqt#host=0123456789abcdefghijkl")]
    link: String,
}

/// Make the link that makes whoever follows it a host; for hosts. The one before is good for nothing any more.
#[utoipa::path(
    post, path = "/rooms/{room}/host-link", tag = "rooms", params(("room" = String, Path, description = "Name in the link")),
    responses(
        (status = 201, description = "It is made", body = HostLinkMade),
        (status = 400, description = "`invalid_room_name`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting`, `not_allowed`"),
        (status = 404, description = "`room_not_found`"),
    )
)]
pub(in crate::http) async fn make(
    State(state): State<AppState>,
    caller: Caller,
    Path(room): Path<String>,
) -> Result<(StatusCode, Json<HostLinkMade>), Problem> {
    let made = Box::pin(state.meetings.make_host_link(&caller.session, &room));
    let (room, secret) = caller.ask(&room, made).await?;
    Ok((StatusCode::CREATED, Json(HostLinkMade { link: caller.host_link(&room.name, &secret) })))
}

/// Take the link for hosts back; for hosts. Who became one by it stays one.
#[utoipa::path(
    delete, path = "/rooms/{room}/host-link", tag = "rooms", params(("room" = String, Path, description = "Name in the link")),
    responses(
        (status = 204, description = "There is none, now or before"),
        (status = 400, description = "`invalid_room_name`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting`, `not_allowed`"),
        (status = 404, description = "`room_not_found`"),
    )
)]
pub(in crate::http) async fn take_back(
    State(state): State<AppState>,
    caller: Caller,
    Path(room): Path<String>,
) -> Result<StatusCode, Problem> {
    let room = owned(&state, &caller, &room).await?;
    state.meetings.end_host_link(&caller.session, &room).await?;
    Ok(StatusCode::NO_CONTENT)
}
