//! What follows a signal, in few types. Leptos compiles the code behind an attribute or a part of a page once for every
//! type of value that it is given, and every closure is a type of its own: one or two kilobytes of WebAssembly each.

use std::sync::{Arc, Mutex};

use leptos::prelude::*;

/// A text, or an attribute's value.
pub fn text(read: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(read)
}

/// One of a few words.
pub fn word(read: impl Fn() -> &'static str + Send + Sync + 'static) -> Signal<&'static str> {
    Signal::derive(read)
}

/// A sentence that is there or not.
pub fn note(read: impl Fn() -> Option<&'static str> + Send + Sync + 'static) -> Signal<Option<&'static str>> {
    Signal::derive(read)
}

/// `true` or `false`, as `aria-` and `data-` attributes have it.
pub fn flag(read: impl Fn() -> bool + Send + Sync + 'static) -> Signal<&'static str> {
    Signal::derive(move || if read() { "true" } else { "false" })
}

/// Whether an attribute such as `hidden` is there.
pub fn whether(read: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    Signal::derive(read)
}

/// Does something when the page is there, and again when what it reads has changed; never on the server.
pub fn effect(act: impl FnMut() + 'static) {
    let mut act: Box<dyn FnMut()> = Box::new(act);
    Effect::new(move |_| act());
}

/// A part of a page that comes, goes and changes.
pub fn part<V: IntoAny>(view: impl Fn() -> V + Send + 'static) -> Arc<Mutex<dyn FnMut() -> AnyView + Send>> {
    Arc::new(Mutex::new(move || view().into_any()))
}
