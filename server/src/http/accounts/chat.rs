//! `/{room}/chat`: what a meeting keeps of its chat, for its hosts.

use app::account::{self, ChatRoom};
use axum::extract::Path;
use axum::http::{Extensions, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use wire::{ErrorCode, History};

use super::fields::Fields;
use super::visit::{Stop, Visit};
use crate::http::backend::Caller;

/// `GET /{room}/chat`
pub(super) async fn page(visit: Visit, Path(room): Path<String>, extensions: Extensions) -> Result<Response, Stop> {
    let caller = Caller::new(&visit.state, &extensions).ok_or(ErrorCode::Internal)?;
    let room = caller.ask(&room, Box::pin(visit.state.meetings.own_room(&caller.session, &room))).await?;
    let shown = ChatRoom {
        title: if room.title.is_empty() { room.name.to_string() } else { room.title },
        name: room.name,
        history: room.history,
        done: account::ChatDone::parse(&visit.query("done")),
    };
    visit.page(StatusCode::OK, "Chat", "", account::chat(&shown))
}

/// `POST /{room}/chat`: keeps another history.
pub(super) async fn keep(
    visit: Visit,
    Path(room): Path<String>,
    extensions: Extensions,
    fields: Fields,
) -> Result<Response, Stop> {
    let caller = Caller::new(&visit.state, &extensions).ok_or(ErrorCode::Internal)?;
    let history = History::parse(fields.text("history")).ok_or(ErrorCode::BadRequest)?;
    caller.ask(&room, Box::pin(visit.state.meetings.set_history(&caller.session, &room, history))).await?;
    Ok(Redirect::to("?done=kept").into_response())
}

/// `POST /{room}/chat/delete`: deletes all of it.
pub(super) async fn delete(visit: Visit, Path(room): Path<String>, extensions: Extensions) -> Result<Response, Stop> {
    let caller = Caller::new(&visit.state, &extensions).ok_or(ErrorCode::Internal)?;
    caller.ask(&room, Box::pin(visit.state.meetings.clear_chat(&caller.session, &room))).await?;
    Ok(Redirect::to("../chat?done=deleted").into_response())
}
