//! How the connections of people in calls are, as their browsers see it: numbers for Prometheus, of which nobody knows whose
//! they are.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;
use wire::ErrorCode;

use super::backend::Caller;
use super::problem::Problem;
use super::rest::read;
use crate::state::AppState;
use crate::telemetry::{self, Connection};

/// What no connection of a browser exceeds: more is a mistake, or a lie.
const LOST_MAX_PER_MILLE: u16 = 1_000;
const DELAY_MAX_MS: u32 = 60_000;
const RATE_MAX_KBPS: u32 = 1_000_000;
const RECONNECTS_MAX: u16 = 100;

/// How a connection was in the last ten seconds; what a browser does not know is absent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Quality {
    /// Packets that were lost on the way in, of a thousand.
    #[schema(maximum = 1000)]
    lost_per_mille: Option<u16>,
    /// How unevenly sound comes in.
    jitter_ms: Option<u32>,
    /// To LiveKit and back.
    round_trip_ms: Option<u32>,
    /// What goes out.
    sent_kbps: u32,
    /// What comes in.
    received_kbps: u32,
    /// Connections that were lost and came back.
    reconnects: u16,
}

impl Quality {
    fn is_possible(&self) -> bool {
        self.lost_per_mille.is_none_or(|lost| lost <= LOST_MAX_PER_MILLE)
            && [self.jitter_ms, self.round_trip_ms].into_iter().flatten().all(|ms| ms <= DELAY_MAX_MS)
            && self.sent_kbps.max(self.received_kbps) <= RATE_MAX_KBPS
            && self.reconnects <= RECONNECTS_MAX
    }
}

/// Report how the own connection is, from inside; every ten seconds.
#[utoipa::path(
    post, path = "/rooms/{room}/quality", tag = "pages", params(("room" = String, Path, description = "Name in the link")),
    request_body = Quality,
    responses(
        (status = 204, description = "It is added to everybody's"),
        (status = 400, description = "`invalid_room_name`, `bad_request`"),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`not_in_meeting`"),
        (status = 404, description = "`room_not_found`"),
        (status = 415, description = "`unsupported_media_type`"),
    )
)]
pub(super) async fn take(
    State(state): State<AppState>,
    caller: Caller,
    Path(room): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    state.limits.check_quality(&caller.session.hash()).map_err(Problem::rate_limited)?;
    let told: Quality = read(&headers, &body)?;
    if !told.is_possible() {
        return Err(ErrorCode::BadRequest.into());
    }
    caller.ask(&room, Box::pin(state.meetings.takes_part(&caller.session, &room))).await?;
    telemetry::connection(&Connection {
        lost: told.lost_per_mille.map(|lost| f64::from(lost) / 1_000.0),
        jitter_s: told.jitter_ms.map(|ms| f64::from(ms) / 1_000.0),
        round_trip_s: told.round_trip_ms.map(|ms| f64::from(ms) / 1_000.0),
        sent_bps: f64::from(told.sent_kbps) * 1_000.0,
        received_bps: f64::from(told.received_kbps) * 1_000.0,
        reconnects: told.reconnects.into(),
    });
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_not_believed() {
        let possible = |json: &str| serde_json::from_str::<Quality>(json).is_ok_and(|told| told.is_possible());
        assert!(possible(r#"{"sentKbps":0,"receivedKbps":1000000,"reconnects":0}"#));
        assert!(possible(
            r#"{"lostPerMille":1000,"jitterMs":60000,"roundTripMs":0,"sentKbps":1,"receivedKbps":1,"reconnects":100}"#
        ));
        for lie in [
            r#"{"lostPerMille":1001,"sentKbps":1,"receivedKbps":1,"reconnects":0}"#,
            r#"{"jitterMs":60001,"sentKbps":1,"receivedKbps":1,"reconnects":0}"#,
            r#"{"sentKbps":1000001,"receivedKbps":1,"reconnects":0}"#,
            r#"{"sentKbps":1,"receivedKbps":-1,"reconnects":0}"#,
            r#"{"sentKbps":1,"receivedKbps":1,"reconnects":101}"#,
            r#"{"sentKbps":1,"receivedKbps":1,"reconnects":0,"name":"Ada"}"#,
        ] {
            assert!(!possible(lie), "{lie}");
        }
    }
}
