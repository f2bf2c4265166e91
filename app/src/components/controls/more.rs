//! The way to what is needed now and then.

use leptos::prelude::*;

use crate::components::later::{Later, later};
use crate::components::ui::{ClientOnly, Icon, part_of_call};

/// The button "More" and what it opens, which is there from the first time on.
#[component]
pub fn More() -> impl IntoView {
    let wanted = RwSignal::new(false);
    view! {
        <button type="button" class="control" aria-label="More" title="More" popovertarget="more">
            <Icon name="more" />
        </button>
        <div
            id="more"
            class="popover"
            popover="auto"
            role="dialog"
            aria-label="More"
            on:toggle=move |_| wanted.set(true)
        >
            {part_of_call(move || wanted.get().then(|| later(Later::More)))}
        </div>
    }
    .client_only()
}
