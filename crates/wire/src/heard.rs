//! What a hearer's browser reports to a speaker's, past the server: whether sound arrives.

use serde_json::Value;

use crate::read::member;

/// Topic of the reports. They come from peers, who may have written anything: [`HeardReport::parse`] is the only reader.
pub const HEARD_TOPIC: &str = "heard";

/// Nothing longer is read at all, in bytes; a report is half as long.
const REPORT_MAX_BYTES: usize = 32;

/// A report: the whole state, not a difference, so that one that is lost is healed by the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeardReport {
    /// Whether sound of the speaker's microphone has lately arrived, and more than silence.
    pub hears: bool,
}

impl HeardReport {
    /// The report as it travels.
    #[must_use]
    pub const fn to_json(self) -> &'static str {
        if self.hears { r#"{"hears":true}"# } else { r#"{"hears":false}"# }
    }

    /// Reads what a peer sent; whatever is no report, or more than one, is nothing.
    #[must_use]
    pub fn parse(payload: &str) -> Option<Self> {
        if payload.len() > REPORT_MAX_BYTES {
            return None;
        }
        let told: Value = serde_json::from_slice(payload.as_bytes()).ok()?;
        let only = told.as_object()?.len() == 1;
        member(&told, "hears").filter(|_| only).map(|hears| Self { hears })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_as_it_is_written() {
        for hears in [true, false] {
            let report = HeardReport { hears };
            assert_eq!(HeardReport::parse(report.to_json()), Some(report));
        }
        assert_eq!(HeardReport::parse(r#" { "hears" : true } "#), Some(HeardReport { hears: true }));
    }

    #[test]
    fn anything_else_is_nothing() {
        let endless = format!(r#"{{"hears":true{}}}"#, " ".repeat(1_000));
        let nested = "[".repeat(30);
        for nonsense in [
            "",
            "true",
            "null",
            "[true]",
            "{}",
            r#"{"hears":1}"#,
            r#"{"hears":"true"}"#,
            r#"{"hears":null}"#,
            r#"{"Hears":true}"#,
            r#"{"hears":true,"of":99}"#,
            r#"{"hears":true}{"hears":true}"#,
            r#"{"hears":true"#,
            "<img src=x onerror=1>",
            "\0\u{FFFD}",
            &endless,
            &nested,
        ] {
            assert_eq!(HeardReport::parse(nonsense), None, "{nonsense}");
        }
    }
}
