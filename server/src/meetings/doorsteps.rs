//! Who stands at which door at the moment, and who is to be told when something changes there.
//!
//! What was decided is in the store. Here is only what lives as long as a connection does: a page that waits holds a
//! stream of events open, and whoever has closed it has gone away. Other Parlours at the same database say who is at their
//! doors.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use wire::{Identity, RoomName, Waiting};

use crate::store::{Notice, Outbox, SAID_EVERY};

/// How long somebody who waits may be without a connection: a page that lost it comes back within a second.
pub const ABSENCE: Duration = Duration::from_secs(10);

/// How long other Parlours are believed: twice as long as they are silent when all is well.
const BELIEVED: Duration = Duration::from_secs(2 * SAID_EVERY.as_secs() + 2);

/// Who is at the doors of other Parlours: by which of them that is said, and when it was said last.
type Elsewhere = HashMap<(RoomName, Identity), HashMap<String, Instant>>;

/// All doors at which something goes on. A clone is the same.
#[derive(Clone, Default)]
pub struct Doorsteps {
    rooms: Arc<Mutex<Rooms>>,
    elsewhere: Arc<Mutex<Elsewhere>>,
    outbox: Outbox,
}

/// How it is at a door.
pub struct Look {
    /// Those who wait and are there.
    pub queue: Vec<Waiting>,
    /// Whether somebody is inside who can let them in; `None`: LiveKit did not say.
    pub attended: Option<bool>,
}

/// A look, and how much had happened before it.
type Looked = Arc<tokio::sync::Mutex<Option<(u64, Arc<Look>)>>>;

struct Doorstep {
    /// Counts what happened.
    changed: watch::Sender<u64>,
    look: Looked,
    here: HashMap<Identity, Presence>,
}

/// Somebody's streams.
#[derive(Clone, Copy)]
struct Presence {
    open: usize,
    /// When the last of them was closed.
    gone: Instant,
}

impl Presence {
    fn counts(self, now: Instant) -> bool {
        self.open > 0 || now.duration_since(self.gone) < ABSENCE
    }
}

type Rooms = HashMap<RoomName, Doorstep>;

