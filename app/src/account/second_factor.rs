//! Setting up the codes that are asked for when signing in.

use leptos::prelude::*;

use super::field::{Field, Problems};

/// What is shown once, while setting up.
pub struct Setup<'a> {
    /// The secret, to type.
    pub secret: &'a str,
    /// The secret, as a link.
    pub url: &'a str,
    /// The link as a QR code: the path of its dark squares, and how many squares a side has.
    pub qr: Option<(String, i32)>,
}

/// The secret, and the field for the first code.
pub fn set_up(setup: &Setup<'_>) -> AnyView {
    let qr = setup.qr.as_ref().map(|(path, size)| {
        view! {
            <svg class="qr" viewBox=format!("-4 -4 {0} {0}", size + 8) role="img" aria-label="QR code of the setup link">
                <path d=path.clone()></path>
            </svg>
        }
    });
    let grouped: Vec<String> =
        setup.secret.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect();
    view! {
        <main class="account-main narrow">
            <section class="card" aria-labelledby="setup-title">
                <h1 id="setup-title">"Set up your codes"</h1>
                <p>
                    "Scan this with an authenticator application, such as Aegis, 2FAS, or the one in your password manager. It is shown only now."
                </p>
                {qr}
                <p>
                    "On this device: " <a href=setup.url.to_owned()>"open the application"</a> ". Or type this key:"
                </p>
                <p class="secret" data-testid="totp-secret">
                    {grouped.join(" ")}
                </p>
                {code_form(&Problems::default())}
            </section>
        </main>
    }
    .into_any()
}

/// The first code was wrong; the secret is not shown again.
pub fn code_again(problems: &Problems) -> AnyView {
    view! {
        <main class="account-main narrow">
            <section class="card" aria-labelledby="setup-title">
                <h1 id="setup-title">"Set up your codes"</h1>
                {code_form(problems)}
                <p class="hint">
                    "If the application is not set up yet, " <a href="/settings">"begin again"</a> "."
                </p>
            </section>
        </main>
    }
    .into_any()
}

fn code_form(problems: &Problems) -> impl IntoView + use<> {
    view! {
        <form class="form" method="post" action="/settings/second-factor/prove">
            {problems.view()}
            {Field {
                name: "code",
                label: "Code",
                autocomplete: "one-time-code",
                hint: Some("The six digits that the application shows now."),
                ..Field::default()
            }
                .view(problems)}
            <button type="submit" class="button primary">
                "Confirm"
            </button>
        </form>
    }
}

/// Recovery codes, shown once.
pub fn recovery_codes(codes: &[String], administrator: bool) -> AnyView {
    let codes: Vec<_> = codes.iter().map(|code| view! { <li>{code.clone()}</li> }).collect();
    let (href, name) = if administrator { ("/admin", "Go to administration") } else { ("/settings", "Go to settings") };
    view! {
        <main class="account-main narrow">
            <section class="card" aria-labelledby="recovery-title">
                <h1 id="recovery-title">"Keep your recovery codes"</h1>
                <p>
                    "When the application is lost, each of these lets you in once, in place of a code. Print them, or keep them where you keep passwords: nobody can show them again."
                </p>
                <ul class="recovery" data-testid="recovery-codes">{codes}</ul>
                <a class="button primary" href=href>
                    {name}
                </a>
            </section>
        </main>
    }
    .into_any()
}

/// The form that begins.
pub(super) fn begin_form(problems: &Problems) -> impl IntoView + use<> {
    view! {
        <form class="form" method="post" action="/settings/second-factor">
            {Field::password("totp_password", "Your password", "current-password").view(problems)}
            <button type="submit" class="button primary">
                "Set up codes"
            </button>
        </form>
    }
}

/// The form that ends it.
pub(super) fn remove_form(problems: &Problems) -> impl IntoView + use<> {
    view! {
        <form class="form" method="post" action="/settings/second-factor/remove">
            {Field::password("totp_password", "Your password", "current-password").view(problems)}
            <button type="submit" class="button">
                "Ask for no code any more"
            </button>
        </form>
    }
}
