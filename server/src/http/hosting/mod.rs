//! Pages about a meeting, for its hosts: plain forms. What is sent is answered by the page again, with what is wrong or what
//! was done.

mod bans;
mod chat;
mod form;
mod host;
mod hosts;
mod invitations;
mod record;
mod settings;
mod show;

use axum::Router;
use axum::extract::Path;
use axum::response::Redirect;
use axum::routing::{MethodRouter, get, post};

use crate::state::AppState;

/// The pages and their forms.
pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/{room}/settings", get(settings::page).post(settings::set))
        .route("/{room}/settings/password", form(post(settings::password)))
        .route("/{room}/settings/alias", form(post(settings::alias)))
        .route("/{room}/settings/invitations", form(post(invitations::make)))
        .route("/{room}/settings/invitations/end", form(post(invitations::take_back)))
        .route("/{room}/settings/hosts/end", form(post(hosts::end)))
        .route("/{room}/settings/hosts/out", form(post(hosts::take_out)))
        .route("/{room}/settings/host-link/end", form(post(hosts::end_link)))
        .route("/{room}/settings/bans/end", form(post(bans::let_in)))
        .route("/{room}/settings/bans/network", form(post(bans::keep_network_out)))
        .route("/{room}/settings/networks/end", form(post(bans::let_network_in)))
        .route("/{room}/settings/record", get(record::page))
        .route("/{room}/chat", get(chat::page).post(chat::keep))
        .route("/{room}/chat/delete", post(chat::delete).get(async || Redirect::to("../chat")))
}

/// An address that forms are sent to; who opens it, by going back or from a bookmark, finds the form.
fn form(sent: MethodRouter<AppState>) -> MethodRouter<AppState> {
    sent.get(async |Path(room): Path<String>| Redirect::to(&host::path(&room)))
}
