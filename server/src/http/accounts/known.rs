//! The cookie of a browser that has signed in with a password before.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use super::SIGN_IN;
use super::visit::{Stop, Visit};
use crate::accounts::BrowserProof;
use crate::http::session::cookies;
use crate::store::Account;

const COOKIE: &str = "parlour_known";
/// A year, in seconds.
const LASTS_S: u32 = 365 * 24 * 60 * 60;

/// What a request brings, good or not.
pub(super) fn read(headers: &HeaderMap) -> Option<BrowserProof> {
    cookies(headers, COOKIE).find_map(BrowserProof::parse)
}

/// Gives the browser a proof that it has signed in to an account. It stays when somebody signs out, and is sent to nothing
/// but the pages of signing in.
pub(super) async fn remember(visit: &Visit, account: &Account, mut response: Response) -> Result<Response, Stop> {
    if let Some(proof) = visit.state.accounts.remember_browser(account).await? {
        let secure = if visit.client.origin.is_secure() { "; Secure" } else { "" };
        let proof = proof.to_text();
        let cookie = format!("{COOKIE}={proof}; Path={SIGN_IN}; Max-Age={LASTS_S}; HttpOnly; SameSite=Lax{secure}");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    Ok(response)
}
