//! Notices over the stage that stay as long as they are true.

use call::{ConnectionState, Recovery};
use leptos::prelude::*;

use crate::components::ui::{part_of_call, text, word};
use crate::state::{Intent, RoomModel};

/// What is wrong with the connection, what is done about it, and what the person can do. News from the meeting and its
/// media come apart: each can be well without the other, and what the person may rely on differs.
#[component]
pub fn ConnectionBanner() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let recovery = Memo::new(move |_| match *model.connection.read() {
        ConnectionState::Reconnecting(recovery) => Some(recovery),
        _ => None,
    });
    let connected = move || model.connection.get() == ConnectionState::Connected;
    let wrong = Memo::new(move |_| recovery.get().is_some() || connected() && model.silent.get());
    let waits = Memo::new(move |_| matches!(recovery.get(), Some(Recovery::Waiting { .. })));
    let until = Memo::new(move |_| match recovery.get() {
        Some(Recovery::Waiting { until_ms, .. }) => Some(until_ms),
        _ => None,
    });
    let seconds = crate::browser::use_countdown(until.into());
    let known = move || match recovery.get() {
        None => "Sound and picture have stopped arriving. Waiting for them…",
        Some(_) if model.server_down.get() => {
            "The media server is away. You are back in the call as soon as it answers."
        }
        Some(Recovery::Resuming) if model.only_news_lost.get() => {
            "You can be heard and seen, but news from the meeting is late. Reconnecting…"
        }
        Some(recovery) if recovery.is_long() => {
            "Still no connection. Stay, and the call goes on by itself as soon as there is one."
        }
        Some(_) => "The connection was lost. Reconnecting…",
    };
    let sentence = text(move || {
        let blocked = model.blocked.get();
        let away = recovery.get().is_some() && !model.server_down.get();
        if away && !blocked.is_empty() { blocked } else { known().to_owned() }
    });
    let name = word(move || if recovery.get().is_some() { "connection-banner" } else { "media-banner" });
    view! {
        <div role="status">
            {part_of_call(move || {
                wrong.get()
                    .then(|| {
                        view! {
                            <div class="banner" data-testid=name>
                                <span class="spinner" aria-hidden="true"></span>
                                <span>{sentence}</span>
                                {part_of_call(move || waits.get().then(|| view! { <TryNow seconds=seconds /> }))}
                            </div>
                        }
                    })
            })}
        </div>
    }
}

/// The next attempt, and the way to hurry it.
#[component]
fn TryNow(seconds: Signal<u64>) -> impl IntoView {
    let model = expect_context::<RoomModel>();
    view! {
        <span class="countdown" aria-hidden="true">
            {text(move || format!("{} s", seconds.get()))}
        </span>
        <button type="button" class="link" on:click=move |_| model.send(Intent::TryNow)>
            "Try now"
        </button>
    }
}

/// The browser plays no sound until the person clicks.
#[component]
pub fn SoundBlocked() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    part_of_call(move || {
        model.sound_blocked.get().then(|| {
            view! {
                <button type="button" class="banner action" on:click=move |_| model.send(Intent::StartAudio)>
                    "Sound is blocked: click to hear"
                </button>
            }
        })
    })
}
