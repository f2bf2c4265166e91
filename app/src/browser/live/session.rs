//! One person's time in one meeting: owns everything of the browser that must be released, and
//! carries out what the person wants.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use call::{
    ConnectionEvent, ConnectionState, DetailsCache, DeviceKind, DisconnectReason, EndReason, Obstacle, Roster,
    Timeline, TrackSid,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use livekit_web::{Attachment, ConnectError, Listener, Meter, Preview, Room, ShareError, test_speaker};
use web_sys::HtmlVideoElement;
use wire::{Admission, DisplayName, ErrorCode, Joined};

use super::device::Slot;
use super::{link, preferences};
use crate::api::{Failure, join_room};
use crate::components::ui::{ToastKind, Toasts, effect};
use crate::state::{Intent, JoinStep, RoomModel};

/// The session, from context.
pub type SessionHandle = StoredValue<Rc<Session>, LocalStorage>;

pub fn session() -> Option<SessionHandle> {
    use_context::<SessionHandle>()
}

/// Milliseconds since 1970.
pub fn now_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// Everything of the browser that belongs to one visit of a meeting's page.
pub struct Session {
    pub(super) model: RoomModel,
    pub(super) toasts: Toasts,
    pub(super) microphone: Slot,
    pub(super) camera: Slot,
    pub(super) meter: RefCell<Option<Meter>>,
    pub(super) roster: RefCell<Roster>,
    pub(super) timeline: RefCell<Option<Timeline>>,
    pub(super) catching_up: Cell<bool>,
    room: RefCell<Option<Room>>,
    details: RefCell<DetailsCache>,
    /// Counts joins and leaves: what was begun under another number is of no interest any more.
    turn: Cell<u64>,
    closed: Cell<bool>,
    listeners: RefCell<Vec<Listener>>,
}

/// Begins a visit: opens the preview, starts fetching the library, and listens to the person.
pub fn start_room(model: RoomModel) {
    let kept = preferences::load();
    // What was typed before the wasm was there wins over what is remembered.
    let typed = super::text_of("name", "");
    model.name.set(if typed.is_empty() { kept.name } else { typed });

    let session = Rc::new(Session {
        model,
        toasts: expect_context::<Toasts>(),
        microphone: Slot::new(model.microphone),
        camera: Slot::new(model.camera),
        meter: RefCell::default(),
        roster: RefCell::default(),
        timeline: RefCell::default(),
        catching_up: Cell::new(false),
        room: RefCell::default(),
        details: RefCell::default(),
        turn: Cell::new(0),
        closed: Cell::new(false),
        listeners: RefCell::default(),
    });
    let handle: SessionHandle = StoredValue::new_local(Rc::clone(&session));
    provide_context(handle);
    model.listen(move |intent| {
        if let Some(session) = handle.try_with_value(Rc::clone) {
            session.carry_out_intent(intent);
        }
    });
    on_cleanup(move || {
        handle.try_with_value(|session| session.close());
    });

    effect(move || session.begin());
}

impl Session {
    fn begin(self: &Rc<Self>) {
        let model = self.model;
        model.agent.set((livekit_web::browser(), livekit_web::platform()));
        model.shareable.set(livekit_web::screen_share_supported());
        let obstacle = livekit_web::obstacle();
        let blocked = matches!(obstacle, Some(Obstacle::Insecure | Obstacle::NoWebRtc));
        model.obstacle.set(obstacle);
        if blocked {
            self.microphone.show();
            self.camera.show();
            return;
        }
        let changed = Rc::downgrade(self);
        let hidden = Rc::downgrade(self);
        let restored = Rc::downgrade(self);
        self.listeners.borrow_mut().extend([
            livekit_web::on_device_change(move || {
                if let Some(session) = changed.upgrade() {
                    spawn_local(async move { session.list_devices().await });
                }
            }),
            livekit_web::on_page_hide(move || {
                if let Some(session) = hidden.upgrade() {
                    session.hang_up();
                }
            }),
            livekit_web::on_page_restored(move || {
                if let Some(session) = restored.upgrade().filter(|session| session.before_call()) {
                    session.reopen_wanted();
                }
            }),
        ]);
        self.open_preferred();
        spawn_local(async {
            // A failure shows when joining, where it can be said and tried again.
            let _ = livekit_web::preload().await;
        });
        let session = Rc::clone(self);
        spawn_local(async move { session.list_devices().await });
    }

