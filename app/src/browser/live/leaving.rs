//! Out of the room: nothing of ours may go on in it, and nothing of what the person wanted may be lost.

use std::rc::Rc;
use std::time::Duration;

use call::{ConnectionEvent, ConnectionState, DisconnectReason, HandoverEvent, TrackEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::session::Session;

/// How long the good-bye may take; who has left may come back after that.
const GOODBYE_PATIENCE: Duration = Duration::from_secs(3);

impl Session {
    /// Says good-bye.
    pub fn disconnect(self: &Rc<Self>) {
        let turn = self.next_turn();
        let room = self.room.take();
        self.release();
        let session = Rc::clone(self);
        spawn_local(async move {
            if let Some(room) = room {
                room.disconnect().await;
            }
            session.left(turn);
        });
        set_timeout(self.when(move |session| session.left(turn)), GOODBYE_PATIENCE);
    }

    /// The good-bye is through, or was waited for long enough. What comes after that is another call's.
    fn left(self: &Rc<Self>, turn: u64) {
        if self.turn() == turn {
            self.connection(ConnectionEvent::Ended(DisconnectReason::ClientInitiated));
        }
        if self.rejoins.take() && !self.closed() {
            self.join();
        }
    }

    /// The call has ended, whoever ended it: nothing of ours may go on.
    pub fn over(self: &Rc<Self>) {
        self.next_turn();
        self.drop_room();
        self.release();
    }

    /// Disconnects from the room there is.
    pub fn drop_room(self: &Rc<Self>) {
        if let Some(room) = self.room.take() {
            spawn_local(async move { room.disconnect().await });
        }
        self.tracks(&TrackEvent::RoomGone);
        self.hand.keep_wish();
        self.quality.begin_anew();
    }

    /// Lets go of microphone, camera, screen, hand and people; which devices the person wanted is kept for a rejoin.
    fn release(self: &Rc<Self>) {
        self.model.voice_warning.try_set(None);
        self.answer_question();
        self.tracks(&TrackEvent::Released);
        self.hand.lower();
        self.share.release();
        self.model.share_lost.set(false);
        self.model.panel.set(None);
        self.forget_people();
    }

    /// The page goes: nobody may stay behind as a ghost, and no camera light may stay on.
    pub fn hang_up(self: &Rc<Self>) {
        self.rejoins.set(false);
        let state = self.connection.borrow().state();
        if matches!(state, ConnectionState::Connecting | ConnectionState::Waiting) || state.is_inside() {
            self.connection(ConnectionEvent::Leave);
        } else {
            self.release();
        }
        // A page that is kept is frozen before the goodbye is through.
        self.handover(HandoverEvent::Over);
    }

    /// The browser had kept the page, and shows it again.
    pub fn come_back(self: &Rc<Self>) {
        let state = self.connection.borrow().state();
        if matches!(state, ConnectionState::Idle | ConnectionState::Failed(_)) {
            self.tracks(&TrackEvent::Resumed);
        }
    }
}
