//! Who else is a host, for whoever made the meeting, and the link that makes hosts.

use leptos::prelude::*;

use crate::account::control::row_button;

/// Another host.
pub struct HostRow {
    /// Their identity.
    pub id: String,
    /// Their name.
    pub name: String,
}

/// Nothing while there is none.
pub(super) fn hosts(path: &str, rows: Vec<HostRow>) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let rows: Vec<_> = rows
        .into_iter()
        .map(|HostRow { id, name }| {
            view! {
                <li class="row">
                    <strong class="row-text">{name.clone()}</strong>
                    <div class="row-actions">
                        {row_button(format!("{path}/hosts/end"), "person", &id, "No host any more", &name)}
                        {row_button(format!("{path}/hosts/out"), "person", &id, "Take out", &name)}
                    </div>
                </li>
            }
        })
        .collect();
    let section = view! {
        <section class="card" aria-labelledby="hosts-title">
            <h2 id="hosts-title">"Other hosts"</h2>
            <p class="hint">"You made this meeting, so you decide. The host link stops working when you take the rights from somebody."</p>
            <ul class="rows" aria-labelledby="hosts-title">
                {rows}
            </ul>
        </section>
    };
    Some(section.into_any())
}

/// The link that makes somebody a host; nothing while there is none.
pub(super) fn host_link(path: &str, there: bool) -> Option<AnyView> {
    if !there {
        return None;
    }
    let section = view! {
        <section class="card" aria-labelledby="host-link-title">
            <h2 id="host-link-title">"Host link"</h2>
            <p class="hint">"Whoever has it can become a host, now and in later meetings. Take it back when it may have come into the wrong hands."</p>
            <form method="post" action=format!("{path}/host-link/end")>
                <button type="submit" class="button">
                    "Take the host link back"
                </button>
            </form>
        </section>
    };
    Some(section.into_any())
}
