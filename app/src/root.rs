//! The application: what every page has, and the routes.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;

use crate::components::ui::{ToastRegion, Toasts, effect};
use crate::pages::{HomePage, NotFoundPage, RoomPage};

/// The application.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Toasts::new());
    effect(crate::browser::mark_hydrated);
    view! {
        <Title text="Parlour" />
        <Router>
            <FlatRoutes fallback=NotFoundPage>
                <Route path=path!("/") view=HomePage />
                <Route path=path!("/:room") view=RoomPage />
                <Route path=path!("/*any") view=NotFoundPage />
            </FlatRoutes>
        </Router>
        <ToastRegion />
    }
}
