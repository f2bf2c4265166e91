//! What this browser remembers from one meeting to the next.

use serde::{Deserialize, Serialize};

/// Kept in the browser only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Preferences {
    /// The name last joined with.
    pub name: String,
    /// Whether to join with the microphone on.
    pub microphone: bool,
    /// Whether to join with the camera on.
    pub camera: bool,
    /// Device last chosen.
    pub microphone_device: Option<String>,
    /// Device last chosen.
    pub camera_device: Option<String>,
    /// Device last chosen.
    pub speaker_device: Option<String>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            name: String::new(),
            microphone: true,
            camera: true,
            microphone_device: None,
            camera_device: None,
            speaker_device: None,
        }
    }
}
