//! The wall clock, as the wire carries it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Time since 1970; nothing before it exists.
pub fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Milliseconds since 1970.
pub fn now_ms() -> u64 {
    to_ms(now())
}

/// A duration in whole milliseconds.
pub fn to_ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
