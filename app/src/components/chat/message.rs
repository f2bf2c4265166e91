//! One message: always text, never markup.

use call::{Delivery, Entry};
use leptos::prelude::*;

use super::file::FileView;
use super::menu::{MessageMenu, has_actions};
use crate::components::ui::{ClientOnly, part_of_call, word};
use crate::state::{LaterIntent, RoomModel};

/// A message in the log. Only one of ours can still change, from on its way to stored; one that was edited or marked is
/// drawn anew.
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
                <button type="button" class="link" on:click=move |_| model.send(LaterIntent::RetryMessage(id.clone()))>
                    {if waits { "Try now" } else { "Send again" }}
                </button>
            </p>
        }
    };
    let known = entry.clone();
    let menu = part_of_call(move || {
        let stored = (state.get() == Delivery::Sent).then(|| as_stored(model, &known));
        stored
            .filter(|entry| has_actions(&model, entry))
            .map(|entry| view! { <MessageMenu entry=entry /> }.client_only())
    });
    let about = [entry.mark.label(), entry.edited.then_some("edited")].into_iter().flatten();
    let about = about.collect::<Vec<_>>().join(", ");
    // The name of a file is said once.
    let named = entry.file.as_ref().is_some_and(|file| file.name == entry.text.as_str());
    let text = (!named).then(|| String::from(entry.text));
    view! {
        <article class="message" data-mark=entry.mark.as_str() data-own=if entry.own { "true" } else { "false" } data-state=state_word>
            <header>
                <span class="message-sender">{if entry.own { "You".to_owned() } else { entry.sender_name }}</span>
                <time>{time}</time>
                <span class="message-about">{about}</span>
                {menu}
            </header>
            {text.map(|text| view! { <p>{text}</p> })}
            {entry.file.map(|file| view! { <FileView file=file /> })}
            {part_of_call(move || match state.get() {
                Delivery::Waiting => Some(retry(true)),
                Delivery::Failed => Some(retry(false)),
                Delivery::Sending | Delivery::Sent => None,
            })}
        </article>
    }
    .client_only()
}

/// One of ours has a place only once it is stored.
fn as_stored(model: RoomModel, known: &Entry) -> Entry {
    let find = |messages: &Vec<Entry>| messages.iter().find(|now| now.key() == known.key()).cloned();
    model.messages.with_untracked(find).unwrap_or_else(|| known.clone())
}
