//! "This room exists in LiveKit", asked at every admission and answered from memory for a moment.
//!
//! LiveKit drops empty rooms by itself, so an answer is remembered for a short time only, and
//! forgotten at once when LiveKit says that the room ended or when it restarts.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use wire::RoomName;

use super::rooms::{MediaError, Rooms};

/// How long an answer is remembered.
const REMEMBERED: Duration = Duration::from_secs(10);

/// Which rooms LiveKit is known to have.
#[derive(Default)]
pub struct Ensured {
    rooms: Mutex<HashMap<RoomName, Arc<Slot>>>,
}

/// One room: whoever holds the lock asks LiveKit, the others wait for the answer.
#[derive(Default)]
struct Slot {
    last: tokio::sync::Mutex<Option<Attempt>>,
}

#[derive(Clone, Copy)]
struct Attempt {
    started: Instant,
    ended: Instant,
    generation: u64,
    done: bool,
}

impl Attempt {
    fn is_fresh(&self, generation: u64, now: Instant) -> bool {
        self.done && self.generation == generation && now.duration_since(self.started) < REMEMBERED
    }
}

impl Ensured {
    /// Makes sure that LiveKit has the room; one request is on its way at most.
    ///
    /// # Errors
    /// When LiveKit does not make it. Those who waited for the same request get the same answer.
    pub async fn ensure(&self, rooms: &Rooms, room: &RoomName) -> Result<(), MediaError> {
        let came = Instant::now();
        let slot = self.slot(room, came);
        let mut last = slot.last.lock().await;
        if let Some(attempt) = &*last {
            if attempt.is_fresh(rooms.generation(), Instant::now()) {
                return Ok(());
            }
            // It failed while we waited for it: a second request would wait as long for nothing.
            if !attempt.done && attempt.ended >= came {
                return Err(MediaError::JustFailed);
            }
        }
        // Read before the request: a restart in between makes the answer stale, not the other way round.
        let (started, generation) = (Instant::now(), rooms.generation());
        let answer = rooms.create(room).await;
        *last = Some(Attempt { started, ended: Instant::now(), generation, done: answer.is_ok() });
        answer
    }

    /// Forgets a room: LiveKit says that it ended.
    pub fn forget(&self, room: &RoomName) {
        self.lock().remove(room);
    }

    fn slot(&self, room: &RoomName, now: Instant) -> Arc<Slot> {
        let mut slots = self.lock();
        if let Some(slot) = slots.get(room) {
            return slot.clone();
        }
        // Rooms that nobody enters any more go when another one comes.
        slots.retain(|_, slot| match slot.last.try_lock() {
            Ok(last) => last.is_some_and(|attempt| now.duration_since(attempt.started) < REMEMBERED),
            Err(_) => true,
        });
        slots.entry(room.clone()).or_default().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<RoomName, Arc<Slot>>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_fresh_for_a_moment_and_for_one_start_of_livekit() {
        let now = Instant::now();
        let attempt = Attempt { started: now, ended: now, generation: 1, done: true };
        assert!(attempt.is_fresh(1, now + Duration::from_millis(9_999)));
        assert!(!attempt.is_fresh(1, now + REMEMBERED));
        assert!(!attempt.is_fresh(2, now));
        assert!(!Attempt { done: false, ..attempt }.is_fresh(1, now));
    }
}
