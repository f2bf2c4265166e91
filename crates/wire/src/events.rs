//! What the server tells pages by itself (`GET /api/events`, server-sent events).

/// Address of the stream.
pub const EVENTS_PATH: &str = "/api/events";
/// Name of the event that says whether LiveKit answers: its data is [`LIVEKIT_UP`], [`LIVEKIT_ANEW`] or
/// [`LIVEKIT_DOWN`].
pub const LIVEKIT_EVENT: &str = "livekit";
/// LiveKit answers.
pub const LIVEKIT_UP: &str = "up";
/// LiveKit answers, but was started anew meanwhile: nobody is inside any more.
pub const LIVEKIT_ANEW: &str = "anew";
/// LiveKit does not answer.
pub const LIVEKIT_DOWN: &str = "down";
/// Name of the event that says nothing but that the stream is alive; it comes where nothing else has for ten seconds.
pub const ALIVE_EVENT: &str = "alive";
