//! Preferences in the browser's storage.

use leptos::prelude::window;

use crate::state::Preferences;

/// Where they are kept.
const KEY: &str = "parlour.preferences";

/// What was kept; defaults when there is nothing, or nothing that can be read.
pub fn load() -> Preferences {
    let kept = storage().and_then(|storage| storage.get_item(KEY).ok().flatten()).unwrap_or_default();
    Preferences::read(&serde_json::from_slice(kept.as_bytes()).unwrap_or_default())
}

/// Changes what is kept. A browser that keeps nothing (private window, full) still works.
pub fn change(edit: impl FnOnce(&mut Preferences)) {
    let mut preferences = load();
    edit(&mut preferences);
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(&preferences)) {
        let _ = storage.set_item(KEY, &text);
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
