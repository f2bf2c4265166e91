//! What is shown before the server has answered: the hand, the name, and what a host decides.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use call::{Attempt, Optimistic, Settled};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::ErrorCode;

use super::session::{Session, now_ms};

/// How long the room may take to accept a change. A timer may come a millisecond early.
const ROOM_PATIENCE: Duration = Duration::from_millis(5_001);

/// How a value is brought about.
pub trait Wish: Clone + 'static {
    /// What can be wished for.
    type Value: Clone + PartialEq;

    /// Where it is kept.
    fn value<'a>(&'a self, session: &'a Session) -> &'a RefCell<Optimistic<Self::Value>>;

    /// Tells the server; answers what is so then, mostly what is wanted.
    async fn tell(&self, session: &Session, want: Self::Value) -> Result<Self::Value, ErrorCode>;

    /// Shows it as it is now.
    fn show(&self, session: &Session);

    /// Says that it was refused.
    fn explain(&self, session: &Session, why: ErrorCode);
}

impl Session {
    /// Answers at once: the page shows what the person wants while it is carried out, and goes back when it is refused or
    /// nobody answers.
    pub fn wish<W: Wish>(self: &Rc<Self>, wish: W, want: W::Value) {
        self.wish_calmly(wish.clone(), want);
        // Patience counts from the last click, so each has its own alarm.
        if wish.value(self).borrow().pending() {
            let given_up = self.when(move |session| {
                let wanted = wish.value(session).borrow().shown().clone();
                if session.closed() || !wish.value(session).borrow_mut().expired(now_ms()) {
                    return;
                }
                wish.show(session);
                // The room may have shown it, and only the answer is lost.
                if *wish.value(session).borrow().shown() != wanted {
                    wish.explain(session, ErrorCode::Unreachable);
                }
            });
            set_timeout(given_up, ROOM_PATIENCE);
        }
    }

    /// The same for what nobody has just pressed, and so nobody waits for.
    pub fn wish_calmly<W: Wish>(self: &Rc<Self>, wish: W, want: W::Value) {
        let attempt = wish.value(self).borrow_mut().request(want, now_ms());
        wish.show(self);
        if let Some(attempt) = attempt {
            let session = Rc::clone(self);
            spawn_local(async move { session.carry_out_wish(wish, attempt).await });
        }
    }

    async fn carry_out_wish<W: Wish>(self: Rc<Self>, wish: W, mut attempt: Attempt<W::Value>) {
        loop {
            let result = wish.tell(&self, attempt.wants().clone()).await;
            if self.closed() {
                return;
            }
            let refused = result.as_ref().err().copied();
            let settled = wish.value(&self).borrow_mut().settled(attempt, result);
            wish.show(&self);
            match (settled, refused) {
                (Settled::Next(next), _) => attempt = next,
                (Settled::RolledBack, Some(why)) => return wish.explain(&self, why),
                (Settled::RolledBack | Settled::Done, _) => return,
            }
        }
    }
}
