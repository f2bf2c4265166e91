//! Parlour's name, which leads home.

use leptos::prelude::*;

/// The word mark.
#[component]
pub fn Brand() -> impl IntoView {
    view! {
        <a class="brand" href="/">
            <span class="brand-mark" aria-hidden="true"></span>
            "Parlour"
        </a>
    }
}
