//! One person's time in one meeting: owns everything of the browser that must be released, and
//! carries out what the person wants.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::task::Waker;

use call::{
    Checkup, Connection, ConnectionEvent, ConnectionState, DeviceKind, EventQueue, HandoverEvent, MediaWatch, Obstacle,
    Pick, Reach, Recovery, Roster, Timeline, TrackEvent, TrackSid, Voice,
};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
pub use livekit_web::now_ms;
use livekit_web::{Attachment, Listener, Preview, Room, test_speaker};
use web_sys::HtmlVideoElement;
use wire::{DisplayName, INVITATION_FRAGMENT};

use super::attach::Attachments;
use super::dom::Ticking;
use super::hand::Hand;
use super::hearing::Hearing;
use super::later::carry_out_later;
use super::moderation::{Given, RulesShown};
use super::name::Name;
use super::peers::Peers;
use super::quality::Quality;
use super::server_events::ServerEvents;
use super::share::Share;
use super::slot::Slot;
use super::stalls::Arrivals;
use super::tabs::Tabs;
use super::{link, preferences};
use crate::components::later::LaterModule;
use crate::components::ui::{ToastKind, Toasts, effect};
use crate::state::{Intent, RoomModel};

/// The session, from context.
pub type SessionHandle = StoredValue<Rc<Session>, LocalStorage>;

pub fn session() -> Option<SessionHandle> {
    use_context::<SessionHandle>()
}

