//! Streams of events, as a page holds them open.

use axum::body::{Body, BodyDataStream};
use axum::http::{Method, StatusCode, header};
use futures_util::StreamExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use super::{App, Browser, DEADLINE};

/// What a stream says when there is nothing to say.
pub(crate) const ALIVE: &str = "event: alive\ndata: yes\n\n";

/// A stream that stays open.
pub(crate) struct Events(BodyDataStream);

impl Events {
    /// Opens one, with the cookie of a browser.
    pub(crate) async fn open(app: &App, browser: &Browser, path: &str) -> Self {
        Self::open_by(app, path, (header::COOKIE, browser.cookies())).await
    }

    /// Opens one with what says who it is.
    pub(crate) async fn open_by(app: &App, path: &str, (name, value): (header::HeaderName, String)) -> Self {
        let request = Browser::request(Method::GET, path).header(name, value);
        let response = app.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-cache");
        Self(response.into_body().into_data_stream())
    }

    /// The next event that says something.
    pub(crate) async fn next(&mut self) -> Option<String> {
        loop {
            let event = self.next_of_all().await;
            if event.as_deref() != Some(ALIVE) {
                return event;
            }
        }
    }

    /// The next event as it stands on the wire; `None` when the stream has ended.
    pub(crate) async fn next_of_all(&mut self) -> Option<String> {
        let piece = tokio::time::timeout(DEADLINE, self.0.next()).await.expect("waited in vain for an event")?;
        Some(String::from_utf8(piece.unwrap().to_vec()).unwrap())
    }

    /// The next news of the door that are of interest.
    pub(crate) async fn door<T>(&mut self, pick: impl Fn(&Value) -> Option<T>) -> T {
        let mut told = Vec::new();
        let waiting = async {
            loop {
                let event = self.next().await.expect("the stream goes on");
                if let Some(json) = event.strip_prefix("event: door\ndata: ") {
                    let news = serde_json::from_str(json.trim_end()).unwrap();
                    if let Some(picked) = pick(&news) {
                        return picked;
                    }
                    told.push(news);
                }
            }
        };
        match tokio::time::timeout(DEADLINE, waiting).await {
            Ok(picked) => picked,
            Err(_) => panic!("told only {told:?}"),
        }
    }
}
