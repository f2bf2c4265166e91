//! The own hand: raised through the server, and again in every room that takes the place of a lost one.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use call::{Optimistic, back_off_ms};
use leptos::prelude::*;
use livekit_web::{pause, within};
use wire::ErrorCode;

use super::session::Session;
use super::wish::Wish;
use crate::api::set_hand;
use crate::components::ui::ToastKind;
use crate::state::HandModel;

/// How often the server is asked to raise a hand again: it comes when everybody comes back at once.
const TRIES: u32 = 3;
/// An answer that has not come by then is taken for a refusal: the page would show what nobody else sees.
const PATIENCE_MS: u64 = 5_000;

/// The switch behind the button, and what the room was last seen to know of it.
pub struct Hand {
    model: HandModel,
    raised: RefCell<Optimistic<bool>>,
    /// How the room shows the hand; `None` until the wish was brought into the present room.
    seen: Cell<Option<bool>>,
    /// Whether it is as it was in the room before, and was not pressed since, nor just before that without an answer.
    resumes: Cell<bool>,
    /// The number of the present try, the last one for what the person has just pressed.
    attempt: Cell<u32>,
}

/// That the hand is up.
#[derive(Clone)]
struct OwnHand;

impl Wish for OwnHand {
    type Value = bool;

    fn value<'a>(&'a self, session: &'a Session) -> &'a RefCell<Optimistic<bool>> {
        &session.hand.raised
    }

    async fn tell(&self, session: &Session, up: bool) -> Result<bool, ErrorCode> {
        session.tell_hand(up).await.map(|()| up)
    }

    fn show(&self, session: &Session) {
        session.hand.show();
    }

    fn explain(&self, session: &Session, _: ErrorCode) {
        session.explain_hand();
    }
}

impl Hand {
    pub fn new(model: HandModel) -> Self {
        Self {
            model,
            raised: RefCell::new(Optimistic::new(false)),
            seen: Cell::new(None),
            resumes: Cell::new(false),
            attempt: Cell::new(TRIES),
        }
    }

    /// Forgets what the room knew: it is over. The wish stays for the next one.
    pub fn keep_wish(&self) {
        if self.seen.take().is_some() {
            // A press that was not answered may have come to the server or not.
            if !self.raised.borrow().pending() {
                self.resumes.set(true);
            }
            self.begin_anew(self.is_up());
        }
    }

    /// The call is over: whoever joins again has not raised anything.
    pub fn lower(&self) {
        self.seen.set(None);
        self.begin_anew(false);
    }

    fn is_up(&self) -> bool {
        *self.raised.borrow().shown()
    }

    fn show(&self) {
        self.model.raised.set(self.is_up());
        self.model.pending.set(self.raised.borrow().pending());
    }

    fn begin_anew(&self, up: bool) {
        self.raised.borrow_mut().reset(up);
        self.show();
    }
}

impl Session {
    /// Raises or lowers the hand, whichever it is not.
    pub fn toggle_hand(self: &Rc<Self>) {
        self.hand.attempt.set(TRIES);
        self.hand.resumes.set(false);
        self.wish(OwnHand, !self.hand.is_up());
    }

    /// Tells the server. Between two rooms there is nobody who could show it: then the wish is enough.
    async fn tell_hand(&self, up: bool) -> Result<(), ErrorCode> {
        if self.hand.seen.get().is_none() {
            return Ok(());
        }
        let turn = self.turn();
        // When that room is over, what is wanted comes into the next one.
        while self.turn() == turn {
            if self.ask_for_hand(up).await || self.turn() != turn {
                break;
            }
            let attempt = self.hand.attempt.get();
            if attempt >= TRIES {
                return Err(ErrorCode::Unreachable);
            }
            self.hand.attempt.set(attempt + 1);
            pause(back_off_ms(attempt, js_sys::Math::random())).await;
        }
        Ok(())
    }

    /// Whether the server has done it in time.
    async fn ask_for_hand(&self, up: bool) -> bool {
        within(PATIENCE_MS, set_hand(self.room_name(), up, self.hand.resumes.get()))
            .await
            .is_some_and(|told| told.is_ok())
    }

    /// What the room shows is true, when it is news: while a change is on its way, the room may tell of our tracks with
    /// the hand as it was.
    pub fn observe_hand(&self) {
        let up = self.roster.borrow().local().is_some_and(|me| me.hand_at_ms.is_some());
        if self.hand.seen.get().is_some_and(|seen| seen != up) {
            self.hand.seen.set(Some(up));
            self.hand.raised.borrow_mut().observed(up);
            self.hand.show();
        }
    }

    /// Raises in the room that was just joined what was up in the one before.
    pub fn resume_hand(self: &Rc<Self>) {
        let up = self.hand.is_up();
        self.hand.seen.set(Some(false));
        self.hand.raised.borrow_mut().reset(false);
        self.hand.attempt.set(1);
        self.wish_calmly(OwnHand, up);
    }

    fn explain_hand(&self) {
        if self.in_call() {
            let done = if self.hand.is_up() { "lowered" } else { "raised" };
            self.toasts.show(ToastKind::Problem, format!("Your hand could not be {done}. Try again."));
        }
    }
}
