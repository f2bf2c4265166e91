//! The settings of one meeting: its door, its name, who is invited and who is kept out.

use leptos::prelude::*;

use super::bans::{BannedRow, NetworkRow, bans};
use super::hosts::{HostRow, host_link, hosts};
use super::invitations::{InvitationRow, MadeInvitation, invitations};
use crate::account::control::{Choice, options, switch};
use crate::account::{Field, Problems};

/// What stands in the fields of the meeting's form, as it was typed or as it is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    /// Title.
    pub title: String,
    /// Who comes in: `open`, `ask` or `locked`.
    pub door: String,
    /// Whether guests may join.
    pub guests: bool,
    /// People at once.
    pub capacity: String,
    /// From when, as a field holds it.
    pub starts: String,
    /// Until when.
    pub ends: String,
    /// In which zone those two are, in minutes ahead of UTC.
    pub zone: String,
    /// What newcomers are: `participant`, `student` or `viewer`.
    pub newcomers: String,
    /// Whether teachers are hosts.
    pub teachers: bool,
    /// Whether guests may take over where no host is.
    pub guests_take_over: bool,
}

/// The meeting's readable name.
pub enum Alias {
    /// The reader is not who made the meeting with an account.
    NotYours,
    /// What stands in its field.
    Yours(String),
}

/// What the page shows.
pub struct MeetingSettings<'a> {
    /// Path of the page.
    pub path: &'a str,
    /// The meeting's title, or its code.
    pub name: &'a str,
    /// The meeting's whole link.
    pub link: &'a str,
    /// The fields.
    pub values: Values,
    /// What they held when the page was fetched, for the server alone.
    pub fetched: &'a str,
    /// Start and end as they are stored, in words.
    pub times: Option<String>,
    /// The zones there are: minutes ahead of UTC, and in words.
    pub zones: Vec<(String, String)>,
    /// Whether this Parlour knows teachers.
    pub has_teachers: bool,
    /// Whether there is a password.
    pub has_password: bool,
    /// The readable name.
    pub alias: Alias,
    /// Who is invited.
    pub invitations: Vec<InvitationRow>,
    /// An invitation that was just made.
    pub made: Option<MadeInvitation>,
    /// Who else is a host, for whoever made the meeting.
    pub hosts: Vec<HostRow>,
    /// Whether there is a link that makes somebody a host.
    pub has_host_link: bool,
    /// Who is kept out.
    pub banned: Vec<BannedRow>,
    /// Networks that are kept out.
    pub networks: Vec<NetworkRow>,
    /// What was done a moment ago.
    pub done: Option<&'static str>,
    /// What is wrong.
    pub problems: Problems,
}

const DOORS: [(&str, &str); 3] =
    [("open", "Everybody with the link"), ("ask", "Whoever a host lets in"), ("locked", "Nobody new")];

const NEWCOMERS: [(&str, &str); 3] =
    [("participant", "Take part"), ("student", "Listen and write in the chat"), ("viewer", "Only listen and watch")];

/// `/{room}/settings`
pub fn meeting_settings(page: MeetingSettings<'_>) -> AnyView {
    let MeetingSettings { path, name, link, done, ref problems, .. } = page;
    let whole = problems.view();
    let form = meeting_form(&page);
    let password = password_form(path, page.has_password, problems);
    let alias = alias_form(path, &page.alias, problems);
    view! {
        <main class="account-main">
            <div class="meeting-head">
                <h1>{format!("Settings of {name}")}</h1>
                <a href=link.to_owned()>{link.to_owned()}</a>
            </div>
            {done.map(|done| view! { <p class="done" role="status">{done}</p> })}
            {whole}
            {form}
            {password}
            {invitations(path, page.invitations, page.made, problems)}
            {alias}
            {hosts(path, page.hosts)}
            {host_link(path, page.has_host_link)}
            {bans(path, page.banned, page.networks)}
            <section class="card" aria-labelledby="chat-title">
                <h2 id="chat-title">"Chat"</h2>
                <p class="hint">"How long messages are kept, and their export."</p>
                <a class="button" href=format!("{}chat", path.trim_end_matches("settings"))>
                    "Open chat settings"
                </a>
            </section>
            <section class="card" aria-labelledby="record-title">
                <h2 id="record-title">"Record"</h2>
                <p class="hint">"Who was there, and what hosts did."</p>
                <a class="button" href=format!("{path}/record")>
                    "Open record"
                </a>
            </section>
        </main>
    }
    .into_any()
}

