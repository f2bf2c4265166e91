//! Why pictures are smaller than they could be, or paused.

use call::{Choice, Reason, Rung};
use leptos::prelude::*;

use crate::components::ui::{ClientOnly, note, part_of_call};
use crate::state::RoomModel;

/// Said while it is so. What the person has chosen needs no word.
#[component]
pub fn QualityNotice() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let sentence = Memo::new(move |_| {
        let sent = if model.camera.enabled.get() { model.quality.sent.get() } else { Choice::default() };
        sentence(sent, model.quality.received.get())
    });
    let sentence = note(move || sentence.get());
    view! {
        <div role="status">
            {part_of_call(move || {
                sentence
                    .get()
                    .map(|sentence| {
                        view! {
                            <div class="banner quiet" data-testid="quality-notice">
                                <span>{sentence}</span>
                            </div>
                        }
                    })
            })}
        </div>
    }
    .client_only()
}

/// What is lost weighs more than what is smaller, and what one sees more than what others see. What is lost on the way here
/// may have been lost on its way to LiveKit: whose connection it was is not known.
fn sentence(sent: Choice, received: Choice) -> Option<&'static str> {
    let lowered = |choice: Choice| match choice.reason {
        Some(Reason::Connection | Reason::Computer) => Some(choice.rung == Rung::AudioOnly),
        _ => None,
    };
    Some(match (lowered(sent), lowered(received)) {
        (Some(true), Some(true)) => "Your connection is weak: pictures are paused both ways. Sound comes first.",
        (_, Some(true)) => "The connection is weak: pictures are paused. Sound comes first.",
        (Some(true), _) => "Your connection is weak: your picture is paused. Sound comes first.",
        (Some(_), Some(_)) => "Your connection is weak: pictures are smaller both ways.",
        (_, Some(_)) => "The connection is weak: you see smaller pictures.",
        (Some(_), _) if sent.reason == Some(Reason::Computer) => {
            "Your computer is busy: others see a smaller picture of you."
        }
        (Some(_), _) => "Your connection is weak: others see a smaller picture of you.",
        (None, None) => return None,
    })
}
