//! Camera, microphone and screen: asking for them, owning them, switching them off.

use call::{Ask, CaptureError, CaptureSize, Source};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    HtmlVideoElement, MediaDevices, MediaStream, MediaStreamConstraints, MediaStreamTrack, MediaStreamTrackState,
};

use crate::externs::load_engine;
use crate::failure::Thrown;
use crate::{Listener, ShareError};

/// Height that a camera is asked for first where the page says nothing, in pixels: what the top simulcast layer carries.
const CAMERA_HEIGHT_PX: u32 = 720;
/// Frames a second that a camera is asked for.
const CAMERA_FPS: u32 = 30;

impl From<Thrown> for CaptureError {
    fn from(thrown: Thrown) -> Self {
        match thrown.name.as_str() {
            "NotAllowedError" if thrown.message.to_ascii_lowercase().contains("by system") => Self::DeniedBySystem,
            "NotAllowedError" => Self::Denied,
            "NotFoundError" => Self::Missing,
            // No other device than this one is asked for.
            "OverconstrainedError" if thrown.kind == "deviceId" => Self::Missing,
            "OverconstrainedError" => Self::Overconstrained,
            "NotReadableError" | "AbortError" => Self::Busy,
            "SecurityError" => Self::Insecure,
            "NotSupportedError" => Self::Unsupported,
            _ => Self::Other(thrown.to_string()),
        }
    }
}

/// One running microphone, camera or screen. Dropping it switches the hardware off, or ends the share.
pub struct Capture {
    source: Source,
    track: MediaStreamTrack,
}

impl Capture {
    /// What it captures.
    #[must_use]
    pub const fn source(&self) -> Source {
        self.source
    }

    /// Id of the device that really captures; empty when the browser hides it.
    #[must_use]
    pub fn device_id(&self) -> String {
        self.track.get_settings().get_device_id().unwrap_or_default()
    }

    /// Lets its sound or picture through, or gives silence or black instead. The hardware stays on.
    pub fn set_enabled(&self, enabled: bool) {
        self.track.set_enabled(enabled);
    }

