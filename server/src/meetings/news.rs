//! News for those inside a room, without making anybody wait: who misses a message sees the gap in the numbers and asks for
//! it. One packet at a time is on its way to a room, so that news come in order; what happens meanwhile goes together in the
//! next, so that a busy room costs LiveKit no more requests than it can answer.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wire::{RoomName, ServerPacket};

use crate::media::rooms::Rooms;

/// How many bytes go together: LiveKit takes reliable packets of 15 KiB whole, and adds to them who they are for.
const MOST_BYTES: usize = 12_000;

/// What is on its way. A clone is the same.
#[derive(Clone)]
pub(super) struct News {
    rooms: Arc<Rooms>,
    /// What waits for the packet before; of rooms to which one is on its way.
    waiting: Arc<Mutex<HashMap<RoomName, Vec<ServerPacket>>>>,
}

impl News {
    pub(super) fn new(rooms: Arc<Rooms>) -> Self {
        Self { rooms, waiting: Arc::default() }
    }

    /// Tells those inside a room.
    pub(super) fn tell(&self, room: &RoomName, packet: ServerPacket) {
        match self.waiting().entry(room.clone()) {
            Entry::Occupied(mut waiting) => return waiting.get_mut().push(packet),
            Entry::Vacant(free) => free.insert(vec![packet]),
        };
        tokio::spawn(self.clone().send(room.clone()));
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<RoomName, Vec<ServerPacket>>> {
        // Nothing that is done under the lock leaves it half done.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What waits, which goes now; without anything, nothing is on its way any more.
    fn next(&self, room: &RoomName) -> Vec<ServerPacket> {
        let mut all = self.waiting();
        let next = all.get_mut(room).map(std::mem::take).unwrap_or_default();
        if next.is_empty() {
            all.remove(room);
        }
        next
    }

    async fn send(self, room: RoomName) {
        loop {
            let parcels = parcels(self.next(&room));
            if parcels.is_empty() {
                return;
            }
            for parcel in parcels {
                if let Err(cause) = self.rooms.send(&room, parcel).await {
                    tracing::warn!(%cause, "those inside could not be told");
                    // What has gathered behind it would only wait for the same.
                    self.waiting().remove(&room);
                    return;
                }
            }
        }
    }
}

/// Packets as they are sent: one by itself, several together as far as they fit.
fn parcels(packets: Vec<ServerPacket>) -> Vec<Vec<u8>> {
    let mut parcels: Vec<Vec<ServerPacket>> = Vec::new();
    let mut bytes = 0;
    for packet in packets {
        let more = json(&packet).len();
        bytes += more;
        match parcels.last_mut() {
            Some(last) if bytes <= MOST_BYTES => last.push(packet),
            _ => {
                bytes = more;
                parcels.push(vec![packet]);
            }
        }
    }
    let written = |mut parcel: Vec<ServerPacket>| match parcel.pop() {
        Some(only) if parcel.is_empty() => json(&only),
        last => {
            parcel.extend(last);
            json(&ServerPacket::Several(parcel))
        }
    };
    parcels.into_iter().map(written).collect()
}

/// Empty when it cannot be written, which is in the log.
fn json(packet: &ServerPacket) -> Vec<u8> {
    serde_json::to_vec(packet).unwrap_or_else(|cause| {
        tracing::error!(%cause, "a packet could not be written as JSON");
        Vec::new()
    })
}

#[cfg(test)]
mod tests {
    use wire::Gone;

    use super::*;

    fn gone(seq: u64) -> ServerPacket {
        ServerPacket::Gone(Gone { seq, place: seq, all: false })
    }

    fn read(parcel: &[u8]) -> Vec<ServerPacket> {
        match serde_json::from_slice(parcel).unwrap() {
            ServerPacket::Several(packets) => packets,
            packet => vec![packet],
        }
    }

    #[test]
    fn what_fits_goes_together_and_in_order() {
        assert!(parcels(Vec::new()).is_empty());
        assert_eq!(parcels(vec![gone(1)]), [json(&gone(1))], "one needs no envelope: pages of before read it");
        let packets: Vec<_> = (1..=1_000).map(gone).collect();
        let parcels = parcels(packets.clone());
        assert!(parcels.len() > 1 && parcels.len() < 10, "{}", parcels.len());
        // With commas and the envelope.
        assert!(parcels.iter().all(|parcel| parcel.len() < 15 * 1_024));
        assert_eq!(parcels.iter().flat_map(|parcel| read(parcel)).collect::<Vec<_>>(), packets);
    }
}
