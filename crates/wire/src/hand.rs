//! A raised hand: an attribute of the participant in LiveKit, which the server alone can set.

/// Key of the attribute. Its value is when the hand was raised, by the server's clock, in milliseconds since 1970 as
/// decimal digits; without it the hand is down.
pub const HAND_ATTRIBUTE: &str = "parlour.hand";

/// Most digits that a time can have: enough until the year 2286.
const TIME_MAX_DIGITS: usize = 13;

/// Reads the attribute. What is no time at all is no raised hand: another backend may have given its tokens anything.
#[must_use]
pub fn hand_raised_at_ms(value: &str) -> Option<u64> {
    let plausible = value.len() <= TIME_MAX_DIGITS && value.bytes().all(|digit| digit.is_ascii_digit());
    value.parse().ok().filter(|at_ms| plausible && *at_ms > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_and_anything_else_is_no_hand() {
        assert_eq!(hand_raised_at_ms("1700000000123"), Some(1_700_000_000_123));
        assert_eq!(hand_raised_at_ms("1"), Some(1));
        let long = "1".repeat(1_000);
        for nonsense in ["", "0", "000", "-1", "+1", "1.5", "1e3", " 1", "true", "١٢٣", "17000000001234", &long] {
            assert_eq!(hand_raised_at_ms(nonsense), None, "{nonsense}");
        }
    }
}
