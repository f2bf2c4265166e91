//! News for those inside a room, without making anybody wait: who misses a message sees the gap in the numbers and asks for
//! it. One packet at a time is on its way to a room, so that news come in order; what happens meanwhile goes together in the
//! next, so that a busy room costs LiveKit no more requests than it can answer.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use wire::{RoomName, ServerPacket};

use crate::media::rooms::{MediaError, Rooms};

/// How many bytes go together: LiveKit takes reliable packets of 15 KiB whole, and adds to them who they are for.
const MOST_BYTES: usize = 12_000;

/// How often rules are told that do not get through, and how long afterwards again: whoever joins anew hears them anyway.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_secs(1);

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
        // Messages that were stored together are told of by as many tasks, in any order: they all come first.
        tokio::task::yield_now().await;
        let mut failures = 0;
        loop {
            let mut packets = self.next(&room);
            if packets.is_empty() {
                return;
            }
            packets.sort_by_key(number);
            let Err(cause) = self.send_all(&room, &packets).await else {
                failures = 0;
                continue;
            };
            tracing::warn!(%cause, "those inside could not be told");
            failures += 1;
            if !self.goes_on(&room, packets, failures < TRIES) {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn send_all(&self, room: &RoomName, packets: &[ServerPacket]) -> Result<(), MediaError> {
        for parcel in parcels(packets) {
            self.rooms.send(room, parcel).await?;
        }
        Ok(())
    }

    /// Drops what could not be told, and what has gathered behind it and would only wait for the same: its numbers show the
    /// gap. Rules have none. The newest wait for another try, if there is one; else nothing is on its way any more.
    fn goes_on(&self, room: &RoomName, mut packets: Vec<ServerPacket>, again: bool) -> bool {
        let mut all = self.waiting();
        packets.extend(all.remove(room).unwrap_or_default());
        let rules = packets.into_iter().filter_map(|packet| match packet {
            ServerPacket::Rules(rules) => Some(rules),
            _ => None,
        });
        let rules = rules.max_by_key(|rules| rules.at_ms);
        match rules {
            Some(rules) if again => all.insert(room.clone(), vec![ServerPacket::Rules(rules)]).is_none(),
            _ => false,
        }
    }
}

/// Its number in the room; what has none comes last.
fn number(packet: &ServerPacket) -> u64 {
    match packet {
        ServerPacket::Chat { message } => message.seq,
        ServerPacket::Gone(gone) => gone.seq,
        _ => u64::MAX,
    }
}

/// Packets as they are sent: one by itself, several together as far as they fit.
fn parcels(packets: &[ServerPacket]) -> Vec<Vec<u8>> {
    let mut bytes = 0;
    let mut parcels: Vec<Vec<&ServerPacket>> = Vec::new();
    for packet in packets {
        let more = json(packet).len();
        bytes += more;
        match parcels.last_mut() {
            Some(last) if bytes <= MOST_BYTES => last.push(packet),
            _ => {
                bytes = more;
                parcels.push(vec![packet]);
            }
        }
    }
    let written = |parcel: Vec<&ServerPacket>| match parcel.as_slice() {
        [only] => json(only),
        several => json(&ServerPacket::Several(several.iter().map(|packet| (*packet).clone()).collect())),
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
    use tokio::sync::watch;
    use wire::{DatedRules, Gone};

    use super::*;
    use crate::media::Endpoint;
    use crate::secret::{KeyPair, Secret};

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
        assert!(parcels(&[]).is_empty());
        assert_eq!(parcels(&[gone(1)]), [json(&gone(1))], "one needs no envelope: pages of before read it");
        let packets: Vec<_> = (1..=1_000).map(gone).collect();
        let parcels = parcels(&packets);
        assert!(parcels.len() > 1 && parcels.len() < 10, "{}", parcels.len());
        // With commas and the envelope.
        assert!(parcels.iter().all(|parcel| parcel.len() < 15 * 1_024));
        assert_eq!(parcels.iter().flat_map(|parcel| read(parcel)).collect::<Vec<_>>(), packets);
    }

    #[test]
    fn what_could_not_be_told_is_dropped_but_for_the_newest_rules() {
        let news = News::new(Arc::new(Rooms::new(
            watch::channel(Endpoint { url: "http://127.0.0.1:9".to_owned(), generation: 1, ready: true }).1,
            KeyPair { key: "APIx".to_owned(), secret: Secret::new("secret") },
        )));
        let room = RoomName::from_random(&[1; 32]).unwrap();
        let rules = |at_ms| ServerPacket::Rules(DatedRules { at_ms, ..DatedRules::default() });
        let gather = |packets: Vec<ServerPacket>| news.waiting().insert(room.clone(), packets);
        gather(vec![gone(2), rules(2), gone(3)]);
        assert!(news.goes_on(&room, vec![rules(1), gone(1)], true));
        assert_eq!(news.next(&room), [rules(2)]);
        gather(vec![rules(1)]);
        assert!(news.goes_on(&room, vec![rules(2), gone(1)], true));
        assert_eq!(news.next(&room), [rules(2)], "told in the other order");
        gather(Vec::new());
        assert!(news.goes_on(&room, vec![rules(1), gone(1)], true));
        assert_eq!(news.next(&room), [rules(1)]);
        gather(vec![gone(2)]);
        assert!(!news.goes_on(&room, vec![gone(1)], true), "nothing that has to be told again");
        gather(vec![gone(2)]);
        assert!(!news.goes_on(&room, vec![rules(1)], false), "it was tried often enough");
        assert!(news.waiting().is_empty());
    }
}
