//! The view-model of a meeting: what the pages show, and the way to say what a person wants.

use std::sync::Arc;

use call::{
    Browser, ConnectionState, Device, DeviceKind, Entry, Handover, Heard, Obstacle, Participant, Platform, TileKey,
    VoiceWarning,
};
use leptos::prelude::*;
use wire::{ErrorCode, Identity, MessageText, Place, Right, Role, RoomName, RoomStatus, Rules, Waiting};

use super::Intent;
use super::parts::{DeviceModel, HandModel, JoinStep, Panel, QualityModel};

/// Who carries out intents. The server renders on many threads, so it may hold nothing that is bound to one.
type Listener = Arc<dyn Fn(Intent) + Send + Sync>;

/// Everything that the pages of one meeting show. Written by `browser` alone.
#[derive(Clone, Copy)]
pub struct RoomModel {
    status: StoredValue<RoomStatus>,
    /// The connection, which decides the page.
    pub connection: RwSignal<ConnectionState>,
    /// Whether this tab has the call, or wants it from another.
    pub handover: RwSignal<Handover>,
    /// Whether another tab of this browser has the call.
    pub elsewhere: RwSignal<bool>,
    /// Whether Parlour says that its LiveKit does not answer.
    pub server_down: RwSignal<bool>,
    /// What is wrong with what the microphone gives.
    pub voice_warning: RwSignal<Option<VoiceWarning>>,
    /// Whether the microphone is on and has given nothing at all for a while.
    pub soundless: RwSignal<bool>,
    /// How many hear this person, once that is known.
    pub heard: RwSignal<Option<Heard>>,
    /// Whether media that is due does not arrive.
    pub silent: RwSignal<bool>,
    /// Whether media still arrives although news from the meeting stopped so long ago that its silence would be known.
    pub only_news_lost: RwSignal<bool>,
    /// What to tell when the network keeps media away; empty as long as it is not known to.
    pub blocked: RwSignal<String>,
    /// How far joining has come.
    pub step: RwSignal<JoinStep>,
    /// The name as typed.
    pub name: RwSignal<String>,
    /// What is wrong with the name.
    pub name_problem: RwSignal<Option<ErrorCode>>,
    /// Whether the meeting's password has to be entered.
    pub asks_password: RwSignal<bool>,
    /// The password as typed.
    pub password: RwSignal<String>,
    /// Whether another name is on its way to the others.
    pub renaming: RwSignal<bool>,
    /// Microphone.
    pub microphone: DeviceModel,
    /// Camera.
    pub camera: DeviceModel,
    /// Speaker: only its choice matters.
    pub speaker: DeviceModel,
    /// Devices there are.
    pub devices: RwSignal<Vec<Device>>,
    /// Microphone level, 0 to 1.
    pub level: RwSignal<f64>,
    /// Whether the preview's picture runs.
    pub previewing: RwSignal<bool>,
    /// Why this browser cannot take part at all.
    pub obstacle: RwSignal<Option<Obstacle>>,
    /// For guides.
    pub agent: RwSignal<(Browser, Platform)>,
    /// Who is inside, as the server last said; for pre-join.
    pub inside: RwSignal<Vec<String>>,
    /// What this person is in the meeting.
    pub role: RwSignal<Role>,
    /// What holds for everybody.
    pub rules: RwSignal<Rules>,
    /// Where this person stands at the door.
    pub place: RwSignal<Place>,
    /// The note for the hosts that is being written.
    pub note: RwSignal<String>,
    /// Who waits to be let in; for those who may.
    pub queue: RwSignal<Vec<Waiting>>,
    /// Own identity, once admitted.
    pub identity: RwSignal<Option<Identity>>,
    /// Participants, ourselves first; each changes by itself.
    pub people: RwSignal<Vec<ArcRwSignal<Participant>>>,
    /// Tiles in their order on the stage.
    pub tiles: RwSignal<Vec<TileKey>>,
    /// The tile that this person wants to see large, whatever else there is; it outlives the connection.
    pub pinned: RwSignal<Option<TileKey>>,
    /// Who asks this person to unmute.
    pub asked_by: RwSignal<Option<String>>,
    /// Own hand.
    pub hand: HandModel,
    /// Whose hands are up, the first first.
    pub hands: RwSignal<Vec<Identity>>,
    /// How large pictures are.
    pub quality: QualityModel,
    /// Whether this browser shares a screen.
    pub sharing: RwSignal<bool>,
    /// Whether starting or stopping to share is under way.
    pub share_pending: RwSignal<bool>,
    /// Whether a shared screen ended by itself while there was no connection: its owner may share it again.
    pub share_lost: RwSignal<bool>,
    /// Whether this browser can share a screen at all.
    pub shareable: RwSignal<bool>,
    /// Whether the browser refuses to play sound until clicked.
    pub sound_blocked: RwSignal<bool>,
    /// The open panel.
    pub panel: RwSignal<Option<Panel>>,
    /// Chat, oldest first.
    pub messages: RwSignal<Vec<Entry>>,
    /// Whether the server has messages from before these.
    pub earlier: RwSignal<bool>,
    /// The message that is being written.
    pub draft: RwSignal<String>,
    /// The place of the own message that is being edited, and what had been written before.
    pub editing: RwSignal<Option<(u64, String)>>,
    /// How many per cent of a file are sent.
    pub sending: RwSignal<Option<u8>>,
    /// Others' messages not read yet.
    pub unread: RwSignal<usize>,
    /// Comings, goings and hands, for screen readers.
    pub announcement: RwSignal<String>,
    intents: StoredValue<Option<Listener>>,
}

