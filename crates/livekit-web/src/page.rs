//! The page's own life.

use wasm_bindgen::JsCast;
use web_sys::PageTransitionEvent;

use crate::Listener;

/// Calls back when the page goes away; the argument says whether the browser keeps it and may show
/// it again. What must reach the server has to be started inside the callback.
pub fn on_page_hide(callback: impl Fn(bool) + 'static) -> Listener {
    let Some(window) = web_sys::window() else { return Listener::none() };
    Listener::new(&window, &["pagehide"], move |event| {
        callback(event.dyn_into::<PageTransitionEvent>().is_ok_and(|event| event.persisted()));
    })
}
