//! Pages about accounts: plain forms. What is sent is answered by the page again, with what is wrong, or by the way to go on.

mod admin;
mod api_keys;
pub(super) mod fields;
mod forgotten;
mod known;
mod links;
mod livekit;
mod mailing;
mod meetings;
mod next;
mod oidc;
mod recordings;
mod register;
mod second_factor;
mod settings;
mod sign_in;
pub(super) mod visit;

use axum::Router;
use axum::response::Redirect;
use axum::routing::{MethodRouter, get, post};

pub(super) use next::Next;
pub(super) use visit::{Stop, Visit};

use crate::accounts::oidc::CALLBACK;
use crate::mail::FORGOTTEN;
use crate::state::AppState;

const SIGN_IN: &str = "/signin";
const REGISTER: &str = "/signin/register";
const SETTINGS: &str = "/settings";
const MEETINGS: &str = "/meetings";
const ADMIN: &str = "/admin";

/// The pages and their forms.
pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route(SIGN_IN, get(sign_in::page).post(sign_in::password))
        .route("/signin/code", form(post(sign_in::code), SIGN_IN))
        .route(oidc::BEGIN, get(oidc::begin))
        .route(CALLBACK, get(oidc::callback))
        .route("/signin/out", form(post(sign_in::out), SIGN_IN))
        .route("/signin/link", form(post(links::open), SIGN_IN))
        .route("/signin/password", form(post(links::set_password), SIGN_IN))
        .route("/signin/first", form(post(links::make_first), SIGN_IN))
        .route(FORGOTTEN, get(forgotten::page).post(forgotten::send))
        .route(REGISTER, get(register::page).post(register::send))
        .route("/signin/account", form(post(register::finish), SIGN_IN))
        .route(SETTINGS, get(settings::page))
        .route("/settings/name", form(post(settings::name), SETTINGS))
        .route("/settings/password", form(post(settings::password), SETTINGS))
        .route("/settings/sessions/end", form(post(settings::end_session), SETTINGS))
        .route("/settings/sessions/end-others", form(post(settings::end_others), SETTINGS))
        .route("/settings/second-factor", form(post(second_factor::begin), SETTINGS))
        .route("/settings/second-factor/prove", form(post(second_factor::prove), SETTINGS))
        .route("/settings/second-factor/remove", form(post(second_factor::remove), SETTINGS))
        .route(MEETINGS, get(meetings::page).post(meetings::make))
        .route(ADMIN, get(admin::page))
        .route("/admin/accounts", form(post(admin::make), ADMIN))
        .route("/admin/link", form(post(admin::link), ADMIN))
        .route("/admin/change", form(post(admin::change), ADMIN))
        .route("/admin/livekit", form(post(livekit::set), ADMIN))
        .route("/admin/recordings", form(post(recordings::set), ADMIN))
        .route("/admin/keys", form(post(api_keys::make), ADMIN))
        .route("/admin/keys/revoke", form(post(api_keys::revoke), ADMIN))
}

/// An address that forms are sent to; who opens it, by going back or from a bookmark, finds the form.
fn form(sent: MethodRouter<AppState>, page: &'static str) -> MethodRouter<AppState> {
    sent.get(move || async move { Redirect::to(page) })
}
