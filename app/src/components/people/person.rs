//! One participant in the list of people.

use call::{Participant, hue, initials};
use leptos::prelude::*;
use wire::Right;

use super::HeardBy;
use super::person_menu::PersonMenu;
use crate::components::ui::{ClientOnly, Icon, flag, note, part_of_call, text, word};
use crate::state::{LaterIntent, RoomModel};

/// One participant in the list.
#[component]
pub fn Person(person: RwSignal<Participant>) -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let name = Memo::new(move |_| person.read().name.clone());
    let local = person.read_untracked().local;
    let microphone = Memo::new(move |_| person.read().microphone_on());
    let may_unmute =
        Memo::new(move |_| !local && !person.read().microphone_on() && person.read().role.may(Right::Speak));
    let camera = Memo::new(move |_| person.read().camera_on());
    let role = Memo::new(move |_| person.read().role.label());
    let moderated = Memo::new(move |_| !local && model.role.get().may_moderate(person.read().role));
    let identity = person.read_untracked().identity.clone();
    let hue = hue(&identity);
    let place = Memo::new(move |_| model.hands.read().iter().position(|up| *up == identity));
    let microphone_icon = word(move || if microphone.get() { "mic" } else { "mic-off" });
    let camera_icon = word(move || if camera.get() { "camera" } else { "camera-off" });
    view! {
        <li class="person" data-speaking=flag(move || person.read().speaking)>
            <span class="avatar small" aria-hidden="true" style:--hue=hue.to_string()>
                {text(move || initials(&name.get()))}
            </span>
            <span class="person-name">
                {name} {local.then_some(" (you)")} {local.then(|| view! { <HeardBy /> })}
                <span class="presence">{note(move || person.read().trouble().or(role.get()))}</span>
            </span>
            {part_of_call(move || place.get().map(|before| view! { <RaisedHand place=before + 1 /> }))}
            {part_of_call(move || may_unmute.get().then(|| view! { <AskToUnmute person=person /> }))}
            <span class="person-marks" data-on=flag(move || microphone.get())>
                <Icon name=microphone_icon />
                <span class="visually-hidden">
                    {word(move || if microphone.get() { "microphone on" } else { "microphone off" })}
                </span>
            </span>
            <span class="person-marks" data-on=flag(move || camera.get())>
                <Icon name=camera_icon />
                <span class="visually-hidden">{word(move || if camera.get() { "camera on" } else { "camera off" })}</span>
            </span>
            {part_of_call(move || moderated.get().then(|| view! { <PersonMenu person=person /> }))}
        </li>
    }
    .client_only()
}

/// "You are muted": everybody may say it, to those who may speak.
#[component]
fn AskToUnmute(person: RwSignal<Participant>) -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let label = text(move || format!("Ask {} to unmute", person.read().name));
    let ask = move |_| model.send(LaterIntent::AskToUnmute(person.read_untracked().identity.clone()));
    view! {
        <button type="button" class="person-ask" title="Ask to unmute" on:click=ask>
            <Icon name="bell" />
            <span class="visually-hidden">{label}</span>
        </button>
    }
}

/// A raised hand, and its place in the queue.
#[component]
fn RaisedHand(place: usize) -> impl IntoView {
    view! {
        <span class="person-hand">
            <Icon name="hand" />
            <span class="visually-hidden">"hand raised, place "</span>
            <span data-testid="hand-place">{place.to_string()}</span>
        </span>
    }
}
