//! The document around every page.

use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

use crate::assets::Assets;

/// The whole document; `assets` are the built files.
pub fn shell(assets: &Assets) -> impl IntoView + use<> {
    let nonce = leptos::nonce::use_nonce().map(|nonce| nonce.to_string());
    let start = format!(
        "import init,{{hydrate}} from '{js}';await init({{module_or_path:'{wasm}'}});hydrate();",
        js = assets.js,
        wasm = assets.wasm
    );
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <link rel="stylesheet" href=assets.css.clone() />
                <link rel="icon" href=assets.icon.clone() type="image/svg+xml" />
                <link rel="modulepreload" href=assets.js.clone() nonce=nonce.clone() />
                <link rel="preload" href=assets.wasm.clone() r#as="fetch" type="application/wasm" crossorigin="" />
                <script type="module" nonce=nonce inner_html=start></script>
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The application.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=|| "There is nothing here.">
                <Route path=path!("/") view=|| view! { <h1>"Parlour"</h1> } />
            </Routes>
        </Router>
    }
}
