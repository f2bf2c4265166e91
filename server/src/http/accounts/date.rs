//! Points in time, in words. The server does not know where its reader is: it says UTC.

use time::OffsetDateTime;

/// Such as "28 November 2026, 04:05 UTC".
pub(super) fn words(at_ms: u64) -> String {
    let seconds = i64::try_from(at_ms / 1_000).unwrap_or(i64::MAX);
    match OffsetDateTime::from_unix_timestamp(seconds) {
        Ok(at) => {
            format!("{} {} {}, {:02}:{:02} UTC", at.day(), at.month(), at.year(), at.hour(), at.minute())
        }
        Err(_) => "at an unknown time".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_said_in_words() {
        assert_eq!(words(0), "1 January 1970, 00:00 UTC");
        assert_eq!(words(1_795_838_700_999), "28 November 2026, 04:05 UTC");
        assert_eq!(words(u64::MAX), "at an unknown time");
    }
}
