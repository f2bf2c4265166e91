//! Somebody who opens a page about accounts, or sends a form of one.

use std::time::Duration;

use app::account::{Frame, Person, document};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use leptos::prelude::AnyView;
use wire::ErrorCode;

use super::{Next, known};
use crate::accounts::{BrowserProof, SessionToken};
use crate::error::Error;
use crate::http::backend::Caller;
use crate::http::client::Client;
use crate::http::headers;
use crate::http::problem::{Problem, retry_after_s};
use crate::http::signed_in::{self, SignedIn};
use crate::random;
use crate::state::AppState;
use crate::store::Account;

/// Who, from where, with what.
pub(in crate::http) struct Visit {
    pub(in crate::http) state: AppState,
    pub(in crate::http) client: Client,
    pub(in crate::http) signed_in: Option<SignedIn>,
    /// The token that the browser brought, good or not.
    pub(in crate::http) token: Option<SessionToken>,
    /// That this browser has signed in before, so it says.
    pub(in crate::http) known: Option<BrowserProof>,
    pub(in crate::http) user_agent: String,
    /// The query.
    pub(in crate::http) query: String,
}

/// Why there is no answer but this one.
pub(in crate::http) enum Stop {
    /// Sign in first, and come back here.
    SignIn(String),
    /// An error.
    Problem(Problem),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Problem(error.into())
    }
}

impl From<ErrorCode> for Stop {
    fn from(code: ErrorCode) -> Self {
        Self::Problem(code.into())
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn(back) => {
                let to = Next::parse(&back).map_or_else(|| super::SIGN_IN.to_owned(), |next| next.sign_in());
                Redirect::to(&to).into_response()
            }
            Self::Problem(problem) => problem.into_response(),
        }
    }
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::new(state, &parts.extensions).ok_or(ErrorCode::Internal)?;
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self {
            state: caller.state,
            client: caller.client,
            signed_in: parts.extensions.get::<SignedIn>().cloned(),
            token: signed_in::token(&parts.headers),
            known: known::read(&parts.headers),
            user_agent: agent.unwrap_or_default().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
        })
    }
}

impl Visit {
    /// Who this is, when a page is for those who are signed in; `here` is the page to come back to.
    pub(in crate::http) fn me(&self, here: &'static str) -> Result<&SignedIn, Stop> {
        self.signed_in.as_ref().ok_or_else(|| Stop::SignIn(here.to_owned()))
    }

    /// A member of the query.
    pub(in crate::http) fn query(&self, name: &str) -> String {
        let mut pairs = url::form_urlencoded::parse(self.query.as_bytes());
        pairs.find(|(found, _)| found == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    }

    /// A page.
    pub(in crate::http) fn page(
        &self,
        status: StatusCode,
        title: &str,
        here: &str,
        main: AnyView,
    ) -> Result<Response, Stop> {
        let account = self.signed_in.as_ref().map(|signed_in| &*signed_in.account);
        self.page_for(account, status, title, here, main)
    }

    /// A page for somebody who has been somebody else until now.
    pub(in crate::http) fn page_for(
        &self,
        account: Option<&Account>,
        status: StatusCode,
        title: &str,
        here: &str,
        main: AnyView,
    ) -> Result<Response, Stop> {
        let nonce = random::hex(&random::bytes::<16>().map_err(Error::from)?);
        let person = account
            .map(|account| Person { name: account.name.as_str().to_owned(), administrator: account.administrator });
        let html = document(Frame { assets: &self.state.assets, nonce: &nonce, title, here, person }, main);
        let mut response = (status, Html(html)).into_response();
        headers::page_policy(response.headers_mut(), &nonce, &self.client, &self.state.signalling);
        // Links and keys that are shown once are not kept, and neither is what somebody sees who has signed out since.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }

    /// Gives the browser a token, or takes it away.
    pub(in crate::http) fn with_token(&self, mut response: Response, token: Option<&SessionToken>) -> Response {
        signed_in::set(&mut response, token, self.client.origin.is_secure());
        response
    }
}

/// What is said to somebody who tries too often.
pub(in crate::http) fn too_often(wait: Duration) -> String {
    let seconds = retry_after_s(wait);
    if seconds > 90 {
        format!("That was too often. Try again in {} minutes.", seconds.div_ceil(60))
    } else {
        format!("That was too often. Try again in {seconds} seconds.")
    }
}

/// Says so to the browser too.
pub(in crate::http) fn with_wait(mut response: Response, wait: Duration) -> Response {
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s(wait)));
    response
}
