//! A picture in a button. The pictures themselves are in the style sheet, not in the wasm.

use leptos::prelude::*;

/// An icon, always beside a name for the control that holds it.
#[component]
pub fn Icon(
    /// File in `style/icons`.
    #[prop(into)]
    name: Signal<&'static str>,
) -> impl IntoView {
    view! { <span class="icon" data-icon=name aria-hidden="true"></span> }
}
