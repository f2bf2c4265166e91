//! After the call: why it ended, and the way back.

use call::{ConnectionState, EndReason};
use leptos::prelude::*;

use crate::components::ui::{Brand, ClientOnly, whether, word};
use crate::state::{Intent, RoomModel};

/// The page after the call.
#[component]
pub fn Goodbye() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let reason = move || match model.connection.get() {
        ConnectionState::Disconnecting(reason) | ConnectionState::Disconnected(reason) => reason,
        _ => EndReason::Left,
    };
    let heading = word(move || match reason() {
        EndReason::Left => "You left the meeting",
        EndReason::JoinedElsewhere => "You joined from another place",
        EndReason::Removed => "You were removed from the meeting",
        EndReason::Banned => "You are kept out of the meeting",
        EndReason::RoomEnded => "The meeting has ended",
    });
    let lead = word(move || match reason() {
        EndReason::Left => "Your camera and microphone are off.",
        EndReason::JoinedElsewhere => {
            "The call goes on in another tab or browser. Here your camera and microphone are off; rejoin to bring it back."
        }
        EndReason::Removed => "A host took you out of the meeting. Your camera and microphone are off.",
        EndReason::Banned => {
            "A host took you out for good. Your camera and microphone are off. Ask a host to let you in again, then open the meeting's link."
        }
        EndReason::RoomEnded => "It was ended for everybody. Your camera and microphone are off.",
    });
    view! {
        <div class="page">
            <header class="page-header">
                <Brand />
            </header>
            <main class="message-page" data-connection=word(move || model.connection.get().label())>
                <h1 id="goodbye" tabindex="-1">
                    {heading}
                </h1>
                // That a removal is for good is known a moment later.
                <p class="lead" role="status">
                    {lead}
                </p>
                <div class="message-actions">
                    <button
                        type="button"
                        class="button primary large"
                        hidden=whether(move || reason() == EndReason::Banned)
                        on:click=move |_| model.send(Intent::Rejoin)
                    >
                        "Rejoin"
                    </button>
                    <a class="button large" href="/">
                        "Go to the start"
                    </a>
                </div>
            </main>
        </div>
    }
    .client_only()
}
