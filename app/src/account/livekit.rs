//! Which LiveKit is used, on the page of administrators.

use leptos::prelude::*;

use super::again::Again;
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
    pub again: Again,
    /// What is wrong.
    pub problems: Problems,
}

pub(super) fn section(livekit: Livekit) -> AnyView {
    let Livekit { url, key, typed_url, typed_key, given, again, problems } = livekit;
    let now = if url.is_empty() {
        "Parlour runs a LiveKit server of its own.".to_owned()
    } else {
        format!("Parlour uses {url} with the key {key}.")
    };
    let change = if !given.is_empty() {
        let given = given.join(", ");
        view! { <p>{format!("That is said by {given}: change it there, and start Parlour anew.")}</p> }.into_any()
    } else if let Some(again) = again.view("use another one", &problems) {
        again
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
