//! What is wrong with the person's own microphone, with the way to mend it.

use call::{DeviceKind, VoiceWarning};
use leptos::prelude::*;

use crate::components::ui::part;
use crate::state::{Intent, RoomModel};

/// Said while it is so.
#[component]
pub fn MicrophoneNotice() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    view! {
        <div role="status">
            {part(move || {
                let (sentence, repair) = match model.voice_warning.get()? {
                    VoiceWarning::TalkingMuted => {
                        ("You are talking, but you are muted.", Some(("Unmute", Intent::ToggleMicrophone)))
                    }
                    VoiceWarning::NoSound => {
                        (
                            "Your microphone gives no sound at all. Is it switched off, or muted by the system?",
                            Some(("Restart it", Intent::RetryDevice(DeviceKind::Microphone))),
                        )
                    }
                    VoiceWarning::TooLoud => ("Your microphone is so loud that it distorts.", None),
                };
                let others = repair.as_ref().is_none_or(|(_, intent)| *intent != Intent::ToggleMicrophone);
                let others = others
                    .then(|| {
                        view! {
                            <button type="button" class="link" popovertarget="more">
                                "Other microphone"
                            </button>
                        }
                    });
                let repair = repair
                    .map(|(label, intent)| {
                        view! {
                            <button type="button" class="link" on:click=move |_| model.send(intent.clone())>
                                {label}
                            </button>
                        }
                    });
                Some(
                    view! {
                        <div class="banner" data-testid="microphone-notice">
                            <span>{sentence}</span>
                            {repair}
                            {others}
                        </div>
                    },
                )
            })}
        </div>
    }
    .into_any()
}
