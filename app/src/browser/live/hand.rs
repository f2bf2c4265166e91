//! The own hand: raised through the server, and again in every room that takes the place of a lost one.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use call::{Attempt, Settled, Toggle};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::session::{Session, now_ms};
use crate::api::set_hand;
use crate::components::ui::ToastKind;
use crate::state::HandModel;

/// How long the room may take to accept a change.
const ROOM_PATIENCE: Duration = Duration::from_secs(5);

/// The switch behind the button, and what the room was last seen to know of it.
pub struct Hand {
    model: HandModel,
    toggle: RefCell<Toggle>,
    /// How the room shows the hand; `None` until the wish was brought into the present room.
    seen: Cell<Option<bool>>,
}

impl Hand {
    pub fn new(model: HandModel) -> Self {
        Self { model, toggle: RefCell::new(Toggle::new(false)), seen: Cell::new(None) }
    }

    /// Forgets what the room knew: it is over. The wish stays for the next one.
    pub fn keep_wish(&self) {
        if self.seen.take().is_some() {
            let up = self.toggle.borrow().shown();
            self.begin_anew(up);
        }
    }

    /// The call is over: whoever joins again has not raised anything.
    pub fn lower(&self) {
        self.seen.set(None);
        self.begin_anew(false);
    }

    pub fn show(&self) {
        let toggle = self.toggle.borrow();
        self.model.raised.set(toggle.shown());
        self.model.pending.set(toggle.pending());
    }

    fn begin_anew(&self, up: bool) {
        self.toggle.borrow_mut().reset(up);
        self.show();
    }
}

impl Session {
    /// Raises or lowers the hand, whichever it is not.
    pub fn toggle_hand(self: &Rc<Self>) {
        let up = self.hand.toggle.borrow().shown();
        self.switch_hand(!up);
    }

    /// Answers at once: the page shows what the person wants while it is carried out, and goes back when it is refused or
    /// nobody answers.
    fn switch_hand(self: &Rc<Self>, up: bool) {
        let attempt = self.hand.toggle.borrow_mut().request(up, now_ms());
        self.hand.show();
        // Patience counts from the last click, so each has its own alarm.
        if self.hand.toggle.borrow().pending() {
            let given_up = self.when(|session| {
                if !session.closed() && session.hand.toggle.borrow_mut().expired(now_ms()) {
                    session.hand.show();
                    session.explain_hand();
                }
            });
            set_timeout(given_up, ROOM_PATIENCE);
        }
        if let Some(attempt) = attempt {
            let session = Rc::clone(self);
            spawn_local(async move { session.carry_out_hand(attempt).await });
        }
    }

    async fn carry_out_hand(&self, mut attempt: Attempt) {
        loop {
            let result = self.apply_hand(attempt.wants()).await;
            if self.closed() {
                return;
            }
            let settled = self.hand.toggle.borrow_mut().settled(attempt, result);
            self.hand.show();
            match settled {
                Settled::Next(next) => attempt = next,
                Settled::RolledBack => return self.explain_hand(),
                Settled::Done => return,
            }
        }
    }

    /// Tells the server. Between two rooms there is nobody who could show it: then the wish is enough.
    async fn apply_hand(&self, up: bool) -> Result<(), ()> {
        if self.hand.seen.get().is_none() {
            return Ok(());
        }
        let turn = self.turn();
        match set_hand(self.room_name(), up).await {
            // That room is over; what is wanted comes into the next one.
            Err(_) if self.turn() != turn => Ok(()),
            told => told.map(drop).map_err(drop),
        }
    }

    /// What the room shows is true, when it is news: while a change is on its way, the room may tell of our tracks with
    /// the hand as it was.
    pub fn observe_hand(&self) {
        let up = self.roster.borrow().local().is_some_and(|me| me.hand_at_ms.is_some());
        if self.hand.seen.get().is_some_and(|seen| seen != up) {
            self.hand.seen.set(Some(up));
            self.hand.toggle.borrow_mut().observed(up);
            self.hand.show();
        }
    }

    /// Raises in the room that was just joined what was up in the one before.
    pub fn resume_hand(self: &Rc<Self>) {
        let up = self.hand.toggle.borrow().shown();
        self.hand.seen.set(Some(false));
        self.hand.toggle.borrow_mut().reset(false);
        self.switch_hand(up);
    }

    fn explain_hand(&self) {
        if self.in_call() {
            let still_up = self.hand.toggle.borrow().shown();
            let done = if still_up { "lowered" } else { "raised" };
            self.toasts.show(ToastKind::Problem, format!("Your hand could not be {done}. Try again."));
        }
    }
}
