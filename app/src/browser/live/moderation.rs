//! What a host does. Rules and roles are shown at once, each by itself, and as they were when that is refused.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use call::{Newest, Optimistic};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::{DatedRules, ErrorCode, Identity, Moderation, Role, Rule, Rules};

use super::session::Session;
use super::wish::Wish;
use crate::api::{Failure, moderate};
use crate::components::ui::ToastKind;

/// The rules as they are shown, and the newest that was told of them.
pub struct RulesShown {
    each: [RefCell<Optimistic<bool>>; Rule::ALL.len()],
    told: Cell<Newest<Rules>>,
}

impl RulesShown {
    pub fn new() -> Self {
        Self { each: Rule::ALL.map(|_| RefCell::new(Optimistic::new(false))), told: Cell::default() }
    }

    /// Whoever comes in is told by the door how it is: a server that was restored may know nothing of what was told before.
    pub fn begin_anew(&self) {
        self.told.set(Newest::default());
    }

    const fn of(&self, rule: Rule) -> &RefCell<Optimistic<bool>> {
        let [ask, locked, chat_off, share_off] = &self.each;
        match rule {
            Rule::Ask => ask,
            Rule::Locked => locked,
            Rule::ChatOff => chat_off,
            Rule::ShareOff => share_off,
        }
    }
}

/// Somebody to whom this page has given a role.
pub struct Given {
    who: Identity,
    /// What the room was last seen to say.
    seen: Cell<Role>,
    shown: RefCell<Optimistic<Role>>,
}

impl Wish for Rule {
    type Value = bool;

    fn value<'a>(&'a self, session: &'a Session) -> &'a RefCell<Optimistic<bool>> {
        session.rules.of(*self)
    }

    async fn tell(&self, session: &Session, on: bool) -> Result<bool, ErrorCode> {
        let answer = session.decide(Moderation::Rule(*self, on)).await?;
        // A server of before does not say what the rules are then.
        Ok(answer.filter(|_| !session.closed()).map_or(on, |rules| session.observe_rules(rules).has(*self)))
    }

    fn show(&self, session: &Session) {
        session.show_rules();
    }

    fn explain(&self, session: &Session, why: ErrorCode) {
        session.explain_moderation(why);
    }
}

impl Wish for Rc<Given> {
    type Value = Role;

    fn value<'a>(&'a self, _: &'a Session) -> &'a RefCell<Optimistic<Role>> {
        &self.shown
    }

    async fn tell(&self, session: &Session, role: Role) -> Result<Role, ErrorCode> {
        session.decide(Moderation::Assign(self.who.clone(), role)).await.map(|_| role)
    }

    fn show(&self, session: &Session) {
        session.show_anew(&self.who);
    }

    fn explain(&self, session: &Session, why: ErrorCode) {
        session.explain_moderation(why);
    }
}

impl Session {
    /// Does what a host may do. What comes of it the room or the door tells.
    pub fn moderate(self: &Rc<Self>, what: Moderation) {
        let done = match what {
            Moderation::Rule(rule, on) => return self.wish(rule, on),
            Moderation::Assign(who, role) => return self.give_role(who, role),
            Moderation::Remove(ref who) => {
                self.name_of(who).map(|name| format!("{name} was taken out. Coming back takes your consent."))
            }
            _ => None,
        };
        let session = Rc::clone(self);
        spawn_local(async move {
            let answer = moderate(session.room_name(), what).await;
            if session.closed() {
                return;
            }
            match (answer, done) {
                (Err(failure), _) => session.toasts.show(ToastKind::Problem, failure.to_string()),
                (Ok(_), Some(done)) => session.toasts.show(ToastKind::Info, done),
                (Ok(_), None) => {}
            }
        });
    }

    async fn decide(&self, what: Moderation) -> Result<Option<DatedRules>, ErrorCode> {
        moderate(self.room_name(), what).await.map_err(|Failure(error)| error.code)
    }

    fn explain_moderation(&self, why: ErrorCode) {
        if self.in_call() {
            self.toasts.show(ToastKind::Problem, why.sentence());
        }
    }

    /// What holds for everybody, as the server says; older word says nothing. Returns the newest.
    pub fn observe_rules(&self, DatedRules { rules, at_ms }: DatedRules) -> Rules {
        let mut told = self.rules.told.get();
        let now = told.told(rules, at_ms);
        self.rules.told.set(told);
        for rule in Rule::ALL {
            self.rules.of(rule).borrow_mut().observed(now.has(rule));
        }
        self.show_rules();
        now
    }

    fn show_rules(&self) {
        let rules = Rules::where_on(|rule| *self.rules.of(rule).borrow().shown());
        if self.model.rules.get_untracked() != rules {
            self.model.rules.set(rules);
        }
    }

    fn give_role(self: &Rc<Self>, who: Identity, role: Role) {
        let Some(now) = self.roster.borrow().get(&who).map(|person| person.role) else { return };
        let given = self.given(&who).unwrap_or_else(|| {
            let shown = RefCell::new(Optimistic::new(now));
            let given = Rc::new(Given { who, seen: Cell::new(now), shown });
            self.given.borrow_mut().push(Rc::clone(&given));
            given
        });
        self.wish(given, role);
    }

    fn given(&self, who: &Identity) -> Option<Rc<Given>> {
        self.given.borrow().iter().find(|given| given.who == *who).cloned()
    }

    /// What somebody is, as it is shown: what they are to be, where this page has given them another role.
    pub fn role_shown(&self, who: &Identity) -> Option<Role> {
        self.given(who).map(|given| *given.shown.borrow().shown())
    }

    /// After news may have been lost, the room's word counts wherever nothing is on its way.
    pub fn forget_given(&self) {
        let (kept, gone): (Vec<_>, Vec<_>) =
            self.given.take().into_iter().partition(|given| given.shown.borrow().pending());
        self.given.replace(kept);
        gone.iter().for_each(|given| self.show_anew(&given.who));
    }

    /// What the room says of roles is true, when it is news: it tells of a person's tracks with the role as it was.
    pub fn observe_roles(&self) {
        let roster = self.roster.borrow();
        self.given.borrow_mut().retain(|given| {
            let now = roster.get(&given.who).map(|person| person.role);
            if let Some(now) = now
                && given.seen.replace(now) != now
            {
                given.shown.borrow_mut().observed(now);
            }
            now.is_some()
        });
    }
}
