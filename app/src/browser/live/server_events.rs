//! What the server tells by itself, for as long as the call lasts.

use std::rc::Rc;
use std::time::Duration;

use call::{ConnectionEvent, ConnectionState, Recovery};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};
use wire::{DOOR_EVENT, DoorNews, EVENTS_PATH, LIVEKIT_ANEW, LIVEKIT_DOWN, LIVEKIT_EVENT};

use super::session::Session;

/// After an answer that is no stream (a proxy without its server, too many at once) the browser does not try again.
const OPEN_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// An open stream of events; it is closed when dropped.
pub struct ServerEvents {
    source: EventSource,
    _told: Closure<dyn Fn(MessageEvent)>,
    _door: Closure<dyn Fn(MessageEvent)>,
    _failed: Closure<dyn Fn()>,
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
        let told = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let Some(session) = session.upgrade().filter(|session| !session.closed()) else { return };
            let word = event.data().as_string().unwrap_or_default();
            let up = word != LIVEKIT_DOWN;
            let was_down = session.model.server_down.get_untracked();
            session.model.server_down.set(!up);
            if session.server_lost.replace(false) {
                session.send_waiting();
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
        let lost = self.when(move |session| {
            session.server_lost.set(true);
            if watched.ready_state() == EventSource::CLOSED {
                session.listen_to_server_again();
            }
        });
        let failed = Closure::<dyn Fn()>::new(lost);
        source.set_onerror(Some(failed.as_ref().unchecked_ref()));
        let listener = Rc::downgrade(self);
        let door = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let news =
                event.data().as_string().and_then(|json| serde_json::from_slice::<DoorNews>(json.as_bytes()).ok());
            if let (Some(session), Some(news)) = (listener.upgrade(), news)
                && !session.closed()
            {
                session.at_the_door(news);
            }
        });
        let listen = |event, to: &Closure<dyn Fn(MessageEvent)>| {
            source.add_event_listener_with_callback(event, to.as_ref().unchecked_ref()).is_ok()
        };
        if listen(LIVEKIT_EVENT, &told) && listen(DOOR_EVENT, &door) {
            self.server_events.replace(Some(ServerEvents { source, _told: told, _door: door, _failed: failed }));
        }
    }

    fn listen_to_server_again(self: &Rc<Self>) {
        self.model.server_down.set(false);
        let again = self.when(|session| {
            session.server_events.take();
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
