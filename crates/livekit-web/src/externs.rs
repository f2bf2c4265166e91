//! Every raw binding that is not in web-sys: the adapter in `js/`, and what web-sys leaves out.

use call::Traffic;
use js_sys::{Function, Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{HtmlAudioElement, HtmlElement, HtmlVideoElement, MediaStreamTrack};

#[wasm_bindgen(module = "parlour/bridge")]
extern "C" {
    #[wasm_bindgen(catch, js_name = loadEngine)]
    async fn load_engine_value() -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_name = attach)]
    pub(crate) async fn attach_value(
        input: &HtmlElement,
        panel: &HtmlElement,
        address: &str,
        tell: &Function,
    ) -> Result<(), JsValue>;

    /// Writes a line into the page's journal, which a bug report carries.
    pub(crate) fn note(kind: &str, detail: &str);

    /// Milliseconds since 1970, as timers count them.
    pub(crate) fn now() -> f64;

    #[wasm_bindgen(catch)]
    pub(crate) async fn pause(ms: f64) -> Result<(), JsValue>;
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

impl Engine {
    /// What arrives now, and the frames of pictures as JSON.
    pub(crate) async fn traffic(&self) -> Result<(Traffic, String), JsValue> {
        let now: TrafficNow = self.traffic_value().await?.unchecked_into();
        Ok((Traffic { received: now.received() as u64, due: now.due() }, now.pictures()))
    }

    /// Every track and what has flowed on it, as JSON.
    pub(crate) async fn flows(&self) -> Result<String, JsValue> {
        Ok(self.flows_value().await?.as_string().unwrap_or_default())
    }

    /// What was heard of some tracks so far, as JSON.
    pub(crate) async fn sounds(&self, sids: String) -> Result<String, JsValue> {
        Ok(self.sounds_value(sids).await?.as_string().unwrap_or_default())
    }

    /// How pictures fare, as JSON.
    pub(crate) async fn look(&self) -> Result<String, JsValue> {
        Ok(self.look_value().await?.as_string().unwrap_or_default())
    }
}

#[wasm_bindgen]
extern "C" {
    /// The module `js/engine.js`.
    pub(crate) type EngineModule;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn create(
        this: &EngineModule,
        on_events: &JsValue,
        hand: &str,
        role: &str,
        heir: &str,
    ) -> Result<Engine, JsValue>;

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

    #[wasm_bindgen(method, catch)]
    pub(crate) async fn send(this: &Engine, topic: &str, text: &str, to: &str, reliable: bool) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = traffic)]
    async fn traffic_value(this: &Engine) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = flows)]
    async fn flows_value(this: &Engine) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = sounds)]
    async fn sounds_value(this: &Engine, sids: String) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = look)]
    async fn look_value(this: &Engine) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method)]
    pub(crate) fn limit(this: &Engine, sent: u32, received: u32);

    #[wasm_bindgen(method, js_name = leaveOutSmallest)]
    pub(crate) fn leave_out_smallest(this: &Engine);

    #[wasm_bindgen(method)]
    pub(crate) fn resubscribe(this: &Engine, sid: &str);

    #[wasm_bindgen(method)]
    pub(crate) fn dispose(this: &Engine);

    /// What has come in on the media connection, whether something has to, and of which pictures.
    type TrafficNow;

    #[wasm_bindgen(method, getter)]
    fn received(this: &TrafficNow) -> f64;

    #[wasm_bindgen(method, getter)]
    fn due(this: &TrafficNow) -> bool;

    #[wasm_bindgen(method, getter)]
    fn pictures(this: &TrafficNow) -> String;

    /// Anything that was thrown: an Error, a DOMException, or our own failure with a `kind`.
    pub(crate) type Thrown;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn name(this: &Thrown) -> JsValue;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn message(this: &Thrown) -> JsValue;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn kind(this: &Thrown) -> JsValue;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn constraint(this: &Thrown) -> JsValue;

    /// An audio element that may choose where it plays; not every browser has that.
    #[wasm_bindgen(extends = HtmlAudioElement)]
    pub(crate) type SinkElement;

    #[wasm_bindgen(method, catch, js_name = setSinkId)]
    pub(crate) fn set_sink_id(this: &SinkElement, device_id: &str) -> Result<Promise, JsValue>;

    /// A navigator that may keep locks; older browsers have none.
    pub(crate) type LockNavigator;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn locks(this: &LockNavigator) -> Option<LockManager>;

    /// The locks of this origin, which all its tabs share.
    pub(crate) type LockManager;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn request(
        this: &LockManager,
        name: &str,
        options: &Object,
        granted: &JsValue,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) async fn query(this: &LockManager) -> Result<JsValue, JsValue>;
}
