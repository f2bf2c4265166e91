//! Invitations of a meeting.

use leptos::prelude::*;

use crate::account::control::{Choice, options, row_button, switch};
use crate::account::{Field, Problems};

/// One invitation.
pub struct InvitationRow {
    /// What names it in the form.
    pub id: String,
    /// For whom.
    pub label: String,
    /// Whether it is for one person.
    pub single: bool,
    /// Whether that person has come.
    pub used: bool,
    /// Until when it is good, in words.
    pub until: String,
    /// Whether it is no longer.
    pub over: bool,
}

/// An invitation's link; it is shown once.
pub struct MadeInvitation {
    /// For whom.
    pub label: String,
    /// The link.
    pub link: String,
}

const LASTS: [(&str, &str); 4] = [("1", "1 day"), ("7", "7 days"), ("30", "30 days"), ("365", "A year")];

pub(super) fn invitations(
    path: &str,
    rows: Vec<InvitationRow>,
    made: Option<MadeInvitation>,
    problems: &Problems,
) -> AnyView {
    let list = if rows.is_empty() {
        view! { <p class="empty">"Nobody is invited."</p> }.into_any()
    } else {
        let rows: Vec<_> = rows.into_iter().map(|row| invitation(path, row)).collect();
        view! { <ul class="rows" aria-label="Invitations, newest first">{rows}</ul> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="invitations-title">
            <h2 id="invitations-title">"Invitations"</h2>
            <p class="hint">
                "Whoever comes by an invitation needs no password, no account, and nobody who lets them in. A full or locked meeting stays closed to them."
            </p>
            {made.map(made_view)}
            <form class="form" method="post" action=format!("{path}/invitations")>
                {Field { name: "label", label: "For whom", hint: Some("Only hosts see it."), ..Field::default() }.view(problems)}
                {Choice { name: "lasts", label: "Good for", options: &options(&LASTS), chosen: "7", hint: None }.view()}
                {switch("single", "For one person: the first who comes by it", true)}
                <button type="submit" class="button">
                    "Make invitation"
                </button>
            </form>
            {list}
        </section>
    }
    .into_any()
}

fn made_view(made: MadeInvitation) -> impl IntoView {
    let MadeInvitation { label, link } = made;
    view! {
        <div class="card hand-over" role="status">
            <h3>{format!("An invitation for {label}")}</h3>
            <p>"Send it by a way that only they read. It is shown only now."</p>
            <p class="secret" data-testid="invitation-link">
                {link}
            </p>
        </div>
    }
}

fn invitation(path: &str, row: InvitationRow) -> impl IntoView + use<> {
    let InvitationRow { id, label, single, used, until, over } = row;
    let tags: Vec<_> = [single.then_some("one person"), used.then_some("used"), over.then_some("over")]
        .into_iter()
        .flatten()
        .map(|tag| view! { <span class="tag">{tag}</span> })
        .collect();
    view! {
        <li class="row">
            <div class="row-text">
                <span>
                    <strong>{label.clone()}</strong>
                    {tags}
                </span>
                <span class="hint">{format!("Good until {until}")}</span>
            </div>
            {row_button(format!("{path}/invitations/end"), "invitation", &id, "Take back", &label)}
        </li>
    }
}