/// Everything of the browser that belongs to one visit of a meeting's page.
pub struct Session {
    pub(super) model: RoomModel,
    pub(super) toasts: Toasts,
    pub(super) later: LaterModule,
    pub(super) microphone: Slot,
    pub(super) camera: Slot,
    pub(super) speaker: RefCell<Pick>,
    pub(super) hand: Hand,
    pub(super) name: Name,
    pub(super) rules: RulesShown,
    /// Those in the room to whom this page has given roles.
    pub(super) given: RefCell<Vec<Rc<Given>>>,
    pub(super) share: Share,
    pub(super) quality: Quality,
    pub(super) voice: Cell<Voice>,
    pub(super) hearing: Hearing,
    pub(super) peers: Peers,
    pub(super) events: RefCell<EventQueue>,
    /// Whether something was shown already that the browser has not painted yet.
    pub(super) frame_begun: Cell<bool>,
    pub(super) roster: RefCell<Roster>,
    pub(super) timeline: RefCell<Option<Timeline>>,
    pub(super) attachments: Attachments,
    pub(super) catching_up: Cell<bool>,
    /// Whether messages are being sent, and whether something has come since that makes it worth trying again.
    pub(super) sending: Cell<Option<bool>>,
    pub(super) sends_later: Cell<bool>,
    /// Since when a message does not reach a server that answers everything else.
    pub(super) stuck_since_ms: Cell<Option<u64>>,
    /// Whether the server's events have been lost and not found again yet.
    pub(super) server_lost: Cell<bool>,
    pub(super) connection: RefCell<Connection>,
    pub(super) media: RefCell<MediaWatch>,
    pub(super) checkup: RefCell<Checkup>,
    pub(super) arrivals: Arrivals,
    pub(super) looks: Cell<u32>,
    /// How many of the last looks came while livekit-client was resuming.
    pub(super) looks_resuming: Cell<u32>,
    pub(super) media_timer: RefCell<Option<Ticking>>,
    pub(super) reach: RefCell<Reach>,
    pub(super) tabs: Tabs,
    pub(super) server_events: RefCell<Option<ServerEvents>>,
    pub(super) room: RefCell<Option<Room>>,
    /// Counts rooms: a picture has to be attached in each anew, also when its track is still the same.
    pub(super) rooms: RwSignal<u64>,
    /// The name that the person joined with.
    pub(super) joined_as: RefCell<Option<DisplayName>>,
    /// The secret of the invitation by which the page was opened.
    pub(super) invitation: RefCell<Option<String>>,
    /// When it was last asked who is inside.
    pub(super) looked_inside_ms: Cell<u64>,
    /// Counts questions for what may be known of the meeting: only the answer to the last one counts.
    pub(super) status_asked: Cell<u32>,
    /// Wakes the connection when it waits.
    pub(super) alarm: Cell<Option<TimeoutHandle>>,
    /// Counts joins and leaves: what was begun under another number is of no interest any more.
    pub(super) turn: Cell<u64>,
    /// Wakes the attempt to come back that is under way, which ends itself when it is of no interest any more.
    pub(super) entering: Cell<Option<Waker>>,
    /// Whether the person pressed "Rejoin" while the good-bye was still being said.
    pub(super) rejoins: Cell<bool>,
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
        later: expect_context::<LaterModule>(),
        microphone: Slot::new(model.microphone),
        camera: Slot::new(model.camera),
        speaker: RefCell::new(Pick::new(DeviceKind::Speaker)),
        hand: Hand::new(model.hand),
        name: Name::new(),
        rules: RulesShown::new(),
        given: RefCell::default(),
        share: Share::default(),
        quality: Quality::new(model.quality),
        voice: Cell::default(),
        hearing: Hearing::default(),
        peers: Peers::default(),
        events: RefCell::default(),
        frame_begun: Cell::new(false),
        roster: RefCell::default(),
        timeline: RefCell::default(),
        attachments: Attachments::default(),
        catching_up: Cell::new(false),
        sending: Cell::new(None),
        sends_later: Cell::new(false),
        stuck_since_ms: Cell::new(None),
        server_lost: Cell::new(false),
        connection: RefCell::default(),
        media: RefCell::default(),
        checkup: RefCell::default(),
        arrivals: Arrivals::default(),
        looks: Cell::new(0),
        looks_resuming: Cell::new(0),
        media_timer: RefCell::default(),
        reach: RefCell::default(),
        tabs: Tabs::default(),
        server_events: RefCell::default(),
        room: RefCell::default(),
        rooms: RwSignal::new(0),
        joined_as: RefCell::default(),
        invitation: RefCell::new(link::fragment(INVITATION_FRAGMENT)),
        looked_inside_ms: Cell::new(now_ms()),
        status_asked: Cell::new(0),
        alarm: Cell::new(None),
        turn: Cell::new(0),
        entering: Cell::new(None),
        rejoins: Cell::new(false),
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
        self.listeners.borrow_mut().extend([
            livekit_web::on_device_change(self.when(|session| {
                let session = Rc::clone(session);
                spawn_local(async move { session.list_devices().await });
            })),
            livekit_web::on_page_hide(self.when(Self::hang_up)),
            livekit_web::on_page_restored(self.when(Self::come_back)),
            livekit_web::on_chance(self.when(|session| {
                session.connection(ConnectionEvent::Retry);
                session.look_for_call();
                session.look_inside();
                session.later.mend();
            })),
        ]);
        self.take_host_link();
        if self.invitation.borrow().is_some() {
            self.model.asks_password.set(false);
        }
        self.look_for_call();
        self.keep_looking_inside();
        self.keep_quality();
        self.open_preferred();
        self.watch_permissions();
        spawn_local(async {
            // A failure shows when joining, where it can be said and tried again.
            let _ = livekit_web::preload().await;
        });
        let session = Rc::clone(self);
        spawn_local(async move { session.list_devices().await });
    }

    /// Does something with the session for as long as there is one.
    pub fn when(self: &Rc<Self>, act: impl Fn(&Rc<Self>) + 'static) -> impl Fn() + 'static {
        let session: Weak<Self> = Rc::downgrade(self);
        move || {
            if let Some(session) = session.upgrade() {
                act(&session);
            }
        }
    }

    /// Keeps a listener for as long as the session goes on.
    pub fn keep(&self, listener: Listener) {
        if !self.closed() {
            self.listeners.borrow_mut().push(listener);
        }
    }

    fn carry_out_intent(self: &Rc<Self>, intent: Intent) {
        let session = Rc::clone(self);
        match intent {
            Intent::Join | Intent::Rejoin => self.join(),
            Intent::MoveHere => self.handover(HandoverEvent::Move),
            Intent::StayThere => {
                self.handover(HandoverEvent::Stay);
                super::focus_soon("join");
            }
            Intent::Leave => self.connection(ConnectionEvent::Leave),
            Intent::TryNow => self.connection(ConnectionEvent::Retry),
            Intent::ToggleMicrophone => self.toggle(DeviceKind::Microphone),
            Intent::ToggleCamera => self.toggle(DeviceKind::Camera),
            Intent::ToggleHand => self.toggle_hand(),
            Intent::NotNow => self.answer_question(),
            Intent::RetryDevice(kind) if self.may_use(kind) => self.track(kind, TrackEvent::Restart),
            Intent::RetryDevice(_) => {}
            Intent::ChooseDevice(kind, id) => self.choose(kind, id),
            Intent::ToggleShare => spawn_local(async move { session.toggle_share().await }),
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
            Intent::ReadChat => self.read_chat(),
            Intent::CopyLink => spawn_local(async move { link::copy(session.toasts).await }),
            Intent::Later(intent) => carry_out_later(session, intent),
        }
    }

    fn close(self: &Rc<Self>) {
        self.closed.set(true);
        self.next_turn();
        self.clear_alarm();
        self.media_timer.take();
        self.peers.rest();
        self.drop_room();
        self.microphone.release();
        self.camera.release();
        self.share.release();
        self.tabs.release();
        self.server_events.take();
        self.listeners.take();
    }

    /// Whether the page is gone; its signals must not be touched any more.
    pub fn closed(&self) -> bool {
        self.closed.get()
    }

    pub fn room(&self) -> Option<Room> {
        self.room.borrow().clone()
    }

    /// The room, once it is connected; not while another one is being joined.
    pub fn connected_room(&self) -> Option<Room> {
        let state = self.connection.borrow().state();
        let connected = matches!(state, ConnectionState::Connected | ConnectionState::Reconnecting(Recovery::Resuming));
        (connected && !self.closed()).then(|| self.room()).flatten()
    }

    pub fn in_call(&self) -> bool {
        !self.closed() && self.connection.borrow().state().is_inside()
    }

    pub fn room_name(&self) -> String {
        self.model.room().into()
    }

    pub fn attach(&self, sid: &TrackSid, video: &HtmlVideoElement) -> Option<Attachment> {
        self.room.borrow().as_ref().map(|room| room.attach(sid, video))
    }

    pub fn preview(&self, video: &HtmlVideoElement) -> Option<Preview> {
        self.camera.capture().map(|capture| capture.show_in(video))
    }
}
