//! Errors as they leave the server: `application/problem+json` (RFC 9457) with a stable `code`.

mod program_code;

use std::any::Any;
use std::borrow::Cow;
use std::time::Duration;

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;
use wire::ErrorCode;

pub(super) use program_code::ProgramCode;

use super::trace::RequestId;
use crate::error::Error;

const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");
/// When to come back where the database, the disk or LiveKit cannot do it now: nobody knows, so not at once.
const UNAVAILABLE_FOR: Duration = Duration::from_secs(5);

/// An error answer. [`finish`] writes its body, which holds the request's id.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    code: Code,
    status: StatusCode,
    retry_after: Option<Duration>,
    errors: Vec<WrongMember>,
}

/// A member of a body that is not as it should be. What stood there is not repeated.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct WrongMember {
    /// Where it stands, as a JSON pointer (RFC 6901); empty: the body as a whole.
    #[schema(example = "/days")]
    pub(super) pointer: String,
    /// What is wrong with it, for people.
    #[schema(example = "It is missing.")]
    pub(super) detail: &'static str,
}

impl WrongMember {
    /// A member of the body itself.
    pub(super) fn new(name: &str, detail: &'static str) -> Self {
        Self { pointer: format!("/{name}"), detail }
    }
}

/// What is wrong.
#[derive(Debug, Clone, Copy)]
enum Code {
    /// Also pages meet it.
    Wire(ErrorCode),
    /// Only programs and administrators do.
    Program(ProgramCode),
}

impl Code {
    fn sentence(self) -> Cow<'static, str> {
        match self {
            Self::Wire(code) => code.sentence().into(),
            Self::Program(code) => code.sentence(),
        }
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Wire(code) => code.serialize(serializer),
            Self::Program(code) => serializer.serialize_str(code.word()),
        }
    }
}

impl Problem {
    /// Too many requests, and when to come back.
    pub(super) fn rate_limited(retry_after: Duration) -> Self {
        Self { retry_after: Some(retry_after), ..Self::from(ErrorCode::RateLimited) }
    }

    /// A body with something wrong in it.
    pub(super) fn bad_member(member: WrongMember) -> Self {
        Self::from(ErrorCode::BadRequest).of(vec![member])
    }

    /// The same, about these members.
    pub(super) fn of(self, errors: Vec<WrongMember>) -> Self {
        Self { errors, ..self }
    }

    /// What is wrong, for people.
    pub(super) fn sentence(&self) -> Cow<'static, str> {
        self.code.sentence()
    }

    /// Whether this is what is wrong.
    pub(super) fn is(&self, code: ProgramCode) -> bool {
        matches!(self.code, Code::Program(mine) if mine == code)
    }

    /// A status that came without a code: it stays, with the nearest code.
    fn of_status(status: StatusCode) -> Self {
        let code = match status {
            StatusCode::FORBIDDEN => ErrorCode::CrossSite,
            StatusCode::NOT_FOUND => ErrorCode::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
            StatusCode::REQUEST_TIMEOUT => ErrorCode::TooSlow,
            StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::UnsupportedMediaType,
            StatusCode::TOO_MANY_REQUESTS => ErrorCode::RateLimited,
            status if status.is_client_error() => ErrorCode::BadRequest,
            _ => ErrorCode::Internal,
        };
        Self { status, ..Self::from(code) }
    }
}

impl From<ErrorCode> for Problem {
    fn from(code: ErrorCode) -> Self {
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(UNAVAILABLE_FOR);
        Self { code: Code::Wire(code), status, retry_after, errors: Vec::new() }
    }
}

impl From<ProgramCode> for Problem {
    fn from(code: ProgramCode) -> Self {
        Self { code: Code::Program(code), status: code.status(), retry_after: None, errors: Vec::new() }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let code = error.report();
        match error {
            Error::TooOften(wait) => Self::rate_limited(wait),
            _ => code.into(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The members of the body. `message` says the same as `detail`: server functions read it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Members<'a> {
    title: &'a str,
    status: u16,
    code: Code,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [WrongMember],
    request_id: &'a str,
}

/// A wait in whole seconds, rounded up: a client that comes back exactly then is let in.
pub(super) fn retry_after_s(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

/// Answers a panic.
pub(super) fn from_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(text = text.unwrap_or("?"), "panic");
    Problem::from(ErrorCode::Internal).into_response()
}

/// Writes the bodies of problems, and turns what axum itself refuses into problems.
pub(super) async fn finish(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let api = ["/api", "/webhooks"]
        .iter()
        .any(|root| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    let function = path.starts_with("/api/fn/");
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let wants_html =
        request.headers().get(header::ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/html"));
    let mut response = next.run(request).await;
    let refused = response.status().is_client_error() || response.status().is_server_error();
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        // What axum or a layer refuses by itself has no body, or below `/api` one of its own.
        None if refused && (api || !response.headers().contains_key(header::CONTENT_TYPE)) => {
            Problem::of_status(response.status())
        }
        None => return response,
    };
    let status = problem.status;
    let title = status.canonical_reason().unwrap_or("Error");
    let detail = &*problem.sentence();
    let mut finished = if wants_html && !api {
        // Somebody looks at it: no page of the application is at hand, but a sentence is.
        Html(format!("<!doctype html><html lang=\"en\"><title>{title}</title><h1>{title}</h1><p>{detail}</p></html>"))
            .into_response()
    } else {
        let message = function.then_some(detail);
        let (code, errors) = (problem.code, &*problem.errors);
        let members = Members { title, status: status.as_u16(), code, detail, message, errors, request_id: &id };
        let mut json = Json(members).into_response();
        json.headers_mut().insert(header::CONTENT_TYPE, CONTENT_TYPE);
        json
    };
    *finished.status_mut() = status;
    // Headers that belong to the answer and not to its body stay: `Allow`, cookies.
    for (name, value) in response.headers() {
        if *name != header::CONTENT_TYPE && *name != header::CONTENT_LENGTH {
            finished.headers_mut().append(name, value.clone());
        }
    }
    if let Some(wait) = problem.retry_after {
        finished.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s(wait)));
    }
    finished
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_waits_as_long_as_is_said_has_waited_long_enough() {
        for (wait_ms, said_s) in [(0, 1), (1, 1), (1_000, 1), (1_001, 2), (10_000, 10)] {
            assert_eq!(retry_after_s(Duration::from_millis(wait_ms)), said_s, "{wait_ms} ms");
        }
    }
}
