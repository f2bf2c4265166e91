//! Microphone and camera: opened, switched, published and released, before the call and in it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use call::{Attempt, CaptureError, DeviceKind, Settled, Source, Toggle};
use leptos::prelude::*;
use leptos::task::spawn_local;
use livekit_web::{Capture, Listener, Meter, camera, devices, microphone};

use super::preferences;
use super::session::{Session, now_ms};
use crate::components::ui::ToastKind;
use crate::state::DeviceModel;

/// How long a room may take to accept a change.
const ROOM_PATIENCE: Duration = Duration::from_secs(5);

/// One of the two capture devices.
pub struct Slot {
    model: DeviceModel,
    toggle: RefCell<Toggle>,
    capture: RefCell<Option<Rc<Capture>>>,
    /// Whether the track is (being) published in the current room.
    published: Cell<bool>,
    ended: RefCell<Option<Listener>>,
}

impl Slot {
    pub fn new(model: DeviceModel) -> Self {
        model.enabled.set(false);
        Self {
            model,
            toggle: RefCell::new(Toggle::new(false)),
            capture: RefCell::new(None),
            published: Cell::new(false),
            ended: RefCell::new(None),
        }
    }

    pub const fn source(&self) -> Source {
        match self.model.kind {
            DeviceKind::Camera => Source::Camera,
            _ => Source::Microphone,
        }
    }

    /// Forgets that anything was published: the room is another one now.
    pub fn unpublished(&self) {
        self.published.set(false);
    }

    /// Switches the hardware off.
    pub fn release(&self) {
        self.ended.take();
        self.capture.take();
    }

    /// Whether the person wants it on.
    pub fn wanted(&self) -> bool {
        self.toggle.borrow().shown()
    }

    pub fn with_capture<T>(&self, look: impl FnOnce(&Capture) -> T) -> Option<T> {
        self.capture.borrow().as_deref().map(look)
    }

    fn show(&self) {
        let toggle = self.toggle.borrow();
        self.model.enabled.set(toggle.shown());
        self.model.pending.set(toggle.pending());
    }

    async fn open(&self) -> Result<Capture, CaptureError> {
        let chosen = self.model.chosen.get_untracked();
        match self.model.kind {
            DeviceKind::Camera => camera(chosen.as_deref()).await,
            _ => microphone(chosen.as_deref()).await,
        }
    }
}

/// Why a device could not be switched.
pub enum Fault {
    /// The hardware, or the permission.
    Capture(CaptureError),
    /// The room refused, or did not answer.
    Room,
}

impl Session {
    pub fn slot(&self, kind: DeviceKind) -> &Slot {
        match kind {
            DeviceKind::Camera => &self.camera,
            _ => &self.microphone,
        }
    }

    /// Switches a device; the page shows the wish at once.
    pub fn switch(self: &Rc<Self>, kind: DeviceKind, want: bool) {
        let slot = self.slot(kind);
        slot.model.problem.set(None);
        let attempt = slot.toggle.borrow_mut().request(want, now_ms());
        slot.show();
        if let Some(attempt) = attempt {
            self.carry_out(kind, attempt);
        }
    }

    fn carry_out(self: &Rc<Self>, kind: DeviceKind, attempt: Attempt) {
        let session = Rc::clone(self);
        // A permission prompt may stand open for as long as the person likes; a room may not.
        if self.slot(kind).capture.borrow().is_some() {
            let watched = Rc::downgrade(self);
            set_timeout(
                move || {
                    if let Some(session) = watched.upgrade() {
                        session.give_up(kind);
                    }
                },
                ROOM_PATIENCE,
            );
        }
        spawn_local(async move {
            let mut attempt = attempt;
            loop {
                let result = session.apply(kind, attempt.wants()).await;
                if session.closed() {
                    return;
                }
                let slot = session.slot(kind);
                let refused = matches!(result, Err(Fault::Room));
                if let Err(Fault::Capture(error)) = &result {
                    slot.model.problem.set(Some(error.clone()));
                }
                let settled = slot.toggle.borrow_mut().settled(attempt, result);
                slot.show();
                match settled {
                    Settled::Next(next) => attempt = next,
                    Settled::RolledBack => {
                        session.explain(kind, refused);
                        return;
                    }
                    _ => return,
                }
            }
        });
    }

    /// The room did not answer: the switch shows what is so, and says that it failed.
    fn give_up(&self, kind: DeviceKind) {
        let slot = self.slot(kind);
        if !self.closed() && slot.toggle.borrow_mut().expired(now_ms()) {
            slot.show();
            self.explain(kind, true);
        }
    }

