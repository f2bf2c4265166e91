//! A host who opens a page about their meeting, or sends a form of one.

use axum::extract::{FromRequestParts, MatchedPath, Path};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Redirect, Response};
use percent_encoding::utf8_percent_encode;
use wire::ErrorCode;

use crate::error::Error;
use crate::http::accounts::visit::{Stop, Visit};
use crate::http::backend::Caller;
use crate::http::pages::SEGMENT;
use crate::meetings::identity::Session;
use crate::state::AppState;
use crate::store::Room;

/// Who, with what, of which meeting.
pub(super) struct Host {
    pub(super) visit: Visit,
    pub(super) session: Session,
    pub(super) room: Room,
}

/// Path of a meeting's settings.
pub(super) fn path(room: &str) -> String {
    format!("/{}/settings", utf8_percent_encode(room, SEGMENT))
}

/// The page that somebody wanted, to be come back to; of a form, the page that it is on.
fn wanted(parts: &Parts, room: &str) -> String {
    let of_chat = parts.extensions.get::<MatchedPath>().is_some_and(|path| path.as_str().starts_with("/{room}/chat"));
    if of_chat { format!("/{}/chat", utf8_percent_encode(room, SEGMENT)) } else { path(room) }
}

impl FromRequestParts<AppState> for Host {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Stop> {
        let Ok(Path(typed)) = Path::<String>::from_request_parts(parts, state).await else {
            return Err(ErrorCode::NotFound.into());
        };
        let visit = Visit::from_request_parts(parts, state).await?;
        let caller = Caller::new(state, &parts.extensions).ok_or(ErrorCode::Internal)?;
        match caller.ask(&typed, Box::pin(state.meetings.owned(&caller.session, caller.network(), &typed))).await {
            Ok(room) => Ok(Self { visit, session: caller.session, room }),
            // Whoever is not known may be a host: also of a meeting that is not there, so that this says nothing.
            Err(Error::Refused(_)) if visit.signed_in.is_none() => Err(Stop::SignIn(wanted(parts, &typed))),
            Err(Error::Refused(ErrorCode::NotInMeeting)) => Err(ErrorCode::NotAllowed.into()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Host {
    /// Path of the meeting's settings.
    pub(super) fn path(&self) -> String {
        path(self.room.name.as_str())
    }

    /// What the meeting is called: its title, else its code.
    pub(super) fn name(&self) -> &str {
        if self.room.title.is_empty() { self.room.name.as_str() } else { &self.room.title }
    }

    /// The page with what was done.
    pub(super) fn done(&self, what: &'static str) -> Response {
        Redirect::to(&format!("{}?done={what}", self.path())).into_response()
    }
}
