//! The own hand, up and down.

use leptos::prelude::*;
use wire::Right;

use crate::components::ui::{ClientOnly, Icon, flag, whether, word};
use crate::state::{Intent, RoomModel};

/// "Raise hand": pressed while the hand is up.
#[component]
pub fn HandToggle() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let hand = model.hand;
    view! {
        <button
            type="button"
            class="control"
            data-testid="hand-toggle"
            aria-label="Raise hand"
            title=word(move || if hand.raised.get() { "Lower your hand" } else { "Raise your hand" })
            disabled=whether(move || !model.may(Right::RaiseHand))
            aria-pressed=flag(move || hand.raised.get())
            aria-busy=flag(move || hand.pending.get())
            on:click=move |_| model.send(Intent::ToggleHand)
        >
            <Icon name="hand" />
        </button>
    }
    .client_only()
}
