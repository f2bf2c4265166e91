//! The page before joining. It works before the wasm is there: the name can be typed and Join
//! pressed, and both are taken over when the page is hydrated.

use call::ConnectionState;
use leptos::prelude::*;
use wire::{DISPLAY_NAME_MAX_CHARS, ErrorCode};

use super::guide::DeviceProblems;
use super::obstacle::ObstacleNotice;
use super::preview::Preview;
use crate::components::ui::{Brand, DevicePicker, flag, note, text, whether, word};
use crate::state::{Intent, RoomModel};

/// Pre-join.
#[component]
pub fn PreJoin() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let form = NodeRef::new();
    crate::browser::use_early_press(form, move || model.send(Intent::Join));

    let join = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        model.name.set(crate::browser::text_of("name", &model.name.get_untracked()));
        model.send(Intent::Join);
    };
    let refused = move || match model.connection.get() {
        ConnectionState::Failed(code) => Some(code),
        _ => None,
    };

    view! {
        <div class="page prejoin">
            <header class="page-header">
                <Brand />
            </header>
            <main class="prejoin-main" data-connection=word(move || model.connection.get().label())>
                <Preview />
                <section class="prejoin-side" aria-labelledby="meeting-title">
                    <h1 id="meeting-title">{model.title()}</h1>
                    <Inside />
                    <ObstacleNotice />
                    <form class="prejoin-form" method="get" node_ref=form on:submit=join>
                        <label for="name">"Your name"</label>
                        <input
                            id="name"
                            class="field large"
                            data-testid="name"
                            name="name"
                            autocomplete="name"
                            maxlength=DISPLAY_NAME_MAX_CHARS
                            enterkeyhint="go"
                            aria-describedby="name-problem"
                            aria-invalid=flag(move || model.name_problem.get().is_some())
                            prop:value=model.name
                            on:input:target=move |event| {
                                model.name_problem.set(None);
                                model.name.set(event.target().value());
                            }
                        />
                        <p id="name-problem" class="problem" role="alert">
                            {note(move || model.name_problem.get().map(|_| "Enter your name, so that others know who you are."))}
                        </p>
                        <div class="prejoin-password" hidden=whether(move || !model.asks_password.get())>
                            <label for="password">"Password of the meeting"</label>
                            <input
                                id="password"
                                class="field large"
                                type="password"
                                autocomplete="off"
                                enterkeyhint="go"
                                aria-describedby="join-problem"
                                prop:value=model.password
                            />
                        </div>
                        <button
                            id="join"
                            type="submit"
                            class="button primary large"
                            data-testid="join"
                            disabled=whether(move || model.obstacle.get().is_some())
                        >
                            "Join now"
                        </button>
                        <p id="join-problem" class="problem" role="alert">
                            {text(move || match refused() {
                                Some(ErrorCode::MediaBlocked) => model.blocked.get(),
                                Some(code) => code.sentence().to_owned(),
                                None => String::new(),
                            })}
                        </p>
                        <a
                            class="button"
                            href=format!("/signin?next=/{}", model.room())
                            rel="external"
                            hidden=whether(move || refused() != Some(ErrorCode::SignInRequired))
                        >
                            "Sign in"
                        </a>
                    </form>
                    <DeviceProblems />
                    <fieldset class="pickers">
                        <legend class="visually-hidden">"Devices"</legend>
                        <DevicePicker device=model.camera />
                        <DevicePicker device=model.microphone />
                        <DevicePicker device=model.speaker />
                        <button type="button" class="button quiet" on:click=move |_| model.send(Intent::TestSpeaker)>
                            "Test speaker"
                        </button>
                    </fieldset>
                </section>
            </main>
        </div>
    }
    .into_any()
}

/// Who is inside already.
#[component]
fn Inside() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let sentence = text(move || {
        let inside = model.inside.get();
        let here = match inside.as_slice() {
            [] if model.busy() => "The meeting is in progress.".to_owned(),
            [] => "Nobody is here yet.".to_owned(),
            [one] => format!("{one} is here."),
            [one, two] => format!("{one} and {two} are here."),
            [one, two, rest @ ..] => format!("{one}, {two} and {} more are here.", rest.len()),
        };
        let notice = model.notice();
        if model.elsewhere.get() {
            format!("{here} You are in this meeting in another tab.")
        } else if notice.is_empty() {
            here
        } else {
            notice
        }
    });
    view! { <p class="inside">{sentence}</p> }
}
