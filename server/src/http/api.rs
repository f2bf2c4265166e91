//! The JSON interfaces: REST for programs, with its description, and server functions for the pages.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::middleware::from_fn;
use axum::routing::{any, get};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::ErrorCode;

use super::problem::Problem;
use super::{api_keys, attendance, events, failures, files, functions, openapi, quality, reference, rest, transcript};
use crate::accounts::Scope;
use crate::state::AppState;

/// Everything below `/api`. What is described and what is served cannot differ: both come from [`rest`] and [`uploads`].
pub(super) fn router() -> Router<AppState> {
    let (rest, mut document) = rest().split_for_parts();
    document.merge(uploads().into_openapi());
    let document = Arc::new(openapi::finish(document));
    let json = Bytes::from(serde_json::to_vec(&*document).unwrap_or_default());
    rest.route("/openapi.json", get(|| async move { ([(header::CONTENT_TYPE, "application/json")], json) }))
        .route("/docs", get(move |visit| reference::page(visit, document)))
        .nest("/fn", functions::router().layer(from_fn(api_keys::refuse)))
        // A nested router has its own fallback, and an address just below it none.
        .route("/", any(nothing))
        .fallback(nothing)
}

/// What programs use.
fn rest() -> OpenApiRouter<AppState> {
    let read = OpenApiRouter::new().routes(routes!(rest::rooms::list)).routes(routes!(rest::rooms::get));
    let write = OpenApiRouter::new()
        .routes(routes!(rest::create_room))
        .routes(routes!(rest::rooms::change, rest::rooms::delete))
        .routes(routes!(rest::invitations::list, rest::invitations::make))
        .routes(routes!(rest::invitations::take_back));
    let join =
        OpenApiRouter::new().routes(routes!(rest::connection_details, rest::join)).routes(routes!(events::events));
    // Who is made a host by a link may do all that hosts may, also when the key has ended.
    let moderation = OpenApiRouter::new()
        .routes(routes!(rest::moderate))
        .routes(routes!(rest::rooms::end))
        .routes(routes!(rest::bans::list))
        .routes(routes!(rest::bans::keep_out, rest::bans::let_in))
        .routes(routes!(rest::bans::keep_network_out))
        .routes(routes!(rest::bans::let_network_in))
        .routes(routes!(rest::messages::clear))
        .routes(routes!(rest::host_link::make, rest::host_link::take_back));
    let attendance = OpenApiRouter::new()
        .routes(routes!(rest::people::participants))
        .routes(routes!(attendance::attendance))
        .routes(routes!(rest::audit));
    let messages = OpenApiRouter::new()
        .routes(routes!(transcript::transcript, rest::messages::write))
        .routes(routes!(files::download));
    let people = OpenApiRouter::new()
        .routes(routes!(rest::config::get, rest::config::put))
        .routes(routes!(quality::take))
        .routes(routes!(failures::take))
        .layer(from_fn(api_keys::refuse));
    OpenApiRouter::with_openapi(openapi::empty())
        .merge(api_keys::open_to(Scope::RoomsRead, read))
        .merge(api_keys::open_to(Scope::RoomsWrite, write))
        .merge(api_keys::open_to(Scope::Join, join))
        .merge(api_keys::open_to(Scope::Moderation, moderation))
        .merge(api_keys::open_to(Scope::Attendance, attendance))
        .merge(api_keys::open_to(Scope::Messages, messages))
        .merge(people)
}

/// What programs and pages send that is long: it is served beside the rest, with limits of its own.
pub(super) fn uploads() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(files::upload))
}

async fn nothing() -> Problem {
    Problem::from(ErrorCode::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_described() {
        let (router, document) = rest().merge(uploads()).split_for_parts();
        // There is no other way to ask axum for its routes.
        let router = format!("{router:?}");
        let routes: Vec<&str> = router.split('"').filter(|text| text.starts_with('/')).collect();
        assert!(routes.contains(&"/rooms/{room}"), "{router}");
        // What answers that nothing is there is axum's own, at two addresses.
        let fallback = |route: &str| route == "/" || route.contains("__private__axum_fallback");
        for route in routes.into_iter().filter(|route| !fallback(route)) {
            assert!(document.paths.paths.contains_key(route), "{route} is served and not described");
        }
    }
}
