//! Who is kept out: let in again, or kept out with their network.

use axum::response::Response;
use wire::{ErrorCode, Identity};

use super::host::Host;
use crate::http::accounts::fields::Fields;
use crate::http::accounts::visit::Stop;
use crate::meetings::BAN_DAYS;
use crate::network::Network;

/// `POST /{room}/settings/bans/end`
pub(super) async fn let_in(host: Host, fields: Fields) -> Result<Response, Stop> {
    let identity = Identity(fields.text("person").to_owned());
    host.visit.state.meetings.unban(&host.session, &host.room, &identity).await?;
    Ok(host.done("let-in"))
}

/// `POST /{room}/settings/bans/network`
pub(super) async fn keep_network_out(host: Host, fields: Fields) -> Result<Response, Stop> {
    let days = fields.text("days").parse().ok().filter(|days| BAN_DAYS.contains(days));
    let days = days.ok_or(ErrorCode::BadRequest)?;
    let identity = Identity(fields.text("person").to_owned());
    host.visit.state.meetings.ban_network(&host.session, &host.room, &identity, days).await?;
    Ok(host.done("network-out"))
}

/// `POST /{room}/settings/networks/end`
pub(super) async fn let_network_in(host: Host, fields: Fields) -> Result<Response, Stop> {
    let network = Network::parse(fields.text("network")).ok_or(ErrorCode::BadRequest)?;
    host.visit.state.meetings.unban_network(&host.session, &host.room, network).await?;
    Ok(host.done("network-in"))
}
