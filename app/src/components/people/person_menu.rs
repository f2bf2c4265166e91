//! What a host may do about somebody.

use call::Participant;
use leptos::prelude::*;
use wire::{Identity, Moderation, Right, Role};

use crate::components::ui::{ClientOnly, Icon, list, press, text};
use crate::state::{LaterIntent, RoomModel};

/// One thing to do, and whether it is asked for twice.
struct Action {
    label: &'static str,
    twice: bool,
    what: fn(Identity) -> Moderation,
}

const fn action(label: &'static str, what: fn(Identity) -> Moderation) -> Action {
    Action { label, twice: false, what }
}

/// What can be done now: only what would change something.
fn actions(person: &Participant, own: bool, heir: bool) -> Vec<Action> {
    let mut actions = Vec::new();
    if person.microphone_on() {
        actions.push(action("Mute", Moderation::Mute));
    }
    if person.camera_on() {
        actions.push(action("Stop camera", Moderation::StopCamera));
    }
    if person.screen.is_some() {
        actions.push(action("Stop sharing", Moderation::StopShare));
    }
    if person.hand_at_ms.is_some() {
        actions.push(action("Lower hand", Moderation::LowerHand));
    }
    if own {
        if person.role != Role::CoHost {
            actions.push(action("Make co-host", |who| Moderation::Assign(who, Role::CoHost)));
        }
        if person.role.may(Right::Speak) {
            actions.push(action("Let only listen", |who| Moderation::Assign(who, Role::Student)));
        }
        if !matches!(person.role, Role::Guest | Role::Participant) {
            actions.push(action("Let take part", |who| Moderation::Assign(who, Role::Guest)));
        }
        actions.push(Action { twice: true, ..action("Make host", |who| Moderation::Assign(who, Role::Host)) });
    }
    actions.push(action("Remove", Moderation::Remove));
    if !heir {
        actions.push(Action { twice: true, ..action("Keep out for good", Moderation::Ban) });
    }
    actions
}

/// Opens below the person's line.
#[component]
pub fn PersonMenu(person: RwSignal<Participant>) -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let label = text(move || format!("What to do about {}", person.read().name));
    view! {
        <details class="person-menu">
            <summary>
                <Icon name="more" />
                <span class="visually-hidden">{label}</span>
            </summary>
            <div class="person-actions">
                {list(
                    move || actions(&person.read(), model.owns(), model.is_heir()),
                    |action| action.label.to_owned(),
                    move |action| offer(model, person, action),
                )}
            </div>
        </details>
    }
    .client_only()
}

fn offer(model: RoomModel, person: RwSignal<Participant>, action: Action) -> AnyView {
    let Action { label, twice, what } = action;
    press(
        label,
        twice,
        Box::new(move || {
            model.send(LaterIntent::Moderate(what(person.read_untracked().identity.clone())));
            // The button may go with what it did.
            crate::browser::focus_soon("people");
        }),
    )
}
