//! Attendance as a table for spreadsheets.

use std::fmt::Write as _;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use super::backend::Caller;
use super::problem::Problem;
use crate::clock;
use crate::state::AppState;
use crate::store::Stay;

const HEADERS: [(header::HeaderName, &str); 2] = [
    (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
    (header::CONTENT_DISPOSITION, "attachment; filename=\"attendance.csv\""),
];

/// Tell who was inside, as CSV for spreadsheets: a line for each stay; who is still inside has not left.
#[utoipa::path(
    get, path = "/rooms/{room}/attendance", tag = "people", params(("room" = String, Path, description = "Name in the link")),
    responses(
        (
            status = 200, description = "`name,joined,left,minutes`", content_type = "text/csv", body = String,
            example = "name,joined,left,minutes\r\n\"Ada\",2025-01-01T00:00:00Z,2025-01-01T00:01:30Z,1.5\r\n"
        ),
        (status = 400, description = "`invalid_room_name`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting`, `not_allowed`"),
        (status = 404, description = "`room_not_found`"),
    )
)]
pub(super) async fn attendance(
    State(state): State<AppState>,
    Path(room): Path<String>,
    caller: Caller,
) -> Result<Response, Problem> {
    let stays = caller.ask(&room, Box::pin(state.meetings.attendance(&caller.session, &room))).await?;
    Ok((HEADERS, table(&stays, clock::now_ms())).into_response())
}

/// RFC 4180.
fn table(stays: &[Stay], now_ms: u64) -> String {
    let mut table = String::from("name,joined,left,minutes\r\n");
    for stay in stays {
        let joined = clock::rfc3339(stay.joined_at_ms);
        let left = stay.left_at_ms.map(clock::rfc3339).unwrap_or_default();
        let tenths = stay.left_at_ms.unwrap_or(now_ms).saturating_sub(stay.joined_at_ms) / 6_000;
        // Writing to a text does not fail.
        let _ = write!(table, "{},{joined},{left},{}.{}\r\n", cell(&stay.name), tenths / 10, tenths % 10);
    }
    table
}

/// A name, quoted. Spreadsheets compute what begins like a formula, also after a space: an apostrophe makes it a text.
fn cell(name: &str) -> String {
    let formula = name.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '|', '%']);
    let name: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("\"{}{}\"", if formula { "'" } else { "" }, name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use wire::Identity;

    use super::*;

    #[test]
    fn a_name_is_a_text_whatever_it_begins_with() {
        for (name, written) in [
            ("Ada", "\"Ada\""),
            ("Ada \"the\" first, Countess", "\"Ada \"\"the\"\" first, Countess\""),
            ("=HYPERLINK(\"http://evil\")", "\"'=HYPERLINK(\"\"http://evil\"\")\""),
            (" +1", "\"' +1\""),
            ("\t=1", "\"' =1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("＝1", "\"'＝1\""),
            ("a\r\n=1", "\"a  =1\""),
            ("", "\"\""),
        ] {
            assert_eq!(cell(name), written);
        }
    }

    #[test]
    fn a_stay_is_a_line_and_one_that_lasts_has_no_end() {
        let stay = |left_at_ms| Stay {
            sid: "PA_1".to_owned(),
            identity: Identity("ada".to_owned()),
            name: "Ada".to_owned(),
            joined_at_ms: 1_735_689_600_000,
            left_at_ms,
        };
        let table = table(&[stay(Some(1_735_689_690_000)), stay(None)], 1_735_693_200_000);
        assert_eq!(
            table,
            "name,joined,left,minutes\r\n\"Ada\",2025-01-01T00:00:00Z,2025-01-01T00:01:30Z,1.5\r\n\
             \"Ada\",2025-01-01T00:00:00Z,,60.0\r\n"
        );
    }
}
