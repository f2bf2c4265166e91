//! Chat: the server stores and sends; this side shows drafts at once and closes gaps.

use std::rc::Rc;
use std::time::Duration;

use call::Timeline;
use leptos::prelude::*;
use leptos::task::spawn_local;
use livekit_web::within;
use wire::{ChatChange, ChatMessage, ErrorCode, Gone, Identity, Mark, MessageId, MessageText};

use super::dom::wall_ms;
use super::session::{Session, now_ms};
use crate::api::{change_chat, messages_after, send_message};
use crate::components::ui::ToastKind;
use crate::state::Panel;

/// How long to wait before asking again for what was missed; doubled each time, up to the longest.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// An answer that has not come by then does not come any more. What was stored all the same, the server knows by its id.
const PATIENCE_MS: u64 = 10_000;
/// For so long a message is tried while the server's own stream of events goes on.
const STUCK_MS: u64 = 60_000;
/// How long a message waits that did not reach the server.
const SEND_AGAIN_AFTER: Duration = Duration::from_secs(5);

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
                let answer = within(PATIENCE_MS, messages_after(session.room_name(), after)).await;
                if session.closed() {
                    return;
                }
                let Some(Ok(page)) = answer else {
                    session.fetch_later(wait);
                    return;
                };
                let full = page.more;
                session.with_timeline(|timeline| timeline.take_page(page));
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
        let open = self.model.panel.get_untracked() == Some(Panel::Chat);
        // What was sent again is told again.
        let mut new = false;
        self.with_timeline(|timeline| new = timeline.insert(message.clone()));
        let tell = new && !own && !open;
        if tell && message.mark == Mark::Announcement {
            self.toasts.show(ToastKind::Info, format!("{}: {}", message.sender_name, message.text));
        } else if tell && message.seq == message.place {
            self.model.announcement.set(format!("New message from {}", message.sender_name));
        }
        self.close_gap();
    }

    /// Messages were deleted.
    pub fn took_back(self: &Rc<Self>, gone: Gone) {
        self.with_timeline(|timeline| timeline.remove(gone));
        self.close_gap();
    }

    fn close_gap(self: &Rc<Self>) {
        if self.timeline.borrow().as_ref().is_some_and(Timeline::has_gap) {
            self.catch_up();
        }
    }

    /// Changes a stored message. What has become of it comes as every change does; it is asked for all the same, since
    /// nobody who changes something wants to wait for what may be lost.
    pub fn change_chat(self: &Rc<Self>, what: ChatChange) {
        let session = Rc::clone(self);
        spawn_local(async move {
            let answer = within(PATIENCE_MS, change_chat(session.room_name(), what.clone())).await;
            if session.closed() {
                return;
            }
            match answer.unwrap_or_else(|| Err(ErrorCode::Unreachable.into())) {
                Ok(_) => session.catch_up(),
                Err(failure) => {
                    if let ChatChange::Edit(place, text) = what {
                        // Nothing that was written is lost.
                        session.model.edit(place, text);
                    }
                    session.toasts.show(ToastKind::Problem, format!("The message is as it was. {failure}"));
                }
            }
        });
    }

    /// Sends what was written, after what was written before.
    pub fn say(self: &Rc<Self>) {
        let text = self.model.draft.with_untracked(|draft| MessageText::parse(draft));
        let (Ok(text), Some(id)) = (text, new_id()) else { return };
        if let Some((place, _)) = self.model.editing.get_untracked() {
            self.model.stop_editing();
            self.change_chat(ChatChange::Edit(place, text));
            return;
        }
        self.model.draft.set(String::new());
        self.with_timeline(|timeline| timeline.send(id, text, wall_ms()));
        self.send_unsent();
    }

    /// Sends a message again, under the same id: the server knows whether it has it already.
    pub fn say_again(self: &Rc<Self>, id: &MessageId) {
        self.with_timeline(|timeline| timeline.retry(id));
        self.send_unsent();
    }

    /// Sends what the server has not stored yet, one after the other.
    pub fn send_unsent(self: &Rc<Self>) {
        if self.sending.replace(Some(true)).is_some() {
            return;
        }
        let session = Rc::clone(self);
        spawn_local(async move {
            while !session.closed() {
                session.sending.set(Some(false));
                let mut next = None;
                session.with_timeline(|timeline| next = timeline.next_unsent());
                let Some((id, text)) = next else { break };
                if !session.deliver(id, text).await && session.sending.get() == Some(false) {
                    break;
                }
            }
            session.sending.set(None);
        });
    }

    /// Whether the server has answered, and there is a call to go on with.
    async fn deliver(self: &Rc<Self>, id: MessageId, text: MessageText) -> bool {
        let answer = within(PATIENCE_MS, send_message(self.room_name(), id.to_string(), text.into())).await;
        if self.closed() {
            return false;
        }
        match answer.unwrap_or_else(|| Err(ErrorCode::Unreachable.into())) {
            Ok(message) => {
                self.stuck_since_ms.set(None);
                self.heard(message);
                // What is still a draft is somebody else's message; it must not be sent again and again.
                self.with_timeline(|timeline| timeline.failed(&id));
            }
            Err(failure) if failure.0.code == ErrorCode::Unreachable && !self.is_stuck() => {
                self.with_timeline(|timeline| timeline.unreachable(&id));
                self.send_later();
                return false;
            }
            Err(failure) => {
                self.stuck_since_ms.set(None);
                self.with_timeline(|timeline| timeline.failed(&id));
                self.toasts.show(ToastKind::Problem, format!("Your message was not sent. {failure}"));
            }
        }
        true
    }

    /// Whether it is this message that does not get through, and not the network: something on the way may not like its words.
    /// The others must not wait for it for ever.
    fn is_stuck(&self) -> bool {
        let since_ms = self.stuck_since_ms.get().unwrap_or_else(now_ms);
        self.stuck_since_ms.set((!self.server_lost.get()).then_some(since_ms));
        !self.server_lost.get() && now_ms().saturating_sub(since_ms) >= STUCK_MS
    }

    /// The server's events tell sooner that it is back, but where only a request was lost they tell nothing.
    fn send_later(self: &Rc<Self>) {
        if self.sends_later.replace(true) {
            return;
        }
        let again = self.when(|session| {
            session.sends_later.set(false);
            if session.in_call() {
                session.send_unsent();
            }
        });
        set_timeout(again, SEND_AGAIN_AFTER);
    }

    /// Changes the chat and shows it.
    fn with_timeline(&self, change: impl FnOnce(&mut Timeline)) {
        if let Some(timeline) = self.timeline.borrow_mut().as_mut() {
            change(timeline);
        }
        self.show_chat();
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
            self.model.earlier.set(timeline.has_earlier());
            self.model.messages.set(timeline.entries());
            self.model.unread.set(timeline.unread());
        }
    }
}

/// An id that no other browser makes.
fn new_id() -> Option<MessageId> {
    window().crypto().ok().and_then(|crypto| MessageId::parse(&crypto.random_uuid()).ok())
}
