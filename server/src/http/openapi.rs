//! The description of the REST interface, by OpenAPI 3.1: what is the same for every operation.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::{AllOfBuilder, ArrayItems};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Array, Content, Object, OpenApi, Ref, RefOr, Response, Schema, Type};
use utoipa::{OpenApi as _, ToSchema};
use wire::Rule;

use super::problem::WrongMember;

/// Where the interface stands: the prefix of every path in the document.
const PREFIX: &str = "/api";
/// What [`super::problem`] answers with.
const PROBLEM: &str = "application/problem+json";
/// What every operation may answer.
const ALWAYS: [(&str, &str); 7] = [
    ("400", "`bad_request`"),
    ("401", "`invalid_key`"),
    ("403", "`scope_missing`"),
    ("408", "`too_slow`"),
    ("429", "`rate_limited`: `Retry-After` says when to come back"),
    ("500", "`internal`: the log has the cause under the request's id"),
    ("503", "`media_unavailable`, `store_unavailable`: `Retry-After` says when to try again"),
];
/// What those may answer as well that change something, and those that take a body.
const OF_A_CHANGE: (&str, &str) = ("403", "`cross_site`");
const OF_A_BODY: (&str, &str) = ("413", "`too_large`");
/// Names of how a caller is known: the cookie, and the key.
pub(super) const SESSION: &str = "session";
pub(super) const KEY: &str = "key";

/// Why something was not done (RFC 9457).
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ProblemDetails {
    /// The status in words.
    #[schema(example = "Not Found")]
    title: String,
    /// The status.
    #[schema(example = 404)]
    status: u16,
    /// What is wrong, for programs: it stays the same.
    #[schema(example = "room_not_found")]
    code: String,
    /// What is wrong and what to do, for people.
    #[schema(example = "There is no meeting with this link or code. Ask for the link again.")]
    detail: String,
    /// Which members of the body are wrong, where that is what is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<WrongMember>,
    /// What the log knows the request by.
    request_id: String,
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Parlour",
        // The interface's own: which Parlour this is, strangers need not know.
        version = "1",
        description = "Meetings for programs. A program that runs by itself has a key, which an administrator makes, and \
                       sends it as Authorization: Bearer. It is a caller of its own: what it makes is its own. Browsers \
                       are known by a cookie. Times are in milliseconds since 1970. Unknown codes of meetings are limited \
                       strictly: an address that tries many is told nothing more for a while.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "rooms", description = "Make, find, change, end and delete meetings"),
        (name = "joining", description = "What a LiveKit client needs to come in"),
        (name = "chat", description = "What was written and sent in meetings"),
        (name = "people", description = "Who is inside, who was, and what hosts do"),
        (name = "server", description = "What administrators set"),
        (name = "pages", description = "What Parlour's own pages use"),
    ),
    components(schemas(ProblemDetails, WrongMember, Rule)),
)]
struct Document;

/// The document without operations.
pub(super) fn empty() -> OpenApi {
    Document::openapi()
}

/// Says of every operation what is true of all.
pub(super) fn finish(mut document: OpenApi) -> OpenApi {
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("parlour_session")));
    let key =
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("parlour_…").build());
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(SESSION, cookie);
    components.add_security_scheme(KEY, key);
    if let Some(RefOr::T(orders)) = components.schemas.get_mut("Moderation") {
        describe_pairs(orders);
    }
    let paths = std::mem::take(&mut document.paths.paths);
    for (path, mut item) in paths {
        let PathItem { get, post, put, patch, delete, .. } = &mut item;
        get.iter_mut().for_each(|operation| complete(operation, false));
        [post, put, patch, delete].into_iter().flatten().for_each(|operation| complete(operation, true));
        document.paths.paths.insert(format!("{PREFIX}{path}"), item);
    }
    document
}

/// A pair in an array, which utoipa takes for two objects.
fn pair(first: impl Into<Schema>, second: impl Into<Schema>) -> Array {
    let mut pair = Array::new(Object::new());
    pair.prefix_items = vec![first.into(), second.into()];
    pair.items = ArrayItems::False;
    (pair.min_items, pair.max_items) = (Some(2), Some(2));
    pair
}

/// What a host orders about somebody and a role, or about a rule.
fn describe_pairs(orders: &mut Schema) {
    let Schema::OneOf(orders) = orders else { return };
    let of = |name| AllOfBuilder::new().item(Ref::from_schema_name(name)).build();
    for (order, pair) in
        [("assign", pair(of("Identity"), of("Role"))), ("rule", pair(of("Rule"), Object::with_type(Type::Boolean)))]
    {
        let objects = orders.items.iter_mut().filter_map(|item| match item {
            RefOr::T(Schema::Object(object)) => object.properties.get_mut(order),
            _ => None,
        });
        for told in objects {
            *told = pair.clone().into();
        }
    }
}

/// The operations at a path; Parlour has none of the other methods.
pub(super) fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, post, put, patch, delete, .. } = item;
    [get, post, put, patch, delete].into_iter().flatten()
}

/// Adds codes to an answer, unless they are said there already.
fn say(responses: &mut BTreeMap<String, RefOr<Response>>, (status, codes): (&str, &str)) {
    match responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(Response::new(""))) {
        RefOr::T(response) if response.description.is_empty() => codes.clone_into(&mut response.description),
        RefOr::T(response) if !response.description.contains(codes) => {
            response.description = format!("{}, {codes}", response.description);
        }
        _ => {}
    }
}

fn complete(operation: &mut Operation, changes: bool) {
    let responses = &mut operation.responses.responses;
    ALWAYS.into_iter().chain(changes.then_some(OF_A_CHANGE)).for_each(|codes| say(responses, codes));
    if operation.request_body.is_some() && !responses.contains_key(OF_A_BODY.0) {
        say(responses, OF_A_BODY);
    }
    // Errors all have the same body, so that only their codes are said where they occur.
    for (status, response) in responses {
        if let RefOr::T(response) = response
            && status.starts_with(['4', '5'])
        {
            response.content.insert(PROBLEM.to_owned(), Content::new(Some(Ref::from_schema_name("ProblemDetails"))));
        }
    }
}
