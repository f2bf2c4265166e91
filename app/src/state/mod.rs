//! View-models: signals that pages read, intents that they send.

mod intent;
mod preferences;
mod room;

pub use intent::{Intent, LaterIntent};
pub use preferences::Preferences;
pub use room::{DeviceModel, HandModel, JoinStep, Panel, QualityModel, RoomModel};
