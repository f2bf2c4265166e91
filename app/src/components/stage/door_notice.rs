//! Somebody waits to be let in: said to those who may, wherever they look.

use leptos::prelude::*;
use wire::{Identity, Moderation};

use crate::components::ui::{part_of_call, text};
use crate::state::{LaterIntent, Panel, RoomModel};

/// The notice; nothing while the list of people, which says the same, is open.
#[component]
pub fn DoorNotice() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let shown = Memo::new(move |_| !model.queue.read().is_empty() && model.panel.get() != Some(Panel::People));
    view! { <div role="status">{part_of_call(move || shown.get().then(|| view! { <SomebodyWaits /> }))}</div> }
}

#[component]
fn SomebodyWaits() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let sentence = text(move || match model.queue.get().as_slice() {
        [one] => format!("{} is waiting to be let in.", one.name),
        several => format!("{} people are waiting to be let in.", several.len()),
    });
    // A button must not come to mean more while it is pressed: of several, the list decides.
    let one = Memo::new(move |_| match model.queue.read().as_slice() {
        [one] => Some(one.identity.clone()),
        _ => None,
    });
    view! {
        <div class="banner" data-testid="door-notice">
            <span>{sentence}</span>
            <span class="actions">
                <button type="button" class="link" on:click=move |_| model.panel.set(Some(Panel::People))>
                    "See who"
                </button>
                {part_of_call(move || one.get().map(|who| view! { <Admit who=who /> }))}
            </span>
        </div>
    }
}

#[component]
fn Admit(who: Identity) -> impl IntoView {
    let model = expect_context::<RoomModel>();
    view! {
        <button
            type="button"
            class="link"
            on:click=move |_| model.send(LaterIntent::Moderate(Moderation::Admit(who.clone())))
        >
            "Admit"
        </button>
    }
}
