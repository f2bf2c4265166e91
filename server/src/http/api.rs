//! The JSON interfaces: REST for programs, with its description, and server functions for the pages.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::routing::{any, get};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::ErrorCode;

use super::problem::Problem;
use super::{attendance, events, failures, functions, openapi, reference, rest};
use crate::state::AppState;

/// Everything below `/api`. What is described and what is served cannot differ: both come from [`rest`].
pub(super) fn router() -> Router<AppState> {
    let (rest, document) = rest().split_for_parts();
    let document = Arc::new(openapi::finish(document));
    let json = Bytes::from(serde_json::to_vec(&*document).unwrap_or_default());
    rest.route("/openapi.json", get(|| async move { ([(header::CONTENT_TYPE, "application/json")], json) }))
        .route("/docs", get(move |visit| reference::page(visit, document)))
        .nest("/fn", functions::router())
        // A nested router has its own fallback, and an address just below it none.
        .route("/", any(nothing))
        .fallback(nothing)
}

/// What programs use.
fn rest() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(openapi::empty())
        .routes(routes!(rest::create_room))
        .routes(routes!(rest::rooms::list))
        .routes(routes!(rest::rooms::get, rest::rooms::change, rest::rooms::delete))
        .routes(routes!(rest::rooms::end))
        .routes(routes!(rest::connection_details, rest::join))
        .routes(routes!(rest::people::participants))
        .routes(routes!(rest::moderate))
        .routes(routes!(rest::audit))
        .routes(routes!(attendance::attendance))
        .routes(routes!(events::events))
        .routes(routes!(failures::take))
}

async fn nothing() -> Problem {
    Problem::from(ErrorCode::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_described() {
        let (router, document) = rest().split_for_parts();
        // There is no other way to ask axum for its routes.
        let router = format!("{router:?}");
        let routes: Vec<&str> = router.split('"').filter(|text| text.starts_with('/')).collect();
        assert!(routes.contains(&"/rooms/{room}"), "{router}");
        for route in routes {
            assert!(document.paths.paths.contains_key(route), "{route} is served and not described");
        }
    }
}
