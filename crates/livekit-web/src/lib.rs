//! The only code that knows livekit-client.
