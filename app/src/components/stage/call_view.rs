//! The page of a running call.

use std::time::Duration;

use call::ConnectionState;
use leptos::prelude::*;

use super::banner::{ConnectionBanner, SoundBlocked};
use super::stage_area::StageArea;
use crate::components::controls::ControlBar;
use crate::components::later::{Later, LaterModule, later, when_there};
use crate::components::prejoin::SettingUp;
use crate::components::ui::{effect, flag, part_of_call, word};
use crate::state::{JoinStep, Panel, RoomModel};

/// Until then the call itself has the network to itself.
const FETCH_THE_REST_AFTER: Duration = Duration::from_secs(5);

/// The call; before it, what is done to set it up.
#[component]
pub fn CallView() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let setting_up = Memo::new(move |_| model.connection.get() == ConnectionState::Connecting);
    // Drawn while livekit-client waits for the network: the first picture does not wait for the page then.
    let drawn = Memo::new(move |before: Option<&bool>| {
        before == Some(&true) || !setting_up.get() || model.step.get() == JoinStep::Connecting
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
            aria-busy=flag(move || setting_up.get())
        >
            {part_of_call(move || setting_up.get().then(|| view! { <SettingUp /> }))}
            {part_of_call(move || drawn.get().then(|| view! { <Inside /> }))}
        </main>
    }
}

/// Stage, panel and controls.
#[component]
fn Inside() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let panel = part_of_call(move || match model.panel.get() {
        Some(Panel::Chat) => Some(later(Later::Chat)),
        Some(Panel::People) => Some(later(Later::People)),
        None => None,
    });
    view! {
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
    }
}