fn lock<T>(doors: &Mutex<T>) -> MutexGuard<'_, T> {
    doors.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Doorsteps {
    pub(super) fn new(outbox: Outbox) -> Self {
        Self { outbox, ..Self::default() }
    }

    /// Something is different at a door: everybody who watches it looks again.
    pub fn changed(&self, room: &RoomName) {
        self.outbox.put(Notice::Door(room.clone()));
        self.changed_here(room);
    }

    /// The same for those who watch it at this Parlour.
    fn changed_here(&self, room: &RoomName) {
        let mut rooms = lock(&self.rooms);
        let now = Instant::now();
        if let Some(step) = rooms.get_mut(room) {
            step.here.retain(|_, presence| presence.counts(now));
            step.changed.send_modify(|count| *count += 1);
            if step.here.is_empty() && step.changed.receiver_count() == 0 {
                rooms.remove(room);
            }
        }
    }

    /// LiveKit answers: those who were told that it is not known whether a host is there look again.
    pub fn look_again(&self) {
        // Whoever looks just now may have asked LiveKit before it answered.
        let unsure = |step: &Doorstep| match step.look.try_lock() {
            Ok(look) => matches!(&*look, Some((_, look)) if look.attended.is_none()),
            Err(_) => true,
        };
        let doors: Vec<RoomName> = {
            let rooms = lock(&self.rooms);
            rooms.iter().filter(|(_, step)| unsure(step)).map(|(room, _)| room.clone()).collect()
        };
        for room in &doors {
            self.changed_here(room);
        }
    }

    /// Anything may be different: everybody looks again.
    pub(super) fn all_changed(&self) {
        let doors: Vec<RoomName> = lock(&self.rooms).keys().cloned().collect();
        for room in &doors {
            self.changed_here(room);
        }
    }

    /// What another Parlour tells of a door.
    pub(super) fn hear(&self, from: &str, notice: Notice) {
        match notice {
            Notice::Door(room) => self.changed_here(&room),
            Notice::Here(room, identity) => {
                let place = (room, identity);
                let news = !is_elsewhere(&lock(&self.elsewhere), &place);
                lock(&self.elsewhere).entry(place.clone()).or_default().insert(from.to_owned(), Instant::now());
                if news {
                    self.changed_here(&place.0);
                }
            }
            // Whoever has gone from there may be at another one by now.
            Notice::Gone(room, identity) => {
                let place = (room, identity);
                if let Some(said) = lock(&self.elsewhere).get_mut(&place) {
                    said.remove(from);
                }
                self.changed_here(&place.0);
            }
            Notice::Anything => self.all_changed(),
            Notice::SignedOut(_) => {}
        }
    }

    /// Who is here, for the others. Those of whom no other Parlour speaks any more have gone with it.
    pub(super) fn here(&self) -> Vec<Notice> {
        let mut gone = Vec::new();
        lock(&self.elsewhere).retain(|(room, _), said| {
            said.retain(|_, at| at.elapsed() < BELIEVED);
            if said.is_empty() {
                gone.push(room.clone());
            }
            !said.is_empty()
        });
        for room in &gone {
            self.changed_here(room);
        }
        let (now, rooms) = (Instant::now(), lock(&self.rooms));
        let of_room = |(room, step): (&RoomName, &Doorstep)| {
            let here = step.here.iter().filter(|(_, presence)| presence.counts(now));
            here.map(|(identity, _)| Notice::Here(room.clone(), identity.clone())).collect::<Vec<_>>()
        };
        rooms.iter().flat_map(of_room).collect()
    }

    /// Watches a door, as somebody who may be waiting at it.
    pub fn watch(&self, room: &RoomName, identity: &Identity) -> Watch {
        let changed = {
            let mut rooms = lock(&self.rooms);
            let step = rooms.entry(room.clone()).or_insert_with(|| Doorstep {
                changed: watch::Sender::new(0),
                look: Looked::default(),
                here: HashMap::new(),
            });
            let presence =
                step.here.entry(identity.clone()).or_insert_with(|| Presence { open: 0, gone: Instant::now() });
            presence.open += 1;
            step.changed.subscribe()
        };
        let watch = Watch { changed, doorsteps: self.clone(), room: room.clone(), identity: identity.clone() };
        // Those who watch already see them come.
        self.outbox.put(Notice::Here(room.clone(), identity.clone()));
        self.changed_here(room);
        watch
    }

    /// Where the last look at a door is kept.
    pub fn look(&self, room: &RoomName) -> Looked {
        lock(&self.rooms).get(room).map(|step| Arc::clone(&step.look)).unwrap_or_default()
    }

    /// How much has happened at a door; `None` while nobody watches it.
    pub fn count(&self, room: &RoomName) -> Option<u64> {
        lock(&self.rooms).get(room).map(|step| *step.changed.borrow())
    }

    /// Whether somebody is at a door, here or at another Parlour.
    pub fn is_there(&self, room: &RoomName, identity: &Identity) -> bool {
        self.is_here(room, identity) || is_elsewhere(&lock(&self.elsewhere), &(room.clone(), identity.clone()))
    }

    /// Somebody has closed a stream so long ago that they are gone, unless they have come back.
    fn looked_away(&self, room: RoomName, identity: Identity) {
        self.changed_here(&room);
        if !self.is_here(&room, &identity) {
            self.outbox.put(Notice::Gone(room, identity));
        }
    }

    fn is_here(&self, room: &RoomName, identity: &Identity) -> bool {
        let rooms = lock(&self.rooms);
        let presence = rooms.get(room).and_then(|step| step.here.get(identity));
        presence.is_some_and(|presence| presence.counts(Instant::now()))
    }
}

fn is_elsewhere(elsewhere: &Elsewhere, place: &(RoomName, Identity)) -> bool {
    elsewhere.get(place).is_some_and(|said| said.values().any(|at| at.elapsed() < BELIEVED))
}

