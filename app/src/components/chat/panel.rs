//! Reads and writes the meeting's chat.

use call::Entry;
use leptos::html::{Aside, Div};
use leptos::prelude::*;
use wire::{MESSAGE_MAX_CHARS, Mark, Right};

use super::attach::Attach;
use super::message::Message;
use crate::components::ui::{ClientOnly, Icon, effect, list, text, whether, word};
use crate::state::{Intent, LaterIntent, RoomModel};

/// "Chat".
#[component]
pub fn ChatPanel() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let (panel, log) = (NodeRef::<Aside>::new(), NodeRef::<Div>::new());
    let marked = move || {
        let mut messages = model.messages.get();
        messages.retain(|entry| entry.mark != Mark::None);
        messages
    };
    let room = model.room();
    let kept = text(move || {
        if model.owns() { format!("/{room}/chat") } else { format!("/api/rooms/{room}/messages?format=markdown") }
    });
    crate::browser::use_follow_end(log, Signal::derive(move || model.messages.read().len()));
    crate::browser::focus_soon("message");
    effect(move || {
        if model.unread.get() > 0 {
            model.send(Intent::ReadChat);
        }
    });
    view! {
        <aside class="panel" aria-label="Chat" node_ref=panel>
            <header class="panel-header">
                <h2>"Chat"</h2>
                // Hosts decide there what is kept, and find the export too.
                <a class="link" href=kept target="_blank">
                    {word(move || if model.owns() { "History" } else { "Export" })}
                </a>
                <button type="button" class="panel-close" aria-label="Close chat" on:click=move |_| model.close_panel()>
                    <Icon name="close" />
                </button>
            </header>
            <section
                class="marked"
                aria-label="Pinned messages"
                tabindex="0"
                hidden=whether(move || model.messages.read().iter().all(|entry| entry.mark == Mark::None))
            >
                {list(marked, Entry::key, |entry| view! { <Message entry=entry /> }.client_only())}
            </section>
            <div class="messages" role="log" aria-label="Messages" tabindex="0" node_ref=log>
                <p class="empty" hidden=whether(move || !model.messages.read().is_empty())>
                    "No messages yet. Everybody in the meeting can read what you write."
                </p>
                <p class="empty" hidden=whether(move || !model.earlier.get())>
                    {word(move || {
                        if model.owns() {
                            "Earlier messages are in the export, at \u{201c}History\u{201d}."
                        } else {
                            "Earlier messages are in the export."
                        }
                    })}
                </p>
                {list(
                    move || model.messages.get(),
                    Entry::key,
                    |entry| view! { <Message entry=entry /> }.client_only(),
                )}
            </div>
            <p class="composer-off" hidden=whether(move || model.may(Right::Write))>
                "Only hosts can write now."
            </p>
            <p class="composer-editing" hidden=whether(move || model.editing.read().is_none())>
                "You are editing your message. "
                <button type="button" class="link" on:click=move |_| model.stop_editing()>
                    "Cancel"
                </button>
            </p>
            <form
                class="composer"
                hidden=whether(move || !model.may(Right::Write))
                on:submit=move |event| {
                    event.prevent_default();
                    model.send(LaterIntent::SendMessage);
                }
            >
                <Attach panel=panel />
                <textarea
                    id="message"
                    class="field"
                    rows="1"
                    aria-label="Message"
                    placeholder="Write a message"
                    maxlength=MESSAGE_MAX_CHARS
                    enterkeyhint="send"
                    prop:value=model.draft
                    on:input:target=move |event| model.draft.set(event.target().value())
                    on:keydown=move |event| {
                        if event.key() == "Escape" {
                            model.stop_editing();
                        }
                        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
                            event.prevent_default();
                            model.send(LaterIntent::SendMessage);
                        }
                    }
                ></textarea>
                <button type="submit" class="control small" aria-label="Send" title="Send">
                    <Icon name="send" />
                </button>
            </form>
        </aside>
    }
    .client_only()
}
