//! What the server tells pages by itself: server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Sse};
use futures_util::{StreamExt as _, stream};
use wire::{LIVEKIT_ANEW, LIVEKIT_DOWN, LIVEKIT_EVENT, LIVEKIT_UP};

use super::client::Client;
use super::problem::Problem;
use crate::media::probe::Pulse;
use crate::state::AppState;

/// Proxies close a connection on which nothing is said.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How soon a page comes back that has lost the stream. Browsers take three seconds unless they are told.
const RETRY: Duration = Duration::from_millis(500);

/// Some proxies hold an answer back until it is long or over, unless they are told.
const UNBUFFERED: (&str, &str) = ("x-accel-buffering", "no");

/// `GET /api/events`: whether LiveKit answers (`livekit`: `up`, `anew` or `down`), now and whenever it changes.
pub(super) async fn events(
    State(state): State<AppState>,
    Extension(client): Extension<Client>,
) -> Result<impl IntoResponse, Problem> {
    let open = state.limits.open_stream(client.address).map_err(Problem::rate_limited)?;
    let mut livekit = state.livekit.clone();
    livekit.mark_changed();
    let generation = livekit.borrow().generation;
    let told = stream::unfold((livekit, generation, open), |(mut livekit, known, open)| async move {
        livekit.changed().await.ok()?;
        let Pulse { up, generation } = *livekit.borrow_and_update();
        let (word, known) = match up {
            true if generation == known => (LIVEKIT_UP, known),
            true => (LIVEKIT_ANEW, generation),
            false => (LIVEKIT_DOWN, known),
        };
        Some((
            Ok::<_, Infallible>(Event::default().retry(RETRY).event(LIVEKIT_EVENT).data(word)),
            (livekit, known, open),
        ))
    });
    let shutdown = state.shutdown.clone();
    let told = told.take_until(async move { shutdown.cancelled().await });
    let stream = Sse::new(told).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    Ok(([UNBUFFERED], stream))
}
