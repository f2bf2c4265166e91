//! What a call can begin without: it is compiled into a module of its own, which is fetched when the call runs, or when
//! one of its parts is wanted before.

#![allow(unsafe_code)] // what the macro writes to reach the other module

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::chat::ChatPanel;
use super::controls::MorePanel;
use super::people::PeoplePanel;
use super::prejoin::WaitingRoom;
use super::stage::Notices;
use crate::components::ui::{ClientOnly, part_of_call};

/// A fetch that has failed is tried again after so long, then after twice as long, and so on …
const AGAIN_AFTER_S: u64 = 5;
/// … up to this: the module of another version of Parlour does not come back.
const AGAIN_MAX_S: u64 = 320;

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
pub struct LaterModule(RwSignal<Fetched>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fetched {
    NotYet,
    There,
    Failed,
}

impl LaterModule {
    /// Not fetched yet.
    pub fn new() -> Self {
        Self(RwSignal::new(Fetched::NotYet))
    }

    /// Has it at hand from now on, if it can be had: also for the moment when the network is what is wrong.
    pub fn fetch(self) {
        self.attempt(AGAIN_AFTER_S);
    }

    /// Tries once more what has failed, without being asked by anybody: a notice that is not there is not missed.
    pub fn mend(self) {
        self.attempt_again(2 * AGAIN_MAX_S);
    }

    /// Another attempt follows after `pause_s`, if that is not too long.
    fn attempt(self, pause_s: u64) {
        if self.0.try_get_untracked().is_none_or(|fetched| fetched == Fetched::There) {
            return;
        }
        self.0.set(Fetched::NotYet);
        spawn_local(async move {
            if load().await.is_ok() {
                self.0.try_set(Fetched::There);
            } else {
                self.0.try_set(Fetched::Failed);
                if pause_s <= AGAIN_MAX_S {
                    set_timeout(move || self.attempt_again(pause_s * 2), Duration::from_secs(pause_s));
                }
            }
        });
    }

    /// Unless somebody else has tried again meanwhile.
    fn attempt_again(self, pause_s: u64) {
        if self.0.try_get_untracked() == Some(Fetched::Failed) {
            self.attempt(pause_s);
        }
    }
}

/// Shows a part that somebody wants: at once where the module is there. Nothing else on the page waits for it, as it would
/// in a `Suspend`.
pub fn later(part: Later) -> AnyView {
    let module = expect_context::<LaterModule>();
    module.fetch();
    part_of_call(move || match module.0.get() {
        Fetched::NotYet => view! { <p class="not-loaded" role="status">"Loading…"</p> }.client_only(),
        Fetched::There => shown(part),
        Fetched::Failed => view! { <NotLoaded module=module /> }.client_only(),
    })
    .client_only()
}

/// Shows a part that nobody has asked for, as soon as the module is there.
pub fn when_there(part: Later) -> AnyView {
    let module = expect_context::<LaterModule>();
    part_of_call(move || (module.0.get() == Fetched::There).then(|| shown(part))).client_only()
}

/// The part, made by the module that is there: it does not have to be waited for.
fn shown(part: Later) -> AnyView {
    match pin!(show(part)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(view)) => view,
        Poll::Ready(Err(Missing)) | Poll::Pending => ().into_any(),
    }
}

/// In the place of a part that could not be fetched.
#[component]
fn NotLoaded(module: LaterModule) -> impl IntoView {
    view! {
        <div class="not-loaded" role="alert">
            <p>"This part of the page could not be loaded."</p>
            <button type="button" class="button" on:click=move |_| module.fetch()>
                "Try again"
            </button>
        </div>
    }
    .client_only()
}