    /// In the call a failure needs a word; before it, the guide below the preview says more.
    fn explain(&self, kind: DeviceKind, refused: bool) {
        let noun = noun(kind);
        if refused {
            self.toasts
                .show(ToastKind::Problem, format!("The meeting did not accept the change of your {noun}. Try again."));
        } else if self.in_call() {
            self.toasts
                .show(ToastKind::Problem, format!("Your {noun} could not be switched on. Open More to see why."));
        }
    }

    async fn apply(self: &Rc<Self>, kind: DeviceKind, want: bool) -> Result<(), Fault> {
        let slot = self.slot(kind);
        if want {
            let fresh = slot.capture.borrow().is_none();
            if fresh {
                let capture = slot.open().await.map_err(Fault::Capture)?;
                if self.closed() {
                    return Ok(());
                }
                self.adopt(kind, capture);
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
                room.set_muted(slot.source(), true).await.map_err(|_| Fault::Room)?;
            }
            // A muted microphone comes back at once; everything else lets go of the hardware, so
            // that the browser's indicator tells the truth.
            if kind == DeviceKind::Camera || !slot.published.get() {
                slot.release();
            }
            if kind == DeviceKind::Microphone {
                self.measure();
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
        match kind {
            DeviceKind::Camera => self.model.previewing.set(true),
            _ => self.measure(),
        }
    }

    /// Publishes the device's track in the room, if there is a room.
    pub async fn bring_in(self: &Rc<Self>, kind: DeviceKind, fresh: bool) -> Result<(), Fault> {
        let slot = self.slot(kind);
        let (Some(room), Some(capture)) = (self.connected_room(), slot.capture.borrow().clone()) else {
            return Ok(());
        };
        if slot.published.replace(true) {
            if fresh {
                room.replace(&capture).await.map_err(|_| Fault::Room)?;
            }
            room.set_muted(slot.source(), false).await.map_err(|_| Fault::Room)
        } else {
            room.publish(&capture, false).await.map_err(|_| {
                slot.published.set(false);
                Fault::Room
            })
        }
    }

    /// Brings a device that is wanted into the room that was just joined.
    pub async fn resume(self: &Rc<Self>, kind: DeviceKind) {
        let slot = self.slot(kind);
        // One that is being opened comes in by itself when it is there.
        let (wanted, pending) = {
            let toggle = slot.toggle.borrow();
            (toggle.shown(), toggle.pending())
        };
        if !wanted || pending {
            return;
        }
        if let Err(fault) = self.apply(kind, true).await {
            let refused = matches!(fault, Fault::Room);
            if let Fault::Capture(error) = fault {
                slot.model.problem.set(Some(error));
            }
            slot.toggle.borrow_mut().reset(false);
            slot.show();
            self.explain(kind, refused);
        }
    }

    /// The hardware went away while in use: unplugged, or taken back by browser or system.
    fn device_ended(self: &Rc<Self>, kind: DeviceKind) {
        let slot = self.slot(kind);
        if slot.capture.borrow().is_none() {
            return;
        }
        slot.release();
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
            slot.release();
            self.reopen(kind);
        }
    }

    /// Opens the device again; a failure shows as the device's problem and as off.
    fn reopen(self: &Rc<Self>, kind: DeviceKind) {
        let slot = self.slot(kind);
        slot.toggle.borrow_mut().reset(false);
        self.switch(kind, true);
    }

    /// Reads the list of devices anew.
    pub async fn list_devices(&self) {
        let found = devices().await;
        if !self.closed() {
            self.model.devices.set(found);
        }
    }

    /// The level is shown before the call only; in it, it would cost for nothing.
    pub fn measure(&self) {
        self.meter.take();
        self.model.level.set(0.0);
        if self.in_call() {
            return;
        }
        let level = self.model.level;
        let meter = self.microphone.with_capture(|capture| {
            Meter::new(capture, move |now| {
                level.try_set(now);
            })
        });
        self.meter.replace(meter.flatten());
    }

    /// Takes the devices as preferred; a person who joined without is not asked again.
    pub fn open_preferred(self: &Rc<Self>) {
        let kept = preferences::load();
        self.microphone.model.chosen.set(kept.microphone_device);
        self.camera.model.chosen.set(kept.camera_device);
        self.model.speaker.chosen.set(kept.speaker_device);
        for (kind, on) in [(DeviceKind::Microphone, kept.microphone), (DeviceKind::Camera, kept.camera)] {
            if on {
                self.switch(kind, true);
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
