//! How good pictures should be: by itself, or as the person says.

use call::Pin;
use leptos::prelude::*;

use crate::components::ui::{ClientOnly, Icon, whether};
use crate::state::{LaterIntent, RoomModel};

/// The choice, and the switch that saves data.
#[component]
pub fn PictureQuality() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let setting = model.quality.setting;
    view! {
        <label class="picker">
            <Icon name="signal" />
            <span class="visually-hidden">"Picture quality"</span>
            <select
                aria-label="Picture quality"
                on:change:target=move |event| model.send(LaterIntent::PinQuality(Pin::named(&event.target().value())))
            >
                {Pin::ALL
                    .map(|pin| {
                        view! {
                            <option value=pin.word() prop:selected=whether(move || setting.get().pin == pin)>
                                {label(pin)}
                            </option>
                        }
                    })
                    .into_iter()
                    .collect_view()}
            </select>
        </label>
        <label class="switch">
            <input
                type="checkbox"
                role="switch"
                prop:checked=whether(move || setting.get().save_data)
                on:change:target=move |event| model.send(LaterIntent::SaveData(event.target().checked()))
            />
            <span>"Save data"</span>
        </label>
    }
    .client_only()
}

const fn label(pin: Pin) -> &'static str {
    match pin {
        Pin::Automatic => "Automatic",
        Pin::High => "High",
        Pin::Medium => "Medium",
        Pin::Low => "Low",
        Pin::Off => "Off (sound only)",
    }
}
