//! Files for the chat: what is chosen in the panel is sent, and comes as a message.

use std::cell::OnceCell;
use std::rc::Rc;

use leptos::html::{Aside, Input};
use leptos::prelude::*;
use leptos::task::spawn_local;
use livekit_web::{Listening, Sending};
use wasm_bindgen::JsCast;

use super::session::{Session, session};
use crate::components::ui::{ToastKind, effect};

/// Sends files for as long as the session goes on, also when the panel is closed meanwhile.
#[derive(Default)]
pub struct Attachments(OnceCell<Rc<Listening>>);

/// Sends what is chosen in `input`, and what is dropped or pasted into `panel`.
pub fn use_attachments(input: NodeRef<Input>, panel: NodeRef<Aside>) {
    let session = session();
    effect(move || {
        let (Some(session), Some(input), Some(panel)) = (session, input.get(), panel.get()) else { return };
        let Some(session) = session.try_with_value(Rc::clone) else { return };
        let listening = session.listening();
        let address = format!("/api/rooms/{}/files", js_sys::encode_uri_component(&session.room_name()));
        spawn_local(async move {
            // Without it the button does nothing; everything else in the chat does.
            if listening.attach(input.unchecked_ref(), panel.unchecked_ref(), &address).await.is_err() {
                let advice = "Files cannot be attached now. Open the chat again when you are connected.";
                session.toasts.show(ToastKind::Problem, advice);
            }
        });
    });
}

impl Session {
    fn listening(self: &Rc<Self>) -> Rc<Listening> {
        let told = || {
            let session = Rc::downgrade(self);
            Rc::new(Listening::new(move |sending| {
                if let Some(session) = session.upgrade().filter(|session| !session.closed()) {
                    session.take_sending(sending);
                }
            }))
        };
        Rc::clone(self.attachments.0.get_or_init(told))
    }

    fn take_sending(self: &Rc<Self>, sending: Sending) {
        self.model.sending.set((sending.percent < 100).then_some(sending.percent));
        if !sending.problem.is_empty() {
            self.toasts.show(ToastKind::Problem, sending.problem);
        } else if let Ok(message) = serde_json::from_slice(sending.answer.as_bytes()) {
            self.heard(message);
        }
    }
}
