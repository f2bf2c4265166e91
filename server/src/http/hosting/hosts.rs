//! Other hosts, whom whoever made the meeting can make none, and the link that makes hosts.

use axum::response::Response;
use wire::{Identity, Moderation, Role};

use super::host::Host;
use crate::http::accounts::fields::Fields;
use crate::http::accounts::visit::Stop;

/// `POST /{room}/settings/hosts/end`
pub(super) async fn end(host: Host, fields: Fields) -> Result<Response, Stop> {
    moderate(&host, &Moderation::Assign(person(&fields), Role::Guest)).await?;
    Ok(host.done("no-host"))
}

/// `POST /{room}/settings/hosts/out`
pub(super) async fn take_out(host: Host, fields: Fields) -> Result<Response, Stop> {
    moderate(&host, &Moderation::Remove(person(&fields))).await?;
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

async fn moderate(host: &Host, what: &Moderation) -> Result<(), Stop> {
    Ok(host.visit.state.meetings.moderate(&host.session, host.room.name.as_str(), what).await?)
}
