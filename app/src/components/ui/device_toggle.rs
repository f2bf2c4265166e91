//! Microphone or camera on and off.

use call::DeviceKind;
use leptos::prelude::*;
use wire::Right;

use super::{Icon, flag, text, whether, word};
use crate::state::{DeviceModel, Intent, RoomModel};

/// A toggle that answers at once.
#[component]
pub fn DeviceToggle(
    /// Microphone or camera.
    device: DeviceModel,
) -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let (label, test_id, on, off, intent, right) = match device.kind {
        DeviceKind::Camera => {
            ("Camera", "camera-toggle", "camera", "camera-off", Intent::ToggleCamera, Right::ShowCamera)
        }
        _ => ("Microphone", "mic-toggle", "mic", "mic-off", Intent::ToggleMicrophone, Right::Speak),
    };
    let forbidden = whether(move || !model.may(right));
    let live = move || device.enabled.get() && device.problem.get().is_none();
    let icon = word(move || if live() { on } else { off });
    view! {
        <button
            type="button"
            class="control"
            data-testid=test_id
            aria-label=label
            title=text(move || match (forbidden.get(), live()) {
                (true, _) => format!("{label}: a host has to allow it"),
                (false, true) => format!("{label} is on"),
                (false, false) => format!("{label} is off"),
            })
            disabled=forbidden
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
