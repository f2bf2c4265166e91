//! `/{room}/settings`: door, password and readable name.

use app::account::Problems;
use axum::response::Response;

use super::form;
use super::host::Host;
use super::show::{Shown, show};
use crate::alias;
use crate::http::accounts::fields::Fields;
use crate::http::accounts::visit::Stop;
use crate::meetings::{BACKWARDS, NotChanged, RoomPatch};

/// `GET /{room}/settings`
pub(super) async fn page(host: Host) -> Result<Response, Stop> {
    show(&host, Shown::default()).await
}

/// `POST /{room}/settings`
pub(super) async fn set(host: Host, fields: Fields) -> Result<Response, Stop> {
    let values = form::values_typed(&fields);
    let fetched = fields.text("fetched");
    // Without it everything is meant as it stands there.
    let before = (!fetched.is_empty()).then(|| form::values_typed(&Fields::parse(fetched.as_bytes())));
    let problems = match form::read(&values, before.as_ref()) {
        Ok(patch) => match change(&host, patch).await? {
            None => return Ok(host.done("saved")),
            Some(problems) => problems,
        },
        Err(problems) => problems,
    };
    let fetched = Some(fetched.to_owned());
    show(&host, Shown { values: Some(values), fetched, problems, ..Shown::default() }).await
}

/// `POST /{room}/settings/password`: another one, or with `clear` none.
pub(super) async fn password(host: Host, fields: Fields) -> Result<Response, Stop> {
    let clear = !fields.text("clear").is_empty();
    let password = (!clear).then(|| fields.secret("password"));
    match change(&host, RoomPatch { password: Some(password), ..RoomPatch::default() }).await? {
        None => Ok(host.done(if clear { "no-password" } else { "password" })),
        Some(problems) => show(&host, Shown { problems, ..Shown::default() }).await,
    }
}

/// `POST /{room}/settings/alias`: a readable name, or none.
pub(super) async fn alias(host: Host, fields: Fields) -> Result<Response, Stop> {
    let typed = fields.text("alias");
    let problems = match (!typed.trim().is_empty()).then(|| alias::parse(typed)).transpose() {
        Ok(alias) => match change(&host, RoomPatch { alias: Some(alias), ..RoomPatch::default() }).await? {
            None => return Ok(host.done("alias")),
            Some(problems) => problems,
        },
        Err(refusal) => Problems::one("alias", refusal.sentence()),
    };
    show(&host, Shown { alias: Some(typed.to_owned()), problems, ..Shown::default() }).await
}

/// Changes the meeting; or what is wrong, beside its field.
async fn change(host: &Host, patch: RoomPatch) -> Result<Option<Problems>, Stop> {
    match Box::pin(host.visit.state.meetings.change(&host.session, &host.room, patch)).await {
        Ok(()) => Ok(None),
        Err(NotChanged::Backwards) => Ok(Some(Problems::one("ends", BACKWARDS))),
        Err(NotChanged::Password(refusal)) => Ok(Some(Problems::one("password", refusal.sentence()))),
        Err(NotChanged::AliasTaken) => {
            Ok(Some(Problems::one("alias", "Another meeting has this name. Choose another.")))
        }
        Err(NotChanged::Failed(error)) => Err(error.into()),
    }
}
