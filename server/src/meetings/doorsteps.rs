//! Who stands at which door at the moment, and who is to be told when something changes there.
//!
//! What was decided is in the store. Here is only what lives as long as a connection does: a page that waits holds a
//! stream of events open, and whoever has closed it has gone away.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use wire::{Identity, RoomName, Waiting};

/// How long somebody who waits may be without a connection: a page that lost it comes back within a second.
pub const ABSENCE: Duration = Duration::from_secs(10);

/// All doors at which something goes on.
#[derive(Default)]
pub struct Doorsteps {
    rooms: Arc<Mutex<HashMap<RoomName, Doorstep>>>,
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

fn lock(rooms: &Mutex<Rooms>) -> MutexGuard<'_, Rooms> {
    rooms.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Doorsteps {
    /// Something is different at a door: everybody who watches it looks again.
    pub fn changed(&self, room: &RoomName) {
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
            self.changed(room);
        }
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
        let rooms = Arc::clone(&self.rooms);
        let watch = Watch { changed, rooms, room: room.clone(), identity: identity.clone() };
        // Those who watch already see them come.
        self.changed(room);
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

    /// Whether somebody is at a door.
    pub fn is_here(&self, room: &RoomName, identity: &Identity) -> bool {
        let rooms = lock(&self.rooms);
        let presence = rooms.get(room).and_then(|step| step.here.get(identity));
        presence.is_some_and(|presence| presence.counts(Instant::now()))
    }
}

/// An open eye on a door, and one's own presence at it.
pub struct Watch {
    changed: watch::Receiver<u64>,
    rooms: Arc<Mutex<Rooms>>,
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
            let mut rooms = lock(&self.rooms);
            let presence = rooms.get_mut(&self.room).and_then(|step| step.here.get_mut(&self.identity));
            if let Some(presence) = presence {
                presence.open = presence.open.saturating_sub(1);
                presence.gone = Instant::now();
            }
        }
        // Whoever does not come back is seen to have gone.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let doorsteps = Doorsteps { rooms: Arc::clone(&self.rooms) };
            let room = self.room.clone();
            runtime.spawn(async move {
                tokio::time::sleep(ABSENCE).await;
                doorsteps.changed(&room);
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
        assert!(!doors.is_here(&room, &ada));
        let one = doors.watch(&room, &ada);
        let two = doors.watch(&room, &ada);
        drop(one);
        assert!(doors.is_here(&room, &ada));
        drop(two);
        assert!(doors.is_here(&room, &ada), "a page that reloads keeps its place");
    }

    #[tokio::test]
    async fn those_who_watch_are_told() {
        let (doors, (room, ada)) = (Doorsteps::default(), names());
        let mut host = doors.watch(&room, &Identity("host".to_owned()));
        host.changed().await.unwrap();
        let _ada = doors.watch(&room, &ada);
        host.changed().await.unwrap();
    }
}
