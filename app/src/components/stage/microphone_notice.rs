//! What is wrong with the person's own microphone, with the way to mend it; and who asks for it.

use call::{DeviceKind, VoiceWarning};
use leptos::prelude::*;

use crate::components::ui::{ClientOnly, part_of_call};
use crate::state::{Intent, RoomModel};

/// What is said, what can be done, and whether another microphone may help.
type Notice = (String, Vec<(&'static str, Intent)>, bool);

/// Said while it is so.
#[component]
pub fn MicrophoneNotice() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    view! {
        <div role="status">
            {part_of_call(move || {
                let (sentence, repairs, others) = asked(model).or_else(|| warned(model))?;
                let repairs: Vec<_> = repairs
                    .into_iter()
                    .map(|(label, intent)| {
                        view! {
                            <button type="button" class="link" on:click=move |_| model.send(intent.clone())>
                                {label}
                            </button>
                        }
                    })
                    .collect();
                let others = others
                    .then(|| {
                        view! {
                            <button type="button" class="link" popovertarget="more">
                                "Other microphone"
                            </button>
                        }
                    });
                Some(
                    view! {
                        <div class="banner" data-testid="microphone-notice">
                            <span>{sentence}</span>
                            <span class="actions">{repairs} {others}</span>
                        </div>
                    },
                )
            })}
        </div>
    }
    .client_only()
}

fn asked(model: RoomModel) -> Option<Notice> {
    let name = model.asked_by.get().filter(|_| !model.microphone.enabled.get())?;
    let answers = vec![("Unmute", Intent::ToggleMicrophone), ("Not now", Intent::NotNow)];
    Some((format!("{name} asks you to unmute."), answers, false))
}

fn warned(model: RoomModel) -> Option<Notice> {
    let (sentence, repairs, others) = match model.voice_warning.get()? {
        VoiceWarning::TalkingMuted => {
            ("You are talking, but you are muted.", vec![("Unmute", Intent::ToggleMicrophone)], false)
        }
        VoiceWarning::NoSound => (
            "Your microphone gives no sound at all. Is it switched off, or muted by the system?",
            vec![("Restart it", Intent::RetryDevice(DeviceKind::Microphone))],
            true,
        ),
        VoiceWarning::Unheard => (
            "Nobody hears you: your sound does not reach the others.",
            vec![("Restart it", Intent::RetryDevice(DeviceKind::Microphone))],
            true,
        ),
        VoiceWarning::TooLoud => ("Your microphone is so loud that it distorts.", Vec::new(), true),
    };
    Some((sentence.to_owned(), repairs, others))
}
