//! `/meetings`: what somebody has made.

use app::account::{self, MeetingRow, Problems};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use wire::ErrorCode;

use super::MEETINGS;
use super::fields::Fields;
use super::visit::{Stop, Visit, too_often, with_wait};
use crate::error::Error;
use crate::http::signed_in::SignedIn;
use crate::moment;

/// `GET /meetings`
pub(super) async fn page(visit: Visit) -> Result<Response, Stop> {
    let me = visit.me(MEETINGS)?;
    show(&visit, me, StatusCode::OK, "", &Problems::default()).await
}

/// `POST /meetings`: makes one, and goes there.
pub(super) async fn make(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let me = visit.me(MEETINGS)?;
    let title = fields.text("title");
    if let Err(wait) = visit.state.limits.check_create(visit.client.address) {
        let page = show(&visit, me, StatusCode::TOO_MANY_REQUESTS, title, &Problems::whole(too_often(wait))).await?;
        return Ok(with_wait(page, wait));
    }
    match visit.state.meetings.create(&me.account.session(), title).await {
        Ok(room) => Ok(Redirect::to(&format!("/{}", room.name)).into_response()),
        Err(Error::Refused(code @ ErrorCode::InvalidTitle)) => {
            show(&visit, me, StatusCode::BAD_REQUEST, title, &Problems::one("title", code.sentence())).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(
    visit: &Visit,
    me: &SignedIn,
    status: StatusCode,
    title: &str,
    problems: &Problems,
) -> Result<Response, Stop> {
    let session = me.account.session();
    let rooms = visit.state.meetings.made_by(&session).await?;
    let mut inside = visit.state.meetings.inside_those_made_by(&session).await?;
    let rows = rooms
        .into_iter()
        .map(|(room, made_at_ms)| {
            let name = room.alias.as_ref().unwrap_or(&room.name);
            MeetingRow {
                path: format!("/{name}"),
                link: format!("{}/{name}", visit.client.origin.http()),
                settings: format!("/{}/settings", room.name),
                inside: inside.remove(&room.name).unwrap_or_default(),
                title: if room.title.is_empty() { room.name.to_string() } else { room.title },
                made: moment::words(made_at_ms, 0),
            }
        })
        .collect();
    visit.page(status, "My meetings", MEETINGS, account::meetings(rows, title, problems))
}
