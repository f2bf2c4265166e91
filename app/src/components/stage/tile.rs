//! One participant's camera, or a shared screen.

use call::{Participant, Quality, Rung, Source, TileKey, hue, initials};
use leptos::html::Video;
use leptos::prelude::*;

use super::stage_area::{Place, px};
use crate::components::people::HeardBy;
use crate::components::ui::{ClientOnly, Icon, flag, part_of_call, text};
use crate::state::RoomModel;

/// A tile; it disappears from the list when its participant leaves.
#[component]
pub fn Tile(
    /// Whose, and what.
    key: TileKey,
    /// Where.
    place: Place,
) -> impl IntoView {
    let model = expect_context::<RoomModel>();
    model.person(&key.identity).map(|person| view! { <TileOf person=person key=key place=place /> })
}

#[component]
fn TileOf(person: ArcRwSignal<Participant>, key: TileKey, place: Place) -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let source = key.source;
    let person = RwSignal::from(person);
    let name = Memo::new(move |_| person.read().name.clone());
    let local = person.read_untracked().local;
    let screen = source == Source::ScreenShare;
    // A picture that is in no element is not sent to us either.
    let sound_only = Memo::new(move |_| !local && !screen && model.quality.received.get().rung == Rung::AudioOnly);
    let picture = Memo::new(move |_| person.read().picture(source).filter(|_| !sound_only.get()).cloned());
    let shown = Memo::new(move |_| picture.read().is_some());
    let paused = Memo::new(move |_| {
        let person = person.read();
        person.picture(source).is_some() && (sound_only.get() || person.is_paused(source))
    });
    let muted = Memo::new(move |_| !person.read().microphone_on());
    let microphone_off = Memo::new(move |_| muted.get() && !screen);
    let speaking = Memo::new(move |_| person.read().speaking && !screen);
    let hand = Memo::new(move |_| person.read().hand_at_ms.is_some() && !screen);
    let trouble = Memo::new(move |_| trouble(&person.read(), source, paused.get()));
    let (identity, hue) = (key.identity.0.clone(), hue(&key.identity).to_string());
    let pinned = {
        let key = key.clone();
        Memo::new(move |_| model.pinned.read().as_ref() == Some(&key))
    };
    let video = NodeRef::<Video>::new();
    crate::browser::use_picture(video, picture.into());

    let label = text(move || match (local, screen) {
        (true, true) => "Your screen".to_owned(),
        (true, false) => format!("{} (you)", name.get()),
        (false, true) => format!("{}'s screen", name.get()),
        (false, false) => name.get(),
    });
    view! {
        <article
            class="tile"
            data-testid="tile"
            data-identity=identity
            data-source=if screen { "screen_share" } else { "camera" }
            data-local=if local { "true" } else { "false" }
            data-muted=flag(move || muted.get())
            data-speaking=flag(move || speaking.get())
            data-hand=flag(move || hand.get())
            data-paused=flag(move || paused.get())
            aria-label=label
            style:left=text(move || px(place.get().x))
            style:top=text(move || px(place.get().y))
            style:width=text(move || px(place.get().width))
            style:height=text(move || px(place.get().height))
            style:--hue=hue
        >
            {part_of_call(move || {
                if shown.get() {
                    view! { <video node_ref=video playsinline autoplay muted aria-hidden="true"></video> }.client_only()
                } else {
                    view! { <span class="avatar" aria-hidden="true">{text(move || initials(&name.get()))}</span> }.client_only()
                }
            })}
            <div class="tile-label">
                {part_of_call(move || microphone_off.get().then(|| view! { <MicrophoneOff /> }))}
                <span class="tile-name">{label}</span>
                {(local && !screen).then(|| view! { <HeardBy /> })}
            </div>
            {part_of_call(move || hand.get().then(|| view! { <RaisedHand /> }))}
            {part_of_call(move || trouble.get().map(|sentence| view! { <Trouble sentence=sentence /> }))}
            <button
                type="button"
                class="tile-pin"
                title="Show large"
                aria-label=text(move || format!("Show large: {}", label.get()))
                aria-pressed=flag(move || pinned.get())
                on:click=move |_| model.pinned.set((!pinned.get_untracked()).then(|| key.clone()))
            >
                <Icon name="pin" />
            </button>
        </article>
    }
    .client_only()
}

/// The mark of a muted microphone.
#[component]
fn MicrophoneOff() -> impl IntoView {
    view! {
        <Icon name="mic-off" />
        <span class="visually-hidden">"Muted"</span>
    }
}

/// The mark of a raised hand.
#[component]
fn RaisedHand() -> impl IntoView {
    view! {
        <span class="tile-hand" title="Hand raised">
            <Icon name="hand" />
            <span class="visually-hidden">"Hand raised"</span>
        </span>
    }
}

/// What is wrong, the worst first: a good connection needs no attention.
fn trouble(person: &Participant, source: Source, paused: bool) -> Option<&'static str> {
    let weak = matches!(person.quality, Quality::Poor | Quality::Lost);
    let picture = if paused { Some("Picture paused") } else { weak.then_some("Weak connection") };
    // What else somebody shows may arrive all the same.
    let trouble = if source == Source::Camera { person.trouble() } else { person.presence().sentence() };
    trouble.or(picture)
}

/// The mark of what is wrong.
#[component]
fn Trouble(sentence: &'static str) -> impl IntoView {
    view! {
        <span class="tile-trouble" title=sentence>
            <Icon name="signal" />
            <span>{sentence}</span>
        </span>
    }
}
