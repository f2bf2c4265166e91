//! What the view-model of a meeting is made of.

use call::{CaptureError, Choice, DeviceKind, Setting};
use leptos::prelude::*;

/// How far joining has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum JoinStep {
    /// Parlour is asked to let us in.
    #[default]
    Asking,
    /// The library that carries the call is fetched, if it is not there yet.
    Loading,
    /// The connection to the media server is made.
    Connecting,
}

impl JoinStep {
    /// How many steps there are.
    pub const COUNT: u8 = 3;

    /// The step's number, from 1.
    pub const fn number(self) -> u8 {
        match self {
            Self::Asking => 1,
            Self::Loading => 2,
            Self::Connecting => 3,
        }
    }

    /// For people.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Asking => "Asking to be let in…",
            Self::Loading => "Getting the call ready…",
            Self::Connecting => "Connecting sound and picture…",
        }
    }
}

/// A panel beside the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// Messages.
    Chat,
    /// Participants.
    People,
}

impl Panel {
    /// Id of the button that opens and closes it.
    pub const fn toggle_id(self) -> &'static str {
        match self {
            Self::Chat => "chat-toggle",
            Self::People => "people-toggle",
        }
    }
}

/// Microphone or camera as the pages see it.
#[derive(Clone, Copy)]
pub struct DeviceModel {
    /// What it is.
    pub kind: DeviceKind,
    /// Whether the person wants it on; shown at once.
    pub enabled: RwSignal<bool>,
    /// Whether that is still being carried out.
    pub pending: RwSignal<bool>,
    /// Why it cannot be had.
    pub problem: RwSignal<Option<CaptureError>>,
    /// The device in use, else the one wanted.
    pub chosen: RwSignal<Option<String>>,
}

impl DeviceModel {
    /// Wanted on, where it can be switched.
    pub(super) fn new(kind: DeviceKind) -> Self {
        Self {
            kind,
            enabled: RwSignal::new(kind != DeviceKind::Speaker),
            pending: RwSignal::new(false),
            problem: RwSignal::new(None),
            chosen: RwSignal::new(None),
        }
    }
}

/// The own hand as the pages see it.
#[derive(Clone, Copy)]
pub struct HandModel {
    /// Whether the person wants it up; shown at once.
    pub raised: RwSignal<bool>,
    /// Whether that is still being carried out.
    pub pending: RwSignal<bool>,
}

/// How large pictures are, as the pages see it.
#[derive(Clone, Copy)]
pub struct QualityModel {
    /// What the person has chosen.
    pub setting: RwSignal<Setting>,
    /// What is sent of the own camera.
    pub sent: RwSignal<Choice>,
    /// What is received of others' cameras.
    pub received: RwSignal<Choice>,
}
