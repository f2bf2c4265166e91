//! What this browser remembers from one meeting to the next.

use serde::Serialize;
use serde_json::Value;

/// Kept in the browser only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
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
    /// Name of the size of pictures last chosen.
    pub quality: Option<String>,
    /// Whether to save data.
    pub save_data: bool,
}

impl Preferences {
    /// What was kept; what is missing or makes no sense is as on the first visit. Picked by hand: a derived reader would
    /// be kilobytes of WebAssembly.
    pub fn read(kept: &Value) -> Self {
        let text = |key: &str| kept[key].as_str().map(str::to_owned);
        let on = |key: &str| kept[key].as_bool().unwrap_or(true);
        Self {
            name: text("name").unwrap_or_default(),
            microphone: on("microphone"),
            camera: on("camera"),
            microphone_device: text("microphoneDevice"),
            camera_device: text("cameraDevice"),
            speaker_device: text("speakerDevice"),
            quality: text("quality"),
            save_data: kept["saveData"] == true,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_kept_is_read_again_and_nonsense_is_the_first_visit() {
        let first = Preferences::read(&Value::Null);
        assert!(first.microphone && first.camera && first.name.is_empty() && first.camera_device.is_none());
        assert!(!first.save_data);
        let kept = Preferences {
            name: "Ada".into(),
            camera: false,
            speaker_device: Some("s".into()),
            quality: Some("low".into()),
            save_data: true,
            ..first.clone()
        };
        assert_eq!(Preferences::read(&serde_json::to_value(&kept).unwrap()), kept);
        assert_eq!(Preferences::read(&json!({ "name": 7, "camera": "no", "cameraDevice": [] })), first);
    }
}
