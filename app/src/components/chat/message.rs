//! One message: always text, never markup.

use call::{Delivery, Entry};
use leptos::prelude::*;

use crate::components::ui::{ClientOnly, part_of_call, word};
use crate::state::{Intent, RoomModel};

/// A message in the log. Only one of ours can still change: from on its way to stored.
#[component]
pub fn Message(
    /// What to show.
    entry: Entry,
) -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let id = entry.id.clone();
    let time = crate::browser::clock_time(entry.sent_at_ms);
    let state = if entry.state == Delivery::Sent {
        Signal::stored(Delivery::Sent)
    } else {
        let key = entry.key();
        let state = move || model.messages.read().iter().rev().find(|now| now.key() == key).map(|now| now.state);
        Memo::new(move |_| state().unwrap_or(Delivery::Sent)).into()
    };
    let state_word = word(move || match state.get() {
        Delivery::Sent => "sent",
        Delivery::Sending => "sending",
        Delivery::Waiting => "waiting",
        Delivery::Failed => "failed",
    });
    let retry = move |waits: bool| {
        let id = id.clone();
        view! {
            <p class=if waits { "note" } else { "problem" }>
                {if waits { "Not sent yet: it goes out when the connection is back. " } else { "Not sent. " }}
                <button type="button" class="link" on:click=move |_| model.send(Intent::RetryMessage(id.clone()))>
                    {if waits { "Try now" } else { "Send again" }}
                </button>
            </p>
        }
    };
    view! {
        <article class="message" data-own=if entry.own { "true" } else { "false" } data-state=state_word>
            <header>
                <span class="message-sender">{if entry.own { "You".to_owned() } else { entry.sender_name }}</span>
                <time>{time}</time>
            </header>
            <p>{String::from(entry.text)}</p>
            {part_of_call(move || match state.get() {
                Delivery::Waiting => Some(retry(true)),
                Delivery::Failed => Some(retry(false)),
                Delivery::Sending | Delivery::Sent => None,
            })}
        </article>
    }
    .client_only()
}
