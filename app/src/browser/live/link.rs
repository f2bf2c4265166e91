//! The meeting's link on the clipboard, and what stands in the link by which the page was opened.

use leptos::prelude::{location, window};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::components::ui::{ToastKind, Toasts};

/// Copies the address of this page.
pub async fn copy(toasts: Toasts) {
    let Ok(link) = location().origin().and_then(|origin| Ok(origin + &location().pathname()?)) else { return };
    copy_text(toasts, &link, "Link copied. Paste it to whoever should join.").await;
}

/// Copies a link; where the browser forbids it, shows the link instead.
pub async fn copy_text(toasts: Toasts, link: &str, copied: &str) {
    // There is no clipboard on pages that are not secure.
    let has_clipboard = js_sys::Reflect::has(&window().navigator(), &"clipboard".into()).unwrap_or(false);
    if has_clipboard && JsFuture::from(window().navigator().clipboard().write_text(link)).await.is_ok() {
        toasts.show(ToastKind::Info, copied);
    } else {
        toasts.show(ToastKind::Info, format!("Copy this link: {link}"));
    }
}

/// A secret in the page's address.
pub fn fragment(name: &str) -> Option<String> {
    Some(location().hash().ok()?.strip_prefix('#')?.strip_prefix(name)?.to_owned())
}

/// Takes a secret out of the page's address, so that nobody copies it from there.
pub fn take_fragment(name: &str) -> Option<String> {
    let secret = fragment(name)?;
    let bare = location().pathname().ok()? + &location().search().ok()?;
    // The router keeps what it needs in the entry's state.
    let history = window().history().ok()?;
    let state = history.state().unwrap_or(JsValue::NULL);
    history.replace_state_with_url(&state, "", Some(&bare)).ok()?;
    Some(secret)
}
