//! Chooses a microphone, camera or speaker.

use call::DeviceKind;
use leptos::prelude::*;

use crate::state::{DeviceModel, Intent, RoomModel};

/// A labelled list of the devices of one kind.
#[component]
pub fn DevicePicker(
    /// Which kind, and its choice.
    device: DeviceModel,
) -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let (label, icon) = match device.kind {
        DeviceKind::Microphone => ("Microphone device", "mic"),
        DeviceKind::Camera => ("Camera device", "camera"),
        DeviceKind::Speaker => ("Speaker device", "speaker"),
    };
    let choices = Memo::new(move |_| {
        model.devices.read().iter().filter(|choice| choice.kind == device.kind).cloned().collect::<Vec<_>>()
    });
    // Until the browser has told what there is, nothing may be said to be missing.
    let none = move || match device.kind {
        _ if model.devices.read().is_empty() => "System default",
        DeviceKind::Microphone => "No microphone found",
        DeviceKind::Camera => "No camera found",
        DeviceKind::Speaker => "System default",
    };
    view! {
        <label class="picker">
            <super::Icon name=icon />
            <span class="visually-hidden">{label}</span>
            <select
                aria-label=label
                disabled=super::whether(move || choices.read().is_empty())
                on:change:target=move |event| model.send(Intent::ChooseDevice(device.kind, event.target().value()))
            >
                {super::part(move || {
                    let choices = choices.get();
                    let chosen = device.chosen.get();
                    if choices.is_empty() {
                        return view! { <option value="">{none}</option> }.into_any();
                    }
                    choices
                        .into_iter()
                        .map(|choice| {
                            let selected = chosen.as_ref() == Some(&choice.id);
                            view! {
                                <option value=choice.id prop:selected=selected>
                                    {choice.label}
                                </option>
                            }
                        })
                        .collect_view()
                        .into_any()
                })}
            </select>
        </label>
    }
    .into_any()
}