    fn carry_out_intent(self: &Rc<Self>, intent: Intent) {
        let session = Rc::clone(self);
        match intent {
            Intent::Join | Intent::Rejoin => self.join(),
            Intent::Leave => self.leave(),
            Intent::ToggleMicrophone => self.toggle(DeviceKind::Microphone),
            Intent::ToggleCamera => self.toggle(DeviceKind::Camera),
            Intent::RetryDevice(kind) => self.switch(kind, true),
            Intent::ChooseDevice(kind, id) => self.choose(kind, id),
            Intent::ToggleShare => spawn_local(async move { session.share().await }),
            Intent::StartAudio => {
                if let Some(room) = self.room() {
                    spawn_local(async move { room.start_audio().await });
                }
            }
            Intent::TestSpeaker => spawn_local(async move {
                let speaker = session.model.speaker.chosen.get_untracked();
                if test_speaker(speaker.as_deref()).await.is_err() {
                    session.toasts.show(ToastKind::Problem, "The test sound could not be played on this speaker.");
                }
            }),
            Intent::SendMessage => self.say(),
            Intent::RetryMessage(id) => self.say_again(id),
            Intent::ReadChat => self.read_chat(),
            Intent::CopyLink => spawn_local(async move { link::copy(session.toasts).await }),
        }
    }

    fn toggle(self: &Rc<Self>, kind: DeviceKind) {
        let want = !self.slot(kind).wanted();
        preferences::change(|kept| match kind {
            DeviceKind::Camera => kept.camera = want,
            _ => kept.microphone = want,
        });
        self.switch(kind, want);
    }

    fn join(self: &Rc<Self>) {
        if self.model.obstacle.with_untracked(Option::is_some) {
            return;
        }
        let Ok(name) = DisplayName::parse(&self.model.name.get_untracked()) else {
            self.model.name_problem.set(Some(ErrorCode::InvalidParticipantName));
            super::focus_soon("name");
            return;
        };
        preferences::change(|kept| kept.name = name.to_string());
        self.model.step.set(JoinStep::Asking);
        if !self.connection(ConnectionEvent::Join) {
            return;
        }
        let turn = self.next_turn();
        let session = Rc::clone(self);
        spawn_local(async move {
            if let Err(code) = session.enter(turn, &name).await
                && session.turn.get() == turn
            {
                session.details.borrow_mut().forget();
                session.drop_room();
                session.connection(ConnectionEvent::Refused(code));
            }
        });
    }

    /// From the answer of the server to published tracks. Whoever left meanwhile is not followed.
    async fn enter(self: &Rc<Self>, turn: u64, name: &DisplayName) -> Result<(), ErrorCode> {
        loop {
            let (joined, kept) = self.admission(name).await?;
            if self.turn.get() != turn {
                return Ok(());
            }
            self.model.identity.set(Some(joined.identity.clone()));
            self.open_chat(&joined.identity);
            self.forget_people();
            self.model.step.set(JoinStep::Loading);
            let room = self.new_room(turn).await?;
            if self.turn.get() != turn {
                return Ok(());
            }
            self.room.replace(Some(room.clone()));
            self.model.step.set(JoinStep::Connecting);
            let details = &joined.details;
            match room.connect(&details.server_url, &details.participant_token, joined.ice_servers.as_deref()).await {
                Ok(()) => break,
                Err(ConnectError::Cancelled) => return Ok(()),
                // The meeting was empty meanwhile and LiveKit dropped it: Parlour opens it again when it is asked.
                Err(ConnectError::Refused) if kept => self.details.borrow_mut().forget(),
                Err(ConnectError::MediaBlocked) => return Err(ErrorCode::MediaBlocked),
                Err(ConnectError::Refused | ConnectError::Unreachable | ConnectError::Other(_)) => {
                    return Err(ErrorCode::MediaUnavailable);
                }
            }
        }
        if self.turn.get() == turn {
            self.measure();
            self.use_speaker();
            self.resume().await;
        }
        Ok(())
    }

    /// A room whose events are of interest during this turn only.
    async fn new_room(self: &Rc<Self>, turn: u64) -> Result<Room, ErrorCode> {
        let listener = Rc::downgrade(self);
        let told = move |events| {
            if let Some(session) = listener.upgrade()
                && session.turn.get() == turn
            {
                session.handle(events);
            }
        };
        Room::create(told).await.map_err(|_| ErrorCode::Unreachable)
    }

    /// The details that are at hand and still good, else new ones; and whether they were at hand.
    async fn admission(&self, name: &DisplayName) -> Result<(Joined, bool), ErrorCode> {
        let room = self.model.room();
        if let Some(joined) = self.details.borrow().get(&room, name, now_ms()) {
            return Ok((joined.clone(), true));
        }
        match join_room(room.to_string(), name.to_string()).await {
            Ok(Admission::Admitted(joined)) => {
                self.details.borrow_mut().put((*joined).clone());
                Ok((*joined, false))
            }
            Ok(Admission::Refused(error)) | Err(Failure(error)) => Err(error.code),
        }
    }

    fn leave(self: &Rc<Self>) {
        if !self.connection(ConnectionEvent::Leave) {
            return;
        }
        self.next_turn();
        let room = self.room.take();
        self.release();
        let session = Rc::clone(self);
        spawn_local(async move {
            if let Some(room) = room {
                room.disconnect().await;
            }
            session.connection(ConnectionEvent::Ended(DisconnectReason::ClientInitiated));
        });
    }

