//! Somebody waits to be let in: said to those who may, wherever they look.

use leptos::prelude::*;
use wire::Moderation;

use crate::components::ui::{part_of_call, text};
use crate::state::{Intent, Panel, RoomModel};

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
    let admit = move |_| match model.queue.get_untracked().as_slice() {
        [one] => model.send(Intent::Moderate(Moderation::Admit(one.identity.clone()))),
        _ => model.send(Intent::Moderate(Moderation::AdmitAll)),
    };
    view! {
        <div class="banner" data-testid="door-notice">
            <span>{sentence}</span>
            <span class="actions">
                <button type="button" class="link" on:click=move |_| model.panel.set(Some(Panel::People))>
                    "See who"
                </button>
                <button type="button" class="link" on:click=admit>
                    {text(move || if model.queue.read().len() > 1 { "Admit all".to_owned() } else { "Admit".to_owned() })}
                </button>
            </span>
        </div>
    }
}
