//! What is wrong with the person's own microphone, with the way to mend it; and who asks for it.

use call::{DeviceKind, VoiceWarning};
use leptos::prelude::*;
use wire::Right;

use crate::components::ui::{ClientOnly, part_of_call};
use crate::state::{Intent, LaterIntent, RoomModel};

/// What is said, and what can be done.
type Notice = (String, Vec<(&'static str, Intent)>);

const UNMUTE: (&str, Intent) = ("Unmute", Intent::ToggleMicrophone);
const RESTART: (&str, Intent) = ("Restart it", Intent::RetryDevice(DeviceKind::Microphone));
const OTHER: (&str, Intent) = ("Other microphone", Intent::Later(LaterIntent::OtherMicrophone));

/// Said while it is so, to those who may speak.
#[component]
pub fn MicrophoneNotice() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    view! {
        <div role="status">
            {part_of_call(move || {
                let (sentence, repairs) = asked(model).or_else(|| warned(model)).filter(|_| model.may(Right::Speak))?;
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
                Some(
                    view! {
                        <div class="banner" data-testid="microphone-notice">
                            <span>{sentence}</span>
                            <span class="actions">{repairs}</span>
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
    Some((format!("{name} asks you to unmute."), vec![UNMUTE, ("Not now", Intent::NotNow)]))
}

fn warned(model: RoomModel) -> Option<Notice> {
    let (sentence, repairs) = match model.voice_warning.get()? {
        VoiceWarning::TalkingMuted => ("You are talking, but you are muted.", vec![UNMUTE]),
        VoiceWarning::NoSound => {
            ("Your microphone gives no sound at all. Is it switched off, or muted by the system?", vec![RESTART, OTHER])
        }
        VoiceWarning::Unheard => ("Nobody hears you: your sound does not reach the others.", vec![RESTART, OTHER]),
        VoiceWarning::TooLoud => ("Your microphone is so loud that it distorts.", vec![OTHER]),
    };
    Some((sentence.to_owned(), repairs))
}
