//! What is shown before the server has answered: the hand and the name.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use call::{Attempt, Optimistic, Settled};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::session::{Session, now_ms};

/// How long the room may take to accept a change. A timer may come a millisecond early.
pub const ROOM_PATIENCE: Duration = Duration::from_millis(5_001);

/// The answer to an attempt, some time later.
type Answer = Pin<Box<dyn Future<Output = Result<(), ()>>>>;

/// How a value is brought about.
pub struct Wish<T: 'static> {
    /// Where it is kept.
    pub value: fn(&Session) -> &RefCell<Optimistic<T>>,
    /// Tells the server.
    pub tell: fn(Rc<Session>, T) -> Answer,
    /// Shows it as it is now.
    pub show: fn(&Session),
    /// Says that it was refused.
    pub explain: fn(&Session),
}

impl Session {
    /// Answers at once: the page shows what the person wants while it is carried out, and goes back when it is refused or
    /// nobody answers.
    pub fn wish<T: Clone + PartialEq>(self: &Rc<Self>, wish: &'static Wish<T>, want: T) {
        self.wish_calmly(wish, want);
        // Patience counts from the last click, so each has its own alarm.
        if (wish.value)(self).borrow().pending() {
            let given_up = self.when(|session| {
                if !session.closed() && (wish.value)(session).borrow_mut().expired(now_ms()) {
                    (wish.show)(session);
                    (wish.explain)(session);
                }
            });
            set_timeout(given_up, ROOM_PATIENCE);
        }
    }

    /// The same for what nobody has just pressed, and so nobody waits for.
    pub fn wish_calmly<T: Clone + PartialEq>(self: &Rc<Self>, wish: &'static Wish<T>, want: T) {
        let attempt = (wish.value)(self).borrow_mut().request(want, now_ms());
        (wish.show)(self);
        if let Some(attempt) = attempt {
            let session = Rc::clone(self);
            spawn_local(async move { session.carry_out_wish(wish, attempt).await });
        }
    }

    async fn carry_out_wish<T: Clone + PartialEq>(self: Rc<Self>, wish: &Wish<T>, mut attempt: Attempt<T>) {
        loop {
            let result = (wish.tell)(Rc::clone(&self), attempt.wants().clone()).await;
            if self.closed() {
                return;
            }
            let settled = (wish.value)(&self).borrow_mut().settled(attempt, result);
            (wish.show)(&self);
            match settled {
                Settled::Next(next) => attempt = next,
                Settled::RolledBack => return (wish.explain)(&self),
                Settled::Done => return,
            }
        }
    }
}
