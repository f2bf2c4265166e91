//! What somebody has asked for is carried out to the end, also when they have gone by then: what is stored is told to those
//! whom it concerns.

use std::io;
use std::panic::resume_unwind;

use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;
use wire::ErrorCode;

use super::client::CONNECTION_DETAILS;
use super::problem::Problem;
use crate::accounts::oidc::CALLBACK;
use crate::asker;

/// What stores something though it is only read, by its method.
const STORING: [&str; 2] = [CONNECTION_DETAILS, CALLBACK];

/// Runs what may change something on its own, among `deeds`: a closed connection, or the end of the time that a request has,
/// ends only the waiting for it. It is at its end when it has an answer: the body of that is sent only while somebody reads it.
pub(super) async fn request(State(deeds): State<TaskTracker>, request: Request, next: Next) -> Response {
    if request.method().is_safe() && !STORING.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    let gone = CancellationToken::new();
    let _gone = gone.clone().drop_guard();
    let request = request.map(|body| until_gone(body, gone.clone()));
    match deeds.spawn(asker::known(gone, next.run(request)).in_current_span()).await {
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
    use axum::middleware::from_fn_with_state;
    use futures_util::FutureExt as _;
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

    /// Asks for something that reads its body and then takes a while, and goes when it is as far as that. Whoever waits for
    /// what is carried out waits until then.
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
        let deeds = TaskTracker::new();
        deeds.close();
        let router = Router::new().fallback(handler).layer(from_fn_with_state(deeds.clone(), super::request));
        {
            let mut asking = pin!(router.oneshot(Request::builder().method(method).uri(path).body(body).unwrap()));
            loop {
                tokio::select! {
                    _ = &mut asking => panic!("nobody has to wait"),
                    step = told.recv() => if step == Some(far) { break },
                }
            }
        }
        let goes_on = deeds.wait().now_or_never().is_none();
        done.notify_one();
        let end = loop {
            match told.recv().await.unwrap() {
                "begun" | "read" => {}
                end => break end,
            }
        };
        assert_eq!(goes_on, end != "given up");
        deeds.wait().await;
        end
    }

    #[tokio::test]
    async fn what_may_change_something_is_carried_out_when_nobody_waits_for_it() {
        for (method, path, expected) in [
            (Method::POST, "/", "done"),
            (Method::PATCH, "/", "done"),
            (Method::DELETE, "/", "done"),
            (Method::GET, CONNECTION_DETAILS, "done"),
            (Method::GET, CALLBACK, "done"),
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
