//! Invitations, made and taken back.

use app::hosting::MadeInvitation;
use axum::response::Response;
use wire::ErrorCode;

use super::host::Host;
use super::show::{Shown, show};
use crate::http::accounts::fields::Fields;
use crate::http::accounts::visit::Stop;
use crate::meetings::NotInvited;

/// `POST /{room}/settings/invitations`
pub(super) async fn make(host: Host, fields: Fields) -> Result<Response, Stop> {
    let (label, single) = (fields.text("label"), !fields.text("single").is_empty());
    // Days that are no number are as many as none.
    let days = fields.text("lasts").parse().unwrap_or_default();
    let problem = match host.visit.state.meetings.invite(&host.session, &host.room, label, single, days).await {
        Ok(made) => {
            let link = made.link(&format!("{}/{}", host.visit.client.origin.http(), host.room.name));
            let made = MadeInvitation { label: made.invitation.label, link };
            return show(&host, Shown { made: Some(made), ..Shown::default() }).await;
        }
        Err(NotInvited::Label) if label.trim().is_empty() => {
            Shown::problem("label", "Say for whom it is, so that you know it again.")
        }
        Err(NotInvited::Label) => Shown::problem("label", "Use at most 120 characters."),
        // The form offers no other days.
        Err(NotInvited::Days) => return Err(ErrorCode::BadRequest.into()),
        Err(NotInvited::Full) => Shown::problem("label", "There are too many invitations. Take some back first."),
        Err(NotInvited::Failed(error)) => return Err(error.into()),
    };
    show(&host, problem).await
}

/// `POST /{room}/settings/invitations/end`
pub(super) async fn take_back(host: Host, fields: Fields) -> Result<Response, Stop> {
    host.visit.state.meetings.take_back(&host.session, &host.room, fields.text("invitation")).await?;
    Ok(host.done("taken-back"))
}
