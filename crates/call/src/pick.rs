//! Which device is used, and what happens when it cannot be had: a camera that is busy is asked for once more, one that is
//! gone makes place for another and is taken back when it returns, and the system's choice is followed.

use crate::{CaptureError, Device, DeviceKind};

/// Id under which Chromium lists whatever the system has chosen.
const DEFAULT: &str = "default";

/// How much of a camera is asked for. A microphone has no size, but what else is asked of it may be too much as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CaptureSize {
    /// What the top simulcast layer carries.
    #[default]
    Full,
    /// Half of it each way.
    Half,
    /// Whatever there is.
    Any,
}

impl CaptureSize {
    const fn smaller(self) -> Option<Self> {
        match self {
            Self::Full => Some(Self::Half),
            Self::Half => Some(Self::Any),
            Self::Any => None,
        }
    }
}

/// What to ask the browser for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// This device and no other; the browser's choice when none is named.
    pub device: Option<String>,
    /// How much of it.
    pub size: CaptureSize,
}

/// What to do after a device could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Search {
    /// Ask for this now.
    Ask(Ask),
    /// Ask for the same after a moment: who has it may just be letting go.
    Pause,
    /// There is nothing else to ask for; what to tell the person.
    GiveUp(CaptureError),
}

/// Why another device is used than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Another program has it.
    Busy,
    /// It was unplugged, or taken back by browser or system.
    Gone,
    /// It is there again.
    Back,
    /// The system has chosen another.
    Default,
    /// The person wanted another, whichever it is.
    Wanted,
}

/// The devices of one kind, and the one among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    kind: DeviceKind,
    /// In use, else wanted; nothing: the system's choice.
    device: Option<String>,
    /// Went away while it was wanted, and is taken back when it returns.
    away: Option<String>,
    /// As last listed.
    devices: Vec<Device>,
    asked: Ask,
    /// Asked for in this search without success.
    tried: Vec<Option<String>>,
    paused: bool,
    why: Option<Why>,
}

impl Pick {
    /// The system's choice.
    #[must_use]
    pub const fn new(kind: DeviceKind) -> Self {
        let asked = Ask { device: None, size: CaptureSize::Full };
        Self { kind, device: None, away: None, devices: Vec::new(), asked, tried: Vec::new(), paused: false, why: None }
    }

    /// The device in use, else the one wanted.
    #[must_use]
    pub fn device(&self) -> Option<&str> {
        self.device.as_deref()
    }

    /// The person wants this one, and none back that went away.
    pub fn choose(&mut self, id: Option<String>) {
        self.device = id;
        (self.away, self.why) = (None, None);
    }

    /// The next search begins for this reason.
    pub const fn because(&mut self, why: Why) {
        self.why = Some(why);
    }

    /// Does without the device that is gone, until it returns.
    pub fn set_aside(&mut self) {
        let gone = self.device.take();
        self.away = self.away.take().or(gone);
    }

    /// A search begins.
    pub fn begin(&mut self) -> Ask {
        self.tried.clear();
        self.paused = false;
        self.ask(self.device.clone(), CaptureSize::Full)
    }

    /// What is being asked for.
    #[must_use]
    pub fn asked(&self) -> Ask {
        self.asked.clone()
    }

    /// What was asked for could not be had.
    pub fn failed(&mut self, error: CaptureError) -> Search {
        match error {
            CaptureError::Overconstrained if let Some(size) = self.asked.size.smaller() => {
                Search::Ask(self.ask(self.asked.device.clone(), size))
            }
            CaptureError::Busy if !self.paused => {
                self.paused = true;
                Search::Pause
            }
            CaptureError::Busy | CaptureError::Missing | CaptureError::Overconstrained => {
                let missing = error != CaptureError::Busy;
                if missing && self.asked.device == self.device {
                    self.away = self.away.take().or_else(|| self.asked.device.clone());
                    self.why.take_if(|why| *why == Why::Back);
                }
                if !missing {
                    self.why = self.why.filter(|why| *why != Why::Wanted).or(Some(Why::Busy));
                }
                self.tried.push(self.asked.device.take());
                match self.another(missing) {
                    Some(device) => Search::Ask(self.ask(device, CaptureSize::Full)),
                    None => self.give_up(error),
                }
            }
            _ => self.give_up(error),
        }
    }

    /// The browser gave this one. Tells when it is another than the person had, and why.
    pub fn came(&mut self, id: String) -> Option<Why> {
        let why = self.why.take();
        if id.is_empty() || self.device.as_ref() == Some(&id) {
            // These are told of the very device that was wanted.
            return why.filter(|why| matches!(why, Why::Back | Why::Default | Why::Wanted));
        }
        let before = self.device.replace(id);
        if why == Some(Why::Gone) {
            self.away = self.away.take().or(before);
        }
        self.away.take_if(|away| Some(&*away) == self.device.as_ref());
        why
    }

    /// The devices there are now. Tells whether another one is to be used than before.
    pub fn listed(&mut self, all: &[Device]) -> Option<Why> {
        let now: Vec<_> = all.iter().filter(|device| device.kind == self.kind).cloned().collect();
        let before = std::mem::replace(&mut self.devices, now);
        let find =
            |list: &[Device], id: &str| list.iter().find(|device| device.id == id).map(|found| found.group.clone());
        let returned = |away: &mut String| find(&self.devices, away).is_some() && find(&before, away).is_none();
        if let Some(back) = self.away.take_if(returned) {
            self.device = Some(back);
            return Some(Why::Back);
        }
        let id = self.device.as_deref().filter(|id| !id.is_empty()).unwrap_or(DEFAULT);
        match (find(&before, id), find(&self.devices, id)) {
            (Some(before), Some(now)) if id == DEFAULT && before != now => Some(Why::Default),
            // A list without ids is one that the browser hides.
            (Some(_), None) if self.devices.iter().any(|device| !device.id.is_empty()) => Some(Why::Gone),
            _ => None,
        }
    }

    /// Name of the device in use; empty when the browser does not tell. Of the system's choice it is the name of what was
    /// chosen.
    #[must_use]
    pub fn label(&self) -> String {
        let id = self.device().unwrap_or(DEFAULT);
        let Some(device) = self.devices.iter().find(|device| device.id == id) else { return String::new() };
        let same = |other: &&Device| id == DEFAULT && other.id != id && other.group == device.group;
        self.devices.iter().find(same).unwrap_or(device).label.clone()
    }

    fn ask(&mut self, device: Option<String>, size: CaptureSize) -> Ask {
        self.asked = Ask { device, size };
        self.asked()
    }

    /// The next to ask for: the browser's choice in the place of one that is not there, else the next of the list.
    fn another(&self, missing: bool) -> Option<Option<String>> {
        let untried = |device: &Option<String>| !self.tried.contains(device);
        if missing && untried(&None) {
            return Some(None);
        }
        let ids = self.devices.iter().filter(|device| !device.id.is_empty()).map(|device| Some(device.id.clone()));
        ids.into_iter().find(untried)
    }

    fn give_up(&mut self, error: CaptureError) -> Search {
        let why = self.why.take();
        let others = matches!(error, CaptureError::Missing | CaptureError::Overconstrained);
        Search::GiveUp(match why {
            Some(Why::Busy) if others => CaptureError::Busy,
            _ if others => CaptureError::Missing,
            _ => error,
        })
    }
}

#[cfg(test)]
mod tests;
