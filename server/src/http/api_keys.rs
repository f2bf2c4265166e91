//! Machines: `Authorization: Bearer` with a key takes the place of the cookies, below `/api` and for `/metrics`.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use utoipa::openapi::security::SecurityRequirement;
use utoipa_axum::router::OpenApiRouter;

use super::openapi;
use super::problem::{Problem, ProgramCode};
use crate::accounts::Scope;
use crate::error::Error;
use crate::state::AppState;
use crate::store::StoredKey;

/// The key of a request, among its extensions.
#[derive(Clone)]
pub(super) struct Presented(Arc<StoredKey>);

impl Presented {
    /// Whether it may be used for something.
    pub(super) fn may(&self, scope: Scope) -> bool {
        self.0.may(scope)
    }
}

/// What a request presents as a key, good or not.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (kind, key) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    kind.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

/// The key that a program presents.
pub(super) async fn check(state: &AppState, presented: &str) -> Result<StoredKey, Problem> {
    let key = state.accounts.key(presented).await?.ok_or(ProgramCode::InvalidKey)?;
    state.limits.check_session(&key.session().hash()).map_err(Error::TooOften)?;
    Ok(key)
}

/// Lets a request through as the key's.
pub(super) async fn attach(state: &AppState, presented: &str, mut request: Request) -> Result<Request, Problem> {
    let key = check(state, presented).await?;
    if *request.method() != Method::GET {
        tracing::info!(key = key.id, "a key is used");
    }
    request.extensions_mut().insert(key.session());
    request.extensions_mut().insert(Presented(Arc::new(key)));
    Ok(request)
}

/// Opens these to keys of a scope.
pub(super) fn open_to(scope: Scope, mut router: OpenApiRouter<AppState>) -> OpenApiRouter<AppState> {
    for operation in router.get_openapi_mut().paths.paths.values_mut().flat_map(openapi::operations) {
        let key = SecurityRequirement::new(openapi::KEY, [scope.word()]);
        operation.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], _>(openapi::SESSION, []), key]);
    }
    router.layer(from_fn(move |request: Request, next: Next| require(Some(scope), request, next)))
}

/// Closes what follows to keys.
pub(super) async fn refuse(request: Request, next: Next) -> Response {
    require(None, request, next).await
}

async fn require(scope: Option<Scope>, request: Request, next: Next) -> Response {
    if let Some(key) = request.extensions().get::<Presented>()
        && !scope.is_some_and(|scope| key.may(scope))
    {
        tracing::info!(key = key.0.id, "a key is used for what it is not meant for");
        return Problem::from(ProgramCode::ScopeMissing).into_response();
    }
    next.run(request).await
}
