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
