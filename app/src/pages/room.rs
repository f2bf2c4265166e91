//! A meeting, from the link to the goodbye: pre-join, setting up, the call, the end.

use std::mem;

use call::ConnectionState;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::text_prop::TextProp;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use wire::{RoomLookup, RoomStatus};

use super::not_found::Unavailable;
use crate::api::{Failure, room_status};
use crate::components::later::{Later, LaterModule, later};
use crate::components::prejoin::{MoveCall, PreJoin};
use crate::components::stage::{CallView, Goodbye};
use crate::components::ui::{Brand, ClientOnly, effect, part, text};
use crate::state::RoomModel;

/// `/{room}`
#[component]
pub fn RoomPage() -> impl IntoView {
    let params = use_params_map();
    let room = Memo::new(move |_| params.read().get("room").unwrap_or_default());
    // The server has looked before it writes the page; a browser that comes from another page asks.
    let lookup = RwSignal::new(SharedValue::new(use_context::<RoomLookup>).into_inner());
    let mut told = lookup.with_untracked(Option::is_some);
    effect(move || {
        let name = room.get();
        if mem::take(&mut told) {
            return;
        }
        lookup.set(None);
        spawn_local(async move {
            let status = room_status(name.clone()).await;
            // The first answer counts: by another one the meeting would be made anew, in the middle of the call.
            let awaited = lookup.try_with_untracked(Option::is_none) == Some(true);
            if awaited && room.try_get_untracked().is_some_and(|shown| shown == name) {
                lookup.set(Some(status.map_or_else(|Failure(error)| RoomLookup::Refused(error), RoomLookup::Found)));
            }
        });
    });
    part(move || match lookup.get() {
        None => view! { <Loading /> }.into_any(),
        Some(RoomLookup::Found(status)) => view! { <Meeting status=status /> }.into_any(),
        Some(RoomLookup::Refused(error)) => view! { <Unavailable code=error.code /> }.into_any(),
    })
}

/// While the server is asked about the meeting (only when coming from another page).
#[component]
fn Loading() -> impl IntoView {
    view! {
        <div class="page">
            <header class="page-header">
                <Brand />
            </header>
            <main class="message-page" aria-busy="true">
                <p class="lead">"Opening the meeting…"</p>
            </main>
        </div>
    }
}

/// A meeting that exists.
#[component]
fn Meeting(status: RoomStatus) -> impl IntoView {
    let model = RoomModel::new(status);
    provide_context(model);
    provide_context(LaterModule::new());
    crate::browser::start_room(model);
    let phase = Memo::new(move |_| Phase::of(&model.connection.read()));
    view! {
        <Title text=tab_title(model) />
        {part(move || match phase.get() {
            Phase::Door => view! { <PreJoin /> }.into_any(),
            Phase::Waiting => later(Later::WaitingRoom),
            Phase::Call => view! { <CallView /> }.client_only(),
            Phase::After => view! { <Goodbye /> }.client_only(),
        })}
        <MoveCall />
    }
}

/// What the browser's tab is called.
fn tab_title(model: RoomModel) -> TextProp {
    let title = format!("{} · Parlour", model.title());
    if cfg!(feature = "ssr") {
        // The server writes it when the page is done: the page's signals may be no more.
        return title.into();
    }
    let with_waiting = text(move || match model.queue.read().len() {
        0 => title.clone(),
        waiting => format!("({waiting} waiting) {title}"),
    });
    with_waiting.into()
}

/// Which of the meeting's pages is shown: follows from the connection alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Door,
    Waiting,
    Call,
    After,
}

impl Phase {
    const fn of(connection: &ConnectionState) -> Self {
        match connection {
            ConnectionState::Idle | ConnectionState::Failed(_) => Self::Door,
            ConnectionState::Waiting => Self::Waiting,
            ConnectionState::Connecting | ConnectionState::Connected | ConnectionState::Reconnecting(_) => Self::Call,
            ConnectionState::Disconnecting(_) | ConnectionState::Disconnected(_) => Self::After,
        }
    }
}
