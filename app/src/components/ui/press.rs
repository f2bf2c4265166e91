//! A button of a menu; what cannot be taken back is pressed twice.

use leptos::prelude::*;

use super::{ClientOnly, text};

/// A button that does something, the second time when it is asked for `twice`.
pub fn press(label: &'static str, twice: bool, act: Box<dyn Fn() + Send>) -> AnyView {
    let sure = RwSignal::new(!twice);
    let pressed = move |_| {
        if sure.get_untracked() {
            act();
        }
        sure.try_set(true);
    };
    let label = text(move || if twice && sure.get() { format!("{label}: press again") } else { label.to_owned() });
    view! {
        <button
            type="button"
            class="button small"
            on:click=pressed
            on:blur=move |_| {
                sure.try_set(!twice);
            }
        >
            {label}
        </button>
    }
    .client_only()
}
