//! Reads and writes the meeting's chat.

use leptos::html::{Div, Textarea};
use leptos::prelude::*;
use wire::MESSAGE_MAX_CHARS;

use super::message::Message;
use crate::components::ui::Icon;
use crate::state::{Intent, RoomModel};

/// "Chat".
#[component]
pub fn ChatPanel() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let log = NodeRef::<Div>::new();
    let input = NodeRef::<Textarea>::new();
    crate::browser::use_follow_end(log, Signal::derive(move || model.messages.read().len()));
    crate::browser::focus_soon("message");
    Effect::new(move |_| {
        if model.unread.get() > 0 {
            model.send(Intent::ReadChat);
        }
    });
    let send = move || {
        if let Some(field) = input.get_untracked() {
            let text = field.value();
            if !text.trim().is_empty() {
                model.send(Intent::SendMessage(text));
                field.set_value("");
            }
        }
    };
    view! {
        <aside class="panel" aria-label="Chat">
            <header class="panel-header">
                <h2>"Chat"</h2>
                <button type="button" class="panel-close" aria-label="Close chat" on:click=move |_| model.panel.set(None)>
                    <Icon name="close" />
                </button>
            </header>
            <div class="messages" role="log" aria-label="Messages" tabindex="0" node_ref=log>
                <p class="empty" hidden=move || !model.messages.read().is_empty()>
                    "No messages yet. Everybody in the meeting can read what you write."
                </p>
                <For
                    each=move || model.messages.get()
                    key=|entry| (entry.id.clone(), entry.state)
                    let(entry)
                >
                    <Message entry=entry />
                </For>
            </div>
            <form
                class="composer"
                on:submit=move |event| {
                    event.prevent_default();
                    send();
                }
            >
                <textarea
                    id="message"
                    class="field"
                    rows="1"
                    aria-label="Message"
                    placeholder="Write a message"
                    maxlength=MESSAGE_MAX_CHARS
                    enterkeyhint="send"
                    node_ref=input
                    on:keydown=move |event| {
                        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
                            event.prevent_default();
                            send();
                        }
                    }
                ></textarea>
                <button type="submit" class="control small" aria-label="Send" title="Send">
                    <Icon name="send" />
                </button>
            </form>
        </aside>
    }
    .into_any()
}
