//! The own name, which can be another one at any time.

use leptos::prelude::*;
use wire::DISPLAY_NAME_MAX_CHARS;

use crate::components::ui::{ClientOnly, flag, note};
use crate::state::{LaterIntent, RoomModel};

/// The name, and the button that tells it to the others.
#[component]
pub fn OwnName() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    view! {
        <form
            class="own-name"
            on:submit=move |event| {
                event.prevent_default();
                model.send(LaterIntent::Rename);
            }
        >
            <input
                class="field"
                aria-label="Your name"
                autocomplete="name"
                maxlength=DISPLAY_NAME_MAX_CHARS
                enterkeyhint="done"
                aria-describedby="own-name-problem"
                aria-invalid=flag(move || model.name_problem.get().is_some())
                prop:value=model.name
                on:input:target=move |event| {
                    model.name_problem.set(None);
                    model.name.set(event.target().value());
                }
            />
            <button type="submit" class="button" aria-busy=flag(move || model.renaming.get())>
                "Change"
            </button>
            <p id="own-name-problem" class="problem" role="alert">
                {note(move || model.name_problem.get().map(|_| "Enter your name, so that others know who you are."))}
            </p>
        </form>
    }
    .client_only()
}
