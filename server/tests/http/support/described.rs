//! What the description of the REST interface says about refusals, held against every one that any test meets.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::Value;
use tokio::sync::OnceCell;
use tower::ServiceExt as _;

use super::Answer;

/// Asserts that a refusal of a described operation stands in its description, with its status and its code.
pub(crate) async fn check(router: &Router, (method, path): &(Method, String), answer: &Answer) {
    if !path.starts_with("/api/") || answer.header(header::CONTENT_TYPE) != "application/problem+json" {
        return;
    }
    let Some((template, operation)) = operation(document(router).await, method, path) else { return };
    let (code, status) = (answer.code(), answer.status.as_u16());
    let said = operation["responses"][status.to_string()]["description"].as_str().unwrap_or_default();
    assert!(
        said.contains(&format!("`{code}`")),
        "{method} {template} answers {status} {code}, and is not said to: {said}"
    );
}

/// The description; it is the same for every Parlour.
async fn document(router: &Router) -> &'static Value {
    static DOCUMENT: OnceCell<Value> = OnceCell::const_new();
    DOCUMENT
        .get_or_init(|| async {
            let request = Request::get("/api/openapi.json").header(header::HOST, "127.0.0.1:3000");
            let answer = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            serde_json::from_slice(&axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap()).unwrap()
        })
        .await
}

/// The operation that serves a path: one that is written so, or else one with places for it.
fn operation<'a>(document: &'a Value, method: &Method, path: &str) -> Option<(&'a str, &'a Value)> {
    let method = method.as_str().to_lowercase();
    let fits = |template: &str| {
        let (parts, places) = (path.split('/'), template.split('/'));
        parts.clone().count() == places.clone().count()
            && parts.zip(places).all(|(part, place)| part == place || place.starts_with('{') && !part.is_empty())
    };
    let paths = document["paths"].as_object().unwrap();
    let written = paths.get_key_value(path);
    let (template, item) = written.or_else(|| paths.iter().find(|(template, _)| fits(template)))?;
    Some((template.as_str(), item.get(&method)?))
}
