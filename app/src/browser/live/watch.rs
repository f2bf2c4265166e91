//! Watches whether media arrives, for as long as there is a room, and does what follows from silence.

use std::rc::Rc;
use std::time::Duration;

use call::{ConnectionEvent, ConnectionState, MediaEffect, MediaWatch, Recovery};
use gloo_net::http::Request;
use leptos::prelude::*;
use leptos::task::spawn_local;
use livekit_web::Room;
use web_sys::AbortController;

use super::dom::Ticking;
use super::later::{Routine, when_there};
use super::session::{Session, now_ms};

/// How often it is looked at,
const EVERY: Duration = Duration::from_millis(500);
/// and how soon once more, where nothing has come since the last look.
const SOON: Duration = Duration::from_millis(250);
/// The self-check comes first so many looks after a room has let us in or something has failed (3 s), then every so many
/// (10 s).
pub const FIRST_CHECK: u32 = 6;
pub const CHECK_EVERY: u32 = 20;
/// Who hears whom is exchanged once a second.
const REPORT_EVERY: u32 = 2;
/// Pictures are looked at every so many looks (2 s).
const PICTURES_EVERY: u32 = 4;
/// After so many looks without news (2.5 s) it is certain whether media has stopped too.
const CERTAIN_AFTER: u32 = 5;
/// What Parlour answers when it can be reached and its LiveKit too.
const SIGN_OF_LIFE: &str = "/readyz";
/// How long it may take: in a network that swallows requests each keeps one of the browser's few connections.
const ANSWER_PATIENCE: Duration = Duration::from_secs(2);
/// How often Parlour is asked for a sign of life while there is no room.
const ASK_EVERY: Duration = Duration::from_millis(1_500);

impl Session {
    /// Begins anew: with every room that lets us in.
    pub fn watch_media(self: &Rc<Self>) {
        self.media.replace(MediaWatch::default());
        self.reach.borrow_mut().begin_anew();
        self.model.silent.set(false);
        self.looks.set(0);
        self.looks_resuming.set(0);
        self.hearing.begin_anew();
        self.forget_stalls();
        // What was missed in the room before has to come in this one first.
        self.checkup.borrow_mut().interrupted();
        let look = self.when(Self::look_at_media);
        self.media_timer.replace(set_interval_with_handle(look, EVERY).ok().map(Ticking));
    }

    /// There is no room to watch; nothing arrives.
    pub fn stop_watching_media(&self) {
        self.media_timer.take();
        self.model.silent.try_set(true);
        self.model.only_news_lost.try_set(false);
        self.forget_hearers();
    }

    /// Nothing says that a network is back: Parlour is asked for as long as there is no room. When its LiveKit is down its
    /// own events say so, and when it is back.
    pub fn watch_for_server(self: &Rc<Self>) {
        let look = self.when(|session| {
            if !session.model.server_down.get_untracked() {
                session.ask_server();
            }
        });
        look();
        self.media_timer.replace(set_interval_with_handle(look, ASK_EVERY).ok().map(Ticking));
    }

    fn look_at_media(self: &Rc<Self>) {
        let Some(room) = self.room() else { return };
        self.looks.set(self.looks.get().wrapping_add(1));
        if self.looks.get() % CHECK_EVERY == FIRST_CHECK {
            self.check_up();
        }
        if self.looks.get().is_multiple_of(REPORT_EVERY) {
            self.tell_what_is_heard();
            when_there(Rc::clone(self), Routine::Hearers);
        }
        if self.looks.get().is_multiple_of(PICTURES_EVERY) {
            when_there(Rc::clone(self), Routine::Pictures);
        }
        self.look_at_traffic(room, true);
    }

    /// Looks at what has come in; where nothing has, once more before the next time comes.
    fn look_at_traffic(self: &Rc<Self>, room: Room, again: bool) {
        let (session, turn) = (Rc::clone(self), self.turn());
        spawn_local(async move {
            let Some((traffic, pictures)) = room.traffic().await else { return };
            if session.turn() != turn {
                return;
            }
            let now_ms = now_ms();
            let effect = session.media.borrow_mut().sample(traffic, now_ms);
            if again && session.media.borrow().is_quiet(now_ms) {
                let once_more = session.when(move |session| {
                    if session.turn() == turn {
                        session.look_at_traffic(room.clone(), false);
                    }
                });
                set_timeout(once_more, SOON);
            }
            let silent = session.media.borrow().is_silent();
            if session.model.silent.get_untracked() != silent {
                livekit_web::note("media", if silent { "silent" } else { "arrives" });
                session.model.silent.set(silent);
                session.checkup.borrow_mut().interrupted();
                session.forget_stalls();
            }
            session.look_for_pictures(&pictures);
            let resuming = session.connection.borrow().state() == ConnectionState::Reconnecting(Recovery::Resuming);
            session.looks_resuming.set(if resuming { session.looks_resuming.get() + u32::from(again) } else { 0 });
            let only_news_lost = session.media.borrow().flows() && session.looks_resuming.get() > CERTAIN_AFTER;
            if session.model.only_news_lost.get_untracked() != only_news_lost {
                session.model.only_news_lost.set(only_news_lost);
            }
            match effect {
                Some(MediaEffect::AskServer) => session.ask_server(),
                Some(MediaEffect::GiveUp) => session.connection(ConnectionEvent::MediaLost),
                None => {}
            }
        });
    }

    /// Asks Parlour for a sign of life. When it answers again after it did not, trying may help.
    fn ask_server(self: &Rc<Self>) {
        let Some(question) = self.reach.borrow_mut().ask() else { return };
        let (session, turn, asked_ms) = (Rc::clone(self), self.turn(), now_ms());
        spawn_local(async move {
            let answered = is_there().await;
            let back = session.reach.borrow_mut().told(question, answered);
            if answered && session.turn() == turn {
                session.media.borrow_mut().server_answered(asked_ms, now_ms());
            }
            if back {
                let before = session.turn();
                session.connection(ConnectionEvent::Retry);
                // An attempt that has only just begun goes on; whether it hangs is seen by the next answer.
                let tries = matches!(
                    session.connection.borrow().state(),
                    ConnectionState::Reconnecting(Recovery::Rejoining { .. })
                );
                if tries && session.turn() == before {
                    session.reach.borrow_mut().remember();
                }
            }
        });
    }
}

/// Whether Parlour and its LiveKit answer soon.
async fn is_there() -> bool {
    let Ok(patience) = AbortController::new() else { return false };
    let signal = patience.signal();
    set_timeout(move || patience.abort(), ANSWER_PATIENCE);
    Request::get(SIGN_OF_LIFE).abort_signal(Some(&signal)).send().await.is_ok_and(|answer| answer.ok())
}
