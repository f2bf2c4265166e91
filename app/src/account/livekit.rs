//! Which LiveKit is used, on the page of administrators.

use leptos::prelude::*;

use super::field::{Field, Problems};

/// The section.
pub struct Livekit {
    /// The address; empty with Parlour's own LiveKit.
    pub url: String,
    /// The key.
    pub key: String,
    /// What stands in the field of the address,
    pub typed_url: String,
    /// and in that of the key.
    pub typed_key: String,
    /// Variables that say it already: they are changed there.
    pub given: Vec<&'static str>,
    /// Whether the reader has to sign in anew before changing it.
    pub sign_in_again: bool,
    /// Whether they do that at the provider.
    pub by_provider: bool,
    /// What is wrong.
    pub problems: Problems,
}

pub(super) fn section(livekit: Livekit) -> AnyView {
    let Livekit { url, key, typed_url, typed_key, given, sign_in_again, by_provider, problems } = livekit;
    let now = if url.is_empty() {
        "Parlour runs a LiveKit server of its own.".to_owned()
    } else {
        format!("Parlour uses {url} with the key {key}.")
    };
    let change = if !given.is_empty() {
        let given = given.join(", ");
        view! { <p>{format!("That is said by {given}: change it there, and start Parlour anew.")}</p> }.into_any()
    } else if sign_in_again && by_provider {
        view! {
            {problems.view()}
            <p>"To use another one, sign in again first: the last time was more than ten minutes ago."</p>
            <a class="button" href="/signin/oidc?again=1&next=/admin">
                "Sign in again"
            </a>
        }
        .into_any()
    } else if sign_in_again {
        view! {
            <form class="form" method="post" action="/signin/out">
                {problems.view()}
                <p>"To use another one, sign in again first: the last time was more than ten minutes ago."</p>
                <input type="hidden" name="next" value="/admin" />
                <button type="submit" class="button">
                    "Sign in again"
                </button>
            </form>
        }
        .into_any()
    } else {
        view! {
            <p>
                "Another one is asked first. When it answers and takes the key, Parlour starts anew with it: calls that go on are interrupted, and people reload the page."
            </p>
            <form class="form" method="post" action="/admin/livekit">
                {problems.view()}
                {Field {
                    name: "livekit_url",
                    label: "Address",
                    value: &typed_url,
                    hint: Some("Such as wss://livekit.example.org"),
                    ..Field::default()
                }
                    .view(&problems)}
                {Field { name: "livekit_api_key", label: "API key", value: &typed_key, ..Field::default() }.view(&problems)}
                {Field::password("livekit_api_secret", "API secret", "off").view(&problems)}
                <button type="submit" class="button">
                    "Use this LiveKit"
                </button>
            </form>
        }
        .into_any()
    };
    view! {
        <section class="card" id="livekit" aria-labelledby="livekit-title">
            <h2 id="livekit-title">"LiveKit"</h2>
            <p>{now}</p>
            {change}
        </section>
    }
    .into_any()
}