/// An open eye on a door, and one's own presence at it.
pub struct Watch {
    changed: watch::Receiver<u64>,
    doorsteps: Doorsteps,
    room: RoomName,
    identity: Identity,
}

impl Watch {
    /// Waits until something has changed; `None` never comes, as the door stays while it is watched.
    pub async fn changed(&mut self) -> Option<()> {
        self.changed.changed().await.ok()
    }

    /// Which door.
    pub fn room(&self) -> &RoomName {
        &self.room
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        {
            let mut rooms = lock(&self.doorsteps.rooms);
            let presence = rooms.get_mut(&self.room).and_then(|step| step.here.get_mut(&self.identity));
            if let Some(presence) = presence {
                presence.open = presence.open.saturating_sub(1);
                presence.gone = Instant::now();
            }
        }
        // Whoever does not come back is seen to have gone.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let (doorsteps, room, identity) = (self.doorsteps.clone(), self.room.clone(), self.identity.clone());
            runtime.spawn(async move {
                tokio::time::sleep(ABSENCE).await;
                doorsteps.looked_away(room, identity);
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> (RoomName, Identity) {
        (RoomName::parse("kfwm-3hzxr-8bqt").unwrap(), Identity("ada".to_owned()))
    }

    #[test]
    fn whoever_lost_the_connection_is_there_for_a_moment_longer() {
        let (doors, (room, ada)) = (Doorsteps::default(), names());
        assert!(!doors.is_there(&room, &ada));
        let one = doors.watch(&room, &ada);
        let two = doors.watch(&room, &ada);
        drop(one);
        assert!(doors.is_there(&room, &ada));
        drop(two);
        assert!(doors.is_there(&room, &ada), "a page that reloads keeps its place");
    }

    #[tokio::test]
    async fn those_who_watch_are_told() {
        let (doors, (room, ada)) = (Doorsteps::default(), names());
        let mut host = doors.watch(&room, &Identity("host".to_owned()));
        host.changed().await.unwrap();
        let _ada = doors.watch(&room, &ada);
        host.changed().await.unwrap();
    }

    #[tokio::test]
    async fn who_is_at_other_doors_is_told_once_and_gone_when_all_have_said_that() {
        let (doors, (room, ada)) = (Doorsteps::default(), names());
        let mut host = doors.watch(&room, &Identity("host".to_owned()));
        host.changed().await.unwrap();
        let hear = |from, notice: fn(RoomName, Identity) -> Notice| doors.hear(from, notice(room.clone(), ada.clone()));
        hear("one", Notice::Here);
        host.changed().await.unwrap();
        hear("one", Notice::Here);
        hear("two", Notice::Here);
        assert!(!host.changed.has_changed().unwrap(), "it was known");
        assert!(doors.is_there(&room, &ada));
        assert_eq!(doors.here(), [Notice::Here(room.clone(), Identity("host".to_owned()))], "each tells of its own");
        hear("one", Notice::Gone);
        assert!(doors.is_there(&room, &ada), "the page has come back at another one");
        hear("two", Notice::Gone);
        host.changed().await.unwrap();
        assert!(!doors.is_there(&room, &ada));
    }

    #[tokio::test]
    async fn others_are_told_who_comes_goes_and_what_is_different() {
        let (outbox, (room, ada)) = (Outbox::to_others(), names());
        let doors = Doorsteps::new(outbox.clone());
        let watch = doors.watch(&room, &ada);
        assert_eq!(outbox.rest(), [Notice::Here(room.clone(), ada.clone())]);
        doors.changed(&room);
        assert_eq!(outbox.rest(), [Notice::Door(room.clone())]);
        drop(watch);
        doors.looked_away(room.clone(), ada.clone());
        assert_eq!(outbox.rest(), [], "who reloads comes back");
        // As it is after a while.
        lock(&doors.rooms).clear();
        doors.looked_away(room.clone(), ada.clone());
        assert_eq!(outbox.rest(), [Notice::Gone(room, ada)]);
    }
}
