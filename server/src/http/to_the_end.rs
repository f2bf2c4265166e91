//! What somebody has asked for is carried out to the end, also when they have gone by then: what is stored is told to those
//! whom it concerns.

use std::io;
use std::panic::resume_unwind;

use axum::body::{Body, HttpBody as _};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use wire::ErrorCode;

use super::client::CONNECTION_DETAILS;
use super::problem::Problem;

/// Runs what may change something on its own: a closed connection, or the end of the time that a request has, ends only the
/// waiting for it.
pub(super) async fn request(request: Request, next: Next) -> Response {
    if request.method().is_safe() && request.uri().path() != CONNECTION_DETAILS {
        return next.run(request).await;
    }
    let gone = CancellationToken::new();
    let _gone = gone.clone().drop_guard();
    let request = request.map(|body| until_gone(body, gone));
    match tokio::spawn(next.run(request).in_current_span()).await {
        Ok(response) => response,
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_) => Problem::from(ErrorCode::Internal).into_response(),
        },
    }
}

/// A body that breaks off when whoever sends it has gone: what was not asked to the end is not waited for.
fn until_gone(body: Body, gone: CancellationToken) -> Body {
    if body.is_end_stream() {
        return body;
    }
    let parts = stream::unfold(body.into_data_stream(), move |mut body| {
        let gone = gone.clone();
        async move {
            let part = tokio::select! {
                biased;
                () = gone.cancelled() => Some(Err(axum::Error::new(io::Error::from(io::ErrorKind::ConnectionAborted)))),
                part = body.next() => part,
            };
            part.map(|part| (part, body))
        }
    });
    // Also who has read all of it may pass over the rest.
    Body::from_stream(parts.fuse())
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::Arc;

    use axum::Router;
    use axum::body::Bytes;
    use axum::extract::FromRequest as _;
    use axum::http::Method;
    use axum::middleware::from_fn;
    use tokio::sync::Notify;
    use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
    use tower::ServiceExt as _;

    use super::*;

    /// Tells what has become of it in the end.
    struct Deed(&'static str, UnboundedSender<&'static str>);

    impl Drop for Deed {
        fn drop(&mut self) {
            let _ = self.1.send(self.0);
        }
    }

    /// Asks for something that reads its body and then takes a while, and goes when it is as far as that.
    async fn ask_and_go(method: Method, path: &str, body: Body, far: &str) -> &'static str {
        let ((tell, mut told), done) = (unbounded_channel(), Arc::new(Notify::new()));
        let until_done = Arc::clone(&done);
        let handler = move |request: Request| async move {
            let mut deed = Deed("given up", tell.clone());
            let _ = tell.send("begun");
            if Bytes::from_request(request, &()).await.is_err() {
                deed.0 = "not asked to the end";
                return;
            }
            let _ = tell.send("read");
            until_done.notified().await;
            deed.0 = "done";
        };
        let router = Router::new().fallback(handler).layer(from_fn(super::request));
        {
            let mut asking = pin!(router.oneshot(Request::builder().method(method).uri(path).body(body).unwrap()));
            loop {
                tokio::select! {
                    _ = &mut asking => panic!("nobody has to wait"),
                    step = told.recv() => if step == Some(far) { break },
                }
            }
        }
        done.notify_one();
        loop {
            match told.recv().await.unwrap() {
                "begun" | "read" => {}
                end => return end,
            }
        }
    }

    #[tokio::test]
    async fn what_may_change_something_is_carried_out_when_nobody_waits_for_it() {
        for (method, path, expected) in [
            (Method::POST, "/", "done"),
            (Method::PATCH, "/", "done"),
            (Method::DELETE, "/", "done"),
            (Method::GET, CONNECTION_DETAILS, "done"),
            (Method::GET, "/", "given up"),
        ] {
            let end = ask_and_go(method.clone(), path, Body::from("all of it"), "read").await;
            assert_eq!(end, expected, "{method} {path}");
        }
    }

    #[tokio::test]
    async fn nobody_waits_for_the_rest_of_a_body_whose_sender_has_gone() {
        let half = stream::once(async { Ok::<_, io::Error>("half of it") }).chain(stream::pending());
        let end = ask_and_go(Method::POST, "/", Body::from_stream(half), "begun").await;
        assert_eq!(end, "not asked to the end");
    }
}
