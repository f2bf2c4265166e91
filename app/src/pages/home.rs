//! The front door: start a meeting, or go to one.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::{ErrorCode, HOST_FRAGMENT, INVITATION_FRAGMENT, RoomName};

use crate::api::{Failure, create_room};
use crate::components::ui::{Brand, Icon, effect, flag, note, whether};

/// `/`
#[component]
pub fn HomePage() -> impl IntoView {
    let create = Action::new(|(): &()| create_room(String::new()));
    let problem = RwSignal::new(None::<ErrorCode>);
    let typed = RwSignal::new(String::new());
    let navigate = use_navigate();
    let go = navigate.clone();

    effect(move || match create.value().get() {
        Some(Ok(room)) => navigate(&path_of(&room.room_name), NavigateOptions::default()),
        Some(Err(Failure(error))) => problem.set(Some(error.code)),
        None => {}
    });

    let enter = move || {
        let typed = crate::browser::text_of("meeting", &typed.get_untracked());
        match RoomName::parse(&typed) {
            Ok(room) => go(&(path_of(&room) + secret_of(&typed)), NavigateOptions::default()),
            Err(code) => problem.set(Some(code)),
        }
    };
    let start = move || {
        problem.set(None);
        create.dispatch(());
    };
    let (new_form, form) = (NodeRef::new(), NodeRef::new());
    crate::browser::use_early_press(new_form, start);
    crate::browser::use_early_press(form, enter.clone());
    let join = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        enter();
    };

    view! {
        <div class="page home">
            <header class="page-header">
                <Brand />
            </header>
            <main class="home-main">
                <h1>"Talk, face to face."</h1>
                <p class="lead">
                    "Start a meeting and send the link. It opens in any browser: nothing to install, no account."
                </p>
                <div class="home-actions">
                    <form
                        method="get"
                        node_ref=new_form
                        on:submit=move |event| {
                            event.prevent_default();
                            start();
                        }
                    >
                        <a class="button primary large sign-in-first" href="/signin?next=/meetings" rel="external">
                            "Sign in to start a meeting"
                        </a>
                        <button type="submit" class="button primary large" disabled=whether(move || create.pending().get())>
                            <Icon name="plus" />
                            "New meeting"
                        </button>
                    </form>
                    <form class="join-form" method="get" action="/" node_ref=form on:submit=join>
                        <label class="visually-hidden" for="meeting">
                            "Meeting link or code"
                        </label>
                        <input
                            id="meeting"
                            class="field large"
                            name="meeting"
                            autocomplete="off"
                            autocapitalize="none"
                            spellcheck="false"
                            enterkeyhint="go"
                            placeholder="Meeting link or code"
                            aria-describedby="home-problem"
                            aria-invalid=flag(move || problem.get() == Some(ErrorCode::InvalidRoomName))
                            on:input:target=move |event| {
                                problem.set(None);
                                typed.set(event.target().value());
                            }
                        />
                        <button type="submit" class="button large">
                            "Join"
                        </button>
                    </form>
                </div>
                <p id="home-problem" class="problem" role="alert">
                    {note(move || problem.get().map(ErrorCode::sentence))}
                </p>
            </main>
        </div>
    }
}

/// The fragment of a link that makes its reader a host or invites them, from the `#` on; else nothing.
fn secret_of(link: &str) -> &str {
    let link = link.trim();
    let fragment = link.find('#').and_then(|at| link.get(at..)).unwrap_or_default();
    let secret = fragment.trim_start_matches('#');
    let ours = secret.starts_with(HOST_FRAGMENT) || secret.starts_with(INVITATION_FRAGMENT);
    let clean = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'=' | b'-' | b'_');
    if ours && secret.bytes().all(clean) { fragment } else { "" }
}

/// A room's path; what a person typed may hold anything.
fn path_of(room: &RoomName) -> String {
    let mut path = String::from("/");
    for byte in room.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_keeps_the_secret_that_parlour_made_and_nothing_else() {
        for (link, secret) in [
            ("https://meet.example/kfwm-3hzxr-8bqt#host=aB3-_x", "#host=aB3-_x"),
            (" https://meet.example/kfwm-3hzxr-8bqt?from=mail#i=aB3 ", "#i=aB3"),
            ("kfwm-3hzxr-8bqt", ""),
            ("https://meet.example/kfwm-3hzxr-8bqt#top", ""),
            ("https://meet.example/kfwm-3hzxr-8bqt#i=a/../b", ""),
            ("https://meet.example/kfwm-3hzxr-8bqt#i=a b", ""),
            ("https://meet.example/kfwm-3hzxr-8bqt#x#i=a", ""),
        ] {
            assert_eq!(secret_of(link), secret, "{link}");
        }
    }
}
