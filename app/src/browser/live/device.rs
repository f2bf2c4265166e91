//! Microphone and camera: opened, switched, published and released, before the call and in it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use call::{CaptureError, DeviceKind, Source, Toggle};
use leptos::prelude::*;
use leptos::task::spawn_local;
use livekit_web::{Capture, Listener, Meter, camera, devices, microphone};

use super::preferences;
use super::session::Session;
use super::switch::{Fault, Switch};
use crate::components::ui::ToastKind;
use crate::state::DeviceModel;

/// One of the two capture devices.
pub struct Slot {
    model: DeviceModel,
    pub(super) toggle: RefCell<Toggle>,
    capture: RefCell<Option<Rc<Capture>>>,
    /// Whether the track is (being) published in the current room.
    published: Cell<bool>,
    /// Counts releases: a device that was asked for before one comes too late and is let go of.
    releases: Cell<u64>,
    ended: RefCell<Option<Listener>>,
    /// Of the microphone.
    pub(super) meter: RefCell<Option<Meter>>,
}

impl Slot {
    pub fn new(model: DeviceModel) -> Self {
        Self {
            model,
            toggle: RefCell::new(Toggle::new(false)),
            capture: RefCell::new(None),
            published: Cell::new(false),
            releases: Cell::new(0),
            ended: RefCell::new(None),
            meter: RefCell::new(None),
        }
    }

    pub const fn source(&self) -> Source {
        match self.model.kind {
            DeviceKind::Camera => Source::Camera,
            _ => Source::Microphone,
        }
    }

    /// Forgets that anything was published: the room is another one now. What that room was still asked for is given up.
    pub fn unpublished(&self) {
        if self.published.take() {
            self.keep_wish();
        }
    }

    /// Switches the hardware off, also what is only being switched on.
    pub fn release(&self) {
        self.releases.set(self.releases.get() + 1);
        self.ended.take();
        self.meter.take();
        // Who is publishing it may hold it for a while: the light goes off now.
        if let Some(capture) = self.capture.take() {
            capture.stop();
        }
    }

    /// Whether the person wants it on.
    pub fn wanted(&self) -> bool {
        self.toggle.borrow().shown()
    }

    /// Whether it is being brought to what is wanted.
    pub fn is_switching(&self) -> bool {
        self.toggle.borrow().pending()
    }

    /// Whether the hardware is open.
    pub fn is_open(&self) -> bool {
        self.capture.borrow().is_some()
    }

    pub fn with_capture<T>(&self, look: impl FnOnce(&Capture) -> T) -> Option<T> {
        self.capture.borrow().as_deref().map(look)
    }

    /// What the person wanted stays wanted; what was being done for it is given up.
    pub fn keep_wish(&self) {
        let wanted = self.wanted();
        self.toggle.borrow_mut().reset(wanted);
        self.show();
    }

    /// Shows the wish. Nothing is captured that the page calls off, however long the room takes to be told.
    pub fn show(&self) {
        let toggle = self.toggle.borrow();
        self.model.enabled.set(toggle.shown());
        self.model.pending.set(toggle.pending());
        self.with_capture(|capture| capture.set_enabled(toggle.shown()));
    }

    async fn open(&self) -> Result<Capture, CaptureError> {
        let chosen = self.model.chosen.get_untracked();
        match self.model.kind {
            DeviceKind::Camera => camera(chosen.as_deref()).await,
            _ => microphone(chosen.as_deref()).await,
        }
    }
}

impl Session {
    pub fn slot(&self, kind: DeviceKind) -> &Slot {
        match kind {
            DeviceKind::Camera => &self.camera,
            _ => &self.microphone,
        }
    }

    /// Switches a device; what was wrong with it is of the past.
    pub fn switch_device(self: &Rc<Self>, kind: DeviceKind, want: bool) {
        self.slot(kind).model.problem.set(None);
        self.switch(Switch::Device(kind), want);
    }

