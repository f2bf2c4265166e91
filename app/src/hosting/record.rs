//! What is on record of a meeting: who was there, and what hosts did.

use leptos::prelude::*;

/// Somebody's stay.
pub struct StayRow {
    /// Their name.
    pub name: String,
    /// From when, in words.
    pub joined: String,
    /// Until when; `None` while they are inside.
    pub left: Option<String>,
}

/// Something that a host did.
pub struct DeedRow {
    /// When, in words.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What, as a stable word.
    pub action: String,
    /// To whom or what; empty when to nobody.
    pub subject: String,
}

/// What the page shows.
pub struct Record<'a> {
    /// Path of the settings.
    pub path: &'a str,
    /// The meeting's title, or its code.
    pub name: &'a str,
    /// Where the stays are as a table for spreadsheets.
    pub csv: &'a str,
    /// Who was there, in order of arrival.
    pub stays: Vec<StayRow>,
    /// What hosts did, the newest first.
    pub deeds: Vec<DeedRow>,
}

/// `/{room}/settings/record`
pub fn record(page: Record<'_>) -> AnyView {
    let Record { path, name, csv, stays, deeds } = page;
    view! {
        <main class="account-main">
            <div class="meeting-head">
                <h1>{format!("Record of {name}")}</h1>
                <a href=path.to_owned()>"Settings"</a>
            </div>
            <section class="card" aria-labelledby="stays-title">
                <h2 id="stays-title">"Who was there"</h2>
                {stays_view(stays, csv)}
            </section>
            <section class="card" aria-labelledby="deeds-title">
                <h2 id="deeds-title">"What hosts did"</h2>
                {deeds_view(deeds)}
            </section>
        </main>
    }
    .into_any()
}

fn stays_view(stays: Vec<StayRow>, csv: &str) -> AnyView {
    if stays.is_empty() {
        return view! { <p class="empty">"Nobody was there yet."</p> }.into_any();
    }
    let rows: Vec<_> = stays
        .into_iter()
        .map(|StayRow { name, joined, left }| {
            let when = match left {
                Some(left) => format!("{joined} to {left}"),
                None => format!("Since {joined}"),
            };
            view! {
                <li class="row">
                    <div class="row-text">
                        <strong>{name}</strong>
                        <span class="hint">{when}</span>
                    </div>
                </li>
            }
        })
        .collect();
    view! {
        <a class="button" href=csv.to_owned() download="attendance.csv">
            "Download as CSV"
        </a>
        <ul class="rows" aria-labelledby="stays-title">
            {rows}
        </ul>
    }
    .into_any()
}

fn deeds_view(deeds: Vec<DeedRow>) -> AnyView {
    if deeds.is_empty() {
        return view! { <p class="empty">"Hosts did nothing yet."</p> }.into_any();
    }
    let rows: Vec<_> = deeds
        .into_iter()
        .map(|row| {
            let sentence = sentence(&row);
            view! {
                <li class="row">
                    <div class="row-text">
                        <span>{sentence}</span>
                        <span class="hint">{row.at}</span>
                    </div>
                </li>
            }
        })
        .collect();
    view! {
        <ul class="rows" aria-labelledby="deeds-title">
            {rows}
        </ul>
    }
    .into_any()
}

/// What was done, in words.
fn sentence(deed: &DeedRow) -> String {
    let DeedRow { actor, action, subject, .. } = deed;
    let what = match action.as_str() {
        "admit" => format!("let {subject} in"),
        "admit_all" => "let everybody in who waited".to_owned(),
        "deny" => format!("did not let {subject} in"),
        "mute" => format!("muted {subject}"),
        "stop_camera" => format!("stopped the camera of {subject}"),
        "stop_share" => format!("stopped what {subject} shared"),
        "mute_all" => "muted everybody".to_owned(),
        "lower_hand" => format!("lowered the hand of {subject}"),
        "remove" => format!("took {subject} out"),
        "ban" => format!("keeps {subject} out for good"),
        "unban" => format!("lets {subject} in again"),
        "ban_network" => format!("keeps the network of {subject} out"),
        "unban_network" => format!("lets the network of {subject} in again"),
        "make_host" => format!("made {subject} a host"),
        "make_co_host" => format!("made {subject} a co-host"),
        "make_participant" => format!("let {subject} take part"),
        "make_student" => format!("let {subject} only listen and write"),
        "make_viewer" => format!("let {subject} only listen"),
        "ask_on" => "has newcomers ask".to_owned(),
        "ask_off" => "opened the door".to_owned(),
        "lock" => "locked the meeting".to_owned(),
        "unlock" => "unlocked the meeting".to_owned(),
        "chat_off" => "switched the chat off".to_owned(),
        "chat_on" => "switched the chat on".to_owned(),
        "share_off" => "switched shared screens off".to_owned(),
        "share_on" => "switched shared screens on".to_owned(),
        "end" => "ended the meeting".to_owned(),
        "host_link" => "made a host link".to_owned(),
        "became_host" => "became a host by the link".to_owned(),
        "host_link_end" => "took the host link back".to_owned(),
        "took_over" => "took over as host".to_owned(),
        "take_over_end" => format!("took the meeting back from {subject}"),
        "title" => "changed the title".to_owned(),
        "settings" => "changed the settings".to_owned(),
        "password_set" => "set a password".to_owned(),
        "password_clear" => "asks for no password any more".to_owned(),
        "alias_set" => format!("gave the meeting the readable name {subject}"),
        "alias_clear" => "took the readable name away".to_owned(),
        "invite" => format!("made an invitation for {subject}"),
        "take_back_invitation" => format!("took the invitation for {subject} back"),
        // Written down by a later Parlour.
        other if subject.is_empty() => other.to_owned(),
        other => format!("{other}: {subject}"),
    };
    format!("{actor} {what}.")
}
