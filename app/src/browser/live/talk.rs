//! Chat: the server stores and sends; this side shows drafts at once and closes gaps.

use std::rc::Rc;
use std::time::Duration;

use call::Timeline;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::{ChatMessage, Identity, MESSAGES_PAGE, MessageId, MessageText, Messages};

use super::session::{Session, now_ms};
use crate::api::{messages_after, send_message};
use crate::components::ui::ToastKind;
use crate::state::Panel;

/// How long to wait before asking again for what was missed; doubled each time, up to the longest.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

impl Session {
    /// Begins the chat for an identity, or goes on with it.
    pub fn open_chat(&self, identity: &Identity) {
        let mut timeline = self.timeline.borrow_mut();
        if timeline.as_ref().is_none_or(|timeline| timeline.me() != identity) {
            *timeline = Some(Timeline::new(identity.clone()));
        }
    }

    /// Fetches what was said while this browser was not listening.
    pub fn catch_up(self: &Rc<Self>) {
        if !self.catching_up.replace(true) {
            self.fetch_missed(FIRST_WAIT);
        }
    }

    fn fetch_missed(self: &Rc<Self>, wait: Duration) {
        let session = Rc::clone(self);
        spawn_local(async move {
            loop {
                let after = session.timeline.borrow().as_ref().map_or(0, Timeline::next_after);
                let answer = messages_after(session.room_name(), after).await;
                if session.closed() {
                    return;
                }
                let Ok(Messages(page)) = answer else {
                    session.fetch_later(wait);
                    return;
                };
                let full = page.len() >= MESSAGES_PAGE as usize;
                session.insert(page);
                // What was pushed while the page was on its way may have left a gap behind it.
                let (now, gap) = session
                    .timeline
                    .borrow()
                    .as_ref()
                    .map_or((0, false), |timeline| (timeline.next_after(), timeline.has_gap()));
                let more = full || (gap && now > after);
                if !more {
                    break;
                }
            }
            session.catching_up.set(false);
        });
    }

    /// For as long as the call lasts: nothing that was said may stay missing.
    fn fetch_later(self: &Rc<Self>, wait: Duration) {
        let session = Rc::downgrade(self);
        let again = move || {
            let Some(session) = session.upgrade() else { return };
            if session.in_call() {
                session.fetch_missed((wait * 2).min(LONGEST_WAIT));
            } else {
                session.catching_up.set(false);
            }
        };
        set_timeout(again, wait);
    }

    /// A message came from the server.
    pub fn heard(self: &Rc<Self>, message: ChatMessage) {
        let own = self.timeline.borrow().as_ref().is_none_or(|timeline| *timeline.me() == message.sender);
        if !own && self.model.panel.get_untracked() != Some(Panel::Chat) {
            self.model.announcement.set(format!("New message from {}", message.sender_name));
        }
        self.insert(vec![message]);
        if self.timeline.borrow().as_ref().is_some_and(Timeline::has_gap) {
            self.catch_up();
        }
    }

    fn insert(&self, messages: Vec<ChatMessage>) {
        if let Some(timeline) = self.timeline.borrow_mut().as_mut() {
            for message in messages {
                timeline.insert(message);
            }
        }
        self.show_chat();
    }

    /// Sends what was written.
    pub fn say(self: &Rc<Self>) {
        let text = self.model.draft.with_untracked(|draft| MessageText::parse(draft));
        let (Ok(text), Some(id)) = (text, new_id()) else { return };
        self.model.draft.set(String::new());
        if let Some(timeline) = self.timeline.borrow_mut().as_mut() {
            timeline.send(id.clone(), text.clone(), now_ms());
        }
        self.show_chat();
        self.deliver(id, text);
    }

    /// Sends a message again, under the same id: the server knows whether it has it already.
    pub fn say_again(self: &Rc<Self>, id: MessageId) {
        let text = self.timeline.borrow_mut().as_mut().and_then(|timeline| timeline.retry(&id));
        self.show_chat();
        if let Some(text) = text {
            self.deliver(id, text);
        }
    }

    fn deliver(self: &Rc<Self>, id: MessageId, text: MessageText) {
        let session = Rc::clone(self);
        spawn_local(async move {
            let answer = send_message(session.room_name(), id.to_string(), text.into()).await;
            if session.closed() {
                return;
            }
            match answer {
                Ok(message) => session.heard(message),
                Err(failure) => {
                    if let Some(timeline) = session.timeline.borrow_mut().as_mut() {
                        timeline.failed(&id);
                    }
                    session.show_chat();
                    session.toasts.show(ToastKind::Problem, format!("Your message was not sent. {failure}"));
                }
            }
        });
    }

    /// The panel is open: everything is read.
    pub fn read_chat(&self) {
        if let Some(timeline) = self.timeline.borrow_mut().as_mut() {
            timeline.mark_read();
        }
        self.model.unread.set(0);
    }

    fn show_chat(&self) {
        if let Some(timeline) = self.timeline.borrow_mut().as_mut() {
            if self.model.panel.get_untracked() == Some(Panel::Chat) {
                timeline.mark_read();
            }
            self.model.messages.set(timeline.entries());
            self.model.unread.set(timeline.unread());
        }
    }
}

/// An id that no other browser makes.
fn new_id() -> Option<MessageId> {
    window().crypto().ok().and_then(|crypto| MessageId::parse(&crypto.random_uuid()).ok())
}
