//! How long to wait before the next attempt: full jitter, so that many browsers that lost one server do not come back at
//! once (see "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).

/// The longest wait before a first attempt, in milliseconds; it doubles with every further one …
const BASE_MS: u64 = 1_000;
/// … up to this.
const CAP_MS: u64 = 30_000;

/// Milliseconds to wait before an attempt, counted from 1. `chance` is a random number from 0 to 1.
#[must_use]
pub fn back_off_ms(attempt: u32, chance: f64) -> u64 {
    let doublings = attempt.saturating_sub(1).min(CAP_MS.ilog2());
    let most = BASE_MS.saturating_mul(1 << doublings).min(CAP_MS);
    within(most, chance)
}

/// A moment within so many milliseconds.
#[must_use]
pub fn within(most_ms: u64, chance: f64) -> u64 {
    // Never more than `most_ms`, which is far below what an f64 holds exactly.
    (most_ms as f64 * chance.clamp(0.0, 1.0)) as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_longest_wait_doubles_up_to_the_cap() {
        let most: Vec<u64> = (1..=8).map(|attempt| back_off_ms(attempt, 1.0)).collect();
        assert_eq!(most, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
        assert_eq!(back_off_ms(u32::MAX, 1.0), CAP_MS);
        assert_eq!(back_off_ms(3, 0.5), 2_000);
    }

    proptest! {
        #[test]
        fn a_wait_stays_within_its_bounds(attempt in any::<u32>(), chance in any::<f64>()) {
            prop_assert!(back_off_ms(attempt, chance) <= CAP_MS);
        }
    }
}
