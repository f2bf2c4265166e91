//! `/signin/oidc`: to the provider, and back.

use app::account::{self, SignInBy, Trouble as Shown};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use wire::ErrorCode;

use super::visit::{Stop, Visit, too_often, with_wait};
use super::{MEETINGS, Next, SIGN_IN};
use crate::accounts::NotEntered;
use crate::accounts::oidc::{ATTEMPT_LASTS, Attempt, CALLBACK, Person, Provider, Trouble};
use crate::clock;
use crate::error::Error;
use crate::http::client::is_foreign;
use crate::http::session::cookies;

/// Where it begins.
pub(super) const BEGIN: &str = "/signin/oidc";
const COOKIE: &str = "parlour_signing_in";
/// How much earlier than here the provider's clock may say that somebody has shown who they are, in seconds.
const CLOCKS_DIFFER_S: u64 = 60;

/// What went wrong, to be shown.
struct Wrong {
    status: StatusCode,
    title: String,
    lead: String,
    /// Whether trying again may help.
    again: bool,
}

/// The provider, as the pages show it.
pub(super) fn by(visit: &Visit) -> Option<SignInBy<'_>> {
    let settings = visit.state.provider.as_ref()?.settings();
    Some(SignInBy { name: settings.name.as_str(), only: settings.only })
}

/// `GET /signin/oidc`: on to the provider. With `again`, for somebody who is signed in and has to show anew who they are.
pub(super) async fn begin(visit: Visit, headers: HeaderMap) -> Result<Response, Stop> {
    let provider = visit.state.provider.as_ref().ok_or(ErrorCode::NotFound)?;
    let next = Next::parse(&visit.query("next"));
    let again = visit.query("again") == "1";
    // Only a page of ours begins: nobody is signed in because of a link elsewhere.
    if is_foreign(&headers, &visit.client.origin) {
        let to = next.map_or_else(|| SIGN_IN.to_owned(), |next| next.sign_in());
        return Ok(Redirect::to(&to).into_response());
    }
    let to = next.as_ref().map_or("", Next::as_str);
    let by_provider = visit.signed_in.as_ref().is_some_and(|me| me.account.by_provider);
    if visit.signed_in.is_some() && !(again && by_provider) {
        return Ok(Redirect::to(if to.is_empty() { MEETINGS } else { to }).into_response());
    }
    let attempt = Attempt::begin(to, again && by_provider).map_err(Error::from)?;
    match provider.address(&attempt, &callback_of(&visit)).await {
        Ok(address) => {
            Ok(with_attempt(&visit, Redirect::to(address.as_str()).into_response(), Some(attempt.to_text())))
        }
        Err(trouble) => wrong(&visit, to, report(provider, &trouble)),
    }
}

/// `GET /signin/oidc/callback`: the provider sends people back here.
pub(super) async fn callback(visit: Visit, headers: HeaderMap) -> Result<Response, Stop> {
    let provider = visit.state.provider.as_ref().ok_or(ErrorCode::NotFound)?;
    let state = visit.query("state");
    let attempt = cookies(&headers, COOKIE).find_map(Attempt::parse).filter(|attempt| attempt.is_answered_by(&state));
    let Some(attempt) = attempt else {
        // A second tab, or the way back: what it wanted is so.
        if visit.signed_in.is_some() {
            return Ok(Redirect::to(MEETINGS).into_response());
        }
        return wrong(&visit, "", lost());
    };
    // From here on it is used up, whatever comes of it.
    let answer = match finish(&visit, provider, &attempt).await? {
        Ok(response) => response,
        Err(error) => wrong(&visit, attempt.next(), error)?,
    };
    Ok(with_attempt(&visit, answer, None))
}

async fn finish(visit: &Visit, provider: &Provider, attempt: &Attempt) -> Result<Result<Response, Wrong>, Stop> {
    let name = provider.settings().name.as_str();
    let error = visit.query("error");
    if !error.is_empty() {
        return Ok(Err(refused(name, &error)));
    }
    if !visit.query("iss").is_empty() && visit.query("iss") != provider.settings().issuer.as_str() {
        return Ok(Err(report(provider, &Trouble::Unbelievable("the answer is another provider's".to_owned()))));
    }
    // Each asks the provider.
    if let Err(wait) = visit.state.limits.attempts.check_callback(visit.client.address) {
        let wrong = Wrong {
            status: StatusCode::TOO_MANY_REQUESTS,
            title: "Too many sign-ins from here".to_owned(),
            lead: too_often(wait),
            again: true,
        };
        return Ok(Ok(with_wait(self::wrong(visit, attempt.next(), wrong)?, wait)));
    }
    let person = match provider.person(attempt, visit.query("code"), &callback_of(visit)).await {
        Ok(person) => person,
        Err(trouble) => return Ok(Err(report(provider, &trouble))),
    };
    let roles = person.roles(provider.settings(), &visit.state.teachers);
    let issuer = provider.settings().issuer.as_str();
    if attempt.again() {
        // Before anything is stored: who is asked for is not whoever comes.
        let same = match &visit.signed_in {
            Some(me) => visit.state.accounts.is_of_person(&me.account, issuer, &person).await?,
            None => false,
        };
        if !same || !shown_since(&person, attempt) {
            return Ok(Err(not_again(name, same, &person)));
        }
    }
    let account = match visit.state.accounts.of_person(issuer, &person, roles).await {
        Ok(account) => account,
        Err(NotEntered::Disabled) => return Ok(Err(disabled())),
        Err(NotEntered::Failed(error)) => return Err(error.into()),
    };
    let proven_at_ms = person.proven_at_s.map_or(0, |at_s| at_s.saturating_mul(1_000)).min(clock::now_ms());
    let accounts = &visit.state.accounts;
    let token = accounts.begin_by_provider(&account, proven_at_ms, &visit.user_agent, visit.token.as_ref()).await?;
    // The cookie is the browser's own, so the address in it is looked at anew.
    let next = Next::parse(attempt.next());
    let to = next.as_ref().map_or(MEETINGS, Next::as_str);
    Ok(Ok(visit.with_token(Redirect::to(to).into_response(), Some(&token))))
}

