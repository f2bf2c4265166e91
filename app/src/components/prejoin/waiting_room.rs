//! At the door: until a host has decided.

use leptos::prelude::*;
use wire::{NOTE_MAX_CHARS, Place};

use crate::components::ui::{Brand, ClientOnly, DeviceToggle, text};
use crate::state::{LaterIntent, RoomModel};

/// "Waiting to be let in".
#[component]
pub fn WaitingRoom() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let sentence = text(move || sentence(model.place.get()));
    crate::browser::focus_soon("waiting");
    view! {
        <div class="page">
            <header class="page-header">
                <Brand />
            </header>
            <main class="message-page" data-connection="connecting">
                <h1 id="waiting" tabindex="-1">
                    "Waiting to be let in"
                </h1>
                <p class="lead" role="status">
                    {sentence}
                </p>
                <div class="waiting-devices">
                    <DeviceToggle device=model.microphone />
                    <DeviceToggle device=model.camera />
                </div>
                <form
                    class="note"
                    on:submit=move |event| {
                        event.prevent_default();
                        model.send(LaterIntent::LeaveNote);
                    }
                >
                    <label for="note">"Note for the hosts"</label>
                    <input
                        id="note"
                        class="field"
                        maxlength=NOTE_MAX_CHARS
                        enterkeyhint="send"
                        prop:value=model.note
                        on:input:target=move |event| model.note.set(event.target().value())
                    />
                    <button type="submit" class="button">
                        "Leave note"
                    </button>
                </form>
                <button type="button" class="button quiet" on:click=move |_| model.send(LaterIntent::LeaveDoor)>
                    "Cancel"
                </button>
            </main>
        </div>
    }
    .client_only()
}

/// Whether a host knows, and how many are before.
fn sentence(Place { place, attended }: Place) -> String {
    let host = match attended {
        Some(true) => "A host has been told that you are here.",
        Some(false) => "No host is here yet. You will be let in when one has come.",
        None => "Whether a host is here is not known at the moment.",
    };
    match place {
        1 => format!("{host} You are the next."),
        2 => format!("{host} One person is before you."),
        _ => format!("{host} {} are before you.", place.saturating_sub(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_told_whether_a_host_is_there_or_not() {
        for attended in [Some(true), Some(false), None] {
            for (place, told) in
                [(1, " You are the next."), (2, " One person is before you."), (4, " 3 are before you.")]
            {
                assert!(sentence(Place { place, attended }).ends_with(told), "{place} {attended:?}");
            }
        }
        assert!(sentence(Place { place: 1, attended: None }).contains("not known"));
    }
}
