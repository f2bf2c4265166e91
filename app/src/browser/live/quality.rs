//! How large pictures are: looks at what the connection carries, and keeps to it, or to what the person has chosen.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use call::{
    Choice, DeviceKind, Health, Ladder, Look, Participant, Pin, Quality as Connection, Rung, Sounding, Source, Waiting,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::preferences;
use super::session::{Session, now_ms};
use crate::state::QualityModel;

/// Both directions.
pub struct Quality {
    model: QualityModel,
    sent: RefCell<Ladder>,
    received: RefCell<Ladder>,
    /// Whether the connection has taken our picture away: it is muted in the room, and the switch stays on.
    paused: Cell<bool>,
    sounding: Cell<Sounding>,
    waiting: Cell<Waiting>,
}

impl Quality {
    pub fn new(model: QualityModel) -> Self {
        Self {
            model,
            sent: RefCell::default(),
            received: RefCell::default(),
            paused: Cell::new(false),
            sounding: Cell::default(),
            waiting: Cell::default(),
        }
    }

    /// Nothing is known about the way to the next room.
    pub fn begin_anew(&self) {
        self.sent.take();
        self.received.take();
        self.paused.set(false);
        self.sounding.take();
        self.waiting.take();
        self.show();
    }

    /// Shows what follows from the ladders and the person's choice; answers whether it is another.
    fn show(&self) -> bool {
        let setting = self.model.setting.try_get_untracked().unwrap_or_default();
        let sent = change(self.model.sent, self.sounding.get().shown(setting.sent(&self.sent.borrow())));
        let received = change(self.model.received, setting.received(&self.received.borrow()));
        sent || received
    }
}

impl Session {
    /// Takes what was chosen before.
    pub fn keep_quality(&self) {
        let kept = preferences::load();
        self.model.quality.setting.update(|setting| {
            setting.pin = Pin::named(&kept.quality.unwrap_or_default());
            setting.save_data = kept.save_data;
        });
        self.quality.show();
    }

    pub fn pin_quality(self: &Rc<Self>, pin: Pin) {
        preferences::change(|kept| kept.quality = Some(pin.word().to_owned()));
        self.model.quality.setting.update(|setting| setting.pin = pin);
        self.follow_quality(false);
    }

    pub fn save_data(self: &Rc<Self>, on: bool) {
        preferences::change(|kept| kept.save_data = on);
        self.model.quality.setting.update(|setting| setting.save_data = on);
        self.follow_quality(false);
    }

    /// Looks once. While nothing arrives at all, pictures are not to blame.
    pub fn look_at_pictures(self: &Rc<Self>) {
        let (Some(room), false) = (self.connected_room(), self.media.borrow().is_silent()) else { return };
        let (session, turn) = (Rc::clone(self), self.turn());
        spawn_local(async move {
            let Some(look) = room.look().await else { return };
            if session.turn() == turn && !session.media.borrow().is_silent() {
                session.judge_pictures(&look);
            }
        });
    }

    fn judge_pictures(self: &Rc<Self>, Look { sent, received }: &Look) {
        let poor =
            self.roster.borrow().local().is_some_and(|me| matches!(me.quality, Connection::Poor | Connection::Lost));
        let now_ms = now_ms();
        let step = |ladder: &RefCell<Ladder>, health: &dyn Fn(Rung) -> Health, in_use, poor| {
            let mut ladder = ladder.borrow_mut();
            let health = health(ladder.rung());
            ladder.look(health, in_use, poor, now_ms);
        };
        let before = self.quality.sounding.get();
        // Of thumbnails LiveKit thinks poorly, too.
        step(&self.quality.sent, &|rung| sent.health(rung), sent.in_use(), poor && !before.now());
        step(&self.quality.received, &|rung| received.health(rung), received.in_use(), poor);
        let mut sounding = before;
        sounding.look(sent, self.quality.model.sent.get_untracked().rung, now_ms);
        self.quality.sounding.set(sounding);
        self.follow_quality(sounding.now() != before.now() || sounding.asks());
        let mut waiting = self.quality.waiting.get();
        let people = self.roster.borrow().iter().len();
        if let (true, Some(room)) = (waiting.look(sent, people, now_ms), self.room()) {
            livekit_web::note("pictures", "the smallest is left out for a moment");
            room.leave_out_smallest();
        }
        self.quality.waiting.set(waiting);
    }

    /// Brings the room to what the ladders and the person say, where that is something else or is to be said anyway.
    fn follow_quality(self: &Rc<Self>, anyway: bool) {
        if self.quality.show() || anyway {
            self.limit_pictures();
        }
        self.pause_camera();
    }

    /// Tells the room that there is now how large pictures may be.
    pub fn limit_pictures(&self) {
        if let Some(room) = self.room() {
            let QualityModel { sent, received, .. } = self.quality.model;
            let sent_px = self.quality.sounding.get().most_px(sent.get_untracked().rung);
            room.limit(sent_px, received.get_untracked().rung.height_px());
        }
    }

    /// Whether the room has this device muted although the person wants it on.
    pub fn is_paused(&self, kind: DeviceKind) -> bool {
        kind == DeviceKind::Camera && self.quality.paused.get() && self.camera.wanted()
    }

    /// A picture that is not sent is a camera that is off: the others must not look at one that stands still.
    fn pause_camera(self: &Rc<Self>) {
        let pause = self.quality.model.sent.get_untracked().rung == Rung::AudioOnly;
        // One that was being switched on meanwhile is on.
        let slipped_through = pause && self.roster.borrow().local().is_some_and(Participant::camera_on);
        if pause == self.quality.paused.get() && !slipped_through {
            return;
        }
        if !self.camera.wanted() {
            return self.quality.paused.set(pause);
        }
        self.quality.paused.set(true);
        if let Some(room) = self.connected_room() {
            spawn_local(async move {
                let _ = room.set_muted(Source::Camera, pause).await; // the next look tries again
            });
        }
    }

    /// The room shows our picture. Until it does again, its word about the camera was ours and not the person's.
    pub fn seen(&self, kind: DeviceKind) {
        if kind == DeviceKind::Camera && self.quality.model.sent.get_untracked().rung != Rung::AudioOnly {
            self.quality.paused.set(false);
        }
    }
}

/// Writes what is news.
fn change(signal: RwSignal<Choice>, now: Choice) -> bool {
    let news = signal.try_get_untracked().is_some_and(|before| before != now);
    if news {
        signal.set(now);
    }
    news
}
