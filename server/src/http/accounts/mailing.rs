//! Mails that follow from a form.

use axum::http::StatusCode;
use axum::response::Response;
use wire::ErrorCode;

use app::account::Problems;

use super::oidc::by;
use super::visit::{Stop, Visit, too_often, with_wait};
use crate::email::Email;
use crate::mail::{Letter, Mail, Notice};
use crate::origin::Origin;
use crate::store::Account;

const NOT_NOW: &str = "No mail can be sent at the moment. Try again in some minutes.";

/// Mail that leads to a password; without it, pages that need it are not there, and neither where nobody signs in by one.
pub(super) fn mail(visit: &Visit) -> Result<&Mail, ErrorCode> {
    let passwords = !by(visit).is_some_and(|provider| provider.only);
    visit.state.mail.as_ref().filter(|_| passwords).ok_or(ErrorCode::NotFound)
}

/// Sends a letter to the owner of an account, where there is mail and an address; answers whether it is on its way.
pub(super) fn send(visit: &Visit, account: &Account, letter: impl FnOnce(&Email, &Origin) -> Letter) -> bool {
    let (Some(mail), Some(to)) = (&visit.state.mail, &account.email) else { return false };
    mail.send(letter(to, mail.origin())).is_ok()
}

/// Tells the owner of an account what has happened to it, where there is mail.
pub(super) fn tell(visit: &Visit, account: &Account, notice: Notice) {
    send(visit, account, |to, origin| Letter::notice(to, account.name.as_str(), origin, notice));
}

/// The form again, when too many mails were asked for.
pub(super) fn too_many(
    wait: std::time::Duration,
    again: impl FnOnce(StatusCode, Problems) -> Result<Response, Stop>,
) -> Result<Response, Stop> {
    Ok(with_wait(again(StatusCode::TOO_MANY_REQUESTS, Problems::whole(too_often(wait)))?, wait))
}

/// The form again, when too many mails wait.
pub(super) fn not_now(again: impl FnOnce(StatusCode, Problems) -> Result<Response, Stop>) -> Result<Response, Stop> {
    again(StatusCode::SERVICE_UNAVAILABLE, Problems::whole(NOT_NOW))
}
