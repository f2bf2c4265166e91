//! Between Join and the call: what is being done, and how far it is.

use leptos::prelude::*;

use crate::components::ui::{Brand, word};
use crate::state::{Intent, JoinStep, RoomModel};

/// "Setting up your room".
#[component]
pub fn SettingUp() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    view! {
        <div class="setting-up page">
            <header class="page-header">
                <Brand />
            </header>
            <div class="message-page">
                <h1 id="setting-up" tabindex="-1">
                    "Setting up your room"
                </h1>
                <p class="lead" role="status">
                    {word(move || model.step.get().sentence())}
                </p>
                <progress
                    aria-label="Setting up your room"
                    max=JoinStep::COUNT
                    prop:value=Signal::derive(move || f64::from(model.step.get().number()) - 0.5)
                ></progress>
                <button type="button" class="button quiet" on:click=move |_| model.send(Intent::Leave)>
                    "Cancel"
                </button>
            </div>
        </div>
    }
}
