//! The meeting's link on the clipboard.

use leptos::prelude::{location, window};
use wasm_bindgen_futures::JsFuture;

use crate::components::ui::{ToastKind, Toasts};

/// Copies the address of this page; where the browser forbids it, shows the address instead.
pub async fn copy(toasts: Toasts) {
    let Ok(link) = location().origin().and_then(|origin| Ok(origin + &location().pathname()?)) else { return };
    // There is no clipboard on pages that are not secure.
    let has_clipboard = js_sys::Reflect::has(&window().navigator(), &"clipboard".into()).unwrap_or(false);
    let copied = has_clipboard && JsFuture::from(window().navigator().clipboard().write_text(&link)).await.is_ok();
    if copied {
        toasts.show(ToastKind::Info, "Link copied. Paste it to whoever should join.");
    } else {
        toasts.show(ToastKind::Info, format!("Copy this link: {link}"));
    }
}
