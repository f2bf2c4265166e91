//! The document around a page about accounts. It can be used as soon as it is there.

use leptos::prelude::*;

use crate::assets::Assets;
use crate::components::ui::Brand;

/// Takes the secret of a one-time link out of the address and into a form. Only a person who presses the form's button sends
/// it, so that a program that looks at every link of a chat does not use it up.
const LINK: &str = "const f=document.getElementById('link-form');\
const take=()=>{const m=/^#link=([\\w-]+)$/.exec(location.hash);if(!m||!f)return;\
history.replaceState(null,'',location.pathname+location.search);f.elements.link.value=m[1];\
document.getElementById('link').hidden=false;document.getElementById('sign-in').hidden=true;\
f.querySelector('button').focus()};take();addEventListener('hashchange',take)";

/// Proposes the browser's time zone where no time is set yet, and the one that it has at the time that is typed.
const ZONE: &str = "const t=document.querySelector('[data-fresh]');if(t){const z=document.getElementById('zone');\
const zone=at=>{const v=String(-new Date(at).getTimezoneOffset());\
if([...z.options].some(o=>o.value===v))z.value=v};zone(Date.now());\
t.addEventListener('change',e=>{if(e.target.type==='datetime-local'&&e.target.value)zone(e.target.value)})}";

/// Somebody who is signed in.
pub struct Person {
    /// Their name.
    pub name: String,
    /// Whether they look after accounts.
    pub administrator: bool,
}

/// What every page about accounts needs.
pub struct Frame<'a> {
    /// The built files.
    pub assets: &'a Assets,
    /// Of the page's scripts.
    pub nonce: &'a str,
    /// Title of the page.
    pub title: &'a str,
    /// Address of the page, to mark it among the links.
    pub here: &'a str,
    /// Who is signed in.
    pub person: Option<Person>,
}

/// The whole document, as HTML.
pub fn document(frame: Frame<'_>, main: AnyView) -> String {
    let Frame { assets, nonce, title, here, person } = frame;
    let html = view! {
        <!DOCTYPE html>
        <html lang="en" data-hydrated="">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#faf9f6" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#131615" />
                <meta name="robots" content="noindex" />
                <title>{format!("{title} · Parlour")}</title>
                <link rel="stylesheet" href=assets.css.clone() />
                <link rel="stylesheet" href=assets.account_css.clone() />
                <link rel="icon" href=assets.icon.clone() type="image/svg+xml" />
            </head>
            <body>
                <div class="page account">
                    <header class="page-header account-header">
                        <Brand />
                        {person.map(|person| links(&person, here))}
                    </header>
                    {main}
                </div>
                <script nonce=nonce.to_owned() inner_html=LINK></script>
                <script nonce=nonce.to_owned() inner_html=ZONE></script>
            </body>
        </html>
    };
    html.to_html()
}

fn links(person: &Person, here: &str) -> impl IntoView + use<> {
    let pages = [
        ("/meetings", "My meetings", true),
        ("/settings", "Settings", true),
        ("/admin", "Administration", person.administrator),
    ];
    let pages: Vec<_> = pages
        .into_iter()
        .filter(|(_, _, shown)| *shown)
        .map(|(href, name, _)| {
            let current = (href == here).then_some("page");
            view! {
                <li>
                    <a href=href aria-current=current>
                        {name}
                    </a>
                </li>
            }
        })
        .collect();
    view! {
        <nav class="account-links" aria-label="Account">
            <ul>{pages}</ul>
            <form method="post" action="/signin/out">
                <button type="submit" class="button quiet">
                    "Sign out"
                </button>
            </form>
        </nav>
    }
}
