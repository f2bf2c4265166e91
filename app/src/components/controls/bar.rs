//! The toolbar at the bottom of the call.

use leptos::prelude::*;

use super::DeviceToggle;
use super::more::More;
use crate::components::ui::Icon;
use crate::state::{Intent, Panel, RoomModel};

/// "Call controls".
#[component]
pub fn ControlBar() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let unread = move || Some(model.unread.get()).filter(|count| *count > 0);
    view! {
        <div class="control-bar" role="toolbar" aria-label="Call controls">
            <DeviceToggle device=model.microphone />
            <DeviceToggle device=model.camera />
            <button
                type="button"
                class="control"
                data-testid="share-toggle"
                aria-label="Share screen"
                title=move || if model.sharing.get() { "Stop sharing your screen" } else { "Share your screen" }
                aria-pressed=move || model.sharing.get().to_string()
                aria-busy=move || model.share_pending.get().to_string()
                hidden=move || !model.shareable.get()
                on:click=move |_| model.send(Intent::ToggleShare)
            >
                <Icon name="screen" />
            </button>
            <PanelToggle panel=Panel::Chat label="Chat" icon="chat" test_id="chat-toggle">
                {move || unread().map(|count| view! { <span class="badge">{count}</span> })}
            </PanelToggle>
            <PanelToggle panel=Panel::People label="People" icon="people" test_id="people-toggle">
                {move || view! { <span class="badge quiet">{model.people.read().len()}</span> }}
            </PanelToggle>
            <More />
            <button
                type="button"
                class="control leave"
                data-testid="leave"
                aria-label="Leave"
                title="Leave the meeting"
                on:click=move |_| model.send(Intent::Leave)
            >
                <Icon name="leave" />
            </button>
        </div>
    }
    .into_any()
}

/// Opens and closes a panel.
#[component]
fn PanelToggle(
    panel: Panel,
    label: &'static str,
    icon: &'static str,
    test_id: &'static str,
    children: Children,
) -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let open = move || model.panel.get() == Some(panel);
    view! {
        <button
            type="button"
            class="control"
            data-testid=test_id
            aria-label=label
            title=label
            aria-pressed=move || open().to_string()
            on:click=move |_| model.panel.update(|current| *current = (*current != Some(panel)).then_some(panel))
        >
            <Icon name=icon />
            <span aria-hidden="true">{children()}</span>
        </button>
    }
    .into_any()
}
