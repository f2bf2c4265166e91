//! `/signin`: address and password, then the code; and out again.

use std::time::Duration;

use app::account::{self, Problems, SignIn, Ways};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::fields::Fields;
use super::known::remember;
use super::oidc::by;
use super::visit::{Stop, Visit, too_often, with_wait};
use super::{MEETINGS, Next, SIGN_IN, register};
use crate::accounts::BrowserProof;
use crate::email::Email;
use crate::http::attempts::Trial;
use crate::store::Account;

/// Nobody learns which of the two it was.
const NOT_RIGHT: &str = "The e-mail address or the password is not right.";
const CODE_NOT_RIGHT: &str = "This code is not right. Each works once: wait for the next one.";
const TITLE: &str = "Sign in";

/// `GET /signin`
pub(super) async fn page(visit: Visit) -> Result<Response, Stop> {
    let next = Next::parse(&visit.query("next"));
    if let Some(me) = &visit.signed_in {
        return match next {
            Some(next) => Ok(Redirect::to(next.as_str()).into_response()),
            None => visit.page(StatusCode::OK, TITLE, SIGN_IN, account::signed_in(me.account.name.as_str())),
        };
    }
    let next = next.as_ref().map(Next::as_str).unwrap_or_default();
    if awaiting(&visit).await?.is_some() {
        return visit.page(StatusCode::OK, TITLE, SIGN_IN, account::code(next, &Problems::default()));
    }
    let (provider, ways) = (by(&visit), ways(&visit).await?);
    visit.page(StatusCode::OK, TITLE, SIGN_IN, account::sign_in(&SignIn { next, provider, ways, ..SignIn::default() }))
}

/// `POST /signin`
pub(super) async fn password(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let (email, next) = (fields.text("email"), Next::parse(fields.text("next")));
    let ways = ways(&visit).await?;
    let again = |status, problems| {
        let next = next.as_ref().map(Next::as_str).unwrap_or_default();
        let provider = by(&visit);
        visit.page(status, TITLE, SIGN_IN, account::sign_in(&SignIn { email, next, provider, ways, problems }))
    };
    if by(&visit).is_some_and(|provider| provider.only) {
        return again(StatusCode::UNAUTHORIZED, Problems::default());
    }
    // An address that is none is as wrong as one that nobody has.
    let parsed = Email::parse(email);
    let trial = match attempt(&visit, email, parsed.as_ref()).await? {
        Ok(trial) => trial,
        Err(wait) => {
            return Ok(with_wait(again(StatusCode::TOO_MANY_REQUESTS, Problems::whole(too_often(wait)))?, wait));
        }
    };
    match visit.state.accounts.check_password(parsed.as_ref(), fields.secret("password")).await? {
        Some(account) => {
            visit.state.limits.attempts.was_right(trial);
            enter(&visit, &account, next.as_ref()).await
        }
        None => again(StatusCode::UNAUTHORIZED, Problems::one("password", NOT_RIGHT)),
    }
}

/// Counts a try, or says how long to wait.
async fn attempt(visit: &Visit, typed: &str, email: Option<&Email>) -> Result<Result<Trial, Duration>, Stop> {
    let (attempts, address) = (&visit.state.limits.attempts, visit.client.address);
    let known = match (&visit.known, email) {
        (Some(shown), Some(email)) if visit.state.accounts.remembers_browser(email, shown).await? => Some(shown),
        _ => None,
    };
    Ok(attempts.try_password(address, typed, known.map(BrowserProof::number)))
}

/// What else there is than a password.
async fn ways(visit: &Visit) -> Result<Ways, Stop> {
    Ok(Ways { mail: visit.state.mail.is_some(), register: register::is_open(visit).await? })
}

/// Signs in somebody whose password was right, or asks for the code.
pub(super) async fn enter(visit: &Visit, account: &Account, next: Option<&Next>) -> Result<Response, Stop> {
    let begun = visit.state.accounts.begin(account, &visit.user_agent, visit.token.as_ref()).await?;
    let to = match (begun.awaits_code, next) {
        (false, next) => next.map_or(MEETINGS, Next::as_str).to_owned(),
        (true, Some(next)) => next.sign_in(),
        (true, None) => SIGN_IN.to_owned(),
    };
    let response = visit.with_token(Redirect::to(&to).into_response(), Some(&begun.token));
    if begun.awaits_code { Ok(response) } else { remember(visit, account, response).await }
}

/// `POST /signin/code`
pub(super) async fn code(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let next = Next::parse(fields.text("next"));
    let (Some(account), Some(begun)) = (awaiting(&visit).await?, &visit.token) else {
        // The password was too long ago.
        let to = next.map_or_else(|| SIGN_IN.to_owned(), |next| next.sign_in());
        return Ok(Redirect::to(&to).into_response());
    };
    let again = |status, problems: Problems| {
        let next = next.as_ref().map(Next::as_str).unwrap_or_default();
        visit.page(status, TITLE, SIGN_IN, account::code(next, &problems))
    };
    if let Err(wait) = visit.state.limits.attempts.check_code(account.id.as_str()) {
        return Ok(with_wait(again(StatusCode::TOO_MANY_REQUESTS, Problems::whole(too_often(wait)))?, wait));
    }
    match visit.state.accounts.enter_code(&account, begun, fields.text("code"), &visit.user_agent).await? {
        Some(token) => {
            let to = next.as_ref().map_or(MEETINGS, Next::as_str);
            remember(&visit, &account, visit.with_token(Redirect::to(to).into_response(), Some(&token))).await
        }
        None => again(StatusCode::UNAUTHORIZED, Problems::one("code", CODE_NOT_RIGHT)),
    }
}

/// `POST /signin/out`
pub(super) async fn out(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    if let Some(token) = &visit.token {
        visit.state.accounts.sign_out(token).await?;
    }
    // Where to come back to, for those who sign in again.
    let to = Next::parse(fields.text("next")).map_or_else(|| SIGN_IN.to_owned(), |next| next.sign_in());
    Ok(visit.with_token(Redirect::to(&to).into_response(), None))
}

/// Whose code is still to be entered in this browser.
async fn awaiting(visit: &Visit) -> Result<Option<Account>, Stop> {
    match &visit.token {
        Some(token) => Ok(visit.state.accounts.awaits_code(token).await?),
        None => Ok(None),
    }
}
