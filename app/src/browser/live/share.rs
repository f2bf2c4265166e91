//! The shared screen: captured here, so that it outlives the room that it is shown in.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use call::{ConnectionState, Source, back_off_ms};
use leptos::prelude::*;
use leptos::task::spawn_local;
use livekit_web::{Capture, Listener, PublishError, ShareError, pause, screen};

use super::session::Session;
use crate::components::ui::ToastKind;

/// How often it is tried to publish it in one room.
const TRIES: u32 = 3;

/// What is shared now: the picture, and its sound where the browser gives it.
#[derive(Default)]
pub struct Share {
    captures: RefCell<Vec<Rc<Capture>>>,
    ended: RefCell<Option<Listener>>,
    /// The join in whose room it is on its way; of no interest in another.
    publishing: Cell<Option<u64>>,
}

impl Share {
    /// Ends the capture.
    pub fn release(&self) {
        self.ended.take();
        // Who is publishing one may hold it for a while: the screen is let go of now.
        for capture in self.captures.take() {
            capture.stop();
        }
    }

    /// Whether it should be in the room of this join by now; `None` while that is being brought about.
    pub fn wish(&self, turn: u64) -> Option<bool> {
        (self.publishing.get() != Some(turn)).then(|| self.is_on())
    }

    fn holds(&self, capture: &Rc<Capture>) -> bool {
        self.captures.borrow().iter().any(|held| Rc::ptr_eq(held, capture))
    }

    /// Whether a screen is captured.
    pub fn is_on(&self) -> bool {
        !self.captures.borrow().is_empty()
    }
}

impl Session {
    /// Starts or stops to share a screen.
    pub async fn toggle_share(self: Rc<Self>) {
        let model = self.model;
        if model.share_pending.get_untracked() {
            return;
        }
        if self.share.is_on() {
            self.stop_share().await;
            return;
        }
        model.share_pending.set(true);
        model.sharing.set(true);
        let asked = screen().await;
        if self.closed() {
            return;
        }
        model.share_pending.set(false);
        match asked {
            // The call ended while the picker was open.
            _ if !self.in_call() => model.sharing.set(false),
            Ok(captures) => {
                let picture = captures.iter().find(|capture| capture.source() == Source::ScreenShare);
                let ended = picture.map(|picture| {
                    picture.on_ended(self.when(|session| {
                        let connected = session.connection.borrow().state() == ConnectionState::Connected;
                        session.model.share_lost.set(!connected);
                        let session = Rc::clone(session);
                        spawn_local(async move { session.stop_share().await });
                    }))
                });
                model.share_lost.set(false);
                self.share.captures.replace(captures.into_iter().map(Rc::new).collect());
                self.share.ended.replace(ended);
                self.resume_share().await;
            }
            Err(error) => {
                model.sharing.set(false);
                self.explain_share(&error);
            }
        }
    }

    /// Publishes what is shared in the room that there is now.
    pub async fn resume_share(self: &Rc<Self>) {
        let Some(room) = self.connected_room() else { return };
        let turn = self.turn();
        if self.share.publishing.get() == Some(turn) {
            return;
        }
        self.share.publishing.set(Some(turn));
        let captures = self.share.captures.borrow().clone();
        for capture in captures {
            let mut published = room.publish(&capture, false).await;
            // Nobody has to choose a screen again for a connection that broke.
            for attempt in 1..TRIES {
                if matches!(published, Ok(()) | Err(PublishError::Refused)) {
                    break;
                }
                pause(back_off_ms(attempt, js_sys::Math::random())).await;
                // livekit-client ends what it could not publish, now and then.
                if self.turn() != turn || !self.share.holds(&capture) || !capture.is_live() {
                    break;
                }
                published = room.publish(&capture, false).await;
            }
            if self.turn() != turn {
                return;
            }
            if !self.share.holds(&capture) {
                // Stopped meanwhile, when there was nothing yet to take back.
                room.unpublish(capture.source()).await;
            } else if published.is_err() && capture.source() == Source::ScreenShare {
                // Sound is an extra; without a picture there is no share.
                self.stop_share().await;
                self.explain_share(&ShareError::Other(String::new()));
            }
        }
        self.share.publishing.set(None);
    }

    pub async fn stop_share(self: &Rc<Self>) {
        self.share.release();
        if self.closed() {
            return;
        }
        self.model.sharing.set(false);
        if let Some(room) = self.connected_room() {
            room.unpublish(Source::ScreenShare).await;
        }
    }

    fn explain_share(&self, error: &ShareError) {
        let sentence = match error {
            ShareError::Cancelled => return,
            ShareError::Denied => {
                "Your browser or system does not allow sharing the screen. Allow it in the system's privacy settings."
            }
            ShareError::Unsupported => "This browser cannot share a screen. Try it on a computer.",
            ShareError::Other(_) => "The screen could not be shared. Try again.",
        };
        self.toasts.show(ToastKind::Problem, sentence);
    }
}
