//! `/{room}/settings`: door, password and readable name.

use app::account::Problems;
use axum::response::Response;

use super::form;
use super::host::Host;
use super::show::{Shown, show};
use crate::alias;
use crate::http::accounts::fields::Fields;
use crate::http::accounts::visit::Stop;
use crate::meetings::NotSet;

/// `GET /{room}/settings`
pub(super) async fn page(host: Host) -> Result<Response, Stop> {
    show(&host, Shown::default()).await
}

/// `POST /{room}/settings`
pub(super) async fn set(host: Host, fields: Fields) -> Result<Response, Stop> {
    let values = form::values_typed(&fields);
    match form::read(&values) {
        Ok(wanted) => {
            host.visit.state.meetings.set(&host.session, &host.room, wanted).await?;
            Ok(host.done("saved"))
        }
        Err(problems) => show(&host, Shown { values: Some(values), problems, ..Shown::default() }).await,
    }
}

/// `POST /{room}/settings/password`: another one, or with `clear` none.
pub(super) async fn password(host: Host, fields: Fields) -> Result<Response, Stop> {
    let clear = !fields.text("clear").is_empty();
    let password = (!clear).then(|| fields.secret("password"));
    match host.visit.state.meetings.set_password(&host.session, &host.room, password).await {
        Ok(()) => Ok(host.done(if clear { "no-password" } else { "password" })),
        Err(NotSet::Refused(refusal)) => show(&host, Shown::problem("password", refusal.sentence())).await,
        Err(NotSet::Failed(error)) => Err(error.into()),
    }
}

/// `POST /{room}/settings/alias`: a readable name, or none.
pub(super) async fn alias(host: Host, fields: Fields) -> Result<Response, Stop> {
    let typed = fields.text("alias");
    let problem = match (!typed.trim().is_empty()).then(|| alias::parse(typed)).transpose() {
        Ok(alias) => {
            if host.visit.state.meetings.set_alias(&host.session, &host.room, alias.as_ref()).await? {
                return Ok(host.done("alias"));
            }
            "Another meeting has this name. Choose another."
        }
        Err(refusal) => refusal.sentence(),
    };
    let problems = Problems::one("alias", problem);
    show(&host, Shown { alias: Some(typed.to_owned()), problems, ..Shown::default() }).await
}
