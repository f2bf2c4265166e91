//! LiveKit's webhooks, signed as LiveKit signs them.

use axum::body::Body;
use axum::http::Method;
use base64::Engine as _;
use livekit_api::access_token::AccessToken;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{App, Browser, shared};

/// A token for a body.
pub(crate) fn sign(key: &str, secret: &str, body: &str) -> String {
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(body));
    AccessToken::with_api_key(key, secret).with_sha256(&hash).to_jwt().unwrap()
}

/// Delivers a body with a token.
pub(crate) async fn deliver(app: &App, token: &str, body: impl Into<Body>) -> u16 {
    let request = Browser::request(Method::POST, "/webhooks/livekit")
        .header("content-type", "application/webhook+json")
        .header("authorization", token)
        .body(body.into())
        .unwrap();
    app.browser().send(request).await.status.as_u16()
}

/// Delivers an event, signed by the shared LiveKit's keys.
pub(crate) async fn tell(app: &App, event: &Value) -> u16 {
    let (keys, body) = (&shared().await.keys, event.to_string());
    deliver(app, &sign(&keys.key, keys.secret.expose(), &body), body).await
}