    /// In the call a failure needs a word; before it, the guide below the preview says more.
    pub fn explain_device(&self, kind: DeviceKind, fault: Fault) {
        let noun = noun(kind);
        let in_call = self.in_call();
        let sentence = match fault {
            Fault::Room => format!("The meeting did not accept the change of your {noun}. Try again."),
            Fault::Capture(error) => {
                self.slot(kind).model.problem.set(Some(error));
                format!("Your {noun} could not be switched on. Open More to see why.")
            }
        };
        if in_call {
            self.toasts.show(ToastKind::Problem, sentence);
        }
    }

    /// Brings a device to what is wanted, here and in the room.
    pub async fn apply(self: &Rc<Self>, kind: DeviceKind, want: bool) -> Result<(), Fault> {
        let slot = self.slot(kind);
        if want {
            let fresh = !slot.is_open();
            if fresh {
                let releases = slot.releases.get();
                let opened = slot.open().await;
                if slot.releases.get() != releases {
                    // Left, or another device was chosen meanwhile: this one goes off again.
                    return Ok(());
                }
                self.adopt(kind, opened.map_err(Fault::Capture)?);
                self.list_devices().await;
            }
            self.bring_in(kind, fresh).await
        } else {
            if kind == DeviceKind::Camera {
                self.model.previewing.set(false);
            }
            if slot.published.get()
                && let Some(room) = self.room()
            {
                let turn = self.turn();
                let muted = room.set_muted(slot.source(), true).await;
                if muted.is_err() && self.turn() == turn {
                    return Err(Fault::Room);
                }
            }
            // A muted microphone comes back at once; everything else lets go of the hardware, so
            // that the browser's indicator tells the truth.
            if kind == DeviceKind::Camera || !slot.published.get() {
                self.let_go(kind);
            }
            Ok(())
        }
    }

    /// Takes a newly opened device into use on this side.
    fn adopt(self: &Rc<Self>, kind: DeviceKind, capture: Capture) {
        let slot = self.slot(kind);
        slot.model.chosen.set(Some(capture.device_id()));
        let session = Rc::downgrade(self);
        let ended = capture.on_ended(move || {
            if let Some(session) = session.upgrade() {
                session.device_ended(kind);
            }
        });
        slot.capture.replace(Some(Rc::new(capture)));
        slot.ended.replace(Some(ended));
        slot.show(); // it may have been switched off while it was being opened
        match kind {
            DeviceKind::Camera => self.model.previewing.set(true),
            _ => self.listen_to_microphone(),
        }
    }

    /// Publishes the device's track in the room, if there is a room.
    pub async fn bring_in(self: &Rc<Self>, kind: DeviceKind, fresh: bool) -> Result<(), Fault> {
        let slot = self.slot(kind);
        let (Some(room), Some(capture)) = (self.connected_room(), slot.capture.borrow().clone()) else {
            return Ok(());
        };
        let turn = self.turn();
        let brought = if slot.published.replace(true) {
            let replaced = if fresh { room.replace(&capture).await } else { Ok(()) };
            match replaced {
                Ok(()) => room.set_muted(slot.source(), false).await,
                refused => refused,
            }
        } else {
            let published = room.publish(&capture, false).await;
            if published.is_err() && self.turn() == turn {
                slot.published.set(false);
            }
            published
        };
        match brought {
            // That room is over; what is wanted comes into the next one.
            Err(_) if self.turn() != turn => Ok(()),
            brought => brought.map_err(|_| Fault::Room),
        }
    }

    /// What the room shows of our tracks is true, whoever changed it; but only the person switches a device on. One that the
    /// room shows as on because a change came too late to count is muted.
    pub fn observe(&self) {
        let roster = self.roster.borrow();
        let Some(me) = roster.local() else { return };
        for (slot, track) in [(&self.microphone, &me.microphone), (&self.camera, &me.camera)] {
            let Some(track) = track else { continue };
            if track.muted || slot.wanted() || slot.is_switching() {
                slot.toggle.borrow_mut().observed(!track.muted);
                slot.show();
            } else if let Some(room) = self.room() {
                let source = slot.source();
                spawn_local(async move {
                    let _ = room.set_muted(source, true).await; // the self-check looks again
                });
            }
        }
    }

