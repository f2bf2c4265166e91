//! The self-check: compares what the person wants with what is so, and mends what differs.

use std::rc::Rc;

use call::{ConnectionState, DeviceKind, Repair, Source, TrackEvent, TrackSid};
use leptos::task::spawn_local;

use super::session::{Session, now_ms};
use super::watch::{CHECK_EVERY, FIRST_CHECK};

impl Session {
    /// Looks once.
    pub fn check_up(self: &Rc<Self>) {
        // While livekit-client resumes nothing can be mended.
        if self.connection.borrow().state() != ConnectionState::Connected {
            return;
        }
        let Some(room) = self.room() else { return };
        let (session, turn) = (Rc::clone(self), self.turn());
        spawn_local(async move {
            // What is being switched during the look is not judged either.
            let before = session.wishes();
            let Some(flows) = room.flows().await else { return };
            // While nothing arrives at all, single tracks are not to blame.
            if session.turn() != turn || session.media.borrow().is_silent() {
                return;
            }
            // What a host has muted is not wanted any more, once we know of it: while news wait, ours are not judged.
            let mut wishes = if session.events.borrow().is_empty() { session.wishes() } else { Vec::new() };
            wishes.retain(|wish| before.contains(wish));
            let repairs = session.checkup.borrow_mut().look(&wishes, flows, now_ms());
            for repair in repairs {
                livekit_web::note("self-check", repair.name());
                leptos::logging::warn!("self-check: {} ({} so far)", repair.name(), session.checkup.borrow().repairs());
                session.mend(repair);
            }
        });
    }

    /// Another's track could not be subscribed to. It may come all the same: it has as long as after joining.
    pub fn check_up_soon(&self, failed: &TrackSid) {
        self.checkup.borrow_mut().failed(failed.clone());
        if self.looks.get() % CHECK_EVERY >= FIRST_CHECK {
            self.looks.set(0);
        }
    }

    /// What is wanted on or off, without what is being switched just now, or paused for the connection's sake.
    fn wishes(&self) -> Vec<(Source, bool)> {
        let mut wishes: Vec<_> = self.share.wish(self.turn()).map(|on| (Source::ScreenShare, on)).into_iter().collect();
        for slot in [&self.microphone, &self.camera] {
            if !slot.is_switching() && !self.is_paused(slot.model.kind) {
                wishes.push((slot.source(), slot.wanted()));
            }
        }
        wishes
    }

    fn mend(self: &Rc<Self>, repair: Repair) {
        let Some(room) = self.connected_room() else { return };
        let session = Rc::clone(self);
        match repair {
            Repair::Resubscribe(sid) => room.resubscribe(&sid),
            Repair::Mute(Source::ScreenShare) | Repair::Recapture(Source::ScreenShare) => {
                spawn_local(async move { session.stop_share().await });
            }
            Repair::Mute(source) => self.track(device(source), TrackEvent::Observed(true)),
            Repair::Republish(Source::ScreenShare) => spawn_local(async move {
                // Its sound may still be there.
                room.unpublish(Source::ScreenShareAudio).await;
                session.resume_share().await;
            }),
            Repair::Republish(source) => self.track(device(source), TrackEvent::Unpublished),
            Repair::Recapture(source) => self.track(device(source), TrackEvent::Restart),
        }
    }
}

/// The device behind one of the two sources that have one.
const fn device(source: Source) -> DeviceKind {
    match source {
        Source::Camera => DeviceKind::Camera,
        _ => DeviceKind::Microphone,
    }
}
