//! Notices over the stage that stay as long as they are true.

use call::ConnectionState;
use leptos::prelude::*;

use crate::components::ui::part;
use crate::state::{Intent, RoomModel};

/// The connection is being restored.
#[component]
pub fn ConnectionBanner() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let lost = Memo::new(move |_| *model.connection.read() == ConnectionState::Reconnecting);
    view! {
        <div role="status">
            {part(move || {
                lost.get()
                    .then(|| {
                        view! {
                            <p class="banner" data-testid="connection-banner">
                                <span class="spinner" aria-hidden="true"></span>
                                "The connection was lost. Reconnecting…"
                            </p>
                        }
                    })
            })}
        </div>
    }
}

/// The browser plays no sound until the person clicks.
#[component]
pub fn SoundBlocked() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    part(move || {
        model.sound_blocked.get().then(|| {
            view! {
                <button type="button" class="banner action" on:click=move |_| model.send(Intent::StartAudio)>
                    "Sound is blocked: click to hear"
                </button>
            }
        })
    })
}
