//! Who is here.

use leptos::prelude::*;
use wire::{Moderation, Right};

use super::person::Person;
use super::queue::Queue;
use crate::components::ui::{ClientOnly, Icon, list, part_of_call};
use crate::state::{Intent, LaterIntent, RoomModel};

/// "People".
#[component]
pub fn PeoplePanel() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let may_mute_all = Memo::new(move |_| model.may(Right::Moderate) && model.people.read().len() > 1);
    view! {
        <aside class="panel" aria-label="People">
            <header class="panel-header">
                <h2 id="people" tabindex="-1">
                    "People"
                </h2>
                <button
                    type="button"
                    class="panel-close"
                    aria-label="Close people"
                    on:click=move |_| model.close_panel()
                >
                    <Icon name="close" />
                </button>
            </header>
            <Queue />
            <ul class="people" aria-label="Participants">
                {list(
                    move || model.people.get(),
                    |person| person.read_untracked().identity.0.clone(),
                    |person| view! { <Person person=RwSignal::from(person) /> }.client_only(),
                )}
            </ul>
            <footer class="panel-footer">
                {part_of_call(move || may_mute_all.get().then(|| view! { <MuteAll /> }))}
                <button type="button" class="button" on:click=move |_| model.send(Intent::CopyLink)>
                    <Icon name="link" />
                    "Copy meeting link"
                </button>
            </footer>
        </aside>
    }
    .client_only()
}

/// Silence at once; everybody switches on again when they speak.
#[component]
fn MuteAll() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    view! {
        <button type="button" class="button" on:click=move |_| model.send(LaterIntent::Moderate(Moderation::MuteAll))>
            <Icon name="mic-off" />
            "Mute everybody"
        </button>
    }
}
