//! What the server tells pages by itself: server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Request, State};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Sse};
use futures_util::future::OptionFuture;
use futures_util::{Stream, StreamExt as _, stream};
use wire::{ALIVE_EVENT, DOOR_EVENT, DoorNews, ErrorCode, LIVEKIT_ANEW, LIVEKIT_DOWN, LIVEKIT_EVENT, LIVEKIT_UP};

use super::backend::Caller;
use super::client::Client;
use super::problem::Problem;
use crate::accounts::Scope;
use crate::media::probe::Pulse;
use crate::meetings::doorsteps::Watch;
use crate::meetings::identity::Session;
use crate::state::AppState;

/// Proxies close a connection on which nothing is said, and pages take it for dead after 25 seconds.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// How soon a page comes back that has lost the stream. Browsers take three seconds unless they are told.
const RETRY: Duration = Duration::from_millis(500);

/// How long what happens at a door is collected before it is told.
const TOGETHER: Duration = Duration::from_millis(100);

/// Some proxies hold an answer back until it is long or over, unless they are told.
const UNBUFFERED: (&str, &str) = ("x-accel-buffering", "no");

/// `GET /api/events`: whether LiveKit answers (`livekit`: `up`, `anew` or `down`), now and whenever it changes. With
/// `?room=…` also what happens at that room's door, as far as it concerns the caller (`door`: a [`DoorNews`]).
#[utoipa::path(
    get, path = "/events", tag = "joining", summary = "Hear whether LiveKit answers, and what happens at a door",
    description = "Server-sent events. `livekit`: `up`, `anew` or `down`, now and whenever it changes. With `room` also \
                   `door`: the caller's place in the queue, that a host has decided, or to hosts who waits (to \
                   keys with the scope `moderation` or `attendance`). `alive` when there was nothing to tell for ten \
                   seconds. It ends when the caller's session or key does, and may end otherwise: open it again then.",
    params(("room" = Option<String>, Query, description = "Name, code or link of the meeting")),
    responses(
        (status = 200, description = "The stream", content_type = "text/event-stream", body = String),
        (status = 400, description = "`invalid_room_name`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`cross_site`"),
        (status = 404, description = "`room_not_found`"),
    )
)]
pub(super) async fn events(
    State(state): State<AppState>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let open = state.limits.open_stream(client.address).map_err(Problem::rate_limited)?;
    let query = request.uri().query().unwrap_or_default();
    let room = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "room");
    let caller = Caller::new(&state, request.extensions()).ok_or(ErrorCode::Internal)?;
    // Whoever is signed out hears no more; the page comes back as who it is then. Guests cannot be.
    let over =
        OptionFuture::from(caller.session.is_signed_in().then(|| state.accounts.signed_out(caller.session.hash())));
    let door = match room {
        Some((_, typed)) => {
            let watch = Box::pin(state.meetings.watch_door(&caller.session, &typed));
            Some(caller.ask(&typed, watch).await?)
        }
        None => None,
    };
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
    // Names of people are not for every key.
    let sees_who_waits = caller.has(Scope::Moderation) || caller.has(Scope::Attendance);
    let told = stream::select(told, door_events(state.clone(), caller.session, door, sees_who_waits));
    let told = told.take_until(async move {
        tokio::select! {
            () = shutdown.cancelled() => {}
            Some(()) = over => {}
        }
    });
    // No comment, of which browsers tell pages nothing; an event without data neither.
    let alive = Event::default().event(ALIVE_EVENT).data("yes");
    let stream = Sse::new(told).keep_alive(KeepAlive::new().interval(KEEP_ALIVE).event(alive));
    Ok(([UNBUFFERED], stream))
}

/// What this session is told of a door, now and whenever something else is so.
fn door_events(
    state: AppState,
    session: Session,
    door: Option<Watch>,
    sees_who_waits: bool,
) -> impl Stream<Item = Result<Event, Infallible>> + Send {
    let Some(door) = door else { return stream::empty().right_stream() };
    // What was told last; nothing yet.
    let told = stream::unfold((state, session, door, None), move |(state, session, mut door, told)| async move {
        if told.is_some() {
            door.changed().await?;
            // What happens at once is told at once.
            tokio::time::sleep(TOGETHER).await;
        }
        let news = loop {
            match state.meetings.door_news(&session, door.room()).await {
                Ok(news) => break news.filter(|news| sees_who_waits || !matches!(news, DoorNews::Queue(_))),
                Err(error) => {
                    error.report();
                    tokio::time::sleep(RETRY).await;
                }
            }
        };
        // Nothing to tell is news, too, for whoever waited, and may have while the stream was lost.
        let event = (told.as_ref() != Some(&news)).then(|| {
            let news = news.as_ref().unwrap_or(&DoorNews::Decided);
            Event::default().event(DOOR_EVENT).json_data(news).ok()
        });
        Some((event.flatten(), (state, session, door, Some(news))))
    });
    told.filter_map(|event| std::future::ready(event.map(Ok))).left_stream()
}
