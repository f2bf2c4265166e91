//! What hosts decide about the meeting as a whole.

use leptos::prelude::*;
use wire::{Moderation, Right, Rules};

use crate::components::ui::{ClientOnly, Icon, part_of_call, word};
use crate::state::{Intent, RoomModel};

/// A rule: what it is called, how it is read, how it is turned over.
type Rule = (&'static str, fn(Rules) -> bool, fn(Rules) -> Rules);

const RULES: [Rule; 4] = [
    ("Ask before joining", |rules| rules.ask, |rules| Rules { ask: !rules.ask, ..rules }),
    ("Lock the meeting", |rules| rules.locked, |rules| Rules { locked: !rules.locked, ..rules }),
    ("Only hosts write in the chat", |rules| rules.chat_off, |rules| Rules { chat_off: !rules.chat_off, ..rules }),
    ("Only hosts share a screen", |rules| rules.share_off, |rules| Rules { share_off: !rules.share_off, ..rules }),
];

/// "Meeting"; nothing for those who decide nothing.
#[component]
pub fn HostControls() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let moderates = Memo::new(move |_| model.may(Right::Moderate));
    part_of_call(move || moderates.get().then(|| view! { <MeetingRules /> }))
}

#[component]
fn MeetingRules() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let owns = Memo::new(move |_| model.may(Right::Own));
    view! {
        <h2>"Meeting"</h2>
        <div class="rules">{Vec::from(RULES.map(|rule| rule_switch(model, rule)))}</div>
        {part_of_call(move || owns.get().then(|| view! { <HostsOnly /> }))}
    }
}

fn rule_switch(model: RoomModel, (label, read, turn): Rule) -> AnyView {
    view! {
        <label class="switch">
            <input
                type="checkbox"
                role="switch"
                prop:checked=Signal::derive(move || read(model.rules.get()))
                on:change=move |_| model.send(Intent::Moderate(Moderation::Rule(turn(model.rules.get_untracked()))))
            />
            <span>{label}</span>
        </label>
    }
    .client_only()
}

#[component]
fn HostsOnly() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let sure = RwSignal::new(false);
    let end = move |_| {
        if sure.get_untracked() {
            model.send(Intent::Moderate(Moderation::End));
        }
        sure.set(true);
    };
    view! {
        <button
            type="button"
            class="button"
            title="Whoever opens it is a host too. Links made before stop working."
            on:click=move |_| model.send(Intent::CopyHostLink)
        >
            <Icon name="link" />
            "Copy host link"
        </button>
        <button type="button" class="button danger" on:click=end on:blur=move |_| sure.set(false)>
            <Icon name="leave" />
            {word(move || if sure.get() { "End for everybody: press again" } else { "End for everybody" })}
        </button>
    }
}
