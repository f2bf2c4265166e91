//! Invitations by REST: links that let people in past asking, password and account.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{owned, read};
use crate::http::backend::Caller;
use crate::http::problem::{Problem, ProgramCode};
use crate::meetings::NotInvited;
use crate::random;
use crate::state::AppState;
use crate::store::Invitation;

/// For how many days an invitation is good when nothing is said.
const DAYS: u32 = 7;

/// A room's invitations.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Invitations {
    /// The newest first, also those that have ended.
    invitations: Vec<InvitationListed>,
}

/// An invitation, without its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InvitationListed {
    /// What it is taken back by.
    id: String,
    /// For whom it is, in the words of whoever made it.
    #[schema(example = "Ada Lovelace")]
    label: String,
    /// Whether it is for one person: for whoever comes by it first.
    single: bool,
    /// Whether that one person has come.
    used: bool,
    /// When it was made, in milliseconds since 1970.
    made_at_ms: u64,
    /// Until when it is good, in milliseconds since 1970.
    ends_at_ms: u64,
}

impl From<Invitation> for InvitationListed {
    fn from(Invitation { hash, label, single, made_at_ms, ends_at_ms, used }: Invitation) -> Self {
        Self { id: random::hex(&hash), label, single, used, made_at_ms, ends_at_ms }
    }
}

/// List a room's invitations; for hosts.
#[utoipa::path(
    get, path = "/rooms/{room}/invitations", tag = "rooms", params(("room" = String, Path, description = "Name in the link")),
    responses(
        (status = 200, body = Invitations),
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
) -> Result<Json<Invitations>, Problem> {
    let room = owned(&state, &caller, &room).await?;
    let invitations = state.meetings.invitations(&caller.session, &room).await?;
    Ok(Json(Invitations { invitations: invitations.into_iter().map(Into::into).collect() }))
}

/// Body of `POST /api/rooms/{room}/invitations`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Invite {
    /// For whom it is, so that hosts know it again: at most 120 characters.
    #[schema(example = "Ada Lovelace")]
    label: String,
    /// For how many days it is good.
    #[schema(minimum = 1, maximum = 366, default = 7)]
    days: Option<u32>,
    /// Whether it is for one person: for whoever comes by it first.
    #[serde(default)]
    single: bool,
}

/// An invitation that was just made.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct InvitationMade {
    #[serde(flatten)]
    invitation: InvitationListed,
    /// The link that invites. It holds the secret, which is told this once.
    #[schema(example = "https://meet.example.org/kfwm-3hzxr-8bqt#i=0123456789abcdefghijkl")]
    link: String,
}

/// Invite somebody past asking, password and account; for hosts. The link is told this once.
#[utoipa::path(
    post, path = "/rooms/{room}/invitations", tag = "rooms", params(("room" = String, Path, description = "Name in the link")),
    request_body = Invite,
    responses(
        (status = 201, description = "It is made", body = InvitationMade),
        (status = 400, description = "`invalid_room_name`, `invalid_label`, `invalid_days`, `bad_request`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting`, `not_allowed`"),
        (status = 404, description = "`room_not_found`"),
        (status = 409, description = "`invitations_full`"),
        (status = 415, description = "`unsupported_media_type`"),
    )
)]
pub(in crate::http) async fn make(
    State(state): State<AppState>,
    caller: Caller,
    Path(room): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<InvitationMade>), Problem> {
    let Invite { label, days, single } = read(&headers, &body)?;
    let room = owned(&state, &caller, &room).await?;
    let made = state.meetings.invite(&caller.session, &room, &label, single, days.unwrap_or(DAYS)).await;
    let made = made.map_err(|why| match why {
        NotInvited::Label => ProgramCode::InvalidLabel.into(),
        NotInvited::Days => ProgramCode::InvalidDays.into(),
        NotInvited::Full => ProgramCode::InvitationsFull.into(),
        NotInvited::Failed(error) => Problem::from(error),
    })?;
    let link = made.link(&caller.link(&room.name));
    Ok((StatusCode::CREATED, Json(InvitationMade { invitation: made.invitation.into(), link })))
}

/// Take an invitation back; for hosts. Who came by it stays.
#[utoipa::path(
    delete, path = "/rooms/{room}/invitations/{invitation}", tag = "rooms",
    params(
        ("room" = String, Path, description = "Name in the link"),
        ("invitation" = String, Path, description = "The invitation's `id`"),
    ),
    responses(
        (status = 204, description = "It is good for nothing, now or before"),
        (status = 400, description = "`invalid_room_name`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting`, `not_allowed`"),
        (status = 404, description = "`room_not_found`"),
    )
)]
pub(in crate::http) async fn take_back(
    State(state): State<AppState>,
    caller: Caller,
    Path((room, invitation)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let room = owned(&state, &caller, &room).await?;
    state.meetings.take_back(&caller.session, &room, &invitation).await?;
    Ok(StatusCode::NO_CONTENT)
}
