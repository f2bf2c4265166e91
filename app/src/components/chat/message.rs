//! One message: always text, never markup.

use call::{Delivery, Entry};
use leptos::prelude::*;

use crate::state::{Intent, RoomModel};

/// A message in the log.
#[component]
pub fn Message(
    /// What to show.
    entry: Entry,
) -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let id = entry.id.clone();
    let time = crate::browser::clock_time(entry.sent_at_ms);
    let state = match entry.state {
        Delivery::Sent => "sent",
        Delivery::Sending => "sending",
        Delivery::Failed => "failed",
    };
    view! {
        <article class="message" data-own=entry.own.to_string() data-state=state>
            <header>
                <span class="message-sender">{if entry.own { "You".to_owned() } else { entry.sender_name }}</span>
                <time>{time}</time>
            </header>
            <p>{String::from(entry.text)}</p>
            {(entry.state == Delivery::Failed)
                .then(|| {
                    view! {
                        <p class="problem">
                            "Not sent. "
                            <button
                                type="button"
                                class="link"
                                on:click=move |_| model.send(Intent::RetryMessage(id.clone()))
                            >
                                "Send again"
                            </button>
                        </p>
                    }
                })}
        </article>
    }
    .into_any()
}
