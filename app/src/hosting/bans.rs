//! Who is kept out of a meeting.

use leptos::prelude::*;

use crate::account::control::row_button;

/// Somebody who is kept out.
pub struct BannedRow {
    /// Their identity.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Since when, in words.
    pub since: String,
    /// Whether it is known which network they came from.
    pub network_known: bool,
}

/// A network that is kept out.
pub struct NetworkRow {
    /// Which.
    pub network: String,
    /// Whose it was.
    pub name: String,
    /// Until when, in words.
    pub until: String,
}

/// How long a network may be kept out, in days, and in words.
const DAYS: [(&str, &str); 3] = [("1", "for a day"), ("7", "for 7 days"), ("30", "for 30 days")];

pub(super) fn bans(path: &str, banned: Vec<BannedRow>, networks: Vec<NetworkRow>) -> AnyView {
    let list = if banned.is_empty() && networks.is_empty() {
        view! { <p class="empty">"Nobody is kept out. In the meeting, the list of people has “Keep out for good”."</p> }
            .into_any()
    } else {
        let banned: Vec<_> = banned.into_iter().map(|row| person(path, row)).collect();
        let networks: Vec<_> = networks.into_iter().map(|row| network(path, row)).collect();
        view! {
            <ul class="rows" aria-labelledby="bans-title">
                {banned}
                {networks}
            </ul>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-labelledby="bans-title">
            <h2 id="bans-title">"Kept out"</h2>
            {list}
        </section>
    }
    .into_any()
}

fn person(path: &str, row: BannedRow) -> impl IntoView + use<> {
    let BannedRow { id, name, since, network_known } = row;
    let options: Vec<_> = DAYS.map(|(days, words)| view! { <option value=days>{words}</option> }).into_iter().collect();
    let keep_out = network_known.then(|| {
        view! {
            <form class="row-actions" method="post" action=format!("{path}/bans/network")>
                <input type="hidden" name="person" value=id.clone() />
                <select class="field" name="days" aria-label=format!("How long the network of {name} is kept out")>
                    {options}
                </select>
                <button type="submit" class="button" title="Newcomers from the same network stay out too: whoever comes back with another browser, and their neighbours.">
                    "Keep network out"
                    <span class="visually-hidden">{format!(": {name}")}</span>
                </button>
            </form>
        }
    });
    view! {
        <li class="row">
            <div class="row-text">
                <strong>{name.clone()}</strong>
                <span class="hint">{format!("Since {since}")}</span>
            </div>
            <div class="row-actions">
                {keep_out} {row_button(format!("{path}/bans/end"), "person", &id, "Let in again", &name)}
            </div>
        </li>
    }
}

fn network(path: &str, row: NetworkRow) -> impl IntoView + use<> {
    let NetworkRow { network, name, until } = row;
    let title = format!("The network of {name}");
    view! {
        <li class="row">
            <div class="row-text">
                <strong>{title.clone()}</strong>
                <span class="hint">{format!("{network}, until {until}")}</span>
            </div>
            {row_button(format!("{path}/networks/end"), "network", &network, "Let in again", &title)}
        </li>
    }
}
