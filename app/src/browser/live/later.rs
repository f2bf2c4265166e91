//! What is done only at the wish of a part that is fetched later, or for it to show: it comes in the same module.

#![allow(unsafe_code)] // what the macro writes to reach the other module

use std::rc::Rc;

use leptos::task::spawn_local;
use leptos::wasm_split::wasm_split;

use super::session::Session;
use crate::components::later::Missing;
use crate::components::ui::ToastKind;
use crate::state::LaterIntent;

/// Carries out an intent of such a part, as soon as the module is there.
pub fn carry_out_later(session: Rc<Session>, intent: LaterIntent) {
    spawn_local(async move {
        let toasts = session.toasts;
        if carry_out(session, intent).await.is_err() {
            toasts.show(ToastKind::Problem, "This could not be done: a part of the page is missing. Try again.");
        }
    });
}

#[wasm_split(later, wasm_split_path = ::leptos::wasm_split, fallible)]
fn carry_out(session: Rc<Session>, intent: LaterIntent) -> Result<(), Missing> {
    match intent {
        LaterIntent::LeaveDoor => session.leave_door(),
        LaterIntent::Rename => session.rename(),
        LaterIntent::OtherMicrophone => session.other_microphone(),
        LaterIntent::AskToUnmute(whom) => session.ask_to_unmute(whom),
        LaterIntent::SendMessage => session.say(),
        LaterIntent::RetryMessage(id) => session.say_again(&id),
        LaterIntent::ChangeChat(what) => session.change_chat(what),
        LaterIntent::Moderate(what) => session.moderate(what),
        LaterIntent::CopyHostLink => session.copy_host_link(),
        LaterIntent::LeaveNote => session.leave_note(),
        LaterIntent::PinQuality(pin) => session.pin_quality(pin),
        LaterIntent::SaveData(on) => session.save_data(on),
    }
    Ok(())
}

/// What is done now and then, and by nobody's wish.
#[derive(Clone, Copy)]
pub enum Routine {
    /// Shows who hears us.
    Hearers,
    /// Looks how pictures fare.
    Pictures,
    /// Sends what the server has not stored yet: whoever has written something has the module.
    Messages,
}

/// Does it once the module is there: nobody misses it in the first seconds.
pub fn when_there(session: Rc<Session>, what: Routine) {
    if session.later.is_there() {
        spawn_local(async move { drop(routine(session, what).await) });
    }
}

#[wasm_split(later, wasm_split_path = ::leptos::wasm_split, fallible)]
fn routine(session: Rc<Session>, what: Routine) -> Result<(), Missing> {
    match what {
        Routine::Hearers => session.show_hearers(),
        Routine::Pictures => session.look_at_pictures(),
        Routine::Messages => session.send_unsent(),
    }
    Ok(())
}