    /// Brings what is wanted into the room that was just joined, and opens it where it is not open.
    pub fn resume(self: &Rc<Self>) {
        for kind in [DeviceKind::Microphone, DeviceKind::Camera] {
            let slot = self.slot(kind);
            // One that is being opened comes in by itself when it is there.
            if slot.wanted() && !slot.is_switching() {
                self.reopen(kind);
            }
        }
    }

    /// The hardware went away while in use: unplugged, or taken back by browser or system.
    fn device_ended(self: &Rc<Self>, kind: DeviceKind) {
        let slot = self.slot(kind);
        if !slot.is_open() {
            return;
        }
        self.let_go(kind);
        slot.model.chosen.set(None);
        if kind == DeviceKind::Camera {
            self.model.previewing.set(false);
        }
        if slot.wanted() {
            let noun = noun(kind);
            self.toasts.show(ToastKind::Info, format!("Your {noun} was disconnected. Looking for another one…"));
            self.reopen(kind);
        }
    }

    /// Uses another device from now on.
    pub fn choose(self: &Rc<Self>, kind: DeviceKind, id: String) {
        preferences::change(|kept| match kind {
            DeviceKind::Microphone => kept.microphone_device = Some(id.clone()),
            DeviceKind::Camera => kept.camera_device = Some(id.clone()),
            DeviceKind::Speaker => kept.speaker_device = Some(id.clone()),
        });
        if kind == DeviceKind::Speaker {
            self.model.speaker.chosen.set(Some(id));
            self.use_speaker();
            return;
        }
        let slot = self.slot(kind);
        slot.model.chosen.set(Some(id));
        if slot.wanted() {
            // The old one first: many phones open one camera at a time only.
            self.let_go(kind);
            self.reopen(kind);
        }
    }

    /// Switches the hardware off; what was heard of a microphone is of the past.
    pub fn let_go(self: &Rc<Self>, kind: DeviceKind) {
        self.slot(kind).release();
        if kind == DeviceKind::Microphone {
            self.listen_to_microphone();
        }
    }

    /// Opens again what is wanted but was let go of.
    pub fn reopen_wanted(self: &Rc<Self>) {
        for kind in [DeviceKind::Microphone, DeviceKind::Camera] {
            let slot = self.slot(kind);
            if slot.wanted() && !slot.is_switching() && !slot.is_open() {
                self.reopen(kind);
            }
        }
    }

    /// Opens the device again; a failure shows as the device's problem and as off.
    pub fn reopen(self: &Rc<Self>, kind: DeviceKind) {
        let slot = self.slot(kind);
        slot.toggle.borrow_mut().reset(false);
        self.switch_device(kind, true);
    }

    /// Reads the list of devices anew.
    pub async fn list_devices(&self) {
        let found = devices().await;
        if !self.closed() {
            self.model.devices.set(found);
        }
    }

    /// Takes the devices as preferred; a person who joined without is not asked again.
    pub fn open_preferred(self: &Rc<Self>) {
        let kept = preferences::load();
        self.microphone.model.chosen.set(kept.microphone_device);
        self.camera.model.chosen.set(kept.camera_device);
        self.model.speaker.chosen.set(kept.speaker_device);
        for (kind, on) in [(DeviceKind::Microphone, kept.microphone), (DeviceKind::Camera, kept.camera)] {
            if on {
                self.switch_device(kind, true);
            } else {
                self.slot(kind).show();
            }
        }
    }
}

const fn noun(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Camera => "camera",
        DeviceKind::Microphone => "microphone",
        DeviceKind::Speaker => "speaker",
    }
}