impl RoomModel {
    /// The meeting before anybody joined.
    pub fn new(status: RoomStatus) -> Self {
        let inside = RwSignal::new(status.inside.clone());
        let asks_password = RwSignal::new(status.password);
        Self {
            status: StoredValue::new(status),
            connection: RwSignal::new(ConnectionState::Idle),
            handover: RwSignal::default(),
            elsewhere: RwSignal::new(false),
            server_down: RwSignal::new(false),
            voice_warning: RwSignal::new(None),
            soundless: RwSignal::new(false),
            heard: RwSignal::new(None),
            silent: RwSignal::new(false),
            only_news_lost: RwSignal::new(false),
            blocked: RwSignal::default(),
            step: RwSignal::default(),
            name: RwSignal::default(),
            name_problem: RwSignal::new(None),
            asks_password,
            password: RwSignal::default(),
            renaming: RwSignal::new(false),
            microphone: DeviceModel::new(DeviceKind::Microphone),
            camera: DeviceModel::new(DeviceKind::Camera),
            speaker: DeviceModel::new(DeviceKind::Speaker),
            devices: RwSignal::default(),
            level: RwSignal::new(0.0),
            previewing: RwSignal::new(false),
            obstacle: RwSignal::new(None),
            agent: RwSignal::default(),
            inside,
            role: RwSignal::default(),
            rules: RwSignal::default(),
            place: RwSignal::new(Place { place: 1, attended: Some(true) }),
            note: RwSignal::default(),
            queue: RwSignal::default(),
            identity: RwSignal::new(None),
            people: RwSignal::default(),
            tiles: RwSignal::default(),
            pinned: RwSignal::new(None),
            asked_by: RwSignal::new(None),
            hand: HandModel { raised: RwSignal::new(false), pending: RwSignal::new(false) },
            hands: RwSignal::default(),
            quality: QualityModel {
                setting: RwSignal::default(),
                sent: RwSignal::default(),
                received: RwSignal::default(),
            },
            sharing: RwSignal::new(false),
            share_pending: RwSignal::new(false),
            share_lost: RwSignal::new(false),
            shareable: RwSignal::new(true),
            sound_blocked: RwSignal::new(false),
            panel: RwSignal::new(None),
            messages: RwSignal::default(),
            earlier: RwSignal::default(),
            draft: RwSignal::default(),
            editing: RwSignal::new(None),
            sending: RwSignal::new(None),
            unread: RwSignal::new(0),
            announcement: RwSignal::default(),
            intents: StoredValue::new(None),
        }
    }

    /// Takes in what is known of the meeting now.
    pub fn take_status(&self, status: RoomStatus) {
        let inside = status.inside.clone();
        self.status.set_value(status);
        self.inside.set(inside);
    }

    /// The room's name in the link.
    pub fn room(&self) -> RoomName {
        self.status.with_value(|status| status.room_name.clone())
    }

    /// What the meeting is called: its title, else its code.
    pub fn title(&self) -> String {
        self.status.with_value(|status| {
            if status.title.is_empty() { status.room_name.to_string() } else { status.title.clone() }
        })
    }

    /// What else there is to know before joining; empty when nothing.
    pub fn notice(&self) -> String {
        self.status.with_value(|status| status.notice.clone())
    }

    /// Whether somebody is inside, though the server may not say who.
    pub fn busy(&self) -> bool {
        self.status.with_value(|status| status.busy)
    }

    /// Whether this person may do something now.
    pub fn may(&self, right: Right) -> bool {
        let (role, rules) = (self.role.get(), self.rules.get());
        let off = match right {
            Right::Write => rules.chat_off,
            Right::ShareScreen => rules.share_off,
            _ => false,
        };
        role.may(right) && (!off || role.may(Right::Moderate))
    }

    /// Whether this person is a host only since none was there: what outlasts the meeting is not theirs to decide.
    pub fn is_heir(&self) -> bool {
        self.people.with(|people| people.first().is_some_and(|me| me.with(|me| me.heir)))
    }

    /// Whether this person decides what outlasts the meeting.
    pub fn owns(&self) -> bool {
        self.may(Right::Own) && !self.is_heir()
    }

    /// Takes a participant's signal by identity.
    pub fn person(&self, identity: &Identity) -> Option<ArcRwSignal<Participant>> {
        self.people.with_untracked(|people| {
            people.iter().find(|person| person.with_untracked(|person| person.identity == *identity)).cloned()
        })
    }

    /// Edits an own message: where messages are written.
    pub fn edit(&self, place: u64, text: MessageText) {
        let before = self.editing.get_untracked().map_or_else(|| self.draft.get_untracked(), |(_, before)| before);
        self.editing.set(Some((place, before)));
        self.draft.set(text.into());
        crate::browser::focus_soon("message");
    }

    /// Edits no longer, and goes on with what had been written before.
    pub fn stop_editing(&self) {
        if let Some((_, before)) = self.editing.get_untracked() {
            self.editing.set(None);
            self.draft.set(before);
            crate::browser::focus_soon("message");
        }
    }

    /// Closes the open panel; the focus goes back to the button that opened it.
    pub fn close_panel(&self) {
        if let Some(panel) = self.panel.get_untracked() {
            self.panel.set(None);
            crate::browser::focus_soon(panel.toggle_id());
        }
    }

    /// Says what the person wants. Before the page is hydrated there is nobody to hear it.
    pub fn send(&self, intent: impl Into<Intent>) {
        if let Some(Some(listener)) = self.intents.try_get_value() {
            listener(intent.into());
        }
    }

    /// Sets who carries out the intents.
    pub fn listen(&self, listener: impl Fn(Intent) + Send + Sync + 'static) {
        self.intents.set_value(Some(Arc::new(listener)));
    }
}
