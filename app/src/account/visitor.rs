//! Who looks at one of the application's pages: the way to sign in, or to one's meetings.

use leptos::prelude::*;

/// What a page's document says about its visitor.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    /// Name of the account that is signed in.
    pub name: Option<String>,
    /// Whether they have to sign in before they can make a meeting.
    pub must_sign_in: bool,
}

/// The links beside the brand. They lead out of the application, to pages that only the server has.
pub fn visitor_links(visitor: &Visitor) -> impl IntoView + use<> {
    let (href, label, text) = match &visitor.name {
        Some(name) => ("/meetings", Some(format!("My meetings, {name}")), name.clone()),
        None => ("/signin", None, "Sign in".to_owned()),
    };
    view! {
        <nav class="visitor" aria-label="Account">
            <a class="button quiet" href=href rel="external" aria-label=label>
                {text}
            </a>
        </nav>
    }
}
