//! `/{room}/settings/record`: who was there, and what hosts did.

use app::hosting::{DeedRow, Record, StayRow, record};
use axum::http::StatusCode;
use axum::response::Response;

use super::host::Host;
use crate::http::accounts::visit::Stop;
use crate::moment;

/// `GET /{room}/settings/record`
pub(super) async fn page(host: Host) -> Result<Response, Stop> {
    let Host { visit, session, room } = &host;
    let words = |at_ms| moment::words(at_ms, room.settings.zone_min);
    let stays = visit.state.meetings.attendance(session, room.name.as_str()).await?;
    let deeds = visit.state.meetings.audit(session, room.name.as_str()).await?;
    let main = record(Record {
        path: &host.path(),
        name: host.name(),
        csv: &format!("/api/rooms/{}/attendance", room.name),
        stays: stays
            .into_iter()
            .map(|stay| StayRow { joined: words(stay.joined_at_ms), left: stay.left_at_ms.map(words), name: stay.name })
            .collect(),
        deeds: deeds
            .into_iter()
            .map(|deed| DeedRow {
                at: words(deed.at_ms),
                actor: deed.actor_name,
                action: deed.action,
                subject: deed.subject_name,
            })
            .collect(),
    });
    visit.page(StatusCode::OK, "Record", "", main)
}
