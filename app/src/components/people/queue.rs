//! Who waits at the door, for those who may let them in.

use call::{hue, initials};
use leptos::prelude::*;
use wire::{Moderation, Waiting};

use crate::components::ui::{ClientOnly, list, part_of_call, text};
use crate::state::{LaterIntent, RoomModel};

/// "Waiting to join"; nothing while nobody waits.
#[component]
pub fn Queue() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let any = Memo::new(move |_| !model.queue.read().is_empty());
    part_of_call(move || any.get().then(|| view! { <Waiters /> }))
}

#[component]
fn Waiters() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let several = Memo::new(move |_| model.queue.read().len() > 1);
    view! {
        <section class="queue">
            <header class="queue-head">
                <h3>"Waiting to join"</h3>
                {part_of_call(move || several.get().then(|| view! { <AdmitAll /> }))}
            </header>
            <ul aria-label="Waiting to join">
                {list(
                    move || model.queue.get(),
                    |one| one.identity.0.clone(),
                    |one| view! { <Waiter one=one /> }.client_only(),
                )}
            </ul>
        </section>
    }
}

/// Those who are seen, and nobody who comes while the button is pressed.
#[component]
fn AdmitAll() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let admit = move |_| {
        let seen = model.queue.get_untracked().into_iter().map(|one| one.identity).collect();
        model.send(LaterIntent::Moderate(Moderation::AdmitAll(seen)));
    };
    view! {
        <button type="button" class="button small" on:click=admit>
            "Admit all"
        </button>
    }
}

#[component]
fn Waiter(one: Waiting) -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let Waiting { identity, name, .. } = one;
    // It may be left later.
    let whose = identity.clone();
    let note = text(move || {
        let queue = model.queue.read();
        queue.iter().find(|one| one.identity == whose).map(|one| one.note.clone()).unwrap_or_default()
    });
    let hue = hue(&identity);
    let described = format!("waiting-{}", identity.as_str());
    let (admit, deny) = (Moderation::Admit(identity.clone()), Moderation::Deny(identity));
    let decide = move |what: &Moderation| {
        model.send(LaterIntent::Moderate(what.clone()));
        // The line goes, and with it what has the focus.
        crate::browser::focus_soon("people");
    };
    view! {
        <li class="person">
            <span class="avatar small" aria-hidden="true" style:--hue=hue.to_string()>
                {initials(&name)}
            </span>
            <span class="person-name" id=described.clone()>
                {name}
                <span class="presence">{note}</span>
            </span>
            <button
                type="button"
                class="button small"
                aria-describedby=described.clone()
                on:click=move |_| decide(&deny)
            >
                "Deny"
            </button>
            <button
                type="button"
                class="button small primary"
                aria-describedby=described
                on:click=move |_| decide(&admit)
            >
                "Admit"
            </button>
        </li>
    }
}
