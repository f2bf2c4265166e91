//! Every raw binding that is not in web-sys: the adapter in `js/`, and what web-sys leaves out.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlAudioElement, HtmlVideoElement, MediaStreamTrack};

#[wasm_bindgen(module = "parlour/bridge")]
extern "C" {
    #[wasm_bindgen(catch, js_name = loadEngine)]
    async fn load_engine_value() -> Result<JsValue, JsValue>;
}

/// Fetches livekit-client with the large part of the adapter (`js/engine.js`).
pub(crate) async fn load_engine() -> Result<EngineModule, JsValue> {
    load_engine_value().await.map(JsCast::unchecked_into)
}

impl EngineModule {
    /// Asks for a screen; its tracks.
    pub(crate) async fn screen(&self) -> Result<Vec<MediaStreamTrack>, JsValue> {
        let tracks = js_sys::Array::from(&self.capture_screen().await?);
        Ok(tracks.iter().map(JsCast::unchecked_into).collect())
    }
}

#[wasm_bindgen]
extern "C" {
    /// The module `js/engine.js`.
    pub(crate) type EngineModule;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn create(this: &EngineModule, on_events: &JsValue, hand_attribute: &str) -> Result<Engine, JsValue>;

    #[wasm_bindgen(method, catch, js_name = captureScreen)]
    async fn capture_screen(this: &EngineModule) -> Result<JsValue, JsValue>;

    /// One room of livekit-client and the commands on it.
    #[derive(Clone)]
    pub(crate) type Engine;

    #[wasm_bindgen(method, catch)]
    pub(crate) async fn connect(
        this: &Engine,
        url: &str,
        token: &str,
        ice_servers: Option<String>,
    ) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) async fn disconnect(this: &Engine) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) async fn publish(
        this: &Engine,
        source: &str,
        track: &MediaStreamTrack,
        muted: bool,
    ) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = setMuted)]
    pub(crate) async fn set_muted(this: &Engine, source: &str, muted: bool) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) async fn replace(this: &Engine, source: &str, track: &MediaStreamTrack) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) async fn unpublish(this: &Engine, source: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method)]
    pub(crate) fn attach(this: &Engine, sid: &str, element: &HtmlVideoElement);

    #[wasm_bindgen(method)]
    pub(crate) fn detach(this: &Engine, sid: &str, element: &HtmlVideoElement);

    #[wasm_bindgen(method, catch, js_name = startAudio)]
    pub(crate) async fn start_audio(this: &Engine) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = setSpeaker)]
    pub(crate) async fn set_speaker(this: &Engine, device_id: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method)]
    pub(crate) fn dispose(this: &Engine);

    /// Anything that was thrown: an Error, a DOMException, or our own failure with a `kind`.
    pub(crate) type Thrown;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn name(this: &Thrown) -> JsValue;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn message(this: &Thrown) -> JsValue;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn kind(this: &Thrown) -> JsValue;

    /// An audio element that may choose where it plays; not every browser has that.
    #[wasm_bindgen(extends = HtmlAudioElement)]
    pub(crate) type SinkElement;

    #[wasm_bindgen(method, catch, js_name = setSinkId)]
    pub(crate) fn set_sink_id(this: &SinkElement, device_id: &str) -> Result<Promise, JsValue>;
}
