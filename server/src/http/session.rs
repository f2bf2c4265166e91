//! The session cookie: who made a room, and who somebody is in it.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::api_keys;
use super::client::Client;
use super::problem::Problem;
use super::signed_in::{self, SignedIn};
use crate::error::Error;
use crate::meetings::identity::Session;
use crate::state::AppState;

const COOKIE: &str = "parlour_session";
/// A year, in seconds.
const MAX_AGE_S: u32 = 365 * 24 * 60 * 60;

/// Says who asks: a machine by its key; an account, when its cookie is good; else the browser's own session, which is started
/// when there is none.
pub(super) async fn attach(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/api/")
        && let Some(presented) = api_keys::bearer(request.headers()).map(str::to_owned)
    {
        return match api_keys::attach(&state, &presented, request).await {
            Ok(request) => next.run(request).await,
            Err(problem) => problem.into_response(),
        };
    }
    if let Some(token) = signed_in::token(request.headers()) {
        match state.accounts.signed_in(&token).await {
            Ok(Some(known)) => {
                let teacher = known.account.teaches(&state.teachers);
                request.extensions_mut().insert(known.account.session().teaching(teacher).in_browser(token.hash()));
                request.extensions_mut().insert(SignedIn { account: known.account, session: token.hash() });
                let secure = request.extensions().get::<Client>().is_some_and(|client| client.origin.is_secure());
                let mut response = next.run(request).await;
                if known.prolonged && !signed_in::is_set(&response) {
                    signed_in::set(&mut response, Some(&token), secure);
                }
                return response;
            }
            Ok(None) => {}
            Err(error) => return Problem::from(error).into_response(),
        }
    }
    if let Some(session) = read(request.headers()) {
        request.extensions_mut().insert(session);
        return next.run(request).await;
    }
    let session = match Session::fresh() {
        Ok(session) => session,
        Err(error) => return Problem::from(Error::from(error)).into_response(),
    };
    let secure = request.extensions().get::<Client>().is_some_and(|client| client.origin.is_secure());
    let cookie = HeaderValue::from_str(&cookie(&session, secure));
    request.extensions_mut().insert(session);
    let mut response = next.run(request).await;
    if let Ok(cookie) = cookie {
        let headers = response.headers_mut();
        headers.append(header::SET_COOKIE, cookie);
        // No cache in between may give one person's cookie to another.
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

/// The session that a request brings.
pub(super) fn read(headers: &HeaderMap) -> Option<Session> {
    cookies(headers, COOKIE).find_map(Session::parse)
}

/// The values of the cookies of one name.
pub(super) fn cookies<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(move |(found, _)| *found == name)
        .map(|(_, value)| value)
}

fn cookie(session: &Session, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{COOKIE}={}; Path=/; Max-Age={MAX_AGE_S}; HttpOnly; SameSite=Lax{secure}", session.to_text())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_cookie_is_found_among_others_and_nonsense_is_passed_over() {
        let session = Session::fresh().unwrap();
        let mut headers = HeaderMap::new();
        let line = format!("a=b; {COOKIE}=nonsense; {COOKIE}={}; c", session.to_text());
        headers.insert(header::COOKIE, line.parse().unwrap());
        assert_eq!(read(&headers).unwrap().to_text(), session.to_text());
        headers.insert(header::COOKIE, HeaderValue::from_static("parlour_session=; x"));
        assert!(read(&headers).is_none());
    }

    proptest! {
        #[test]
        fn only_a_whole_session_is_read_from_any_cookies(lines in proptest::collection::vec(prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..80),
            "(parlour_session=[A-Za-z0-9_=-]{41,45}; ?){0,3}".prop_map(String::into_bytes),
        ], 0..4)) {
            let mut headers = HeaderMap::new();
            for value in lines.iter().filter_map(|line| HeaderValue::from_bytes(line).ok()) {
                headers.append(header::COOKIE, value);
            }
            if let Some(session) = read(&headers) {
                let pair = format!("{COOKIE}={}", session.to_text());
                prop_assert!(lines.iter().any(|line| String::from_utf8_lossy(line).contains(&pair)));
            }
        }
    }
}
