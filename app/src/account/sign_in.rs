//! Signing in: by e-mail address and password, then a code, or by a one-time link.

use leptos::prelude::*;

use super::field::{Field, Problems, kept_beside};
use super::provider::{SignInBy, button};

/// The form to sign in.
#[derive(Default)]
pub struct SignIn<'a> {
    /// What stood in the address field.
    pub email: &'a str,
    /// Where to go then.
    pub next: &'a str,
    /// The provider that signs in, too.
    pub provider: Option<SignInBy<'a>>,
    /// What else there is.
    pub ways: Ways,
    /// What is wrong.
    pub problems: Problems,
}

/// What else there is than a password.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ways {
    /// A link by mail.
    pub mail: bool,
    /// Making an account.
    pub register: bool,
}

/// E-mail address and password; or, when the address of the page holds a one-time link, the button that uses it.
pub fn sign_in(form: &SignIn<'_>) -> AnyView {
    let SignIn { next, provider, .. } = form;
    let passwords = !provider.as_ref().is_some_and(|provider| provider.only);
    view! {
        <main class="account-main narrow">
            <section id="sign-in" class="card" aria-labelledby="sign-in-title">
                <h1 id="sign-in-title">"Sign in"</h1>
                {provider.as_ref().map(|provider| button(provider, next))}
                {passwords.then(|| password(form))}
            </section>
            {link()}
            <noscript>
                <p class="hint">"A one-time link needs JavaScript."</p>
            </noscript>
        </main>
    }
    .into_any()
}

/// Takes the place of the section before it when the address of the page holds a one-time link: whoever opens one may be
/// signed in, too.
fn link() -> impl IntoView {
    view! {
        <section id="link" class="card" aria-labelledby="link-title" hidden=true>
            <h1 id="link-title">"Set your password"</h1>
            <p class="lead">"Your link works once, and only here."</p>
            <form id="link-form" class="form" method="post" action="/signin/link">
                <input type="hidden" name="link" />
                <button type="submit" class="button primary large">
                    "Continue"
                </button>
            </form>
        </section>
    }
}

fn password(form: &SignIn<'_>) -> impl IntoView + use<> {
    let SignIn { email, next, provider, ways, problems } = form;
    view! {
        {provider.is_some().then(|| view! { <p class="or">"or with a password"</p> })}
        <form class="form" method="post" action="/signin">
            {problems.view()}
            {next_field(next)}
            {Field::email(email).view(problems)}
            {Field::password("password", "Password", "current-password").view(problems)}
            <button type="submit" class="button primary large">
                "Sign in"
            </button>
        </form>
        {other_ways(*ways)}
    }
}

fn other_ways(ways: Ways) -> AnyView {
    if !ways.mail {
        return view! {
            <p class="hint">
                "Password forgotten, or no account yet? Ask the person who looks after this Parlour for a link."
            </p>
        }
        .into_any();
    }
    let ask = "No account yet? Ask the person who looks after this Parlour for one.";
    let make = ways.register.then(|| {
        view! {
            <a class="button" href="/signin/register">
                "Make an account"
            </a>
        }
    });
    view! {
        <div class="form-actions">
            <a class="button" href="/signin/forgotten">
                "Forgot your password?"
            </a>
            {make}
        </div>
        {(!ways.register).then(|| view! { <p class="hint">{ask}</p> })}
    }
    .into_any()
}

/// The code, after the password.
pub fn code(next: &str, problems: &Problems) -> AnyView {
    view! {
        <main class="account-main narrow">
            <section id="sign-in" class="card" aria-labelledby="code-title">
                <h1 id="code-title">"Enter your code"</h1>
                <form class="form" method="post" action="/signin/code">
                    {problems.view()}
                    {next_field(next)}
                    {Field {
                        name: "code",
                        label: "Code",
                        autocomplete: "one-time-code",
                        hint: Some("The six digits that your authenticator application shows, or one of your recovery codes."),
                        ..Field::default()
                    }
                        .view(problems)}
                    <button type="submit" class="button primary large">
                        "Sign in"
                    </button>
                </form>
                <form method="post" action="/signin/out">
                    <button type="submit" class="button quiet">
                        "Use another account"
                    </button>
                </form>
            </section>
            {link()}
        </main>
    }
    .into_any()
}

