//! Keys of machines, on the page of administrators.

use leptos::prelude::*;

use super::control::{Choice, row_button};
use super::field::{Field, Problems};

/// One key.
pub struct KeyRow {
    /// What names it.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// What it may be used for.
    pub scopes: String,
    /// Until when, and when it was used last, in words.
    pub times: String,
    /// Whether it has ended.
    pub ended: bool,
}

/// What a key may be used for: the word of the form, and a sentence.
pub type ScopeChoice = (&'static str, &'static str);

/// The section.
#[derive(Default)]
pub struct Keys<'a> {
    /// Every key.
    pub rows: Vec<KeyRow>,
    /// What can be chosen.
    pub scopes: Vec<ScopeChoice>,
    /// How long a key may last, in days.
    pub days: &'static [u32],
    /// A key that was just made; it is shown once.
    pub made: Option<String>,
    /// What stood in the name field.
    pub name: &'a str,
    /// What is wrong.
    pub problems: Problems,
}

pub(super) fn section(keys: Keys<'_>) -> AnyView {
    let Keys { rows, scopes, days, made, name, problems } = keys;
    let empty = rows.is_empty();
    let rows: Vec<_> = rows.into_iter().map(row).collect();
    let scopes: Vec<_> = scopes
        .into_iter()
        .map(|(word, sentence)| {
            view! {
                <label class="choice">
                    <input type="checkbox" name=word />
                    <span>
                        {sentence} " " <code>{word}</code>
                    </span>
                </label>
            }
        })
        .collect();
    let days: Vec<_> = days.iter().map(|days| (days.to_string(), format!("{days} days"))).collect();
    view! {
        <section class="card" id="keys" aria-labelledby="keys-title">
            <h2 id="keys-title">"Keys for programs"</h2>
            <p>
                "A program that has a key may use the interface that " <a href="/api/docs">"its description"</a>
                " lists, as itself: it sees and changes the meetings that it has made, and nobody else's."
            </p>
            {made.map(made_view)}
            {empty.then(|| view! { <p class="hint">"There is no key yet."</p> })}
            <ul class="rows" aria-labelledby="keys-title">
                {rows}
            </ul>
            <form class="form" method="post" action="/admin/keys">
                {problems.view()}
                {Field {
                    name: "key_name",
                    label: "What the key is for",
                    value: name,
                    hint: Some("The audit logs of its meetings show this name."),
                    ..Field::default()
                }
                    .view(&problems)}
                <fieldset class="choices">
                    <legend>"The program may"</legend>
                    {scopes}
                </fieldset>
                {Choice { name: "days", label: "The key lasts", options: &days, chosen: "", hint: None }.view()}
                <button type="submit" class="button primary">
                    "Make key"
                </button>
            </form>
        </section>
    }
    .into_any()
}

fn made_view(key: String) -> impl IntoView {
    view! {
        <div class="hand-over" role="status">
            <p>"Copy the key into the program now: it is shown only this once."</p>
            <p class="secret" data-testid="api-key">
                {key}
            </p>
        </div>
    }
}

fn row(row: KeyRow) -> impl IntoView {
    let KeyRow { id, name, scopes, times, ended } = row;
    let revoke = row_button("/admin/keys/revoke".to_owned(), "key", &id, "Revoke", &name);
    view! {
        <li class="row">
            <div class="row-text">
                <span>
                    <strong>{name}</strong>
                    {ended.then(|| view! { <span class="tag">"ended"</span> })}
                </span>
                <span class="hint">
                    <code>{id}</code>
                    {format!(" · {scopes}")}
                </span>
                <span class="hint">{times}</span>
            </div>
            <div class="row-actions">{revoke}</div>
        </li>
    }
}
