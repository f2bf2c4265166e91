//! Devices, and why one cannot be had: plain types that pages show and livekit-web fills.

/// What a device is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeviceKind {
    /// Takes sound.
    Microphone,
    /// Takes a picture.
    Camera,
    /// Plays sound.
    Speaker,
}

/// A device as the browser lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The browser's id, stable per site.
    pub id: String,
    /// What is in one case with it, a headset's microphone and speaker; empty when the browser does not tell.
    pub group: String,
    /// Name for people; numbered ("Camera 1") until the browser tells it.
    pub label: String,
    /// What it is for.
    pub kind: DeviceKind,
}

/// The next device of a kind after the one in use, as they are listed; after the last comes the first. What is in one case
/// with the one in use may be that one under another id, and is passed over.
#[must_use]
pub fn next_device<'a>(devices: &'a [Device], kind: DeviceKind, in_use: Option<&str>) -> Option<&'a Device> {
    let all: Vec<&Device> = devices.iter().filter(|device| device.kind == kind).collect();
    let place = all.iter().position(|device| Some(device.id.as_str()) == in_use).unwrap_or_default();
    let now = *all.get(place)?;
    let is_other = |device: &&Device| device.id != now.id && (now.group.is_empty() || device.group != now.group);
    all.iter().copied().cycle().skip(place).take(all.len()).find(is_other)
}

/// Why a microphone or a camera could not be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaptureError {
    /// The person, or a setting of the browser, said no.
    Denied,
    /// The operating system keeps it from the browser.
    DeniedBySystem,
    /// There is none.
    Missing,
    /// Another program has it.
    Busy,
    /// It cannot do what is asked of it.
    Overconstrained,
    /// The page was not loaded over https or from this machine.
    Insecure,
    /// The browser cannot capture at all.
    Unsupported,
    /// Anything else, in the browser's words.
    Other(String),
}

impl CaptureError {
    /// Whether it was refused, so that asking again by ourselves is no use.
    pub(crate) const fn is_refusal(&self) -> bool {
        matches!(self, Self::Denied | Self::DeniedBySystem)
    }
}

/// Why this browser cannot take part at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// The page was not loaded over https or from this machine.
    Insecure,
    /// The browser inside another app keeps microphone and camera away; which app.
    InApp(&'static str),
    /// The browser has no WebRTC.
    NoWebRtc,
}

/// The browser, as far as guides differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Browser {
    /// Google Chrome, Chromium and what calls itself so.
    Chrome,
    /// Microsoft Edge.
    Edge,
    /// Mozilla Firefox.
    Firefox,
    /// Apple Safari.
    Safari,
    /// Samsung Internet.
    Samsung,
    /// Another one.
    #[default]
    Other,
}

/// The operating system, as far as guides differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Platform {
    /// Android.
    Android,
    /// iPhone and iPad.
    Ios,
    /// macOS.
    Mac,
    /// Windows.
    Windows,
    /// Linux.
    Linux,
    /// Another one.
    #[default]
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(id: &str, group: &str, kind: DeviceKind) -> Device {
        Device { id: id.to_owned(), group: group.to_owned(), label: String::new(), kind }
    }

    #[test]
    fn the_next_device_is_another_one_and_they_go_round() {
        let microphone = |id, group| device(id, group, DeviceKind::Microphone);
        let devices = [
            microphone("default", "case"),
            device("eye", "eye", DeviceKind::Camera),
            microphone("built-in", "case"),
            microphone("headset", "headset"),
            microphone("desk", ""),
        ];
        let next = |in_use| next_device(&devices, DeviceKind::Microphone, in_use).map(|device| device.id.as_str());
        for (in_use, then) in [
            (None, "headset"), // the system's choice comes first in the list
            (Some("default"), "headset"),
            (Some("built-in"), "headset"),
            (Some("headset"), "desk"),
            (Some("desk"), "default"),
            (Some("gone"), "headset"),
        ] {
            assert_eq!(next(in_use), Some(then), "after {in_use:?}");
        }
    }

    #[test]
    fn there_may_be_no_other() {
        let one = [device("a", "a", DeviceKind::Microphone), device("b", "a", DeviceKind::Microphone)];
        assert_eq!(next_device(&one, DeviceKind::Microphone, Some("a")), None);
        assert_eq!(next_device(&one, DeviceKind::Camera, None), None);
        let hidden = [device("", "", DeviceKind::Microphone), device("", "", DeviceKind::Microphone)];
        assert_eq!(next_device(&hidden, DeviceKind::Microphone, None), None);
    }
}
