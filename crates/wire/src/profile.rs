//! How browsers behave in development and in production: set by the server, carried by attributes of `<html>`.

/// One set of choices. A browser that finds none (another server's page) behaves as in production.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientProfile {
    /// Its name (`data-profile`).
    pub name: &'static str,
    /// What livekit-client writes to the console (`data-log-level`): one of its `LogLevel`s.
    pub log_level: &'static str,
    /// How long livekit-client may try to resume before Parlour joins anew, in milliseconds (`data-resume-ms`).
    pub resume_ms: u32,
    /// Height that a camera is asked for, in pixels; 16:9 (`data-capture-height`).
    pub capture_height_px: u32,
    /// Whether a camera is sent in several sizes (`data-simulcast`).
    pub simulcast: bool,
}

impl ClientProfile {
    /// For people.
    pub const PRODUCTION: Self =
        Self { name: "production", log_level: "warn", resume_ms: 5_000, capture_height_px: 720, simulcast: true };
    /// For whoever works on Parlour with several browsers on one machine: says more, encodes less.
    pub const DEVELOPMENT: Self =
        Self { name: "development", log_level: "info", capture_height_px: 360, simulcast: false, ..Self::PRODUCTION };
}
