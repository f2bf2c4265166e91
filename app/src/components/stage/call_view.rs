//! The page of a running call.

use std::time::Duration;

use leptos::prelude::*;

use super::banner::{ConnectionBanner, SoundBlocked};
use super::door_notice::DoorNotice;
use super::microphone_notice::MicrophoneNotice;
use super::quality_notice::QualityNotice;
use super::stage_area::StageArea;
use crate::components::controls::ControlBar;
use crate::components::later::{Later, have_at_hand, later};
use crate::components::ui::{effect, flag, part_of_call, word};
use crate::state::{Panel, RoomModel};

/// Until then the call itself has the network to itself.
const FETCH_THE_REST_AFTER: Duration = Duration::from_secs(3);

/// Stage, panel and controls.
#[component]
pub fn CallView() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let panel = part_of_call(move || match model.panel.get() {
        Some(Panel::Chat) => Some(later(Later::Chat)),
        Some(Panel::People) => Some(later(Later::People)),
        None => None,
    });
    effect(|| set_timeout(|| leptos::task::spawn_local(have_at_hand()), FETCH_THE_REST_AFTER));
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
