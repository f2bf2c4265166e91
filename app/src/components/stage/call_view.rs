//! The page of a running call.

use std::time::Duration;

use call::ConnectionState;
use leptos::prelude::*;

use super::banner::{ConnectionBanner, SoundBlocked};
use super::stage_area::StageArea;
use crate::components::controls::ControlBar;
use crate::components::later::{Later, LaterModule, later, when_there};
use crate::components::ui::{effect, flag, part_of_call, word};
use crate::state::{Panel, RoomModel};

/// Until then the call itself has the network to itself.
const FETCH_THE_REST_AFTER: Duration = Duration::from_secs(5);

/// Stage, panel and controls.
#[component]
pub fn CallView() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let panel = part_of_call(move || match model.panel.get() {
        Some(Panel::Chat) => Some(later(Later::Chat)),
        Some(Panel::People) => Some(later(Later::People)),
        None => None,
    });
    let module = expect_context::<LaterModule>();
    effect(move || {
        if model.connection.get() == ConnectionState::Connected {
            set_timeout(move || module.fetch(), FETCH_THE_REST_AFTER);
        }
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
                {when_there(Later::Notices)}
                <SoundBlocked />
            </div>
            <ControlBar />
            <p class="visually-hidden" role="status">
                {model.announcement}
            </p>
        </main>
    }
}