    async fn share(self: Rc<Self>) {
        let Some(room) = self.room() else { return };
        let model = self.model;
        if model.share_pending.get_untracked() {
            return;
        }
        let want = !model.sharing.get_untracked();
        model.share_pending.set(true);
        model.sharing.set(want);
        let result = if want {
            room.start_screen_share().await
        } else {
            room.stop_screen_share().await;
            Ok(())
        };
        if self.closed() {
            return;
        }
        model.share_pending.set(false);
        if let Err(error) = result {
            model.sharing.set(!want);
            match error {
                // The call ended while the picker was open.
                _ if !self.in_call() => {}
                ShareError::Cancelled => {}
                ShareError::Denied => self.toasts.show(
                    ToastKind::Problem,
                    "Your browser or system does not allow sharing the screen. Allow it in the system's privacy settings.",
                ),
                ShareError::Unsupported => {
                    self.toasts.show(ToastKind::Problem, "This browser cannot share a screen. Try it on a computer.");
                }
                ShareError::Other(_) => self.toasts.show(ToastKind::Problem, "The screen could not be shared. Try again."),
            }
        }
    }

    /// Applies an event to the connection; what follows from the new state is done here.
    pub fn connection(self: &Rc<Self>, event: ConnectionEvent) -> bool {
        if self.closed() {
            return false;
        }
        let before = self.model.connection.get_untracked();
        let now = match before.apply(event) {
            Ok(now) => now,
            Err(invalid) => {
                leptos::logging::warn!("{invalid}");
                return false;
            }
        };
        if now == before {
            return true;
        }
        self.model.connection.set(now);
        match now {
            ConnectionState::Connecting => super::focus_soon("setting-up"),
            ConnectionState::Connected if before == ConnectionState::Connecting => super::focus_soon("call"),
            ConnectionState::Failed(_) => {
                self.reopen_wanted();
                super::focus_soon("join");
            }
            ConnectionState::Disconnected(reason) => {
                // Whoever ended it: nothing of ours may go on.
                self.next_turn();
                if reason != EndReason::Left {
                    self.details.borrow_mut().forget();
                }
                self.drop_room();
                self.release();
                super::focus_soon("goodbye");
            }
            _ => {}
        }
        true
    }

    fn drop_room(&self) {
        if let Some(room) = self.room.take() {
            spawn_local(async move { room.disconnect().await });
        }
        self.microphone.unpublished();
        self.camera.unpublished();
    }

    /// Lets go of microphone, camera and people; what the person wanted is kept for a rejoin.
    fn release(&self) {
        self.meter.take();
        for slot in [&self.microphone, &self.camera] {
            slot.unpublished();
            slot.release();
            slot.keep_wish();
        }
        self.model.previewing.set(false);
        self.model.panel.set(None);
        self.forget_people();
    }

    /// The page goes: nobody may stay behind as a ghost, and no camera light may stay on.
    fn hang_up(self: &Rc<Self>) {
        if self.before_call() {
            self.release();
        } else {
            self.leave();
        }
    }

    fn close(&self) {
        self.closed.set(true);
        self.next_turn();
        self.drop_room();
        self.meter.take();
        self.microphone.release();
        self.camera.release();
        self.listeners.take();
    }

    /// The number of the join that is of interest.
    pub fn turn(&self) -> u64 {
        self.turn.get()
    }

    fn next_turn(&self) -> u64 {
        self.turn.set(self.turn.get() + 1);
        self.turn.get()
    }

    /// Whether the page is gone; its signals must not be touched any more.
    pub fn closed(&self) -> bool {
        self.closed.get()
    }

    pub fn room(&self) -> Option<Room> {
        self.room.borrow().clone()
    }

    /// The room, once it is connected.
    pub fn connected_room(&self) -> Option<Room> {
        self.in_call().then(|| self.room()).flatten()
    }

    pub fn in_call(&self) -> bool {
        !self.closed()
            && matches!(
                self.model.connection.get_untracked(),
                ConnectionState::Connected | ConnectionState::Reconnecting
            )
    }

    fn before_call(&self) -> bool {
        matches!(self.model.connection.get_untracked(), ConnectionState::Idle | ConnectionState::Failed(_))
    }

    pub fn room_name(&self) -> String {
        self.model.room().into()
    }

    /// Plays on the speaker that was chosen.
    pub fn use_speaker(&self) {
        if let (Some(room), Some(id)) = (self.room(), self.model.speaker.chosen.get_untracked()) {
            let toasts = self.toasts;
            spawn_local(async move {
                if room.set_speaker(&id).await.is_err() {
                    toasts.show(ToastKind::Problem, "This speaker could not be used. The sound stays where it was.");
                }
            });
        }
    }

    pub fn attach(&self, sid: &TrackSid, video: &HtmlVideoElement) -> Option<Attachment> {
        self.room.borrow().as_ref().map(|room| room.attach(sid, video))
    }

    pub fn preview(&self, video: &HtmlVideoElement) -> Option<Preview> {
        self.camera.with_capture(|capture| capture.show_in(video))
    }
}
