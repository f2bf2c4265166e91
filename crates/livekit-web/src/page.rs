//! The page's own life.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use wasm_bindgen::JsCast;
use web_sys::PageTransitionEvent;

use crate::Listener;

/// Milliseconds since 1970, as they have passed for this page: timers go by the same clock, which nobody sets. It may stand
/// while the machine sleeps, and so do they.
#[must_use]
pub fn now_ms() -> u64 {
    crate::externs::now() as u64
}

/// Comes back after so many milliseconds.
pub async fn pause(ms: u64) {
    drop(crate::externs::pause(ms as f64).await);
}

/// What comes of something that may take so many milliseconds; `None` where it takes longer: a network that was changed
/// swallows requests, and nothing tells.
pub async fn within<T>(ms: u64, what: impl Future<Output = T>) -> Option<T> {
    let (mut what, mut late) = (pin!(what), pin!(pause(ms)));
    poll_fn(|context| match what.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => late.as_mut().poll(context).map(|()| None),
    })
    .await
}

/// Calls back when the page goes away. What must reach the server has to be started inside the callback.
pub fn on_page_hide(callback: impl Fn() + 'static) -> Listener {
    web_sys::window().map_or_else(Listener::none, |window| Listener::new(&window, &["pagehide"], move |_| callback()))
}

/// Calls back when a lost connection may be found again: the network is back, or somebody looks at the page.
pub fn on_chance(callback: impl Fn() + 'static) -> Listener {
    let Some(window) = web_sys::window() else { return Listener::none() };
    let Some(document) = window.document() else { return Listener::none() };
    let page = document.clone();
    let mut listener = Listener::new(&window, &["online", "pageshow"], move |event| {
        // Whoever looks away gives nothing a better chance.
        if !(page.hidden() && event.type_() == "visibilitychange") {
            callback();
        }
    });
    listener.also(&document, "visibilitychange");
    listener
}

/// Calls back when the browser shows a page again that it had kept (by the back button, for instance).
pub fn on_page_restored(callback: impl Fn() + 'static) -> Listener {
    let Some(window) = web_sys::window() else { return Listener::none() };
    Listener::new(&window, &["pageshow"], move |event| {
        if event.dyn_into::<PageTransitionEvent>().is_ok_and(|event| event.persisted()) {
            callback();
        }
    })
}
