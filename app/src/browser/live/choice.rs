//! Which devices there are, which one is used, and who may be used at all.

use std::rc::Rc;

use call::{DeviceKind, Notice, TrackEvent, Why, next_device};
use leptos::prelude::*;
use leptos::task::spawn_local;
use livekit_web::{devices, on_permission_change};

use super::device::CAPTURED;
use super::preferences;
use super::session::Session;
use crate::components::ui::ToastKind;

impl Session {
    /// Uses another device from now on.
    pub fn choose(self: &Rc<Self>, kind: DeviceKind, id: String) {
        let chosen = Some(id);
        preferences::change(|kept| {
            let kept = match kind {
                DeviceKind::Microphone => &mut kept.microphone_device,
                DeviceKind::Camera => &mut kept.camera_device,
                DeviceKind::Speaker => &mut kept.speaker_device,
            };
            kept.clone_from(&chosen);
        });
        if kind == DeviceKind::Speaker {
            self.speaker.borrow_mut().choose(chosen);
            self.use_speaker();
        } else {
            self.track(kind, TrackEvent::Choose(chosen));
        }
    }

    /// Tries the next microphone that is listed.
    pub fn other_microphone(self: &Rc<Self>) {
        let in_use = self.model.microphone.chosen.get_untracked();
        let devices = self.model.devices.get_untracked();
        match next_device(&devices, DeviceKind::Microphone, in_use.as_deref()) {
            Some(next) => {
                self.choose(DeviceKind::Microphone, next.id.clone());
                self.microphone.track.borrow_mut().tell_choice();
            }
            None => self.toasts.show(ToastKind::Info, "There is no other microphone."),
        }
    }

    /// Reads the list of devices anew, and follows what has changed.
    pub async fn list_devices(self: &Rc<Self>) {
        let found = devices().await;
        if self.closed() {
            return;
        }
        self.model.devices.set(found.clone());
        let speaker = self.speaker.borrow_mut().listed(&found);
        if let Some(why) = speaker {
            self.exchange_speaker(why);
        }
        self.tracks(&TrackEvent::Listed(found));
    }

    /// The chosen speaker is gone or back. What the system chooses, browsers follow by themselves.
    fn exchange_speaker(self: &Rc<Self>, why: Why) {
        match why {
            Why::Gone => self.speaker.borrow_mut().set_aside(),
            Why::Back => {}
            Why::Busy | Why::Default | Why::Wanted => return,
        }
        let label = self.speaker.borrow().label();
        self.use_speaker_and_say(Some(Notice::Device { why, label }));
    }

    /// Plays on the speaker that was chosen; on the system's where that is none.
    pub fn use_speaker(self: &Rc<Self>) {
        self.use_speaker_and_say(None);
    }

    /// The same, and says so once it is true.
    fn use_speaker_and_say(self: &Rc<Self>, notice: Option<Notice>) {
        let chosen = self.speaker.borrow().device().map(str::to_owned);
        let before = self.model.speaker.chosen.get_untracked();
        self.model.speaker.chosen.set(chosen.clone());
        let target = self.room().zip(chosen.or_else(|| before.map(|_| String::new())));
        let session = Rc::clone(self);
        spawn_local(async move {
            if let Some((room, id)) = target
                && room.set_speaker(&id).await.is_err()
            {
                let sentence = "This speaker could not be used. The sound stays where it was.";
                return session.toasts.show(ToastKind::Problem, sentence);
            }
            if let Some(notice) = notice {
                session.say_notice(DeviceKind::Speaker, notice);
            }
        });
    }

    /// Takes the devices as preferred; a person who joined without is not asked again.
    pub fn open_preferred(self: &Rc<Self>) {
        let kept = preferences::load();
        self.speaker.borrow_mut().choose(kept.speaker_device);
        self.use_speaker();
        for (kind, device, on) in [
            (DeviceKind::Microphone, kept.microphone_device, kept.microphone),
            (DeviceKind::Camera, kept.camera_device, kept.camera),
        ] {
            self.track(kind, TrackEvent::Choose(device));
            self.track(kind, TrackEvent::Want(on));
        }
    }

    /// Follows what the browser allows.
    pub fn watch_permissions(self: &Rc<Self>) {
        for kind in CAPTURED {
            let session = Rc::clone(self);
            spawn_local(async move {
                let weak = Rc::downgrade(&session);
                let told = move |allowed| {
                    if let Some(session) = weak.upgrade() {
                        session.track(kind, if allowed { TrackEvent::Allowed } else { TrackEvent::Withdrawn });
                    }
                };
                if let Some(listener) = on_permission_change(kind, told).await {
                    session.keep(listener);
                }
            });
        }
    }
}
