//! `/{room}/chat`: what a meeting keeps of its chat, for its hosts.

use app::hosting::{self, ChatRoom};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use wire::{ErrorCode, History};

use crate::http::accounts::fields::Fields;
use crate::http::accounts::visit::{Stop, Visit};
use crate::http::backend::Caller;

/// `GET /{room}/chat`
pub(super) async fn page(visit: Visit, Path(room): Path<String>, caller: Caller) -> Result<Response, Stop> {
    let room =
        caller.ask(&room, Box::pin(visit.state.meetings.owned(&caller.session, caller.network(), &room))).await?;
    let shown = ChatRoom {
        title: if room.title.is_empty() { room.name.to_string() } else { room.title },
        name: room.name,
        history: room.history,
        done: hosting::ChatDone::parse(&visit.query("done")),
    };
    visit.page(StatusCode::OK, "Chat", "", hosting::chat(&shown))
}

/// `POST /{room}/chat`: keeps another history.
pub(super) async fn keep(
    visit: Visit,
    Path(room): Path<String>,
    caller: Caller,
    fields: Fields,
) -> Result<Response, Stop> {
    let history = History::parse(fields.text("history")).ok_or(ErrorCode::BadRequest)?;
    caller.ask(&room, Box::pin(visit.state.meetings.set_history(&caller.session, &room, history))).await?;
    Ok(Redirect::to("?done=kept").into_response())
}

/// `POST /{room}/chat/delete`: deletes all of it.
pub(super) async fn delete(visit: Visit, Path(room): Path<String>, caller: Caller) -> Result<Response, Stop> {
    caller.ask(&room, Box::pin(visit.state.meetings.clear_chat(&caller.session, &room))).await?;
    Ok(Redirect::to("../chat?done=deleted").into_response())
}
