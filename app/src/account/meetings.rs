//! The meetings that somebody has made.

use leptos::prelude::*;

use super::field::{Field, Problems};

/// One meeting.
pub struct MeetingRow {
    /// Its path.
    pub path: String,
    /// Its whole link.
    pub link: String,
    /// Its title, or its code.
    pub title: String,
    /// When it was made, in words.
    pub made: String,
    /// Its settings' path.
    pub settings: String,
    /// Who is inside, in order of arrival.
    pub inside: Vec<String>,
}

/// `/meetings`
pub fn meetings(rows: Vec<MeetingRow>, title: &str, problems: &Problems) -> AnyView {
    let list = if rows.is_empty() {
        view! { <p class="empty">"You have made no meeting yet. Give the first one a title, or just make it."</p> }
            .into_any()
    } else {
        let rows: Vec<_> = rows.into_iter().map(meeting).collect();
        view! { <ul class="rows" aria-label="Meetings, newest first">{rows}</ul> }.into_any()
    };
    view! {
        <main class="account-main">
            <h1>"My meetings"</h1>
            <form class="card form form-row" method="post" action="/meetings">
                {problems.view()}
                {Field {
                    name: "title",
                    label: "Title",
                    value: title,
                    hint: Some("May be left empty."),
                    optional: true,
                    ..Field::default()
                }
                    .view(problems)}
                <button type="submit" class="button primary">
                    "New meeting"
                </button>
            </form>
            <section class="card" aria-label="Your meetings">
                {list}
            </section>
        </main>
    }
    .into_any()
}

fn meeting(row: MeetingRow) -> impl IntoView {
    let MeetingRow { path, link, title, made, settings, inside } = row;
    let about = format!(" of {title}");
    let here = here(&inside).map(|sentence| view! { <span>{sentence}</span> });
    view! {
        <li class="row">
            <div class="row-text">
                <a class="row-title" href=path>
                    {title}
                </a>
                {here}
                <span class="hint">{link}</span>
                <span class="hint">{format!("Made {made}")}</span>
            </div>
            <a class="button" href=settings>
                "Settings"
                <span class="visually-hidden">{about}</span>
            </a>
        </li>
    }
}

/// Who is inside, in words; nothing where nobody is.
fn here(inside: &[String]) -> Option<String> {
    match inside {
        [] => None,
        [one] => Some(format!("{one} is here")),
        [one, two] => Some(format!("{one} and {two} are here")),
        [one, rest @ ..] => Some(format!("{one} and {} more are here", rest.len())),
    }
}
