//! At the door: until a host has decided.

use leptos::prelude::*;
use wire::NOTE_MAX_CHARS;

use crate::components::ui::{Brand, ClientOnly, DeviceToggle, text};
use crate::state::{Intent, LaterIntent, RoomModel};

/// "Waiting to be let in".
#[component]
pub fn WaitingRoom() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let sentence = text(move || {
        let place = model.place.get();
        match (place.attended, place.place) {
            (false, _) => "No host is here yet. You will be let in when one has come.".to_owned(),
            (true, 1) => "A host has been told that you are here. You are the next.".to_owned(),
            (true, 2) => "A host has been told that you are here. One person is before you.".to_owned(),
            (true, place) => format!("A host has been told that you are here. {} are before you.", place - 1),
        }
    });
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
                <button type="button" class="button quiet" on:click=move |_| model.send(Intent::Leave)>
                    "Cancel"
                </button>
            </main>
        </div>
    }
    .client_only()
}
