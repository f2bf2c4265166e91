//! Nothing here: an unknown address, or a meeting that does not exist.

use leptos::prelude::*;
use leptos_meta::Title;
use wire::ErrorCode;

use crate::components::ui::Brand;

/// Any address that is no page.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! { <Unavailable code=ErrorCode::NotFound /> }
}

/// Says why there is no page, and where to go.
#[component]
pub fn Unavailable(
    /// What is wrong.
    code: ErrorCode,
) -> impl IntoView {
    set_status(code);
    let heading = match code {
        ErrorCode::RoomNotFound | ErrorCode::InvalidRoomName => "Meeting not found",
        ErrorCode::NotFound => "Page not found",
        ErrorCode::SignInRequired => "Sign in first",
        _ => "Parlour is out of breath",
    };
    view! {
        <Title text=format!("{heading} · Parlour") />
        <div class="page">
            <header class="page-header">
                <Brand />
            </header>
            <main class="message-page">
                <h1>{heading}</h1>
                <p class="lead">{code.sentence()}</p>
                <a class="button primary" href="/">
                    "Go to the start"
                </a>
            </main>
        </div>
    }
}

/// Gives the document the status that goes with the error.
#[cfg(feature = "ssr")]
fn set_status(code: ErrorCode) {
    if let (Some(response), Ok(status)) =
        (use_context::<leptos_axum::ResponseOptions>(), axum::http::StatusCode::from_u16(code.status()))
    {
        response.set_status(status);
    }
}

/// In the browser the document is there already.
#[cfg(not(feature = "ssr"))]
const fn set_status(_: ErrorCode) {}
