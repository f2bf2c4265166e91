//! What a call can begin without: it is compiled into a module of its own, which is fetched when the call runs, or when
//! one of its parts is wanted before.

#![allow(unsafe_code)] // what the macro writes to reach the other module

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::chat::ChatPanel;
use super::controls::MorePanel;
use super::people::PeoplePanel;
use super::prejoin::WaitingRoom;
use crate::components::ui::{ClientOnly, part_of_call};

/// The parts, each with its component.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Later {
    Chat,
    People,
    More,
    WaitingRoom,
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
    })
}

/// Whether the module is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Module {
    OnItsWay,
    There,
    Missing,
}

/// Shows a part: at once where the module is there. Nothing else on the page waits for it, as it would in a `Suspend`.
pub fn later(part: Later) -> AnyView {
    let module = RwSignal::new(Module::OnItsWay);
    let fetch = move || {
        module.set(Module::OnItsWay);
        spawn_local(async move {
            let there = load().await.is_ok();
            module.try_set(if there { Module::There } else { Module::Missing });
        });
    };
    fetch();
    part_of_call(move || match module.get() {
        Module::OnItsWay => ().into_any(),
        Module::There => shown(part),
        Module::Missing => view! { <NotLoaded again=fetch /> }.client_only(),
    })
    .client_only()
}

/// The part, made by the module that is there: it does not have to be waited for.
fn shown(part: Later) -> AnyView {
    match pin!(show(part)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(view)) => view,
        Poll::Ready(Err(Missing)) | Poll::Pending => ().into_any(),
    }
}

/// Has the module at hand from now on, for the moment when the network is what is wrong. Another attempt follows when a
/// part is wanted.
pub async fn have_at_hand() {
    let _ = load().await;
}

/// In the place of a part that could not be fetched.
#[component]
fn NotLoaded(again: impl Fn() + Send + 'static) -> impl IntoView {
    view! {
        <div class="panel message" role="alert">
            <p>"This part of the page could not be loaded."</p>
            <button type="button" class="button" on:click=move |_| again()>
                "Try again"
            </button>
        </div>
    }
    .client_only()
}
