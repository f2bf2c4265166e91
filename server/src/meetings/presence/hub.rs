//! Who wants to hear when somebody comes or goes, by room.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use wire::RoomName;

/// The listeners of each room; a room without any takes no place.
#[derive(Default)]
pub(in crate::meetings) struct Hub(Mutex<HashMap<RoomName, watch::Sender<()>>>);

impl Hub {
    pub(super) fn subscribe(&self, room: &RoomName) -> watch::Receiver<()> {
        let mut rooms = self.lock();
        rooms.retain(|_, listeners| !listeners.is_closed());
        rooms.entry(room.clone()).or_default().subscribe()
    }

    pub(super) fn tell(&self, room: &RoomName) {
        if let Some(listeners) = self.lock().get(room) {
            listeners.send_replace(());
        }
    }

    /// The map is whole even when a thread panicked while it held the lock.
    fn lock(&self) -> MutexGuard<'_, HashMap<RoomName, watch::Sender<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_s_listeners_hear_it_and_nobody_is_kept() {
        let hub = Hub::default();
        let [one, other] = ["one", "other"].map(|name| RoomName::parse(name).unwrap());
        let (mut first, mut second, mut elsewhere) = (hub.subscribe(&one), hub.subscribe(&one), hub.subscribe(&other));
        hub.tell(&one);
        hub.tell(&one);
        for listener in [&mut first, &mut second] {
            assert!(listener.has_changed().unwrap());
            listener.mark_unchanged();
            assert!(!listener.has_changed().unwrap(), "twice is once for whoever was busy");
        }
        assert!(!elsewhere.has_changed().unwrap());
        elsewhere.mark_unchanged();
        drop((first, second));
        hub.tell(&one);
        drop(hub.subscribe(&other));
        assert_eq!(hub.lock().len(), 1, "the room without listeners is forgotten");
    }
}
