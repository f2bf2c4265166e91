//! Invitations, made and taken back.

use app::hosting::MadeInvitation;
use axum::response::Response;
use wire::{ErrorCode, INVITATION_FRAGMENT};

use super::host::Host;
use super::show::{Shown, show};
use crate::clock;
use crate::error::Error;
use crate::http::accounts::fields::Fields;
use crate::http::accounts::visit::Stop;

/// For how many days an invitation may be good, and for how many one is when nothing is said.
const DAYS_MAX: u32 = 366;
const DAYS: u32 = 7;

/// `POST /{room}/settings/invitations`
pub(super) async fn make(host: Host, fields: Fields) -> Result<Response, Stop> {
    let label = fields.text("label").trim();
    if label.is_empty() {
        return show(&host, Shown::problem("label", "Say for whom it is, so that you know it again.")).await;
    }
    let days = fields.text("lasts").parse().ok().filter(|days| (1..=DAYS_MAX).contains(days)).unwrap_or(DAYS);
    let single = !fields.text("single").is_empty();
    match host.visit.state.meetings.invite(&host.session, &host.room, label, single, clock::DAY * days).await {
        Ok(Some(secret)) => {
            let (origin, name) = (host.visit.client.origin.http(), &host.room.name);
            let link = format!("{origin}/{name}#{INVITATION_FRAGMENT}{}", secret.expose());
            let made = MadeInvitation { label: label.to_owned(), link };
            show(&host, Shown { made: Some(made), ..Shown::default() }).await
        }
        Ok(None) => show(&host, Shown::problem("label", "There are too many invitations. Take some back first.")).await,
        Err(Error::Refused(ErrorCode::InvalidTitle)) => {
            show(&host, Shown::problem("label", "Use at most 120 characters.")).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /{room}/settings/invitations/end`
pub(super) async fn take_back(host: Host, fields: Fields) -> Result<Response, Stop> {
    host.visit.state.meetings.take_back(&host.session, &host.room, fields.text("invitation")).await?;
    Ok(host.done("taken-back"))
}
