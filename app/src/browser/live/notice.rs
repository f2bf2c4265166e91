//! What is said about a device: a word when another one is used, and in the call a word about what failed.

use call::{CaptureError, DeviceKind, Notice, Why};
use leptos::prelude::*;

use super::session::Session;
use crate::components::ui::ToastKind;

impl Session {
    /// Says it. Before the call a failure needs no word: the guide below the preview says more.
    pub fn say_notice(&self, kind: DeviceKind, notice: Notice) {
        let noun = noun(kind);
        let (kind, sentence) = match notice {
            Notice::Device { why, label } => (ToastKind::Info, exchanged(noun, why, &label)),
            Notice::Failed(error) => {
                let sentence = failed(noun, &error);
                self.slot(kind).model.problem.set(Some(error));
                (ToastKind::Problem, sentence)
            }
            Notice::Refused => {
                (ToastKind::Problem, format!("The meeting did not accept the change of your {noun}. Try again."))
            }
        };
        if kind == ToastKind::Info || self.in_call() {
            self.toasts.show(kind, sentence);
        }
    }
}

fn exchanged(noun: &str, why: Why, label: &str) -> String {
    let name = if label.is_empty() { "another one".to_owned() } else { format!("“{label}”") };
    match why {
        Why::Busy => format!("Another program is using your {noun}. Parlour uses {name} now."),
        Why::Gone => format!("Your {noun} was disconnected. Parlour uses {name} now."),
        Why::Back => format!("Your {noun} is back. Parlour uses {name} again."),
        Why::Wanted => format!("Parlour uses {name} now."),
        Why::Default => format!("Your system has chosen another {noun}. Parlour uses {name} now."),
    }
}

fn failed(noun: &str, error: &CaptureError) -> String {
    match error {
        CaptureError::Denied | CaptureError::DeniedBySystem => {
            format!("Parlour may not use your {noun}. Open More to see how to allow it.")
        }
        CaptureError::Missing => format!("No {noun} was found. Connect one, or go on without."),
        CaptureError::Busy => format!("Another program is using your {noun}. Open More to try again."),
        _ => format!("Your {noun} could not be switched on. Open More to see why."),
    }
}

const fn noun(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Camera => "camera",
        DeviceKind::Microphone => "microphone",
        DeviceKind::Speaker => "speaker",
    }
}
