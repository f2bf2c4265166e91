//! Whose media does not arrive while that of others does: pictures are looked at twice a second, sounds once.

use std::cell::RefCell;
use std::rc::Rc;

use call::{Arrival, RoomEvent, Stalls};

use super::session::{Session, now_ms};

/// What is known of both.
#[derive(Default)]
pub struct Arrivals {
    pictures: RefCell<Stalls>,
    sounds: RefCell<Stalls>,
}

impl Session {
    /// Takes in how many frames were seen of each picture that is due.
    pub fn look_for_pictures(self: &Rc<Self>, due: &[Arrival]) {
        self.look_for_stalls(&self.arrivals.pictures, due);
    }

    /// Takes in what has come of each microphone that is on and of which this browser reports (`Ears`): in a large meeting not
    /// of all.
    pub fn look_for_sounds(self: &Rc<Self>, due: &[Arrival]) {
        self.look_for_stalls(&self.arrivals.sounds, due);
    }

    fn look_for_stalls(self: &Rc<Self>, kind: &RefCell<Stalls>, due: &[Arrival]) {
        // Where nothing arrives at all, another notice says so.
        if self.media.borrow().is_silent() {
            return;
        }
        if kind.borrow_mut().look(due, now_ms()) {
            self.tell_stalls();
        }
    }

    /// All begin anew: with another room, and when all of it stops or comes back.
    pub fn forget_stalls(self: &Rc<Self>) {
        let Arrivals { pictures, sounds } = &self.arrivals;
        let known = [pictures.take(), sounds.take()];
        if known.iter().any(|stalls| stalls.stalled().next().is_some()) {
            self.tell_stalls();
        }
    }

    fn tell_stalls(self: &Rc<Self>) {
        let Arrivals { pictures, sounds } = &self.arrivals;
        let tracks: Vec<_> = pictures.borrow().stalled().chain(sounds.borrow().stalled()).cloned().collect();
        livekit_web::note("stalled", &tracks.len().to_string());
        self.take_in(vec![RoomEvent::Stalled { tracks }]);
    }
}
