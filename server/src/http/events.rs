//! What the server tells pages by itself: server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::{Stream, StreamExt as _, stream};
use wire::{LIVEKIT_DOWN, LIVEKIT_EVENT, LIVEKIT_UP};

use crate::state::AppState;

/// Proxies close a connection on which nothing is said.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// `GET /api/events`: whether LiveKit answers (`livekit`: `up` or `down`), now and whenever it changes.
pub(super) async fn events(State(state): State<AppState>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut livekit = state.livekit_answers.clone();
    livekit.mark_changed();
    let told = stream::unfold(livekit, |mut livekit| async move {
        livekit.changed().await.ok()?;
        let word = if *livekit.borrow_and_update() { LIVEKIT_UP } else { LIVEKIT_DOWN };
        Some((Ok(Event::default().event(LIVEKIT_EVENT).data(word)), livekit))
    });
    let shutdown = state.shutdown.clone();
    let told = told.take_until(async move { shutdown.cancelled().await });
    Sse::new(told).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}
