//! What the server tells by itself: `/api/events`.

use axum::body::{Body, BodyDataStream};
use axum::http::{Method, StatusCode, header};
use futures_util::StreamExt as _;
use rustix::process::{Pid, Signal, kill_process};
use tower::ServiceExt as _;

use super::support::{App, Browser, DEADLINE, Livekit, media_ports, program_of, run};

/// A stream that stays open.
struct Events(BodyDataStream);

impl Events {
    async fn open(app: &App) -> Self {
        let request = Browser::request(Method::GET, "/api/events").body(Body::empty()).unwrap();
        let response = app.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-cache");
        Self(response.into_body().into_data_stream())
    }

    /// The next event as it stands on the wire; `None` when the stream has ended.
    async fn next(&mut self) -> Option<String> {
        let piece = tokio::time::timeout(DEADLINE, self.0.next()).await.expect("waited in vain for an event")?;
        Some(String::from_utf8(piece.unwrap().to_vec()).unwrap())
    }
}

const UP: &str = "retry: 500\nevent: livekit\ndata: up\n\n";
const ANEW: &str = "retry: 500\nevent: livekit\ndata: anew\n\n";
const DOWN: &str = "retry: 500\nevent: livekit\ndata: down\n\n";

#[test]
fn everybody_hears_when_livekit_is_gone_and_when_it_is_back() {
    run(async {
        let livekit = Livekit::start(media_ports()).await.unwrap();
        let app = App::on(&livekit, |_| {}).await;
        let mut early = Events::open(&app).await;
        assert_eq!(early.next().await.unwrap(), UP, "how it is now");

        let process = Pid::from_raw(program_of(livekit.data.path())).unwrap();
        kill_process(process, Signal::STOP).unwrap();
        assert_eq!(early.next().await.unwrap(), DOWN, "it hangs");
        kill_process(process, Signal::CONT).unwrap();
        assert_eq!(early.next().await.unwrap(), UP);

        kill_process(process, Signal::KILL).unwrap();
        let mut told = early.next().await.unwrap();
        if told == DOWN {
            told = early.next().await.unwrap(); // unless it was back before anybody could be told
        }
        assert_eq!(told, ANEW);
        assert_eq!(Events::open(&app).await.next().await.unwrap(), UP, "who comes now has known no other");

        livekit.managed.stop().await;
        assert_eq!(early.next().await.unwrap(), DOWN, "it is not there");
        let mut late = Events::open(&app).await;
        assert_eq!(late.next().await.unwrap(), DOWN, "who comes now hears it too");

        app.state.shutdown.cancel();
        assert_eq!((early.next().await, late.next().await), (None, None), "no stream keeps Parlour from stopping");
    });
}
