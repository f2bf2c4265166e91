//! The question of a tab that wants a call which another tab of this browser has, or another browser of the same person.

use leptos::prelude::*;

use crate::components::ui::{note, whether, word};
use crate::state::{Intent, RoomModel};

/// "Move the call here?"
#[component]
pub fn MoveCall() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let dialog = NodeRef::new();
    crate::browser::use_modal(dialog, whether(move || model.handover.get().is_open()));
    let answered = whether(move || model.handover.get().is_answered());
    view! {
        <dialog
            class="dialog"
            aria-labelledby="move-call"
            aria-describedby="move-call-what"
            node_ref=dialog
            on:close=move |_| model.send(Intent::StayThere)
        >
            <h2 id="move-call">
                {word(move || {
                    if model.handover.get().is_about_browsers() {
                        "You are already in this meeting in another browser"
                    } else {
                        "You are already in this meeting in another tab"
                    }
                })}
            </h2>
            <p id="move-call-what">"Move the call here? The other one then leaves it."</p>
            <p role="status">{note(move || answered.get().then_some("Moving the call here…"))}</p>
            <div class="dialog-actions">
                <button type="button" class="button" disabled=answered on:click=move |_| model.send(Intent::StayThere)>
                    "Stay there"
                </button>
                <button
                    type="button"
                    class="button primary"
                    disabled=answered
                    on:click=move |_| model.send(Intent::MoveHere)
                >
                    "Move the call here"
                </button>
            </div>
        </dialog>
    }
    .into_any()
}
