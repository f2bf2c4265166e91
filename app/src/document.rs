//! The document around every page; the server writes it.

use leptos::prelude::*;
use leptos_meta::MetaTags;
use wire::ClientProfile;

use crate::App;
use crate::account::{Visitor, visitor_links};
use crate::assets::Assets;

/// Keeps what a person does before the wasm is there: a press of a form's button is remembered on the form
/// (`data-pressed`) and the page acts on it when it is hydrated.
const EARLY: &str = "addEventListener('submit',e=>{if(!document.documentElement.hasAttribute('data-hydrated'))\
{e.preventDefault();e.target.setAttribute('data-pressed','')}},true)";

/// Says, in a page that is there, that its program did not come, or that the browser does not understand it: a blip, a page that is older than
/// the server's files, a browser that is older than both. Uncaught it goes on, so that it is reported where that works.
const NOT_LOADED: &str = "e=>{const n=document.getElementById('not-loaded');n.hidden=false;\
n.querySelector('button').onclick=()=>location.reload();throw e}";

/// Comes true when the whole page is there.
const READ: &str = "new Promise(r=>document.readyState=='loading'?document.addEventListener('DOMContentLoaded',r):r())";

/// The whole document; `assets` are the built files, `profile` says how the browser is to behave. livekit-client is not
/// among what it asks for: the application does, once the page can be used, and the browser has nothing more urgent.
///
/// The program is made ready (`async`) while the page is still read and its style is on the way, and takes the page over
/// when all of it is there.
pub fn shell(assets: &Assets, profile: ClientProfile) -> impl IntoView + use<> {
    let nonce = leptos::nonce::use_nonce().map(|nonce| nonce.to_string());
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let start = format!(
        "const h=import('{js}').then(m=>m.default({{module_or_path:'{wasm}'}}).then(()=>m.hydrate));h.catch(()=>0);\
         {READ}.then(()=>h).then(h=>h(),{NOT_LOADED})",
        js = assets.js,
        wasm = assets.wasm
    );
    let preload = |script: &String| view! { <link rel="modulepreload" href=script.clone() nonce=nonce.clone() /> };
    view! {
        <!DOCTYPE html>
        <html
            lang="en"
            data-profile=profile.name
            data-log-level=profile.log_level
            data-resume-ms=profile.resume_ms.to_string()
            data-capture-height=profile.capture_height_px.to_string()
            data-simulcast=profile.simulcast.to_string()
            data-create=visitor.must_sign_in.then_some("account")
        >
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#faf9f6" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#131615" />
                // Before the style sheet: a script behind it waits for it, and so would everything behind the script.
                <script nonce=nonce.clone() inner_html=EARLY></script>
                <link rel="stylesheet" href=assets.css.clone() />
                <link rel="icon" href=assets.icon.clone() type="image/svg+xml" />
                {[&assets.js].into_iter().chain(&assets.js_imports).map(preload).collect_view()}
                <link rel="preload" href=assets.wasm.clone() r#as="fetch" r#type="application/wasm" crossorigin="" />
                <script type="module" r#async nonce=nonce inner_html=start></script>
                <MetaTags />
            </head>
            <body>
                <App />
                // Behind what is hydrated: the browser half knows nothing of it.
                {visitor_links(&visitor)}
                <noscript>
                    <div class="stopped">
                        <p>"Parlour needs JavaScript to reach your camera and microphone. Switch it on and reload."</p>
                    </div>
                </noscript>
                <div id="not-loaded" class="stopped" role="alert" hidden>
                    <p>
                        "This page could not be loaded completely, so its buttons do nothing. Reload it; if that does not help, \
                         use a current Chrome, Edge, Firefox or Safari."
                    </p>
                    <button type="button" class="button primary">
                        "Reload"
                    </button>
                </div>
            </body>
        </html>
    }
}
