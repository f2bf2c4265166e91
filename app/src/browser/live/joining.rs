//! Into the room, and back into it: carries out what the connection's machine asks for.

use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use call::{ConnectionEvent, ConnectionState, Effect, EndReason, HandoverEvent, Recovery, TrackEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use livekit_web::{ConnectError, Room};
use wire::{Admission, DisplayName, ErrorCode, INVITATION_FRAGMENT, Joined};

use super::dom::{after_paint, wait_until};
use super::later::{Routine, when_there};
use super::session::{Session, now_ms};
use super::{link, preferences};
use crate::api::{Failure, join_room};
use crate::state::JoinStep;

/// How long an attempt to come back may take.
const ATTEMPT_PATIENCE: Duration = Duration::from_secs(12);

/// What is wrong with the microphone can be heard a moment later: opening the system's sound holds up the first picture.
const LISTEN_AFTER: Duration = Duration::from_secs(1);

/// Why somebody is not inside.
enum Outside {
    /// A host has to decide.
    Waits,
    /// It did not work.
    Refused(ErrorCode),
}

impl From<ErrorCode> for Outside {
    fn from(code: ErrorCode) -> Self {
        Self::Refused(code)
    }
}

impl Session {
    /// Applies an event to the connection, and does what follows.
    pub fn connection(self: &Rc<Self>, event: ConnectionEvent) {
        if self.closed() {
            return;
        }
        let before = self.connection.borrow().state();
        let applied = self.connection.borrow_mut().apply(event, now_ms(), js_sys::Math::random());
        let effect = match applied {
            Ok(effect) => effect,
            Err(invalid) => return leptos::logging::warn!("{invalid}"),
        };
        let now = self.connection.borrow().state();
        if now != before {
            livekit_web::note("connection", now.label());
            self.model.connection.set(now);
            self.attend(before, now);
        }
        match effect {
            Some(Effect::Join) => self.begin_joining(),
            Some(Effect::WakeAt(at_ms)) => self.set_alarm(at_ms),
            Some(Effect::Leave) => self.disconnect(),
            Some(Effect::Release) => self.over(),
            None => {}
        }
        // After the effect, which may have switched everything off.
        match now {
            ConnectionState::Failed(_) if now != before => self.tracks(&TrackEvent::Resumed),
            ConnectionState::Disconnected(EndReason::Removed) if now != before => self.refresh_status(),
            _ => {}
        }
    }

    /// What a change of state means for the page.
    fn attend(self: &Rc<Self>, before: ConnectionState, now: ConnectionState) {
        self.clear_alarm();
        if now == ConnectionState::Waiting {
            // Anew: what was told before the answer says nothing about the queue.
            self.stop_listening_to_server();
        }
        if now.is_inside() || now == ConnectionState::Waiting {
            self.listen_to_server();
        } else {
            self.stop_listening_to_server();
        }
        match (before, now) {
            // livekit-client has resumed: the room is the same and was watched all the time, but what flows in it is looked
            // at as soon as after joining.
            (ConnectionState::Reconnecting(Recovery::Resuming), ConnectionState::Connected) => self.looks.set(0),
            (_, ConnectionState::Connected) => self.watch_media(),
            // Nor does an attempt to come back end the questions whether that is possible.
            (_, ConnectionState::Reconnecting(Recovery::Resuming | Recovery::Rejoining { .. })) => {}
            _ => self.stop_watching_media(),
        }
        match now {
            ConnectionState::Connecting => super::focus_soon("setting-up"),
            ConnectionState::Connected if before == ConnectionState::Connecting => super::focus_soon("call"),
            // livekit-client may not go on trying beside us: two of the same person would throw each other out.
            ConnectionState::Reconnecting(Recovery::Waiting { .. }) => {
                self.next_turn();
                self.drop_room();
                self.watch_for_server();
            }
            ConnectionState::Failed(code) => {
                self.drop_room();
                self.tracks(&TrackEvent::Resumed);
                let elsewhere = code == ErrorCode::InCallElsewhere;
                self.handover(if elsewhere { HandoverEvent::Elsewhere } else { HandoverEvent::Over });
                if matches!(code, ErrorCode::PasswordRequired | ErrorCode::PasswordWrong) {
                    self.model.asks_password.set(true);
                    super::focus_soon("password");
                } else {
                    super::focus_soon("join");
                }
            }
            // That a removal is for good is known a moment later, when somebody may have gone on to a button.
            ConnectionState::Disconnected(_) if matches!(before, ConnectionState::Disconnected(_)) => {}
            ConnectionState::Disconnected(_) => {
                self.handover(HandoverEvent::Over);
                super::focus_soon("goodbye");
            }
            _ => {}
        }
    }

    /// Sends `Woken` at a moment.
    fn set_alarm(self: &Rc<Self>, at_ms: u64) {
        self.clear_alarm();
        let woken = self.when(|session| session.connection(ConnectionEvent::Woken));
        self.alarm.set(set_timeout_with_handle(woken, wait_until(at_ms)).ok());
    }

    pub fn clear_alarm(&self) {
        if let Some(alarm) = self.alarm.take() {
            alarm.clear();
        }
    }

    /// The person pressed Join. The handover between tabs then says when to connect.
    pub fn join(self: &Rc<Self>) {
        let leaving = self.connection.borrow().state().is_leaving();
        self.rejoins.set(leaving);
        if leaving || self.model.obstacle.with_untracked(Option::is_some) {
            return;
        }
        let Ok(name) = DisplayName::parse(&self.model.name.get_untracked()) else {
            self.model.name_problem.set(Some(ErrorCode::InvalidParticipantName));
            super::focus_soon("name");
            return;
        };
        preferences::change(|kept| kept.name = name.to_string());
        self.model.password.set(super::text_of("password", &self.model.password.get_untracked()));
        self.joined_as.replace(Some(name));
        self.handover(HandoverEvent::Join);
    }

    fn begin_joining(self: &Rc<Self>) {
        let Some(name) = self.joined_as.borrow().clone() else { return };
        self.drop_room();
        let turn = self.next_turn();
        let comes_back = self.in_call();
        if !comes_back {
            self.forget_people();
            self.model.step.set(JoinStep::Asking);
        }
        let session = Rc::clone(self);
        let mut entering = Box::pin(Rc::clone(self).enter(turn, name));
        // The server is asked now: what the page shows meanwhile is drawn while it answers. Whoever comes back is gone from
        // the old room first.
        let mut at_once = (!comes_back).then(|| entering.as_mut().poll(&mut Context::from_waker(Waker::noop())));
        spawn_local(async move {
            let entered = poll_fn(|context| {
                if let Some(Poll::Ready(entered)) = at_once.take() {
                    return Poll::Ready(entered);
                }
                if comes_back {
                    // A request that hangs goes with its attempt: it keeps one of the browser's few connections.
                    if session.turn() != turn {
                        return Poll::Ready(Ok(()));
                    }
                    session.entering.set(Some(context.waker().clone()));
                }
                entering.as_mut().poll(context)
            });
            match entered.await {
                Ok(()) => {}
                Err(Outside::Refused(code)) => session.refused(turn, code),
                Err(Outside::Waits) if session.turn() == turn => session.connection(ConnectionEvent::Waits),
                Err(Outside::Waits) => {}
            }
        });
        if comes_back {
            // A request that a dead network has swallowed may not hold up the next attempt.
            let given_up = self.when(move |session| {
                let state = session.connection.borrow().state();
                if matches!(state, ConnectionState::Reconnecting(Recovery::Rejoining { .. })) {
                    session.refused(turn, ErrorCode::Unreachable);
                }
            });
            set_timeout(given_up, ATTEMPT_PATIENCE);
        }
    }

    /// An attempt has failed, if it is still the one that matters.
    fn refused(self: &Rc<Self>, turn: u64, code: ErrorCode) {
        if self.turn() == turn {
            if code != ErrorCode::MediaBlocked {
                self.model.blocked.set(String::new());
            }
            self.connection(ConnectionEvent::Refused(code));
        }
    }

    /// From the answer of the server to the room. Whoever left meanwhile is not followed.
    async fn enter(self: Rc<Self>, turn: u64, name: DisplayName) -> Result<(), Outside> {
        let joined = self.admission(&name).await?;
        if self.turn() != turn {
            return Ok(());
        }
        self.model.identity.set(Some(joined.identity.clone()));
        self.admitted_as(&joined);
        self.open_chat(&joined.identity);
        self.model.step.set(JoinStep::Loading);
        let room = self.new_room(turn).await?;
        if self.turn() != turn {
            return Ok(());
        }
        self.room.replace(Some(room.clone()));
        self.rooms.update(|rooms| *rooms += 1);
        self.limit_pictures();
        self.model.step.set(JoinStep::Connecting);
        let details = &joined.details;
        match room.connect(&details.server_url, &details.participant_token, joined.ice_servers.as_deref()).await {
            Ok(()) => {}
            Err(ConnectError::MediaBlocked(ways)) if self.turn() == turn => {
                self.say_blocked(&ways);
                return Err(ErrorCode::MediaBlocked.into());
            }
            Err(_) => return Err(ErrorCode::MediaUnavailable.into()),
        }
        if self.turn() == turn {
            self.model.blocked.set(String::new());
            self.use_speaker();
            after_paint(self.when(move |session| {
                if session.turn() == turn {
                    session.settle_in(turn);
                }
            }));
            self.resume_share().await;
        }
        Ok(())
    }

    /// The room is there, and seen: brings along what belongs to this person.
    fn settle_in(self: &Rc<Self>, turn: u64) {
        self.tracks(&TrackEvent::RoomCame);
        self.resume_hand();
        when_there(Rc::clone(self), Routine::Messages);
        self.stop_listening();
        let listen = self.when(move |session| {
            if session.turn() == turn && !session.listens() {
                session.listen_to_microphone();
            }
        });
        set_timeout(listen, LISTEN_AFTER);
    }

    /// The network keeps media away: whoever runs it is told which ways were tried.
    fn say_blocked(&self, ways: &str) {
        livekit_web::note("media", "blocked");
        let sentence = ErrorCode::MediaBlocked.sentence();
        let sentence = if ways.is_empty() { sentence.to_owned() } else { format!("{sentence} Tried in vain: {ways}.") };
        self.model.blocked.set(sentence);
    }

    /// A room whose events are of interest during this turn only.
    async fn new_room(self: &Rc<Self>, turn: u64) -> Result<Room, ErrorCode> {
        let listener = Rc::downgrade(self);
        let told = move |events| {
            if let Some(session) = listener.upgrade()
                && session.turn() == turn
            {
                session.take_in(events);
            }
        };
        Room::create(told).await.map_err(|_| ErrorCode::Unreachable)
    }

    /// Asks the server, every time: the person may be somebody else by now, or in another browser, and what they may do
    /// changes.
    async fn admission(&self, name: &DisplayName) -> Result<Joined, Outside> {
        let room = self.model.room();
        let password = Some(self.model.password.get_untracked());
        let invitation = self.invitation.borrow().clone();
        let move_here = self.tabs.take_move_here();
        match join_room(room.to_string(), name.to_string(), password, invitation, move_here).await {
            Ok(Admission::Admitted(joined)) => {
                // Whoever copies the address from now on does not invite.
                link::take_fragment(INVITATION_FRAGMENT);
                Ok(*joined)
            }
            Ok(Admission::Waiting(place)) => {
                self.model.place.set(place);
                Err(Outside::Waits)
            }
            Ok(Admission::Refused(error)) | Err(Failure(error)) => Err(error.code.into()),
        }
    }

    /// The number of the join that is of interest.
    pub fn turn(&self) -> u64 {
        self.turn.get()
    }

    pub fn next_turn(&self) -> u64 {
        self.turn.set(self.turn.get() + 1);
        if let Some(waker) = self.entering.take() {
            waker.wake();
        }
        self.events.take(); // another room's
        self.turn.get()
    }
}
