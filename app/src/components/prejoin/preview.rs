//! Own picture and microphone level, with the two toggles.

use leptos::html::Video;
use leptos::prelude::*;

use crate::components::ui::{DeviceToggle, flag, word};
use crate::state::RoomModel;

/// The meter reads in steps, so that a screen reader does not chatter and the page repaints little.
const METER_STEPS: f64 = 20.0;

/// The preview.
#[component]
pub fn Preview() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let video = NodeRef::<Video>::new();
    crate::browser::use_preview(video, model);
    let level: Signal<f64> = Memo::new(move |_| (model.level.get() * METER_STEPS).round() / METER_STEPS).into();
    let hint = word(move || {
        if model.camera.problem.get().is_some() {
            "No picture from your camera"
        } else if model.camera.enabled.get() {
            "Starting your camera…"
        } else {
            "Your camera is off"
        }
    });
    view! {
        <section class="preview" data-testid="preview" aria-label="Your camera and microphone">
            <div class="preview-picture" data-on=flag(move || model.previewing.get())>
                <video node_ref=video muted playsinline autoplay></video>
                <p class="preview-hint" hidden=model.previewing>
                    {hint}
                </p>
                <div class="preview-controls">
                    <DeviceToggle device=model.microphone />
                    <DeviceToggle device=model.camera />
                </div>
            </div>
            <meter
                class="level"
                aria-label="Microphone level"
                min="0"
                max="1"
                prop:value=level
            ></meter>
        </section>
    }
    .into_any()
}
