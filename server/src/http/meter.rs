//! A limit of which it can be asked whether it is reached before it is known whether something counts.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So many at once, and then one after each pause, for every key.
pub(super) struct Meter<K> {
    pause: Duration,
    at_once: u32,
    /// When a key has paid for everything that it was charged for. Who is not here has paid.
    paid: Mutex<HashMap<K, Instant>>,
}

impl<K: Hash + Eq + Clone> Meter<K> {
    pub(super) fn new(at_once: u32, pause: Duration) -> Self {
        Self { pause, at_once: at_once.max(1), paid: Mutex::default() }
    }

    /// Whether the next one is still within the limit.
    pub(super) fn check(&self, key: &K, now: Instant) -> Result<(), Duration> {
        let Some(paid) = self.lock().get(key).copied() else { return Ok(()) };
        // One more has to fit.
        let most = self.pause * (self.at_once - 1);
        match paid.saturating_duration_since(now).checked_sub(most) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => Ok(()),
        }
    }

    /// Counts one.
    pub(super) fn charge(&self, key: &K, now: Instant) {
        let mut paid = self.lock();
        match paid.get_mut(key) {
            Some(until) => *until = (*until).max(now) + self.pause,
            None => drop(paid.insert(key.clone(), now + self.pause)),
        }
    }

    /// Counts one less.
    pub(super) fn give_back(&self, key: &K) {
        if let Some(until) = self.lock().get_mut(key) {
            // A time before the clock's beginning has been paid for anyway.
            *until = until.checked_sub(self.pause).unwrap_or(*until);
        }
    }

    /// Counts one, if it is still within the limit.
    pub(super) fn pay(&self, key: &K, now: Instant) -> Result<(), Duration> {
        let mut paid = self.lock();
        let until = paid.get(key).copied().unwrap_or(now).max(now);
        // One more has to fit.
        match (until - now).checked_sub(self.pause * (self.at_once - 1)) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => {
                paid.insert(key.clone(), until + self.pause);
                Ok(())
            }
        }
    }

    /// Forgets who has paid.
    pub(super) fn forget(&self, now: Instant) {
        let mut paid = self.lock();
        paid.retain(|_, until| *until > now);
        paid.shrink_to_fit();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Instant>> {
        self.paid.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_at_once_and_then_one_after_each_pause() {
        let meter = Meter::new(3, Duration::from_secs(2));
        let start = Instant::now();
        let after = |ms| start + Duration::from_millis(ms);
        for _ in 0..3 {
            meter.check(&1, start).unwrap();
            meter.charge(&1, start);
        }
        assert_eq!(meter.check(&1, start), Err(Duration::from_secs(2)));
        assert_eq!(meter.check(&1, after(500)), Err(Duration::from_millis(1_500)));
        assert_eq!(meter.check(&2, start), Ok(()), "others are not touched");
        assert_eq!(meter.check(&1, after(2_000)), Ok(()));
        meter.charge(&1, after(2_000));
        assert!(meter.check(&1, after(2_001)).is_err());
        assert!(meter.pay(&1, after(2_001)).is_err());
        meter.give_back(&1);
        meter.pay(&1, after(2_001)).unwrap();
        assert!(meter.pay(&1, after(2_001)).is_err(), "what is given back counts once");
        meter.forget(after(7_999));
        assert!(meter.lock().contains_key(&1));
        meter.forget(after(8_000));
        assert!(meter.lock().is_empty(), "nobody is remembered");
    }
}
