//! The page of a running call.

use leptos::prelude::*;

use super::banner::{ConnectionBanner, SoundBlocked};
use super::stage_area::StageArea;
use crate::components::chat::ChatPanel;
use crate::components::controls::ControlBar;
use crate::components::people::PeoplePanel;
use crate::state::{Panel, RoomModel};

/// Stage, panel and controls.
#[component]
pub fn CallView() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let panel = move || match model.panel.get() {
        Some(Panel::Chat) => Some(view! { <ChatPanel /> }.into_any()),
        Some(Panel::People) => Some(view! { <PeoplePanel /> }.into_any()),
        None => None,
    };
    view! {
        <main
            class="call"
            data-connection=move || model.connection.get().label()
            data-panel=move || model.panel.get().is_some().to_string()
        >
            <h1 id="call" class="visually-hidden" tabindex="-1">
                {model.title()}
            </h1>
            <div class="call-middle">
                <StageArea />
                {panel}
            </div>
            <div class="notices">
                <ConnectionBanner />
                <SoundBlocked />
            </div>
            <ControlBar />
            <p class="visually-hidden" role="status">
                {move || model.announcement.get()}
            </p>
        </main>
    }
}