/// For somebody who is signed in already.
pub fn signed_in(name: &str) -> AnyView {
    view! {
        <main class="account-main narrow">
            <section id="sign-in" class="card" aria-labelledby="signed-in-title">
                <h1 id="signed-in-title">{format!("You are signed in as {name}")}</h1>
                <div class="form-actions">
                    <a class="button primary" href="/meetings">
                        "My meetings"
                    </a>
                    <form method="post" action="/signin/out">
                        <button type="submit" class="button">
                            "Sign out"
                        </button>
                    </form>
                </div>
            </section>
            {link()}
        </main>
    }
    .into_any()
}

/// A link that is of no use any more.
pub fn link_gone() -> AnyView {
    view! {
        <main class="account-main narrow">
            <section class="card" aria-labelledby="gone-title">
                <h1 id="gone-title">"This link does not work any more"</h1>
                <p class="lead">"It was used already, or is too old. Ask for a new one."</p>
                <a class="button primary" href="/signin">
                    "Sign in"
                </a>
            </section>
        </main>
    }
    .into_any()
}

/// What a good password is.
const PASSWORD_HINT: &str = "At least 10 characters. A few words that do not belong together are a good one.";

/// A new password, by a link.
pub fn new_password(link: &str, name: &str, email: &str, problems: &Problems) -> AnyView {
    view! {
        <main class="account-main narrow">
            <section class="card" aria-labelledby="password-title">
                <h1 id="password-title">{format!("Choose a password, {name}")}</h1>
                <form class="form" method="post" action="/signin/password">
                    {problems.view()}
                    <input type="hidden" name="link" value=link.to_owned() />
                    {kept_beside(email)}
                    {new_password_field("new_password", "New password").view(problems)}
                    <button type="submit" class="button primary large">
                        "Save password"
                    </button>
                </form>
            </section>
        </main>
    }
    .into_any()
}

/// A field for a new password.
pub(super) const fn new_password_field(name: &'static str, label: &'static str) -> Field<'static> {
    let mut field = Field::password(name, label, "new-password");
    field.hint = Some(PASSWORD_HINT);
    field
}

/// The form that makes the first administrator.
pub struct FirstAdministrator<'a> {
    /// The link's secret.
    pub link: &'a str,
    /// What stood in the name field.
    pub name: &'a str,
    /// What stood in the address field.
    pub email: &'a str,
    /// What is wrong.
    pub problems: Problems,
}

/// The first administrator.
pub fn first_administrator(form: &FirstAdministrator<'_>) -> AnyView {
    let FirstAdministrator { link, name, email, problems } = form;
    view! {
        <main class="account-main narrow">
            <section class="card" aria-labelledby="first-title">
                <h1 id="first-title">"Welcome to your Parlour"</h1>
                <p class="lead">"Make the first account. It looks after all the others."</p>
                <form class="form" method="post" action="/signin/first">
                    {problems.view()}
                    <input type="hidden" name="link" value=link.to_string() />
                    {Field {
                        name: "name",
                        label: "Your name",
                        autocomplete: "name",
                        value: name,
                        ..Field::default()
                    }
                        .view(problems)}
                    {Field { hint: Some("You sign in with it."), ..Field::email(email) }.view(problems)}
                    {new_password_field("new_password", "Password").view(problems)}
                    <button type="submit" class="button primary large">
                        "Make the account"
                    </button>
                </form>
            </section>
        </main>
    }
    .into_any()
}

fn next_field(next: &str) -> impl IntoView + use<> {
    (!next.is_empty()).then(|| view! { <input type="hidden" name="next" value=next.to_owned() /> })
}
