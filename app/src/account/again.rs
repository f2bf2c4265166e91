//! What only somebody does who has just signed in.

use leptos::prelude::*;

use super::field::Problems;

/// Whether the reader has to sign in anew first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// They have just done it.
    No,
    /// Here.
    Here,
    /// At the provider.
    ByProvider,
}

impl Again {
    /// The way there, in place of what they cannot do before; `None`: they can.
    pub(super) fn view(self, to_do: &str, problems: &Problems) -> Option<AnyView> {
        let sentence = format!("To {to_do}, sign in again first: the last time was more than ten minutes ago.");
        let view = match self {
            Self::No => return None,
            Self::ByProvider => view! {
                {problems.view()}
                <p>{sentence}</p>
                <a class="button" href="/signin/oidc?again=1&next=/admin">
                    "Sign in again"
                </a>
            }
            .into_any(),
            Self::Here => view! {
                <form class="form" method="post" action="/signin/out">
                    {problems.view()}
                    <p>{sentence}</p>
                    <input type="hidden" name="next" value="/admin" />
                    <button type="submit" class="button">
                        "Sign in again"
                    </button>
                </form>
            }
            .into_any(),
        };
        Some(view)
    }
}
