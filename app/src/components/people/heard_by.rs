//! How many hear this person.

use call::Heard;
use leptos::prelude::*;

use crate::components::ui::part_of_call;
use crate::state::RoomModel;

/// "Heard by 4 of 5", as long as it is known and there is something to hear. It is there to be looked at, and is not read out
/// whenever it changes: when nobody hears somebody, a notice says so.
#[component]
pub fn HeardBy() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    part_of_call(move || {
        model.heard.get().map(|Heard { by, of }| {
            let silent = model.soundless.get();
            let text = if silent { "No sound from you".to_owned() } else { format!("Heard by {by} of {of}") };
            view! {
                <span class="heard-by" data-testid="heard-by">
                    {text}
                </span>
            }
        })
    })
}
