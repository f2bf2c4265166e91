//! An event listener that is removed when it is dropped.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Event, EventTarget};

/// Keeps a callback registered; dropping it removes the callback.
#[must_use = "dropping it removes the callback"]
pub struct Listener {
    registrations: Vec<(EventTarget, &'static str)>,
    callback: Closure<dyn Fn(Event)>,
}

impl Listener {
    /// Listens to every one of `names` on `target`.
    pub(crate) fn new(target: &EventTarget, names: &[&'static str], callback: impl Fn(Event) + 'static) -> Self {
        let mut listener = Self { registrations: Vec::new(), callback: Closure::new(callback) };
        for name in names {
            listener.also(target, name);
        }
        listener
    }

    /// Listens to `name` on another target too.
    pub(crate) fn also(&mut self, target: &EventTarget, name: &'static str) {
        if target.add_event_listener_with_callback(name, self.callback.as_ref().unchecked_ref()).is_ok() {
            self.registrations.push((target.clone(), name));
        }
    }

    /// Listens to nothing: for a target that this browser does not have.
    pub(crate) fn none() -> Self {
        Self { registrations: Vec::new(), callback: Closure::new(|_| ()) }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        for (target, name) in &self.registrations {
            let removed = target.remove_event_listener_with_callback(name, self.callback.as_ref().unchecked_ref());
            debug_assert!(removed.is_ok(), "removing a listener does not fail");
        }
    }
}