/// Whether somebody has shown who they are after they were asked to.
fn shown_since(person: &Person, attempt: &Attempt) -> bool {
    person.proven_at_s.is_some_and(|at_s| at_s.saturating_add(CLOCKS_DIFFER_S) >= attempt.begun_at_s())
}

fn callback_of(visit: &Visit) -> String {
    format!("{}{CALLBACK}", visit.client.origin.http())
}

/// Gives the browser the attempt, or takes it away. It comes along when the provider sends people back, and to no other
/// address.
fn with_attempt(visit: &Visit, mut response: Response, attempt: Option<&str>) -> Response {
    let secure = if visit.client.origin.is_secure() { "; Secure" } else { "" };
    let lasts_s = attempt.map_or(0, |_| ATTEMPT_LASTS.as_secs());
    let value = attempt.unwrap_or_default();
    let cookie = format!("{COOKIE}={value}; Path={BEGIN}; Max-Age={lasts_s}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    // The address holds what is good once.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn wrong(visit: &Visit, next: &str, wrong: Wrong) -> Result<Response, Stop> {
    let Wrong { status, title, lead, again } = wrong;
    let provider = by(visit).filter(|_| again && visit.signed_in.is_none());
    let next = Next::parse(next);
    let next = next.as_ref().map_or("", Next::as_str);
    visit.page(status, "Sign in", SIGN_IN, account::provider_trouble(&Shown { title, lead, provider, next }))
}

/// It was begun elsewhere, is used up, or has taken too long.
fn lost() -> Wrong {
    Wrong {
        status: StatusCode::BAD_REQUEST,
        title: "This sign-in is over".to_owned(),
        lead:
            "It was begun in another browser or tab, was used already, or has taken more than ten minutes. Begin again."
                .to_owned(),
        again: true,
    }
}

/// The provider says that it signs nobody in.
fn refused(name: &str, error: &str) -> Wrong {
    let plain = error.len() <= 40 && error.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    tracing::info!(error = if plain { error } else { "" }, "the provider signs somebody not in");
    if matches!(error, "temporarily_unavailable" | "server_error") {
        return unreachable(name);
    }
    Wrong {
        status: StatusCode::FORBIDDEN,
        title: format!("{name} did not sign you in"),
        lead: format!(
            "You have cancelled, or {name} does not let you use this Parlour. Try again, or ask who looks after it."
        ),
        again: true,
    }
}

fn unreachable(name: &str) -> Wrong {
    Wrong {
        status: StatusCode::SERVICE_UNAVAILABLE,
        title: format!("{name} does not answer"),
        lead: "Nobody can be signed in by it now. Try again in a minute. If it stays so, tell the person who looks after this \
               Parlour."
            .to_owned(),
        again: true,
    }
}

fn report(provider: &Provider, trouble: &Trouble) -> Wrong {
    let name = provider.settings().name.as_str();
    tracing::warn!(cause = %trouble, "the provider signs nobody in");
    match trouble {
        Trouble::Unreachable(_) => unreachable(name),
        Trouble::Unbelievable(_) => Wrong {
            status: StatusCode::BAD_GATEWAY,
            title: format!("{name} gave an answer that cannot be used"),
            lead:
                "You are not signed in. Try again. If it happens again, tell the person who looks after this Parlour."
                    .to_owned(),
            again: true,
        },
    }
}

fn disabled() -> Wrong {
    Wrong {
        status: StatusCode::FORBIDDEN,
        title: "Your account is disabled".to_owned(),
        lead: "Ask the person who looks after this Parlour to enable it.".to_owned(),
        again: false,
    }
}

fn not_again(name: &str, same: bool, person: &Person) -> Wrong {
    let lead = if !same {
        format!("At {name} you are somebody else than here. Sign in there as who you are here.")
    } else if person.proven_at_s.is_some() {
        format!("{name} has not asked you to sign in again. Sign out there, then try again.")
    } else {
        tracing::warn!("the provider tells no `auth_time`: nobody can show again who they are");
        format!(
            "{name} does not say when you signed in, so that this cannot be changed here. Change it by the environment of \
             the server (LIVEKIT_URL and what belongs to it)."
        )
    };
    Wrong { status: StatusCode::FORBIDDEN, title: "You have not signed in again".to_owned(), lead, again: false }
}
