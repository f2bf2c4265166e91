//! What is needed now and then: devices, the quality of pictures, and the meeting's link.

use leptos::prelude::*;

use super::host_controls::HostControls;
use super::own_name::OwnName;
use super::picture_quality::PictureQuality;
use crate::components::prejoin::DeviceProblem;
use crate::components::ui::{ClientOnly, DevicePicker, Icon};
use crate::state::{Intent, RoomModel};

/// What "More" opens.
#[component]
pub fn MorePanel() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    view! {
        <HostControls />
        <h2>"Devices"</h2>
        <div class="pickers">
            <DevicePicker device=model.camera />
            <DeviceProblem device=model.camera />
            <DevicePicker device=model.microphone />
            <DeviceProblem device=model.microphone />
            <DevicePicker device=model.speaker />
            <button type="button" class="button quiet" on:click=move |_| model.send(Intent::TestSpeaker)>
                "Test speaker"
            </button>
        </div>
        <h2>"Pictures"</h2>
        <div class="pickers">
            <PictureQuality />
        </div>
        <h2>"You"</h2>
        <OwnName />
        <h2>"Invite"</h2>
        <button type="button" class="button" on:click=move |_| model.send(Intent::CopyLink)>
            <Icon name="link" />
            "Copy meeting link"
        </button>
    }
    .client_only()
}
