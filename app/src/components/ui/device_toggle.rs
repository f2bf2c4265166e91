//! Microphone or camera on and off.

use call::DeviceKind;
use leptos::prelude::*;

use super::{Icon, flag, text, word};
use crate::state::{DeviceModel, Intent, RoomModel};

/// A toggle that answers at once.
#[component]
pub fn DeviceToggle(
    /// Microphone or camera.
    device: DeviceModel,
) -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let (label, test_id, on, off, intent) = match device.kind {
        DeviceKind::Camera => ("Camera", "camera-toggle", "camera", "camera-off", Intent::ToggleCamera),
        _ => ("Microphone", "mic-toggle", "mic", "mic-off", Intent::ToggleMicrophone),
    };
    let live = move || device.enabled.get() && device.problem.get().is_none();
    let icon = word(move || if live() { on } else { off });
    view! {
        <button
            type="button"
            class="control"
            data-testid=test_id
            aria-label=label
            title=text(move || format!("{label} is {}", if live() { "on" } else { "off" }))
            aria-pressed=flag(live)
            data-problem=flag(move || device.problem.get().is_some())
            aria-busy=flag(move || device.pending.get())
            on:click=move |_| model.send(intent.clone())
        >
            <Icon name=icon />
        </button>
    }
    .into_any()
}
