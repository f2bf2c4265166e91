//! The cookie of a browser that is signed in to an account.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use super::session::cookies;
use crate::accounts::SessionToken;
use crate::clock;
use crate::store::{Account, SESSION_LASTS, TokenHash};

const COOKIE: &str = "parlour_account";

/// Somebody who is signed in, among a request's extensions.
#[derive(Clone)]
pub(super) struct SignedIn {
    /// As whom.
    pub(super) account: Arc<Account>,
    /// By which session.
    pub(super) session: TokenHash,
}

/// The token that a request brings, good or not.
pub(super) fn token(headers: &HeaderMap) -> Option<SessionToken> {
    cookies(headers, COOKIE).find_map(SessionToken::parse)
}

/// Gives the browser its token, or takes it away.
pub(super) fn set(response: &mut Response, token: Option<&SessionToken>, secure: bool) {
    let secure = if secure { "; Secure" } else { "" };
    let (value, lasts_s) = match token {
        Some(token) => (token.to_text(), clock::to_ms(SESSION_LASTS) / 1_000),
        None => (String::new(), 0),
    };
    let cookie = format!("{COOKIE}={value}; Path=/; Max-Age={lasts_s}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Whether an answer says something about the token already.
pub(super) fn is_set(response: &Response) -> bool {
    let prefix = format!("{COOKIE}=");
    let mut lines = response.headers().get_all(header::SET_COOKIE).iter();
    lines.any(|line| line.as_bytes().starts_with(prefix.as_bytes()))
}
