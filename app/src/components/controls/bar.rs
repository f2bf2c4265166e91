//! The toolbar at the bottom of the call.

use leptos::prelude::*;
use wire::Right;

use super::hand_toggle::HandToggle;
use super::more::More;
use crate::components::ui::{ClientOnly, DeviceToggle, Icon, flag, text, whether, word};
use crate::state::{Intent, Panel, RoomModel};

/// "Call controls".
#[component]
pub fn ControlBar() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let unread = model.unread.into();
    let people = Signal::derive(move || model.people.read().len());
    view! {
        <div class="control-bar" role="toolbar" aria-label="Call controls">
            <DeviceToggle device=model.microphone />
            <DeviceToggle device=model.camera />
            <button
                type="button"
                class="control"
                data-testid="share-toggle"
                aria-label="Share screen"
                title=word(move || if model.sharing.get() { "Stop sharing your screen" } else { "Share your screen" })
                aria-pressed=flag(move || model.sharing.get())
                aria-busy=flag(move || model.share_pending.get())
                disabled=whether(move || !model.may(Right::ShareScreen) && !model.sharing.get())
                hidden=whether(move || !model.shareable.get())
                on:click=move |_| model.send(Intent::ToggleShare)
            >
                <Icon name="screen" />
            </button>
            <HandToggle />
            <PanelToggle panel=Panel::Chat label="Chat" icon="chat" count=unread noun="unread" />
            <PanelToggle panel=Panel::People label="People" icon="people" count=people noun="here" />
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
    .client_only()
}

/// Opens and closes a panel. The count beside it is drawn by the style sheet, so that the button's
/// name stays the same.
#[component]
fn PanelToggle(
    panel: Panel,
    label: &'static str,
    icon: &'static str,
    count: Signal<usize>,
    noun: &'static str,
) -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let open = move || model.panel.get() == Some(panel);
    let counted = Memo::new(move |_| Some(count.get()).filter(|count| *count > 0));
    view! {
        <button
            type="button"
            class="control"
            id=panel.toggle_id()
            data-testid=panel.toggle_id()
            aria-label=label
            title=text(move || counted.get().map_or_else(|| label.to_owned(), |count| format!("{label}: {count} {noun}")))
            aria-pressed=flag(open)
            data-count=move || counted.get().map(|count| count.to_string())
            on:click=move |_| model.panel.update(|current| *current = (*current != Some(panel)).then_some(panel))
        >
            <Icon name=icon />
        </button>
    }
    .client_only()
}
