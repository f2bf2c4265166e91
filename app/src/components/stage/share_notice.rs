//! A shared screen that ended while there was no connection: nobody saw that, its owner perhaps not either.

use call::ConnectionState;
use leptos::prelude::*;
use wire::Right;

use crate::components::ui::{ClientOnly, part_of_call};
use crate::state::{Intent, RoomModel};

/// Offers to share it again, as soon as the others would see it.
#[component]
pub fn ShareNotice() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let shown = Memo::new(move |_| {
        model.share_lost.get() && model.connection.get() == ConnectionState::Connected && model.may(Right::ShareScreen)
    });
    view! {
        <div role="status">
            {part_of_call(move || {
                shown
                    .get()
                    .then(|| {
                        view! {
                            <div class="banner" data-testid="share-notice">
                                <span>"Your shared screen ended while the connection was lost."</span>
                                <span class="actions">
                                    <button type="button" class="link" on:click=move |_| model.send(Intent::ToggleShare)>
                                        "Share again"
                                    </button>
                                    <button type="button" class="link" on:click=move |_| model.share_lost.set(false)>
                                        "Not now"
                                    </button>
                                </span>
                            </div>
                        }
                    })
            })}
        </div>
    }
    .client_only()
}
