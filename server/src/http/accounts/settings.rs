//! `/settings`: one's own account.

use app::account::{self, Problems, SessionRow, Settings};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use wire::ErrorCode;

use super::SETTINGS;
use super::fields::Fields;
use super::known::remember;
use super::mailing::tell;
use super::visit::{Stop, Visit, too_often, with_wait};
use crate::accounts::NotChanged;
use crate::email::Email;
use crate::error::Error;
use crate::http::signed_in::SignedIn;
use crate::mail::Notice;
use crate::moment;
use crate::random;

/// What a password that is not right is answered with.
pub(super) const WRONG_PASSWORD: &str = "This is not your password.";

/// What was done, as it stands in the address, and as it is said.
const DONE: [(&str, &str); 5] = [
    ("name", "Your name is saved."),
    ("password", "Your password is changed, and your other browsers are signed out."),
    ("session", "That browser is signed out."),
    ("others", "You are signed out everywhere else."),
    ("codes", "No code is asked for any more."),
];

/// `GET /settings`
pub(super) async fn page(visit: Visit) -> Result<Response, Stop> {
    let me = visit.me(SETTINGS)?;
    show(&visit, me, StatusCode::OK, None, Problems::default()).await
}

/// `POST /settings/name`
pub(super) async fn name(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let me = visit.me(SETTINGS)?;
    let name = fields.text("name");
    match visit.state.accounts.rename(&me.account, name).await {
        Ok(()) => Ok(done("name")),
        Err(Error::Refused(code @ ErrorCode::InvalidParticipantName)) => {
            show(&visit, me, StatusCode::BAD_REQUEST, Some(name), Problems::one("name", code.sentence())).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/password`
pub(super) async fn password(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let me = visit.me(SETTINGS)?;
    if let Some(stopped) = too_many(&visit, me).await? {
        return Ok(stopped);
    }
    let (old, new) = (fields.secret("old_password"), fields.secret("new_password"));
    let problems = match visit.state.accounts.change_password(&me.account, old, new).await {
        Ok(()) => {
            tell(&visit, &me.account, Notice::Password);
            let token = visit.state.accounts.stay(&me.account, &visit.user_agent).await?;
            return remember(&visit, &me.account, visit.with_token(done("password"), Some(&token))).await;
        }
        Err(NotChanged::NotYou) => Problems::one("old_password", WRONG_PASSWORD),
        Err(NotChanged::Refused(refusal)) => Problems::one("new_password", refusal.sentence()),
        Err(NotChanged::Failed(error)) => return Err(error.into()),
    };
    show(&visit, me, StatusCode::BAD_REQUEST, None, problems).await
}

/// `POST /settings/sessions/end`
pub(super) async fn end_session(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let me = visit.me(SETTINGS)?;
    visit.state.accounts.revoke_session(&me.account, fields.text("session")).await?;
    Ok(done("session"))
}

/// `POST /settings/sessions/end-others`
pub(super) async fn end_others(visit: Visit) -> Result<Response, Stop> {
    let me = visit.me(SETTINGS)?;
    visit.state.accounts.revoke_sessions(&me.account, Some(&me.session)).await?;
    Ok(done("others"))
}

/// The page again, when the own password was tried too often. Who has none cannot try.
pub(super) async fn too_many(visit: &Visit, me: &SignedIn) -> Result<Option<Response>, Stop> {
    if me.account.by_provider {
        return Err(ErrorCode::BadRequest.into());
    }
    // Apart from those who sign in: they do not keep the owner from another password.
    match visit.state.limits.attempts.check_own(me.account.id.as_str()) {
        Ok(()) => Ok(None),
        Err(wait) => {
            let problems = Problems::whole(too_often(wait));
            let page = show(visit, me, StatusCode::TOO_MANY_REQUESTS, None, problems).await?;
            Ok(Some(with_wait(page, wait)))
        }
    }
}

/// The page with what was done.
pub(super) fn done(what: &'static str) -> Response {
    Redirect::to(&format!("{SETTINGS}?done={what}")).into_response()
}

/// The page; `name` is what was typed into that field.
pub(super) async fn show(
    visit: &Visit,
    me: &SignedIn,
    status: StatusCode,
    name: Option<&str>,
    problems: Problems,
) -> Result<Response, Stop> {
    let account = &me.account;
    let said = visit.query("done");
    let sessions = visit.state.accounts.sessions(account).await?;
    let sessions = sessions
        .into_iter()
        .map(|session| SessionRow {
            id: random::hex(&session.hash),
            seen: moment::words(session.seen_at_ms, 0),
            here: session.hash == me.session,
            browser: session.browser,
        })
        .collect();
    // Whoever signed in by a provider that is not there any more stays signed in.
    let provider = visit.state.provider.as_ref().map_or("OpenID Connect", |provider| provider.settings().name.as_str());
    let main = account::settings(Settings {
        name: name.unwrap_or(account.name.as_str()),
        email: account.email.as_ref().map_or("", Email::as_str),
        provider: account.by_provider.then_some(provider),
        second_factor: account.second_factor,
        administrator: account.administrator,
        sessions,
        done: DONE.iter().find(|(word, _)| *word == said).map(|(_, sentence)| *sentence),
        problems,
    });
    visit.page(status, "Settings", SETTINGS, main)
}
