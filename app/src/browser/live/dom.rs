//! The document: sizes, focus, fields.

use std::cell::RefCell;
use std::mem;
use std::rc::Rc;
use std::time::Duration;

use leptos::html::{Dialog, Div, Form};
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, HtmlInputElement, ResizeObserver};

use super::session::now_ms;
use crate::components::ui::effect;

/// Says that the page is interactive: `html[data-hydrated]`.
pub fn mark_hydrated() {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-hydrated", "");
    }
}

/// What stands in a field now: it may have been typed, or filled in by the browser, before the
/// page listened.
pub fn text_of(id: &str, known: &str) -> String {
    document()
        .get_element_by_id(id)
        .and_then(|field| field.dyn_into::<HtmlInputElement>().ok())
        .map_or_else(|| known.to_owned(), |field| field.value())
}

/// Acts on a form that was sent before the page was hydrated.
pub fn use_early_press(form: NodeRef<Form>, act: impl Fn() + 'static) {
    effect(move || {
        if let Some(form) = form.get()
            && form.has_attribute("data-pressed")
        {
            let _ = form.remove_attribute("data-pressed");
            act();
        }
    });
}

/// An element's inner size in CSS pixels, kept up to date.
pub fn use_size(area: NodeRef<Div>) -> Signal<(f64, f64)> {
    let size = RwSignal::new((0.0, 0.0));
    let watched = StoredValue::new_local(None::<Watched>);
    effect(move || {
        let Some(area) = area.get() else { return };
        let element = HtmlElement::clone(&area);
        let measured = element.clone();
        let measure = move || (f64::from(measured.client_width()), f64::from(measured.client_height()));
        size.set(measure());
        let closure = Closure::<dyn Fn()>::new(move || size.set(measure()));
        if let Ok(observer) = ResizeObserver::new(closure.as_ref().unchecked_ref()) {
            observer.observe(&element);
            watched.set_value(Some(Watched { observer, _closure: closure }));
        }
    });
    size.into()
}

/// A running observation; ends when dropped.
struct Watched {
    observer: ResizeObserver,
    _closure: Closure<dyn Fn()>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Whole seconds until a moment in milliseconds since 1970, counted down.
pub fn use_countdown(until_ms: Signal<Option<u64>>) -> Signal<u64> {
    /// Often enough that no second is skipped.
    const TICK: Duration = Duration::from_millis(200);
    let left = RwSignal::new(0);
    let ticking = StoredValue::new_local(None::<Ticking>);
    effect(move || {
        ticking.set_value(None);
        let Some(until_ms) = until_ms.get() else { return };
        let tick = move || {
            left.try_set(until_ms.saturating_sub(now_ms()).div_ceil(1_000));
        };
        tick();
        ticking.set_value(set_interval_with_handle(tick, TICK).ok().map(Ticking));
    });
    left.into()
}

/// How long until a moment in the milliseconds of [`now_ms`]. A timer may come a millisecond early.
pub fn wait_until(at_ms: u64) -> Duration {
    Duration::from_millis(at_ms.saturating_sub(now_ms()) + 1)
}

/// Milliseconds since 1970 by the clock on the wall, as servers and people know them. It may be set, also back.
pub fn wall_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// Acts once: before the browser paints the next time, or soon where it does not paint (a hidden tab).
pub fn next_frame(act: impl Fn() + 'static) {
    /// More than a frame takes on a slow phone.
    const NOT_PAINTED: Duration = Duration::from_millis(200);
    let act = Rc::new(RefCell::new(Some(act)));
    let once = move || {
        if let Some(act) = act.take() {
            act();
        }
    };
    request_animation_frame(once.clone());
    set_timeout(once, NOT_PAINTED);
}

/// Acts when the browser has painted, or at once where nobody sees it.
pub fn after_paint(act: impl Fn() + 'static) {
    if document().hidden() {
        return act();
    }
    let act = Rc::new(act);
    next_frame(move || {
        let act = Rc::clone(&act);
        set_timeout(move || act(), Duration::ZERO);
    });
}

/// A running interval; it ends when dropped.
pub struct Ticking(pub IntervalHandle);

impl Drop for Ticking {
    fn drop(&mut self) {
        self.0.clear();
    }
}

/// Keeps the end of a log in sight while it grows, unless the reader has scrolled up.
pub fn use_follow_end(log: NodeRef<Div>, length: Signal<usize>) {
    /// How far from the end still counts as the end, in CSS pixels.
    const NEAR_PX: i32 = 120;
    let mut first = true;
    effect(move || {
        length.track();
        if let Some(log) = log.get() {
            let end = log.scroll_height() - log.client_height();
            // The new entry is not laid out yet, so the end is where it was.
            if mem::take(&mut first) || end - log.scroll_top() < NEAR_PX {
                request_animation_frame(move || log.set_scroll_top(log.scroll_height()));
            }
        }
    });
}

/// Opens and closes a dialog that stands before everything else. The browser keeps the focus inside, and gives it back.
pub fn use_modal(dialog: NodeRef<Dialog>, open: Signal<bool>) {
    effect(move || {
        let (open, Some(dialog)) = (open.get(), dialog.get()) else { return };
        if open != dialog.open() {
            if open {
                let _ = dialog.show_modal();
            } else {
                dialog.close();
            }
        }
    });
}

/// Moves the focus to an element that is about to be shown.
pub fn focus_soon(id: &'static str) {
    request_animation_frame(move || {
        if let Some(element) = document().get_element_by_id(id).and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
}

/// A time of day as the reader writes it; nothing in a browser that cannot say it, such as one with a zone that it does not
/// know.
pub fn clock_time(at_ms: u64) -> String {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at_ms as f64));
    let options = js_sys::Object::new();
    for key in ["hour", "minute"] {
        let _ = js_sys::Reflect::set(&options, &key.into(), &"2-digit".into());
    }
    js_sys::Reflect::get(&date, &"toLocaleTimeString".into())
        .ok()
        .and_then(|write| write.dyn_into::<js_sys::Function>().ok()?.call2(&date, &"default".into(), &options).ok())
        .and_then(|time| time.as_string())
        .unwrap_or_default()
}
