//! What a call can begin without: it is compiled into a module of its own, which is fetched when the call runs, or when
//! one of its parts is wanted before.

#![allow(unsafe_code)] // what the macro writes to reach the other module

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use call::Fetch;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::chat::ChatPanel;
use super::controls::MorePanel;
use super::people::PeoplePanel;
use super::prejoin::WaitingRoom;
use super::stage::Notices;
use crate::components::ui::{ClientOnly, flag, part_of_call};

/// The parts, each with its component.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Later {
    Chat,
    People,
    More,
    WaitingRoom,
    Notices,
}

/// The module could not be fetched.
pub struct Missing;

impl From<SplitLoaderError> for Missing {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

#[wasm_split(later, wasm_split_path = ::leptos::wasm_split, preload(load), fallible)]
fn show(part: Later) -> Result<AnyView, Missing> {
    Ok(match part {
        Later::Chat => view! { <ChatPanel /> }.client_only(),
        Later::People => view! { <PeoplePanel /> }.client_only(),
        Later::More => view! { <MorePanel /> }.client_only(),
        Later::WaitingRoom => view! { <WaitingRoom /> }.client_only(),
        Later::Notices => view! { <Notices /> }.client_only(),
    })
}

/// The module that all parts are in.
#[derive(Clone, Copy)]
pub struct LaterModule {
    fetched: RwSignal<Fetched>,
    busy: RwSignal<bool>,
    fetch: StoredValue<Fetch>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fetched {
    NotYet,
    There,
    Failed,
}

impl LaterModule {
    /// Not fetched yet.
    pub fn new() -> Self {
        Self {
            fetched: RwSignal::new(Fetched::NotYet),
            busy: RwSignal::new(false),
            fetch: StoredValue::new(Fetch::new()),
        }
    }

    /// Has it at hand from now on, if it can be had: also for the moment when the network is what is wrong.
    pub fn fetch(self) {
        self.attempt(Fetch::begin);
    }

    /// Tries once more what has failed, without being asked by anybody: a notice that is not there is not missed.
    pub fn mend(self) {
        if self.has_failed() {
            self.fetch();
        }
    }

    /// Whether what is in it can be had at once.
    pub fn is_there(self) -> bool {
        self.fetched.try_get_untracked() == Some(Fetched::There)
    }

    /// Somebody has just asked for a part: that it could not be had before is no news to begin with.
    fn want(self) {
        if self.has_failed() {
            self.fetched.set(Fetched::NotYet);
        }
        self.fetch();
    }

    fn has_failed(self) -> bool {
        self.fetched.try_get_untracked() == Some(Fetched::Failed)
    }

    /// Fetches it, if that is due. What has failed is shown as such until it is there: a button that vanished meanwhile would
    /// take the focus along, and each failure would be read out anew.
    fn attempt(self, is_due: fn(&mut Fetch) -> bool) {
        if self.fetch.try_update_value(is_due) != Some(true) {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let there = load().await.is_ok();
            self.busy.try_set(false);
            if there {
                self.fetched.try_set(Fetched::There);
                return;
            }
            if !self.has_failed() {
                self.fetched.try_set(Fetched::Failed);
            }
            if let Some(pause_s) = self.fetch.try_update_value(Fetch::failed).flatten() {
                set_timeout(move || self.attempt(Fetch::woken), Duration::from_secs(pause_s));
            }
        });
    }
}

/// Shows a part that somebody wants: at once where the module is there. Nothing else on the page waits for it, as it would
/// in a `Suspend`.
pub fn later(part: Later) -> AnyView {
    let module = expect_context::<LaterModule>();
    module.want();
    part_of_call(move || match module.fetched.get() {
        Fetched::NotYet => view! { <p class="not-loaded" role="status">"Loading…"</p> }.client_only(),
        Fetched::There => shown(part),
        Fetched::Failed => view! { <NotLoaded module=module /> }.client_only(),
    })
    .client_only()
}

/// Shows a part that nobody has asked for, as soon as the module is there.
pub fn when_there(part: Later) -> AnyView {
    let module = expect_context::<LaterModule>();
    part_of_call(move || (module.fetched.get() == Fetched::There).then(|| shown(part))).client_only()
}

/// The part, made by the module that is there: it does not have to be waited for.
fn shown(part: Later) -> AnyView {
    match pin!(show(part)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(view)) => view,
        Poll::Ready(Err(Missing)) | Poll::Pending => ().into_any(),
    }
}

/// In the place of a part that could not be fetched. That of another version of Parlour comes with a new page only.
#[component]
fn NotLoaded(module: LaterModule) -> impl IntoView {
    view! {
        <div class="not-loaded" role="alert">
            <p>"This part of the page could not be loaded. If that goes on, reload the page."</p>
            <button
                type="button"
                class="button"
                aria-busy=flag(move || module.busy.get())
                on:click=move |_| module.fetch()
            >
                "Try again"
            </button>
        </div>
    }
    .client_only()
}
