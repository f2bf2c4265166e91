//! What the server tells by itself, for as long as the call lasts.

use std::rc::Rc;

use call::ConnectionEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};
use wire::{EVENTS_PATH, LIVEKIT_EVENT, LIVEKIT_UP};

use super::session::Session;

/// An open stream of events; it is closed when dropped.
pub struct ServerEvents {
    source: EventSource,
    _told: Closure<dyn Fn(MessageEvent)>,
}

impl Drop for ServerEvents {
    fn drop(&mut self) {
        self.source.close();
    }
}

impl Session {
    /// Begins to listen, unless it listens already. The browser connects again by itself, and the server then tells anew
    /// how things are.
    pub fn listen_to_server(self: &Rc<Self>) {
        if self.server_events.borrow().is_some() {
            return;
        }
        let Ok(source) = EventSource::new(EVENTS_PATH) else { return };
        let session = Rc::downgrade(self);
        let told = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let Some(session) = session.upgrade().filter(|session| !session.closed()) else { return };
            let up = event.data().as_string().is_some_and(|word| word == LIVEKIT_UP);
            session.model.server_down.set(!up);
            if up {
                session.connection(ConnectionEvent::ServerBack);
            }
        });
        if source.add_event_listener_with_callback(LIVEKIT_EVENT, told.as_ref().unchecked_ref()).is_ok() {
            self.server_events.replace(Some(ServerEvents { source, _told: told }));
        }
    }

    pub fn stop_listening_to_server(&self) {
        self.server_events.take();
        self.model.server_down.try_set(false);
    }
}