fn meeting_form(page: &MeetingSettings<'_>) -> AnyView {
    let MeetingSettings { path, values, fetched, times, zones, has_teachers, problems, .. } = page;
    let fresh = times.is_none().then_some("");
    view! {
        <section class="card" aria-labelledby="meeting-title">
            <h2 id="meeting-title">"Meeting"</h2>
            <form class="form" method="post" action=path.to_string()>
                <input type="hidden" name="fetched" value=(*fetched).to_owned() />
                {Field { name: "title", label: "Title", value: &values.title, optional: true, ..Field::default() }
                    .view(problems)}
                {Choice {
                    name: "door",
                    label: "Who comes in",
                    options: &options(&DOORS),
                    chosen: &values.door,
                    hint: Some("Whoever was let in before comes back without asking."),
                }
                    .view()}
                {switch("guests", "Guests may join without an account", values.guests)}
                {Choice {
                    name: "newcomers",
                    label: "Newcomers may",
                    options: &options(&NEWCOMERS),
                    chosen: &values.newcomers,
                    hint: Some("A host can let anybody do more, or less, in the meeting."),
                }
                    .view()}
                {has_teachers.then(|| switch("teachers", "Teachers are hosts", values.teachers))}
                {switch(
                    "guests_take_over",
                    "When no host is there, a guest may take the meeting over until it ends",
                    values.guests_take_over,
                )}
                {Field {
                    name: "capacity",
                    label: "People at once",
                    kind: "number",
                    value: &values.capacity,
                    hint: Some("Empty: as many as come. Hosts always find a place."),
                    optional: true,
                    ..Field::default()
                }
                    .view(problems)}
                <fieldset class="form times" data-fresh=fresh>
                    <legend>"Time"</legend>
                    <p class="hint">
                        {match times {
                            Some(times) => times.clone(),
                            None => "Newcomers come in at any time. Who is inside is not sent out at the end.".to_owned(),
                        }}
                    </p>
                    {Field {
                        name: "starts",
                        label: "Not before",
                        kind: "datetime-local",
                        value: &values.starts,
                        optional: true,
                        ..Field::default()
                    }
                        .view(problems)}
                    {Field {
                        name: "ends",
                        label: "Not after",
                        kind: "datetime-local",
                        value: &values.ends,
                        optional: true,
                        ..Field::default()
                    }
                        .view(problems)}
                    {Choice { name: "zone", label: "Time zone", options: zones, chosen: &values.zone, hint: None }.view()}
                </fieldset>
                <button type="submit" class="button primary">
                    "Save meeting"
                </button>
            </form>
        </section>
    }
    .into_any()
}

fn password_form(path: &str, has_password: bool, problems: &Problems) -> AnyView {
    let to = format!("{path}/password");
    let lead = if has_password {
        "Newcomers have to know a password. Whoever was let in before does not."
    } else {
        "The link is enough. With a password, newcomers have to know it too."
    };
    view! {
        <section class="card" aria-labelledby="password-title">
            <h2 id="password-title">"Password"</h2>
            <p class="hint">{lead}</p>
            <form class="form" method="post" action=to.clone()>
                {Field {
                    hint: Some("At least 10 characters. A few words that do not belong together are a good one."),
                    ..Field::password("password", "New password", "off")
                }
                    .view(problems)}
                <button type="submit" class="button">
                    "Set password"
                </button>
            </form>
            {has_password
                .then(|| {
                    view! {
                        <form method="post" action=to>
                            <input type="hidden" name="clear" value="on" />
                            <button type="submit" class="button">
                                "Ask for no password"
                            </button>
                        </form>
                    }
                })}
        </section>
    }
    .into_any()
}

fn alias_form(path: &str, alias: &Alias, problems: &Problems) -> AnyView {
    let form = match alias {
        Alias::NotYours => {
            view! { <p class="hint">"Only who made the meeting with an account can give it a readable link."</p> }.into_any()
        }
        Alias::Yours(alias) => view! {
            <form class="form" method="post" action=format!("{path}/alias")>
                {Field {
                    name: "alias",
                    label: "Readable name",
                    value: alias,
                    hint: Some(
                        "Such as weekly-sync: letters, digits and hyphens. Others may guess it; a door that is closed to them does not show. Empty: none.",
                    ),
                    optional: true,
                    ..Field::default()
                }
                    .view(problems)}
                <button type="submit" class="button">
                    "Save name"
                </button>
            </form>
        }
        .into_any(),
    };
    view! {
        <section class="card" aria-labelledby="alias-title">
            <h2 id="alias-title">"Readable link"</h2>
            {form}
        </section>
    }
    .into_any()
}
