//! Pages: rendered by the application, with the assets, the request's nonce and what it asks about.

use app::account::Visitor;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, Uri, header, request};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Redirect, Response};
use leptos::context::{provide_context, use_context};
use leptos::nonce::use_nonce;
use leptos_axum::{LeptosRoutes as _, ResponseOptions};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use wire::{ErrorCode, RoomLookup, RoomName};

use super::accounts;
use super::backend::Caller;
use super::headers;
use super::problem::Problem;
use crate::error::Error;
use crate::reserved::is_reserved;
use crate::state::AppState;

/// What stays as it is in a path.
pub(super) const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The application's pages, and its "there is nothing here" for every other address.
pub(super) fn router(state: &AppState) -> Router<AppState> {
    let mut routes = leptos_axum::generate_route_list(app::App);
    // The fallback serves the application's catch-all; axum takes no route that overlaps the meetings'.
    routes.retain(|route| !route.path().contains("{*"));
    let shell = {
        let (assets, profile) = (state.assets.clone(), state.client_profile);
        move || app::shell(&assets, profile)
    };
    let context = {
        let state = state.clone();
        move || provide(&state)
    };
    let page = leptos_axum::render_route_with_context::<AppState, _>(routes.clone(), context.clone(), shell.clone());
    let missing = leptos_axum::render_app_async_with_context(context, shell);
    Router::new()
        .leptos_routes_with_handler(routes, axum::routing::get(page))
        .layer(from_fn_with_state(state.clone(), room_page))
        .fallback(move |request: Request| not_found(request, missing.clone()))
}

/// Puts into Leptos' context what a page needs, and sets the headers that belong to its nonce.
fn provide(state: &AppState) {
    let (Some(parts), Some(options)) = (use_context::<request::Parts>(), use_context::<ResponseOptions>()) else {
        return tracing::error!("a page is rendered without a request");
    };
    let Some(caller) = Caller::new(state, &parts.extensions) else {
        return tracing::error!("a page is rendered without a caller");
    };
    if let (Some(nonce), Ok(mut response)) = (use_nonce(), options.0.write()) {
        headers::page_policy(&mut response.headers, &nonce, &caller.client, &state.signalling);
        // The nonce and the list of who is inside are for this visit.
        response.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, private"));
    }
    if let Some(lookup) = parts.extensions.get::<RoomLookup>() {
        provide_context(lookup.clone());
    }
    provide_context(state.assets.clone());
    provide_context(Visitor {
        name: caller.account.as_ref().map(|account| account.name.as_str().to_owned()),
        must_sign_in: caller.may_create().is_err(),
    });
}

/// Before a meeting's page: its one true address, and what there is to know of the meeting. The page is written at once
/// then, and waits for nothing.
async fn room_page(
    axum::extract::State(state): axum::extract::State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(segment) = decode(request.uri().path()) else { return next.run(request).await };
    if is_reserved(&segment) {
        request.extensions_mut().insert(RoomLookup::Refused(ErrorCode::NotFound.into()));
        return next.run(request).await;
    }
    // Who may not join does not hear which meetings there are.
    let may_join = Caller::new(&state, request.extensions()).is_some_and(|caller| caller.may_join().is_ok());
    if !may_join {
        let here = request.uri().path_and_query().map_or("/", |here| here.as_str());
        let to = accounts::Next::parse(here).map_or_else(|| "/signin".to_owned(), |next| next.sign_in());
        return Redirect::to(&to).into_response();
    }
    let lookup = match RoomName::parse(&segment) {
        Ok(name) if name.as_str() != segment => return moved(&name, request.uri()),
        Ok(name) => {
            let Some(caller) = Caller::new(&state, request.extensions()) else {
                return Problem::from(ErrorCode::Internal).into_response();
            };
            caller.look_up(name.as_str()).await
        }
        Err(code) => Err(code.into()),
    };
    let lookup = match lookup {
        Ok(status) => RoomLookup::Found(status),
        Err(error @ Error::TooOften(_)) => return Problem::from(error).into_response(),
        Err(error) => match error.report() {
            ErrorCode::Internal => return Problem::from(ErrorCode::Internal).into_response(),
            // The application says it in its own words.
            code => RoomLookup::Refused(code.into()),
        },
    };
    request.extensions_mut().insert(lookup);
    next.run(request).await
}

/// Any other address: a meeting's link with a slash too many, or nothing.
async fn not_found<F>(mut request: Request, page: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    if let Some(segment) = request.uri().path().strip_suffix('/')
        && let Some(segment) = decode(segment)
        && !is_reserved(&segment)
        && let Ok(name) = RoomName::parse(&segment)
    {
        return moved(&name, request.uri());
    }
    // With that slash the application takes it for a meeting's address.
    request.extensions_mut().insert(RoomLookup::Refused(ErrorCode::NotFound.into()));
    let mut answer = page(request).await;
    // The application reads some addresses as others, `//` for instance as the start: they are no pages all the same.
    if answer.status().is_success() {
        *answer.status_mut() = StatusCode::NOT_FOUND;
    }
    answer
}

/// Sends the browser to a room's address; what follows the path stays.
fn moved(name: &RoomName, from: &Uri) -> Response {
    let path = utf8_percent_encode(name.as_str(), SEGMENT);
    let query = from.query().map(|query| format!("?{query}")).unwrap_or_default();
    Redirect::permanent(&format!("/{path}{query}")).into_response()
}

/// The one segment of a path, decoded; `None` when there is none, or more than one.
fn decode(path: &str) -> Option<String> {
    let segment = path.strip_prefix('/')?;
    let one = !segment.is_empty() && !segment.contains('/');
    one.then(|| percent_decode_str(segment).decode_utf8_lossy().into_owned())
}
