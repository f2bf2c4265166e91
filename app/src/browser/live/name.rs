//! The own name, changed in the middle of a call: everybody sees it, and a return is under it too.

use std::cell::RefCell;
use std::rc::Rc;

use call::{Optimistic, Participant};
use leptos::prelude::*;
use wire::{DisplayName, ErrorCode};

use super::preferences;
use super::session::Session;
use super::wish::Wish;
use crate::api::set_name;
use crate::components::ui::ToastKind;

/// The name as it is shown.
pub struct Name {
    shown: RefCell<Optimistic<String>>,
}

const NAME: Wish<String> = Wish {
    value: |session| &session.name.shown,
    tell: |session, name| Box::pin(async move { session.tell_name(name).await }),
    show: Session::show_name,
    explain: |session| session.toasts.show(ToastKind::Problem, "Your name could not be changed. Try again."),
};

impl Name {
    pub fn new() -> Self {
        Self { shown: RefCell::new(Optimistic::new(String::new())) }
    }
}

impl Session {
    /// Takes the name that is written, here and in every meeting to come.
    pub fn rename(self: &Rc<Self>) {
        match DisplayName::parse(&self.model.name.get_untracked()) {
            Ok(name) => self.wish(&NAME, name.to_string()),
            Err(_) => self.model.name_problem.set(Some(ErrorCode::InvalidParticipantName)),
        }
    }

    async fn tell_name(&self, name: String) -> Result<(), ()> {
        let turn = self.turn();
        let told = set_name(self.room_name(), name.clone()).await;
        if told.is_err() && self.turn() == turn {
            return Err(());
        }
        // Whoever was between two rooms comes into the next one under it.
        self.joined_as.replace(DisplayName::parse(&name).ok());
        preferences::change(|kept| kept.name = name);
        Ok(())
    }

    /// We are inside under a name, or have another one now.
    pub fn observe_name(&self) {
        if let Some(name) = self.roster.borrow().local().map(|me| me.name.clone()) {
            self.name.shown.borrow_mut().observed(name);
        }
    }

    /// A participant as shown: our own name is the one that we want, or that the server has taken already. LiveKit tells
    /// us of it a moment later.
    pub fn as_shown(&self, person: &Participant) -> Participant {
        let mut person = person.clone();
        if person.local {
            person.name.clone_from(self.name.shown.borrow().shown());
        }
        person
    }

    fn show_name(&self) {
        self.model.renaming.set(self.name.shown.borrow().pending());
        if let Some(me) = self.roster.borrow().local()
            && let Some(signal) = self.model.person(&me.identity)
        {
            signal.set(self.as_shown(me));
        }
    }
}
