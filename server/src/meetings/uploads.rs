//! Who may send a file at the moment: each is held in memory until it is whole, so that there are places for few.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::network::Network;
use crate::store::SecretHash;

/// How many files may be on their way at once.
const AT_ONCE: usize = 16;
/// How many of them may be one person's: who sends several waits for none.
const OF_ONE_PERSON: usize = 2;
/// How many may come from one network: a school sends several, and leaves places to others.
const FROM_ONE_NETWORK: usize = 6;

type Taken = Vec<(SecretHash, Network)>;

/// The places.
#[derive(Default)]
pub(super) struct Places(Mutex<Taken>);

/// A place, until it is dropped.
pub(super) struct Place<'a> {
    places: &'a Places,
    person: SecretHash,
    network: Network,
}

impl Places {
    /// A place for somebody who comes from there; `None` when they have enough, or all are taken.
    pub(super) fn take(&self, person: SecretHash, network: Network) -> Option<Place<'_>> {
        let mut taken = self.lock();
        let (mut persons, mut networks) = (0, 0);
        for (other, from) in &*taken {
            persons += usize::from(*other == person);
            networks += usize::from(*from == network);
        }
        if taken.len() >= AT_ONCE || persons >= OF_ONE_PERSON || networks >= FROM_ONE_NETWORK {
            return None;
        }
        taken.push((person, network));
        Some(Place { places: self, person, network })
    }

    /// A list is whole even when a thread panicked while it held the lock.
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        if let Some(mine) = taken.iter().position(|other| *other == (self.person, self.network)) {
            taken.swap_remove(mine);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(number: u8) -> Network {
        Network::of([10, 0, number, 1].into())
    }

    #[test]
    fn nobody_and_no_network_has_all_places_and_each_comes_back() {
        let places = Places::default();
        let mut hers: Vec<_> = (0..OF_ONE_PERSON).map(|_| places.take([0; 32], network(0)).unwrap()).collect();
        assert!(places.take([0; 32], network(1)).is_none(), "wherever she is");
        let neighbours: Vec<_> = (2..=4).map(|person| places.take([person; 32], network(0)).unwrap()).collect();
        assert!(places.take([5; 32], network(0)).is_some(), "the sixth, for a moment");
        let sixth = places.take([5; 32], network(0)).unwrap();
        assert!(places.take([6; 32], network(0)).is_none(), "the network has enough");
        let others: Vec<_> = (7..17).map(|person| places.take([person; 32], network(person)).unwrap()).collect();
        assert!(places.take([17; 32], network(17)).is_none(), "all are taken");
        hers.pop();
        assert!(places.take([0; 32], network(0)).is_some());
        drop((hers, neighbours, sixth, others));
        assert!(places.lock().is_empty());
    }
}