    /// Whether it still captures.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.track.ready_state() == MediaStreamTrackState::Live
    }

    /// Switches the hardware off, or ends the share, although somebody still holds this.
    pub fn stop(&self) {
        self.track.stop();
    }

    /// Calls back when it ends by itself: unplugged, permission withdrawn, ended in the browser. Not on drop.
    pub fn on_ended(&self, callback: impl Fn() + 'static) -> Listener {
        Listener::new(&self.track, &["ended"], move |_| callback())
    }

    /// Shows the picture in an element, without a connection.
    pub fn show_in(&self, element: &HtmlVideoElement) -> Preview {
        let stream = self.stream();
        element.set_muted(true);
        element.set_autoplay(true);
        let inline = element.set_attribute("playsinline", "");
        debug_assert!(inline.is_ok(), "a valid attribute name");
        element.set_src_object(stream.as_ref());
        if let Ok(playing) = element.play() {
            // Muted video may always play; it is interrupted when the element gets another source.
            spawn_local(async move { drop(JsFuture::from(playing).await) });
        }
        Preview { element: element.clone(), stream }
    }

    /// The track as a stream of its own.
    pub(crate) fn stream(&self) -> Option<MediaStream> {
        let stream = MediaStream::new().ok()?;
        stream.add_track(&self.track);
        Some(stream)
    }

    /// The same sound or picture under another handle, which has to be stopped by itself.
    pub(crate) fn ear(&self) -> MediaStreamTrack {
        let ear = self.track.clone();
        ear.set_enabled(true);
        ear
    }

    pub(crate) const fn track(&self) -> &MediaStreamTrack {
        &self.track
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A picture shown without a connection; dropping it clears the element.
#[must_use = "dropping it clears the element"]
pub struct Preview {
    element: HtmlVideoElement,
    stream: Option<MediaStream>,
}

impl Drop for Preview {
    fn drop(&mut self) {
        // The element may show something else by now.
        if self.element.src_object() == self.stream {
            self.element.set_src_object(None);
        }
    }
}

/// Switches a camera or a microphone on.
///
/// # Errors
/// Says what the person can do about it.
pub async fn open(source: Source, ask: &Ask) -> Result<Capture, CaptureError> {
    let stream = get_user_media(&constraints(source, ask, camera_height_px())).await?;
    let track = stream.get_tracks().get(0);
    if track.is_undefined() {
        return Err(CaptureError::Missing);
    }
    Ok(Capture { source, track: track.unchecked_into() })
}

/// Asks for a screen, a window or a tab: its picture, and its sound where the browser gives it. Call it while a click is
/// handled.
///
/// # Errors
/// When the person changes their mind, or it is not possible.
pub async fn screen() -> Result<Vec<Capture>, ShareError> {
    let refused = |thrown: JsValue| ShareError::from(Thrown::from(thrown));
    let tracks = load_engine().await.map_err(refused)?.screen().await.map_err(refused)?;
    let source = |track: &MediaStreamTrack| match track.kind().as_str() {
        "video" => Source::ScreenShare,
        _ => Source::ScreenShareAudio,
    };
    Ok(tracks.into_iter().map(|track| Capture { source: source(&track), track }).collect())
}

/// What the server has chosen for this page (`ClientProfile` of the crate `wire`).
fn camera_height_px() -> u32 {
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    let chosen = root.and_then(|root| root.get_attribute("data-capture-height")?.parse().ok());
    chosen.unwrap_or(CAMERA_HEIGHT_PX)
}

/// What to ask the browser for, as JSON; from this device and no other. Written out: a serializer that can write any
/// number is ten kilobytes of tables in the WebAssembly.
fn constraints(source: Source, ask: &Ask, full_height_px: u32) -> String {
    let device = ask.device.as_deref().filter(|id| !id.is_empty()).and_then(|id| serde_json::to_string(id).ok());
    let device = device.map(|id| format!(r#""deviceId":{{"exact":{id}}}"#)).unwrap_or_default();
    let camera = |parts: u32| {
        let height = full_height_px / parts;
        let width = height * 16 / 9;
        format!(r#""width":{{"ideal":{width}}},"height":{{"ideal":{height}}},"frameRate":{{"ideal":{CAMERA_FPS}}}"#)
    };
    let more = match (source, ask.size) {
        (_, CaptureSize::Any) => String::new(),
        (Source::Camera, CaptureSize::Full) => camera(1),
        (Source::Camera, CaptureSize::Half) => camera(2),
        _ => r#""echoCancellation":true,"noiseSuppression":true,"autoGainControl":true"#.to_owned(),
    };
    let kind = if source == Source::Camera { "video" } else { "audio" };
    let comma = if device.is_empty() || more.is_empty() { "" } else { "," };
    format!(r#"{{"{kind}":{{{device}{comma}{more}}}}}"#)
}

async fn get_user_media(constraints: &str) -> Result<MediaStream, CaptureError> {
    let devices = media_devices().ok_or_else(|| match web_sys::window() {
        Some(window) if !window.is_secure_context() => CaptureError::Insecure,
        _ => CaptureError::Unsupported,
    })?;
    let refused = |thrown: JsValue| CaptureError::from(Thrown::from(thrown));
    let constraints: MediaStreamConstraints = js_sys::JSON::parse(constraints).map_err(refused)?.unchecked_into();
    let asked = devices.get_user_media_with_constraints(&constraints).map_err(refused)?;
    JsFuture::from(asked).await.map(JsCast::unchecked_into).map_err(refused)
}

/// The browser's media devices; absent on insecure pages and in some in-app browsers.
pub(crate) fn media_devices() -> Option<MediaDevices> {
    let devices = web_sys::window()?.navigator().media_devices().ok()?;
    (!devices.is_undefined()).then_some(devices)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_are_json_whatever_a_device_is_called() {
        let read = |source, device: Option<&str>, size| {
            let ask = Ask { device: device.map(str::to_owned), size };
            serde_json::from_str::<serde_json::Value>(&constraints(source, &ask, 720)).unwrap()
        };
        let (full, half, any) = (CaptureSize::Full, CaptureSize::Half, CaptureSize::Any);
        assert_eq!(read(Source::Camera, None, full)["video"]["width"]["ideal"], 1280);
        assert_eq!(read(Source::Camera, Some(""), half)["video"]["height"]["ideal"], 360);
        assert_eq!(read(Source::Camera, None, any), serde_json::json!({ "video": {} }));
        assert_eq!(read(Source::Microphone, None, half)["audio"]["echoCancellation"], true);
        assert_eq!(
            read(Source::Microphone, Some("a"), any)["audio"],
            serde_json::json!({ "deviceId": { "exact": "a" } })
        );
        for id in ["a1b2", "\"},{\"", "\\"] {
            assert_eq!(read(Source::Camera, Some(id), full)["video"]["deviceId"]["exact"], id);
            assert_eq!(read(Source::Microphone, Some(id), full)["audio"]["deviceId"]["exact"], id);
        }
    }

    #[test]
    fn each_refusal_has_its_own_guide() {
        let error = |name: &str, message: &str| {
            CaptureError::from(Thrown { name: name.into(), message: message.into(), kind: String::new() })
        };
        assert_eq!(error("NotAllowedError", "Permission denied"), CaptureError::Denied);
        assert_eq!(error("NotAllowedError", "Permission dismissed"), CaptureError::Denied);
        assert_eq!(error("NotAllowedError", "Permission denied by system"), CaptureError::DeniedBySystem);
        assert_eq!(error("NotFoundError", "Requested device not found"), CaptureError::Missing);
        assert_eq!(error("OverconstrainedError", ""), CaptureError::Overconstrained);
        let gone = Thrown { name: "OverconstrainedError".into(), kind: "deviceId".into(), ..Thrown::default() };
        assert_eq!(CaptureError::from(gone), CaptureError::Missing);
        assert_eq!(error("NotReadableError", "Could not start video source"), CaptureError::Busy);
        assert_eq!(error("AbortError", "Starting videoinput failed"), CaptureError::Busy);
        assert_eq!(error("Odd", "thing"), CaptureError::Other("Odd: thing".into()));
    }
}
