//! Who is inside, by REST.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::backend::Caller;
use crate::http::problem::Problem;
use crate::meetings::Person;
use crate::state::AppState;

/// Those who are inside.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Participants {
    /// In order of arrival.
    participants: Vec<Person>,
}

/// List who is inside, for those who were let into this meeting, and for its hosts.
#[utoipa::path(
    get, path = "/rooms/{room}/participants", tag = "people", params(("room" = String, Path, description = "Name in the link")),
    responses(
        (status = 200, body = Participants),
        (status = 400, description = "`invalid_room_name`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting`"),
        (status = 404, description = "`room_not_found`"),
    )
)]
pub(in crate::http) async fn participants(
    State(state): State<AppState>,
    caller: Caller,
    Path(room): Path<String>,
) -> Result<Json<Participants>, Problem> {
    let participants = caller.ask(&room, Box::pin(state.meetings.people(&caller.session, &room))).await?;
    Ok(Json(Participants { participants }))
}
