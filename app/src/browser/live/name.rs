//! The own name, changed in the middle of a call: everybody sees it, and a return is under it too.

use std::cell::RefCell;
use std::rc::Rc;

use call::{Optimistic, Participant};
use leptos::prelude::*;
use wire::{DisplayName, ErrorCode, Identity};

use super::preferences;
use super::session::Session;
use super::wish::Wish;
use crate::api::{Failure, set_name};
use crate::components::ui::ToastKind;

/// The name as it is shown.
pub struct Name {
    shown: RefCell<Optimistic<String>>,
}

/// What others call this person.
#[derive(Clone)]
struct OwnName;

impl Wish for OwnName {
    type Value = String;

    fn value<'a>(&'a self, session: &'a Session) -> &'a RefCell<Optimistic<String>> {
        &session.name.shown
    }

    async fn tell(&self, session: &Session, name: String) -> Result<String, ErrorCode> {
        session.tell_name(&name).await.map(|()| name)
    }

    fn show(&self, session: &Session) {
        session.show_name();
    }

    fn explain(&self, session: &Session, _: ErrorCode) {
        session.toasts.show(ToastKind::Problem, "Your name could not be changed. Try again.");
    }
}

impl Name {
    pub fn new() -> Self {
        Self { shown: RefCell::new(Optimistic::new(String::new())) }
    }
}

impl Session {
    /// Takes the name that is written, here and in every meeting to come.
    pub fn rename(self: &Rc<Self>) {
        match DisplayName::parse(&self.model.name.get_untracked()) {
            Ok(name) => self.wish(OwnName, name.to_string()),
            Err(_) => self.model.name_problem.set(Some(ErrorCode::InvalidParticipantName)),
        }
    }

    async fn tell_name(&self, name: &str) -> Result<(), ErrorCode> {
        let turn = self.turn();
        if let Err(Failure(error)) = set_name(self.room_name(), name.to_owned()).await
            && self.turn() == turn
        {
            return Err(error.code);
        }
        // Whoever was between two rooms comes into the next one under it.
        self.joined_as.replace(DisplayName::parse(name).ok());
        preferences::change(|kept| name.clone_into(&mut kept.name));
        Ok(())
    }

    /// We are inside under a name, or have another one now.
    pub fn observe_name(&self) {
        if let Some(name) = self.roster.borrow().local().map(|me| me.name.clone()) {
            self.name.shown.borrow_mut().observed(name);
        }
    }

    /// A participant as shown: with the name that we want for ourselves, and the role that we have given them, or that the
    /// server has taken already. LiveKit tells us of it a moment later.
    pub fn as_shown(&self, person: &Participant) -> Participant {
        let mut person = person.clone();
        if let Some(role) = self.role_shown(&person.identity) {
            person.role = role;
        }
        if person.local {
            person.name.clone_from(self.name.shown.borrow().shown());
        }
        person
    }

    fn show_name(&self) {
        self.model.renaming.set(self.name.shown.borrow().pending());
        if let Some(me) = self.model.identity.get_untracked() {
            self.show_anew(&me);
        }
    }

    /// Shows somebody as they are shown now.
    pub fn show_anew(&self, who: &Identity) {
        if let (Some(person), Some(signal)) = (self.roster.borrow().get(who), self.model.person(who)) {
            signal.set(self.as_shown(person));
        }
    }
}
