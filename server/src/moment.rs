//! Points in time, in words and as people type them. Nobody knows where a reader is: the zone is always said.

use time::{Date, Month, OffsetDateTime, UtcOffset};

/// How far the world's zones are ahead of UTC, in minutes.
pub const ZONES_MIN: [i32; 40] = [
    -720, -660, -600, -570, -540, -480, -420, -360, -300, -240, -210, -180, -150, -120, -60, 0, 60, 120, 180, 210, 240,
    270, 300, 330, 345, 360, 390, 420, 480, 525, 540, 570, 600, 630, 660, 720, 765, 780, 825, 840,
];

/// Such as "28 November 2026, 04:05 UTC+01:00"; the zone is in minutes ahead of UTC.
pub fn words(at_ms: u64, zone_min: i32) -> String {
    match local(at_ms, zone_min) {
        Some(at) => {
            let zone = zone(zone_min);
            format!("{} {} {}, {:02}:{:02} {zone}", at.day(), at.month(), at.year(), at.hour(), at.minute())
        }
        None => "at an unknown time".to_owned(),
    }
}

/// Such as "UTC" and "UTC+05:30".
pub fn zone(zone_min: i32) -> String {
    match zone_min {
        0 => "UTC".to_owned(),
        _ => {
            let sign = if zone_min < 0 { '-' } else { '+' };
            format!("UTC{sign}{:02}:{:02}", zone_min.abs() / 60, zone_min.abs() % 60)
        }
    }
}

/// As a field of a form holds it (`datetime-local`): "2026-11-28T04:05".
pub fn field(at_ms: u64, zone_min: i32) -> String {
    local(at_ms, zone_min).map_or_else(String::new, |at| {
        let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
        format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}", at.hour(), at.minute())
    })
}

/// Reads what such a field holds, in milliseconds since 1970; `None` when it is something else, or before that.
pub fn parse(field: &str, zone_min: i32) -> Option<u64> {
    let (date, clock) = field.trim().split_once(['T', ' '])?;
    let mut date = date.split('-');
    let (year, month, day) = (date.next()?.parse().ok()?, date.next()?.parse::<u8>().ok()?, date.next()?.parse().ok()?);
    // Some browsers send seconds.
    let mut clock = clock.split(':');
    let (hour, minute) = (clock.next()?.parse().ok()?, clock.next()?.parse().ok()?);
    let day = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
    let offset = UtcOffset::from_whole_seconds(zone_min * 60).ok()?;
    let at = day.with_hms(hour, minute, 0).ok()?.assume_offset(offset).unix_timestamp();
    u64::try_from(at).ok()?.checked_mul(1_000)
}

/// Whether it can be said in every zone: the world's calendars go on, ours ends with the year 9999.
pub fn can_be_said(at_ms: u64) -> bool {
    ZONES_MIN.iter().all(|zone_min| local(at_ms, *zone_min).is_some())
}

fn local(at_ms: u64, zone_min: i32) -> Option<OffsetDateTime> {
    let at = OffsetDateTime::from_unix_timestamp(i64::try_from(at_ms / 1_000).ok()?).ok()?;
    at.checked_to_offset(UtcOffset::from_whole_seconds(zone_min.checked_mul(60)?).ok()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_time_is_said_in_words() {
        assert_eq!(words(0, 0), "1 January 1970, 00:00 UTC");
        assert_eq!(words(1_795_838_700_999, 0), "28 November 2026, 04:05 UTC");
        assert_eq!(words(1_795_838_700_999, -210), "28 November 2026, 00:35 UTC-03:30");
        assert_eq!(words(u64::MAX, 0), "at an unknown time");
        assert!(can_be_said(0) && can_be_said(253_370_764_800_000) && !can_be_said(253_402_300_799_000));
    }

    #[test]
    fn what_is_no_time_is_none() {
        assert_eq!(parse("2026-11-28T05:05", 60), Some(1_795_838_700_000));
        assert_eq!(parse("2026-11-28T05:05:59", 60), Some(1_795_838_700_000));
        for text in
            ["", "T", "2026-02-30T10:00", "2026-11-28", "2026-13-01T10:00", "2026-11-28T25:00", "1969-12-31T10:00"]
        {
            assert_eq!(parse(text, 0), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_field_is_read_as_it_is_written(minutes in 0_u64..100_000_000, zone_min in prop::sample::select(ZONES_MIN.to_vec())) {
            let at_ms = 86_400_000 + minutes * 60_000;
            prop_assert_eq!(parse(&field(at_ms, zone_min), zone_min), Some(at_ms));
        }

        #[test]
        fn anything_may_be_typed(text in "\\PC{0,30}|[0-9T: -]{0,20}", zone_min: i32) {
            let _ = parse(&text, zone_min.clamp(-100_000, 100_000));
            let _ = words(u64::from(zone_min.unsigned_abs()) * 1_000, zone_min);
        }
    }
}
