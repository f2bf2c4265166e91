//! What the server tells by itself, for as long as the call lasts.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use call::{ConnectionEvent, ConnectionState, Recovery};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};
use wire::{ALIVE_EVENT, DOOR_EVENT, DoorNews, EVENTS_PATH, LIVEKIT_ANEW, LIVEKIT_DOWN, LIVEKIT_EVENT};

use super::dom::Ticking;
use super::later::{Routine, when_there};
use super::session::{Session, now_ms};

/// A stream on which nothing came for so long is dead: the server gives a sign of life every ten seconds. When the network
/// was changed the browser may wait for it for many minutes.
const SILENT_MS: u64 = 25_000;
/// How often that is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// After an answer that is no stream (a proxy without its server, too many at once) the browser does not try again.
const OPEN_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// An open stream of events; it is closed when dropped.
pub struct ServerEvents {
    source: EventSource,
    _told: Closure<dyn Fn(MessageEvent)>,
    _door: Closure<dyn Fn(MessageEvent)>,
    _failed: Closure<dyn Fn()>,
    _alive: Closure<dyn Fn()>,
    _look: Option<Ticking>,
}

impl Drop for ServerEvents {
    fn drop(&mut self) {
        self.source.close();
    }
}

impl Session {
    /// Begins to listen, unless it listens already. After a loss the browser connects again by itself, and the server then
    /// tells anew how things are.
    pub fn listen_to_server(self: &Rc<Self>) {
        if self.server_events.borrow().is_some() {
            return;
        }
        let room = js_sys::encode_uri_component(&self.room_name());
        let Ok(source) = EventSource::new(&format!("{EVENTS_PATH}?room={room}")) else { return };
        let session = Rc::downgrade(self);
        let heard_ms = Rc::new(Cell::new(now_ms()));
        // What is told may end the stream, and what listens to it with that: this comes first.
        let hear = || {
            let heard_ms = Rc::clone(&heard_ms);
            move || heard_ms.set(now_ms())
        };
        let hears = hear();
        let told = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            hears();
            let Some(session) = session.upgrade().filter(|session| !session.closed()) else { return };
            let word = event.data().as_string().unwrap_or_default();
            let up = word != LIVEKIT_DOWN;
            let was_down = session.model.server_down.get_untracked();
            session.model.server_down.set(!up);
            if session.server_lost.replace(false) {
                when_there(Rc::clone(&session), Routine::Messages);
                session.catch_up();
                session.refresh_status();
            }
            // A stream that was only lost and found says nothing against a resume that is under way.
            let resuming = session.connection.borrow().state() == ConnectionState::Reconnecting(Recovery::Resuming);
            if word == LIVEKIT_ANEW {
                session.connection(ConnectionEvent::ServerAnew);
            } else if up && (was_down || !resuming) {
                session.connection(ConnectionEvent::ServerBack);
            }
        });
        let watched = source.clone();
        let hears = hear();
        let lost = self.when(move |session| {
            // The browser tries by itself, and sooner than a new stream would.
            hears();
            session.server_lost.set(true);
            if watched.ready_state() == EventSource::CLOSED {
                session.listen_to_server_again();
            }
        });
        let failed = Closure::<dyn Fn()>::new(lost);
        source.set_onerror(Some(failed.as_ref().unchecked_ref()));
        let listener = Rc::downgrade(self);
        let hears = hear();
        let door = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            hears();
            let news =
                event.data().as_string().and_then(|json| serde_json::from_slice::<DoorNews>(json.as_bytes()).ok());
            if let (Some(session), Some(news)) = (listener.upgrade(), news)
                && !session.closed()
            {
                session.at_the_door(news);
            }
        });
        let alive = Closure::<dyn Fn()>::new(hear());
        let look = self.when(move |session| {
            if now_ms().saturating_sub(heard_ms.get()) >= SILENT_MS {
                session.server_lost.set(true);
                session.model.server_down.set(false);
                session.server_events.take();
                session.listen_to_server();
            }
        });
        for (event, to) in [(LIVEKIT_EVENT, told.as_ref()), (DOOR_EVENT, door.as_ref()), (ALIVE_EVENT, alive.as_ref())]
        {
            // Only what is no event cannot be listened to.
            let _ = source.add_event_listener_with_callback(event, to.unchecked_ref());
        }
        let look = set_interval_with_handle(look, LOOK_EVERY).ok().map(Ticking);
        let events = ServerEvents { source, _told: told, _door: door, _failed: failed, _alive: alive, _look: look };
        self.server_events.replace(Some(events));
    }

    fn listen_to_server_again(self: &Rc<Self>) {
        self.model.server_down.set(false);
        let again = self.when(|session| {
            // Another may have been opened meanwhile.
            let is_over = |events: &ServerEvents| events.source.ready_state() == EventSource::CLOSED;
            if session.server_events.borrow().as_ref().is_some_and(is_over) {
                session.server_events.take();
            }
            if session.in_call() || session.waits() {
                session.listen_to_server();
            }
        });
        set_timeout(again, OPEN_AGAIN_AFTER);
    }

    pub fn stop_listening_to_server(&self) {
        self.server_events.take();
        self.model.server_down.try_set(false);
    }
}
