//! Forms that are answered by a mail, and what follows from it: a forgotten password, a new account.

use leptos::prelude::*;

use super::field::{Field, Problems, kept_beside};
use super::sign_in::new_password_field;

/// Asks for the address of an account whose password is forgotten.
pub fn forgotten(email: &str, problems: &Problems) -> AnyView {
    let lead = "A link to choose a new one comes by mail.";
    ask("/signin/forgotten", "Forgot your password?", lead, None, email, problems)
}

/// The form for an account of one's own.
pub struct Register<'a> {
    /// What stood in the address field.
    pub email: &'a str,
    /// The domains whose addresses are taken, when not all are.
    pub domains: &'a [String],
    /// What is wrong.
    pub problems: Problems,
}

/// Asks for the address of an account to be.
pub fn register(form: &Register<'_>) -> AnyView {
    let Register { email, domains, problems } = form;
    let domains: Vec<String> = domains.iter().map(|domain| format!("@{domain}")).collect();
    let domains = (!domains.is_empty()).then(|| format!("Your address must end in {}.", domains.join(" or ")));
    let lead = "A link comes by mail, by which you choose your name and your password.";
    ask("/signin/register", "Make an account", lead, domains, email, problems)
}

/// Asks for the address that a link is to be sent to.
fn ask(
    action: &'static str,
    title: &'static str,
    lead: &'static str,
    rule: Option<String>,
    email: &str,
    problems: &Problems,
) -> AnyView {
    view! {
        <main class="account-main narrow">
            <section class="card" aria-labelledby="ask-title">
                <h1 id="ask-title">{title}</h1>
                <p class="lead">{lead}</p>
                {rule.map(|rule| view! { <p>{rule}</p> })}
                <form class="form" method="post" action=action>
                    {problems.view()} {Field::email(email).view(problems)}
                    <button type="submit" class="button primary large">
                        "Send the link"
                    </button>
                </form>
                {back()}
            </section>
        </main>
    }
    .into_any()
}

/// A mail is on its way, if there is anybody to write to.
pub fn mail_sent(email: &str, only_known: bool) -> AnyView {
    let sent = if only_known {
        format!(
            "If there is an account with the address {email}, a link is on its way to it. It works once, for an hour."
        )
    } else {
        format!("A mail is on its way to {email}. Open the link in it to go on. It works once, for 24 hours.")
    };
    view! {
        <main class="account-main narrow">
            <section class="card" aria-labelledby="sent-title">
                <h1 id="sent-title">"Look into your mailbox"</h1>
                <p role="status">{sent}</p>
                <p class="hint">
                    "Nothing there after some minutes? Look among the unwanted mail, and whether the address is right."
                </p>
                {back()}
            </section>
        </main>
    }
    .into_any()
}

/// The form of somebody who has proven their address.
#[derive(Default)]
pub struct NewAccount<'a> {
    /// The link's secret.
    pub link: &'a str,
    /// The address.
    pub email: &'a str,
    /// What stood in the name field.
    pub name: &'a str,
    /// What is wrong.
    pub problems: Problems,
}

/// Name and password of a new account.
pub fn new_account(form: &NewAccount<'_>) -> AnyView {
    let NewAccount { link, email, name, problems } = form;
    view! {
        <main class="account-main narrow">
            <section class="card" aria-labelledby="new-account-title">
                <h1 id="new-account-title">"Make your account"</h1>
                <p class="hint">{format!("You sign in as {email}.")}</p>
                <form class="form" method="post" action="/signin/account">
                    {problems.view()}
                    <input type="hidden" name="link" value=link.to_string() />
                    {kept_beside(email)}
                    {Field { name: "name", label: "Your name", autocomplete: "name", value: name, ..Field::default() }
                        .view(problems)}
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

fn back() -> impl IntoView {
    view! {
        <a class="button quiet" href="/signin">
            "Back to signing in"
        </a>
    }
}
