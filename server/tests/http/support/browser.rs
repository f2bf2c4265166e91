//! A browser as far as HTTP goes: it keeps its cookies.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::request::Builder;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt as _;

use super::{App, described};

/// Where a browser comes from unless it says so.
const HERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 50_000);

/// Keeps cookies.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
    from: SocketAddr,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Browser {
    pub(crate) fn new(router: Router) -> Self {
        Self { router, cookies: BTreeMap::new(), from: HERE }
    }

    /// From another address.
    pub(crate) fn from(mut self, address: &str) -> Self {
        self.from = SocketAddr::new(address.parse().unwrap(), 50_000);
        self
    }

    /// The same, at another Parlour.
    pub(crate) fn at(self, app: &App) -> Self {
        Self { router: app.router.clone(), ..self }
    }

    /// A request to fill.
    pub(crate) fn request(method: Method, path: &str) -> Builder {
        Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1:3000")
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Self::request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&mut self, path: &str, json: &Value) -> Answer {
        self.post_raw(path, "application/json", json.to_string()).await
    }

    /// The same by another method.
    pub(crate) async fn json(&mut self, method: Method, path: &str, json: &Value) -> Answer {
        let request = Self::request(method, path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(json.to_string().into()).unwrap()).await
    }

    pub(crate) async fn post_raw(&mut self, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
        let request = Self::request(Method::POST, path).header(header::CONTENT_TYPE, kind);
        self.send(request.body(body.into()).unwrap()).await
    }

    pub(crate) async fn send(&mut self, mut request: Request<Body>) -> Answer {
        let cookies = self.cookies();
        if !cookies.is_empty() {
            request.headers_mut().append(header::COOKIE, cookies.parse().unwrap());
        }
        request.extensions_mut().insert(ConnectInfo(self.from));
        let asked = (request.method().clone(), request.uri().path().to_owned());
        let response = self.router.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let answer = Answer { status: parts.status, headers: parts.headers, body };
        described::check(&self.router, &asked, &answer).await;
        answer
    }

    /// Sends a form.
    pub(crate) async fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post_raw(path, "application/x-www-form-urlencoded", body).await
    }

    /// All its cookies, as it sends them.
    pub(crate) fn cookies(&self) -> String {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        cookies.join("; ")
    }

    /// A cookie's value.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Gives it a cookie from elsewhere.
    pub(crate) fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Makes a meeting and answers its name.
    pub(crate) async fn new_meeting(&mut self) -> String {
        let answer = self.post("/api/rooms/create", &serde_json::json!({ "title": "Lesson" })).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        answer.json()["roomName"].as_str().unwrap().to_owned()
    }

    /// Joins by REST and answers the details.
    pub(crate) async fn join(&mut self, room: &str, name: &str) -> Value {
        let answer = self.get(&format!("/api/connection-details?roomName={room}&participantName={name}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        answer.json()
    }

    /// Calls a server function.
    pub(crate) async fn call(&mut self, function: &str, arguments: &Value) -> Answer {
        self.post(&format!("/api/fn/{function}"), arguments).await
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts that it is a whole problem and answers its code.
    pub(crate) fn code(&self) -> String {
        assert_eq!(self.header(header::CONTENT_TYPE), "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        assert_eq!(problem["requestId"], self.header("x-request-id"));
        for member in ["title", "detail", "requestId"] {
            assert!(!problem[member].as_str().unwrap().is_empty(), "{member}: {problem}");
        }
        problem["code"].as_str().unwrap().to_owned()
    }
}
