//! The wall clock, as the wire carries it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A day of the calendar, without leap seconds.
pub const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Time since 1970; nothing before it exists.
pub fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Milliseconds since 1970.
pub fn now_ms() -> u64 {
    to_ms(now())
}

/// So many days ago, in milliseconds since 1970.
pub fn days_ago_ms(days: u32) -> u64 {
    now_ms().saturating_sub(to_ms(DAY * days))
}

/// A duration in whole milliseconds.
pub fn to_ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A time of the wire as RFC 3339 writes it, in UTC and whole seconds.
pub fn rfc3339(ms: u64) -> String {
    let seconds = ms / 1_000;
    let (day, second) = (seconds / 86_400, seconds % 86_400);
    // Days are counted from the 1st of March of the year 0, so that a leap day is the last of its year; an era is 400
    // years.
    let day = day + 719_468;
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // 153 days are the five months from March, or from August.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z", era * 400 + year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_everybody_reads_them() {
        // By `date --utc --date=@… +%FT%TZ`.
        for (seconds, written) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (1_735_689_600, "2025-01-01T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(seconds * 1_000 + 999), written);
        }
    }
}
