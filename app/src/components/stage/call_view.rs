//! The page of a running call.

use leptos::prelude::*;

use super::banner::{ConnectionBanner, SoundBlocked};
use super::door_notice::DoorNotice;
use super::microphone_notice::MicrophoneNotice;
use super::quality_notice::QualityNotice;
use super::stage_area::StageArea;
use crate::components::chat::ChatPanel;
use crate::components::controls::ControlBar;
use crate::components::people::PeoplePanel;
use crate::components::ui::{ClientOnly, flag, part_of_call, word};
use crate::state::{Panel, RoomModel};

/// Stage, panel and controls.
#[component]
pub fn CallView() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let panel = part_of_call(move || match model.panel.get() {
        Some(Panel::Chat) => Some(view! { <ChatPanel /> }.client_only()),
        Some(Panel::People) => Some(view! { <PeoplePanel /> }.client_only()),
        None => None,
    });
    view! {
        <main
            class="call"
            data-connection=word(move || model.connection.get().label())
            data-silent=flag(move || model.silent.get())
            data-panel=flag(move || model.panel.get().is_some())
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
                <DoorNotice />
                <MicrophoneNotice />
                <QualityNotice />
                <SoundBlocked />
            </div>
            <ControlBar />
            <p class="visually-hidden" role="status">
                {model.announcement}
            </p>
        </main>
    }
}
