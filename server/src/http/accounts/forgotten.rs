//! `/signin/forgotten`: a link for a new password, by mail.

use app::account::{self, Problems};
use axum::http::StatusCode;
use axum::response::Response;

use super::SIGN_IN;
use super::fields::Fields;
use super::links::NO_EMAIL;
use super::mailing::{mail, not_now, too_many};
use super::visit::{Stop, Visit};
use crate::accounts::LinkToken;
use crate::email::Email;
use crate::mail::Letter;
use crate::store::Account;

const TITLE: &str = "Forgot your password?";

/// `GET /signin/forgotten`
pub(super) async fn page(visit: Visit) -> Result<Response, Stop> {
    mail(&visit)?;
    visit.page(StatusCode::OK, TITLE, SIGN_IN, account::forgotten("", &Problems::default()))
}

/// `POST /signin/forgotten`: the same answer, as soon, whether somebody has the address or not.
pub(super) async fn send(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let mail = mail(&visit)?;
    let typed = fields.text("email");
    let again = |status, problems: Problems| visit.page(status, TITLE, SIGN_IN, account::forgotten(typed, &problems));
    let Some(email) = Email::parse(typed) else {
        return again(StatusCode::BAD_REQUEST, Problems::one("email", NO_EMAIL));
    };
    if let Err(wait) = visit.state.limits.letters.check(visit.client.address, &email) {
        return too_many(wait, again);
    }
    let (state, origin) = (visit.state.clone(), mail.origin().clone());
    let written = mail.write(async move {
        let found = state.accounts.reset_by_mail(&email).await?;
        // To the address of the account, which is the one that was typed, but was not typed.
        let letter = |(account, link): (Account, LinkToken)| {
            Some(Letter::reset(account.email.as_ref()?, account.name.as_str(), &origin, &link))
        };
        Ok(found.and_then(letter))
    });
    match written {
        Ok(()) => visit.page(StatusCode::OK, TITLE, SIGN_IN, account::mail_sent(typed, true)),
        Err(_) => not_now(again),
    }
}
