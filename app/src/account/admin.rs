//! Looking after accounts.

use leptos::prelude::*;

use super::api_keys::{self, Keys};
use super::field::{Field, Problems};
use super::livekit::{self, Livekit};
use super::recordings::{self, Recordings};
use super::second_factor::begin_form;

/// One account.
pub struct AccountRow {
    /// What names it in forms.
    pub id: String,
    /// Its owner's name.
    pub name: String,
    /// Its address; empty when none is known.
    pub email: String,
    /// Whether its owner signs in by the provider.
    pub by_provider: bool,
    /// Whether the provider says who is an administrator.
    pub role_is_told: bool,
    /// Whether it is an administrator's.
    pub administrator: bool,
    /// Whether nobody may sign in to it.
    pub disabled: bool,
    /// Whether codes are asked for.
    pub second_factor: bool,
    /// Whether it is the reader's own, which they do not change here.
    pub own: bool,
}

/// A link that an administrator hands over to its account's owner; it is shown once.
pub struct HandOver {
    /// Whose.
    pub name: String,
    /// The link.
    pub link: String,
    /// Whether it was sent to them by mail.
    pub mailed: bool,
}

/// What the page shows.
pub struct Admin<'a> {
    /// Every account.
    pub rows: Vec<AccountRow>,
    /// A link to hand over.
    pub hand_over: Option<HandOver>,
    /// What was done a moment ago.
    pub done: Option<&'static str>,
    /// What stood in the name field.
    pub name: &'a str,
    /// What stood in the address field.
    pub email: &'a str,
    /// What is wrong.
    pub problems: Problems,
    /// Keys of machines.
    pub keys: Keys<'a>,
    /// Which LiveKit is used.
    pub livekit: Livekit,
    /// Where recordings are kept.
    pub recordings: Recordings,
}

/// `/admin`
pub fn admin(page: Admin<'_>) -> AnyView {
    let Admin { rows, hand_over, done, name, email, problems, keys, livekit, recordings } = page;
    let rows: Vec<_> = rows.into_iter().map(account).collect();
    view! {
        <main class="account-main">
            <h1>"Administration"</h1>
            {done.map(|done| view! { <p class="done" role="status">{done}</p> })}
            {hand_over.map(hand_over_view)}
            <section class="card" aria-labelledby="new-title">
                <h2 id="new-title">"New account"</h2>
                <form class="form form-row" method="post" action="/admin/accounts">
                    {problems.view()}
                    {Field { name: "name", label: "Name", value: name, ..Field::default() }.view(&problems)}
                    {Field { name: "email", label: "E-mail address", kind: "email", value: email, ..Field::default() }
                        .view(&problems)}
                    <button type="submit" class="button primary">
                        "Make account"
                    </button>
                </form>
            </section>
            <section class="card" aria-labelledby="accounts-title">
                <h2 id="accounts-title">"Accounts"</h2>
                <ul class="rows" aria-labelledby="accounts-title">
                    {rows}
                </ul>
            </section>
            {api_keys::section(keys)} {livekit::section(livekit)} {recordings::section(recordings)}
        </main>
    }
    .into_any()
}

/// `/admin` for an administrator who has no codes yet.
pub fn admin_setup(problems: &Problems) -> AnyView {
    view! {
        <main class="account-main narrow">
            <section class="card" aria-labelledby="setup-title">
                <h1 id="setup-title">"First set up your codes"</h1>
                <p>
                    "An administrator can let anybody in. So a password alone is not enough: set up an application that shows codes, and administration opens."
                </p>
                {begin_form(problems)}
            </section>
        </main>
    }
    .into_any()
}

fn hand_over_view(hand_over: HandOver) -> impl IntoView {
    let HandOver { name, link, mailed } = hand_over;
    let way = if mailed {
        "It is on its way to them by mail. If it does not arrive, send it by a way that only they read. By it they choose their password, once. It is shown only now."
    } else {
        "Send it to them by a way that only they read. By it they choose their password, once. It is shown only now."
    };
    view! {
        <section class="card hand-over" role="status" aria-labelledby="hand-over-title">
            <h2 id="hand-over-title">{format!("A link for {name}")}</h2>
            <p>{way}</p>
            <p class="secret" data-testid="hand-over-link">
                {link}
            </p>
        </section>
    }
}

fn account(row: AccountRow) -> impl IntoView {
    let AccountRow { id, name, email, by_provider, role_is_told, administrator, disabled, second_factor, own } = row;
    let tags: Vec<&str> = [
        own.then_some("you"),
        administrator.then_some("administrator"),
        (administrator && !second_factor && !by_provider).then_some("no codes yet"),
        by_provider.then_some("by OpenID Connect"),
        disabled.then_some("disabled"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let tags: Vec<_> = tags.into_iter().map(|tag| view! { <span class="tag">{tag}</span> }).collect();
    let actions = (!own).then(|| {
        let change = |change, label| action(&id, &name, "/admin/change", change, label);
        view! {
            <div class="row-actions">
                {(!disabled && !by_provider).then(|| action(&id, &name, "/admin/link", "", "New link"))}
                {(!role_is_told)
                    .then(|| {
                        if administrator {
                            change("make_ordinary", "No administrator any more")
                        } else {
                            change("make_administrator", "Make administrator")
                        }
                    })}
                {change("sign_out", "Sign out everywhere")}
                {if disabled { change("enable", "Enable") } else { change("disable", "Disable") }}
            </div>
        }
    });
    view! {
        <li class="row">
            <div class="row-text">
                <span>
                    <strong>{name.clone()}</strong>
                    {tags}
                </span>
                <span class="hint">{email}</span>
            </div>
            {actions}
        </li>
    }
}

fn action(id: &str, name: &str, to: &'static str, change: &'static str, label: &'static str) -> AnyView {
    view! {
        <form method="post" action=to>
            <input type="hidden" name="account" value=id.to_owned() />
            <input type="hidden" name="change" value=change />
            <button type="submit" class="button">
                {label}
                <span class="visually-hidden">{format!(": {name}")}</span>
            </button>
        </form>
    }
    .into_any()
}
