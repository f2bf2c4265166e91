//! `/api/docs`: the description of the REST interface as a page.

use std::sync::Arc;

use app::account::{Answer, Called, Reference, reference};
use axum::http::StatusCode;
use axum::response::Response;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};

use super::accounts::{Stop, Visit};

const PATH: &str = "/api/docs";

/// `GET /api/docs`
pub(super) async fn page(visit: Visit, document: Arc<OpenApi>) -> Result<Response, Stop> {
    let operations = document.paths.paths.iter().flat_map(|(path, item)| {
        [("GET", &item.get), ("POST", &item.post), ("PUT", &item.put), ("PATCH", &item.patch), ("DELETE", &item.delete)]
            .into_iter()
            .filter_map(|(method, operation)| Some(called(method, path, operation.as_ref()?)))
    });
    let mut operations: Vec<Called> = operations.collect();
    // As the document lists its groups, and not as their paths happen to begin.
    let groups: Vec<&str> = document.tags.iter().flatten().map(|tag| tag.name.as_str()).collect();
    operations.sort_by_key(|called| groups.iter().position(|group| *group == called.group));
    let introduction = document.info.description.clone().unwrap_or_default();
    let schemas = document.components.iter().flat_map(|components| &components.schemas);
    let schemas = schemas
        .map(|(name, schema)| (name.clone(), serde_json::to_string_pretty(schema).unwrap_or_default()))
        .collect();
    let main = reference(Reference { introduction, operations, schemas });
    visit.page(StatusCode::OK, "Interface for programs", PATH, main)
}

fn called(method: &'static str, path: &str, operation: &Operation) -> Called {
    let parameters = operation.parameters.iter().flatten().map(parameter).collect();
    let body = operation.request_body.as_ref().and_then(|body| content(body.content.iter()));
    let answers = operation.responses.responses.iter().filter_map(|(status, response)| {
        let RefOr::T(response) = response else { return None };
        let body = content(response.content.iter());
        Some(Answer { status: status.clone(), description: response.description.clone(), body })
    });
    Called {
        method,
        path: path.to_owned(),
        summary: operation.summary.clone().unwrap_or_default(),
        group: operation.tags.iter().flatten().next().cloned().unwrap_or_default(),
        parameters,
        body,
        answers: answers.collect(),
    }
}

/// Such as "room (path): Name in the link".
fn parameter(parameter: &Parameter) -> String {
    let place = match parameter.parameter_in {
        ParameterIn::Query => "query",
        ParameterIn::Path => "path",
        ParameterIn::Header => "header",
        ParameterIn::Cookie => "cookie",
    };
    format!("{} ({place}): {}", parameter.name, parameter.description.as_deref().unwrap_or_default())
}

/// What a body is: the name of its schema, or else its type.
fn content<'a>(mut content: impl Iterator<Item = (&'a String, &'a utoipa::openapi::Content)>) -> Option<String> {
    let (kind, content) = content.next()?;
    Some(match &content.schema {
        Some(RefOr::Ref(schema)) => schema.ref_location.rsplit('/').next().unwrap_or_default().to_owned(),
        _ => kind.clone(),
    })
}
