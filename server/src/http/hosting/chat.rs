//! `/{room}/chat`: what a meeting keeps of its chat, for its hosts.

use app::hosting::{self, ChatRoom};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use wire::{ErrorCode, History};

use super::host::Host;
use crate::http::accounts::fields::Fields;
use crate::http::accounts::visit::Stop;
use crate::http::problem::Problem;
use crate::meetings::RoomPatch;

/// `GET /{room}/chat`
pub(super) async fn page(host: Host) -> Result<Response, Stop> {
    let shown = ChatRoom {
        title: host.name().to_owned(),
        history: host.room.history,
        done: hosting::ChatDone::parse(&host.visit.query("done")),
        name: host.room.name,
    };
    host.visit.page(StatusCode::OK, "Chat", "", hosting::chat(&shown))
}

/// `POST /{room}/chat`: keeps another history.
pub(super) async fn keep(host: Host, fields: Fields) -> Result<Response, Stop> {
    let history = History::parse(fields.text("history")).ok_or(ErrorCode::BadRequest)?;
    let patch = RoomPatch { history: Some(history), ..RoomPatch::default() };
    let change = host.visit.state.meetings.change(&host.session, &host.room, patch);
    Box::pin(change).await.map_err(Problem::from)?;
    Ok(Redirect::to("?done=kept").into_response())
}

/// `POST /{room}/chat/delete`: deletes all of it.
pub(super) async fn delete(host: Host) -> Result<Response, Stop> {
    host.visit.state.meetings.clear_chat(&host.session, host.room.name.as_str()).await?;
    Ok(Redirect::to("../chat?done=deleted").into_response())
}
