//! What can be done about a message: by its sender, and by hosts.

use call::Entry;
use leptos::prelude::*;
use wire::{ChatChange, Mark, Right};

use crate::components::ui::{ClientOnly, Icon, part_of_call, press};
use crate::state::{LaterIntent, RoomModel};

/// Opens below a message. What is in it is made when it is opened: there may be two thousand of them.
#[component]
pub fn MessageMenu(entry: Entry) -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let opened = RwSignal::new(false);
    let label = format!("What to do about the message of {}", entry.sender_name);
    view! {
        <details class="message-menu">
            <summary on:click=move |_| opened.set(true)>
                <Icon name="more" />
                <span class="visually-hidden">{label}</span>
            </summary>
            {part_of_call(move || opened.get().then(|| actions(model, &entry)))}
        </details>
    }
    .client_only()
}

fn actions(model: RoomModel, entry: &Entry) -> AnyView {
    let place = entry.place;
    let does = |label, twice, change: ChatChange| {
        press(
            label,
            twice,
            Box::new(move || {
                model.send(LaterIntent::ChangeChat(change.clone()));
                // The button may go with what it did.
                crate::browser::focus_soon("message");
            }),
        )
    };
    let mut actions = Vec::new();
    if entry.own && model.may(Right::Write) {
        let text = entry.text.clone();
        actions.push(press("Edit", false, Box::new(move || model.edit(place, text.clone()))));
    }
    if model.may(Right::Moderate) {
        let marks: &[_] = if entry.mark == Mark::None {
            &[("Pin", Mark::Pinned), ("Mark as important", Mark::Important), ("Announce", Mark::Announcement)]
        } else {
            &[("Unpin", Mark::None)]
        };
        actions.extend(marks.iter().map(|(label, mark)| does(label, false, ChatChange::Mark(place, *mark))));
    }
    if entry.own || model.may(Right::Moderate) {
        actions.push(does("Delete", true, ChatChange::Delete(place)));
    }
    view! { <div class="message-actions">{actions}</div> }.client_only()
}

/// Whether there is anything to do about it.
pub fn has_actions(model: &RoomModel, entry: &Entry) -> bool {
    entry.place > 0 && (entry.own || model.may(Right::Moderate))
}
