//! What hosts decide about the meeting as a whole.

use leptos::prelude::*;
use wire::{Moderation, Right, Rule};

use crate::components::ui::{ClientOnly, Icon, part_of_call, whether, word};
use crate::state::{LaterIntent, RoomModel};

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
        <div class="rules">{Vec::from(Rule::ALL.map(|rule| rule_switch(model, rule)))}</div>
        {part_of_call(move || owns.get().then(|| view! { <HostsOnly /> }))}
    }
}

fn rule_switch(model: RoomModel, rule: Rule) -> AnyView {
    view! {
        <label class="switch">
            <input
                type="checkbox"
                role="switch"
                prop:checked=whether(move || model.rules.get().has(rule))
                on:change:target=move |event| {
                    model.send(LaterIntent::Moderate(Moderation::Rule(rule, event.target().checked())));
                }
            />
            <span>{label(rule)}</span>
        </label>
    }
    .client_only()
}

const fn label(rule: Rule) -> &'static str {
    match rule {
        Rule::Ask => "Ask before joining",
        Rule::Locked => "Lock the meeting",
        Rule::ChatOff => "Only hosts write in the chat",
        Rule::ShareOff => "Only hosts share a screen",
    }
}

#[component]
fn HostsOnly() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let sure = RwSignal::new(false);
    let end = move |_| {
        if sure.get_untracked() {
            model.send(LaterIntent::Moderate(Moderation::End));
        }
        sure.set(true);
    };
    view! {
        <button
            type="button"
            class="button"
            title="Whoever opens it is a host too. Links made before stop working."
            hidden=whether(move || !model.owns())
            on:click=move |_| model.send(LaterIntent::CopyHostLink)
        >
            <Icon name="link" />
            "Copy host link"
        </button>
        <a
            class="button"
            href=format!("/{}/settings", model.room())
            target="_blank"
            rel="external"
            hidden=whether(move || !model.owns())
        >
            "Meeting settings"
        </a>
        <button type="button" class="button danger" on:click=end on:blur=move |_| sure.set(false)>
            <Icon name="leave" />
            {word(move || if sure.get() { "End for everybody: press again" } else { "End for everybody" })}
        </button>
    }
}
