//! The page of a meeting's settings.

use app::account::Problems;
use app::hosting::{
    Alias, BannedRow, HostRow, InvitationRow, MadeInvitation, MeetingSettings, NetworkRow, Values, meeting_settings,
};
use axum::http::StatusCode;
use axum::response::Response;

use super::form::{values_of, written};
use super::host::Host;
use crate::clock;
use crate::http::accounts::visit::{Stop, Visit};
use crate::moment;
use crate::random;
use crate::store::Settings;

/// What was done, as it stands in the address, and as it is said.
const DONE: [(&str, &str); 11] = [
    ("saved", "The meeting is as you want it."),
    ("password", "The password is set. Tell it to whoever may come."),
    ("no-password", "Nobody is asked for a password any more."),
    ("alias", "The readable link is saved."),
    ("taken-back", "The invitation is good for nothing any more."),
    ("no-host", "They are no host any more. If they were one for good, the host link makes no more hosts."),
    (
        "host-out",
        "They are taken out and no host any more. If they were one for good, the host link makes no more hosts.",
    ),
    ("no-host-link", "The host link is taken back. Who became a host by it stays one."),
    ("let-in", "They may come in again."),
    ("network-out", "Their network is kept out."),
    ("network-in", "That network may come in again."),
];

/// What a page shows beside what is stored.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) values: Option<Values>,
    /// What the form held before somebody typed.
    pub(super) fetched: Option<String>,
    pub(super) alias: Option<String>,
    pub(super) made: Option<MadeInvitation>,
    pub(super) problems: Problems,
}

impl Shown {
    /// What is wrong, and nothing else.
    pub(super) fn problem(field: &'static str, sentence: impl Into<String>) -> Self {
        Self { problems: Problems::one(field, sentence), ..Self::default() }
    }
}

/// The page.
pub(super) async fn show(host: &Host, shown: Shown) -> Result<Response, Stop> {
    let Host { visit, session, room } = host;
    let meetings = &visit.state.meetings;
    let Shown { values, fetched, alias, made, problems } = shown;
    let stored = values_of(room);
    let fetched = fetched.unwrap_or_else(|| written(&stored));
    let (zone, now_ms) = (room.settings.zone_min, clock::now_ms());
    let invitations = meetings.invitations(session, room).await?;
    let (banned, networks) = meetings.kept_out(session, room).await?;
    let hosts = meetings.other_hosts(session, room).await?;
    let said = visit.query("done");
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let link = format!("{}/{}", visit.client.origin.http(), room.alias.as_ref().unwrap_or(&room.name));
    let main = meeting_settings(MeetingSettings {
        path: &host.path(),
        name: host.name(),
        link: &link,
        values: values.unwrap_or(stored),
        fetched: &fetched,
        times: times(room.settings),
        zones: moment::ZONES_MIN.iter().map(|zone| (zone.to_string(), moment::zone(*zone))).collect(),
        has_teachers: has_teachers(visit),
        has_password: room.password.is_some(),
        alias: if meetings.may_name(session, room) {
            Alias::Yours(alias.unwrap_or_else(|| room.alias.as_ref().map(ToString::to_string).unwrap_or_default()))
        } else {
            Alias::NotYours
        },
        invitations: invitations
            .into_iter()
            .map(|one| InvitationRow {
                id: random::hex(&one.hash),
                until: moment::words(one.ends_at_ms, zone),
                over: one.ends_at_ms <= now_ms,
                label: one.label,
                single: one.single,
                used: one.used,
            })
            .collect(),
        made,
        hosts: hosts.into_iter().map(|(id, name)| HostRow { id: id.0, name: name.to_string() }).collect(),
        has_host_link: room.host_link.is_some(),
        banned: banned
            .into_iter()
            .map(|one| BannedRow {
                id: one.identity.0,
                name: one.name.to_string(),
                since: moment::words(one.since_ms, zone),
                network_known: one.network.is_some(),
            })
            .collect(),
        networks: networks
            .into_iter()
            .map(|one| NetworkRow {
                network: one.network.to_string(),
                until: moment::words(one.ends_at_ms, zone),
                name: one.name,
            })
            .collect(),
        done: DONE.iter().find(|(word, _)| *word == said).map(|(_, sentence)| *sentence),
        problems,
    });
    visit.page(status, "Meeting settings", "", main)
}

/// Start and end, in words.
fn times(settings: Settings) -> Option<String> {
    let words = |at_ms| moment::words(at_ms, settings.zone_min);
    match (settings.starts_at_ms, settings.ends_at_ms) {
        (None, None) => None,
        (Some(starts), None) => Some(format!("Newcomers come in from {}.", words(starts))),
        (None, Some(ends)) => Some(format!("Newcomers come in until {}.", words(ends))),
        (Some(starts), Some(ends)) => Some(format!("Newcomers come in from {} until {}.", words(starts), words(ends))),
    }
}

/// Whether somebody can be a teacher at all.
fn has_teachers(visit: &Visit) -> bool {
    let told = visit.state.provider.as_ref().is_some_and(|provider| !provider.settings().teachers.is_empty());
    told || !visit.state.teachers.is_empty()
}
