//! View-models: signals that pages read, intents that they send.

mod intent;
mod parts;
mod preferences;
mod room;

pub use intent::{Intent, LaterIntent};
pub use parts::{DeviceModel, HandModel, JoinStep, Panel, QualityModel};
pub use preferences::Preferences;
pub use room::RoomModel;
