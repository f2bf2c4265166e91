//! Other hosts, whom whoever made the meeting can make none, and the link that makes hosts.

use axum::response::Response;
use wire::{Identity, Moderation};

use super::host::Host;
use crate::http::accounts::fields::Fields;
use crate::http::accounts::visit::Stop;

/// `POST /{room}/settings/hosts/end`
pub(super) async fn end(host: Host, fields: Fields) -> Result<Response, Stop> {
    host.visit.state.meetings.end_hosting(&host.session, &host.room, &person(&fields)).await?;
    Ok(host.done("no-host"))
}

/// `POST /{room}/settings/hosts/out`
pub(super) async fn take_out(host: Host, fields: Fields) -> Result<Response, Stop> {
    let what = Moderation::Remove(person(&fields));
    host.visit.state.meetings.moderate(&host.session, host.room.name.as_str(), &what).await?;
    Ok(host.done("host-out"))
}

/// `POST /{room}/settings/host-link/end`
pub(super) async fn end_link(host: Host) -> Result<Response, Stop> {
    host.visit.state.meetings.end_host_link(&host.session, &host.room).await?;
    Ok(host.done("no-host-link"))
}

fn person(fields: &Fields) -> Identity {
    Identity(fields.text("person").to_owned())
}
