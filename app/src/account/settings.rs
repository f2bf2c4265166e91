//! Somebody's own account: name, password, codes, where it is signed in.

use leptos::prelude::*;

use super::field::{Field, Problems};
use super::second_factor::{begin_form, remove_form};
use super::sign_in::new_password_field;

/// One place where the account is signed in.
pub struct SessionRow {
    /// What names it in the form.
    pub id: String,
    /// The browser, in words.
    pub browser: String,
    /// When it was used last, in words.
    pub seen: String,
    /// Whether it is this one.
    pub here: bool,
}

/// What the page shows.
pub struct Settings<'a> {
    /// What stands in the name field.
    pub name: &'a str,
    /// The address; empty when none is known.
    pub email: &'a str,
    /// The provider that they sign in by, when they have no password.
    pub provider: Option<&'a str>,
    /// Whether codes are asked for.
    pub second_factor: bool,
    /// Whether they have to be.
    pub administrator: bool,
    /// Where it is signed in.
    pub sessions: Vec<SessionRow>,
    /// What was done a moment ago.
    pub done: Option<&'static str>,
    /// What is wrong.
    pub problems: Problems,
}

/// `/settings`
pub fn settings(page: Settings<'_>) -> AnyView {
    let Settings { name, email, provider, second_factor, administrator, sessions, done, problems } = page;
    let signs_in = match (provider, email) {
        (None, email) => format!("You sign in as {email}."),
        (Some(provider), "") => format!("You sign in with {provider}."),
        (Some(provider), email) => format!("You sign in with {provider}, which knows you as {email}."),
    };
    let own_password = provider.is_none();
    let several = sessions.len() > 1;
    let sessions: Vec<_> = sessions.into_iter().map(session).collect();
    view! {
        <main class="account-main">
            <h1>"Settings"</h1>
            {done.map(|done| view! { <p class="done" role="status">{done}</p> })}
            {problems.view()}
            <section class="card" aria-labelledby="you-title">
                <h2 id="you-title">"You"</h2>
                <p class="hint">{signs_in}</p>
                <form class="form" method="post" action="/settings/name">
                    {Field { name: "name", label: "Your name", autocomplete: "name", value: name, ..Field::default() }.view(&problems)}
                    <button type="submit" class="button">
                        "Save name"
                    </button>
                </form>
            </section>
            {own_password.then(|| password(second_factor, administrator, &problems))}
            <section class="card" aria-labelledby="sessions-title">
                <h2 id="sessions-title">"Where you are signed in"</h2>
                <ul class="rows" aria-labelledby="sessions-title">
                    {sessions}
                </ul>
                {several
                    .then(|| {
                        view! {
                            <form method="post" action="/settings/sessions/end-others">
                                <button type="submit" class="button">
                                    "Sign out everywhere else"
                                </button>
                            </form>
                        }
                    })}
            </section>
        </main>
    }
    .into_any()
}

fn password(second_factor: bool, administrator: bool, problems: &Problems) -> impl IntoView + use<> {
    view! {
        <section class="card" aria-labelledby="password-title">
            <h2 id="password-title">"Password"</h2>
            <form class="form" method="post" action="/settings/password">
                {Field::password("old_password", "Password until now", "current-password").view(problems)}
                {new_password_field("new_password", "New password").view(problems)}
                <button type="submit" class="button">
                    "Change password"
                </button>
                <p class="hint">"Your other browsers are signed out then."</p>
            </form>
        </section>
        <section class="card" aria-labelledby="codes-title">
            <h2 id="codes-title">"Codes"</h2>
            {codes(second_factor, administrator, problems)}
        </section>
    }
}

fn codes(second_factor: bool, administrator: bool, problems: &Problems) -> AnyView {
    match (second_factor, administrator) {
        (false, _) => view! {
            <p class="hint">"With codes from an application, a stolen password alone lets nobody in."</p>
            {begin_form(problems)}
        }
        .into_any(),
        (true, false) => view! {
            <p class="hint">"A code is asked for when you sign in."</p>
            {remove_form(problems)}
        }
        .into_any(),
        (true, true) => view! {
            <p class="hint">"A code is asked for when you sign in. Administrators cannot do without."</p>
        }
        .into_any(),
    }
}

fn session(row: SessionRow) -> impl IntoView {
    let SessionRow { id, browser, seen, here } = row;
    let end = (!here).then(|| {
        view! {
            <form method="post" action="/settings/sessions/end">
                <input type="hidden" name="session" value=id />
                <button type="submit" class="button">
                    "Sign out"
                    <span class="visually-hidden">{format!(" {browser}")}</span>
                </button>
            </form>
        }
    });
    let seen = if here { "This browser".to_owned() } else { format!("Last used {seen}") };
    view! {
        <li class="row">
            <div class="row-text">
                <strong>{browser.clone()}</strong>
                <span class="hint">{seen}</span>
            </div>
            {end}
        </li>
    }
}
