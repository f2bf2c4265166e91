//! Signing in by a provider: the button, and what went wrong.

use leptos::prelude::*;

/// A provider that people sign in by.
#[derive(Clone, Copy)]
pub struct SignInBy<'a> {
    /// What people call it.
    pub name: &'a str,
    /// Whether nothing else signs in.
    pub only: bool,
}

/// Why nobody was signed in.
pub struct Trouble<'a> {
    /// In a few words.
    pub title: String,
    /// What has happened, and what to do.
    pub lead: String,
    /// The provider, for those who may try again.
    pub provider: Option<SignInBy<'a>>,
    /// Where they wanted to go.
    pub next: &'a str,
}

/// A link and no form: browsers hold a form's policy against every site that a provider passes people on to.
pub(super) fn button(provider: &SignInBy<'_>, next: &str) -> impl IntoView + use<> {
    let href = match next {
        "" => "/signin/oidc".to_owned(),
        next => format!("/signin/oidc?next={}", escaped(next)),
    };
    view! {
        <a class="button primary large wide" href=href>
            {format!("Continue with {}", provider.name)}
        </a>
    }
}

/// Nobody was signed in, and why.
pub fn provider_trouble(trouble: &Trouble<'_>) -> AnyView {
    let Trouble { title, lead, provider, next } = trouble;
    view! {
        <main class="account-main narrow">
            <section class="card" aria-labelledby="trouble-title">
                <h1 id="trouble-title">{title.clone()}</h1>
                <p class="lead" role="alert">
                    {lead.clone()}
                </p>
                {provider.as_ref().map(|provider| button(provider, next))}
                <a class="button" href="/signin">
                    "Go to the sign-in page"
                </a>
            </section>
        </main>
    }
    .into_any()
}

/// As it stands in a query: what means something there is written in hexadecimal.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~');
    let letters = text.bytes().map(|byte| match byte {
        byte if plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stays_one_member_of_the_query() {
        assert_eq!(escaped("/kfwm-3hzxr-8bqt?a=b&c#%"), "/kfwm-3hzxr-8bqt%3Fa%3Db%26c%23%25");
    }
}
