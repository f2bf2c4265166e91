//! A room of livekit-client: events out, commands in.

use std::rc::Rc;

use call::{
    Arrival, Flow, Look, RoomEvent, Source, TrackSid, Traffic, read_arrivals, read_events, read_flows, read_look,
};
use wasm_bindgen::prelude::Closure;
use web_sys::HtmlVideoElement;
use wire::{HAND_ATTRIBUTE, HEIR_ATTRIBUTE, IceServer, Identity, ROLE_ATTRIBUTE};

use crate::externs::{Engine, load_engine};
use crate::failure::Thrown;
use crate::{Attachment, Capture, ConnectError, LoadError, PublishError, SpeakerError};

/// Fetches livekit-client, so that a later [`Room::create`] need not wait for it.
///
/// # Errors
/// When it cannot be fetched; the next call tries anew.
pub async fn preload() -> Result<(), LoadError> {
    load_engine().await?;
    Ok(())
}

/// A room. Clones are the same room; when the last one is dropped it disconnects, stops every
/// sound and picture, and tells nothing more.
#[derive(Clone)]
pub struct Room(Rc<Inner>);

struct Inner {
    engine: Engine,
    _on_events: Closure<dyn Fn(String)>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.engine.dispose();
    }
}

impl Room {
    /// Makes a room that is not connected yet. `on_events` is told everything that happens, in
    /// order, as one list per task of the browser; it may use and drop the room.
    ///
    /// # Errors
    /// When livekit-client cannot be fetched or started.
    pub async fn create(on_events: impl Fn(Vec<RoomEvent>) + 'static) -> Result<Self, LoadError> {
        let module = load_engine().await?;
        let on_events: Closure<dyn Fn(String)> = Closure::new(move |json: String| on_events(parse(&json)));
        let engine = module.create(on_events.as_ref(), HAND_ATTRIBUTE, ROLE_ATTRIBUTE, HEIR_ATTRIBUTE)?;
        Ok(Self(Rc::new(Inner { engine, _on_events: on_events })))
    }

    /// Joins. `ice_servers`: `Some` of an empty list means none, `None` leaves them to LiveKit.
    /// A failed attempt is told by the error alone: `Disconnected` follows only a `Connected`. A room
    /// can join again after its end, with a fresh token; what was published has to be published again.
    ///
    /// # Errors
    /// Says whether a fresh token, waiting or another network may help.
    pub async fn connect(&self, url: &str, token: &str, ice_servers: Option<&[IceServer]>) -> Result<(), ConnectError> {
        let ice_servers = ice_servers
            .map(serde_json::to_string)
            .transpose()
            .map_err(|error| ConnectError::Other(error.to_string()))?;
        self.0.engine.connect(url, token, ice_servers).await.map_err(|thrown| Thrown::from(thrown).into())
    }

    /// Leaves, and gives up an attempt to join. What was captured goes on until it is dropped.
    pub async fn disconnect(&self) {
        log_failure("leaving", self.0.engine.disconnect().await);
    }

    /// Publishes a capture. Drop the capture only after [`Room::unpublish`], [`Room::set_muted`] or
    /// [`Room::replace`], or everybody sees it freeze.
    ///
    /// # Errors
    /// When the token does not allow it or the connection breaks.
    pub async fn publish(&self, capture: &Capture, muted: bool) -> Result<(), PublishError> {
        let source = name(capture.source());
        self.0.engine.publish(source, capture.track(), muted).await.map_err(publish_error)
    }

    /// Mutes or unmutes. The hardware stays on: to switch a camera off, mute and drop its capture;
    /// to switch it on again, capture anew, [`Room::replace`], unmute.
    ///
    /// # Errors
    /// When nothing of this source is published.
    pub async fn set_muted(&self, source: Source, muted: bool) -> Result<(), PublishError> {
        self.0.engine.set_muted(name(source), muted).await.map_err(publish_error)
    }

    /// Puts this capture in the place of the published one of the same source; muted stays muted.
    ///
    /// # Errors
    /// When nothing of this source is published, or just being published again.
    pub async fn replace(&self, capture: &Capture) -> Result<(), PublishError> {
        self.0.engine.replace(name(capture.source()), capture.track()).await.map_err(publish_error)
    }

    /// Takes back what is published of this source, if anything; a screen with its sound. While livekit-client resumes this
    /// waits for the end of that.
    pub async fn unpublish(&self, source: Source) {
        log_failure("unpublishing", self.0.engine.unpublish(name(source)).await);
    }

    /// Shows a track in an element for as long as the attachment lives, also when the track comes
    /// only later or goes and comes back. Remote sound needs no element.
    pub fn attach(&self, sid: &TrackSid, element: &HtmlVideoElement) -> Attachment {
        Attachment::new(&self.0.engine, sid, element)
    }

    /// Starts sound that autoplay rules have stopped; call it while a click is handled. The event
    /// `AudioPlayback` tells whether it helped.
    pub async fn start_audio(&self) {
        log_failure("starting sound", self.0.engine.start_audio().await);
    }

    /// Plays the others on this device; the empty text is the system's choice.
    ///
    /// # Errors
    /// When the device is gone, or the browser does not let us choose.
    pub async fn set_speaker(&self, device_id: &str) -> Result<(), SpeakerError> {
        self.0.engine.set_speaker(device_id).await.map_err(|thrown| Thrown::from(thrown).into())
    }

    /// Sends text to one participant alone; `reliable` sends it again where the network loses it. What cannot be sent is
    /// lost: whoever needs an answer asks for one.
    pub async fn send(&self, topic: &str, text: &str, to: &Identity, reliable: bool) {
        log_failure("sending", self.0.engine.send(topic, text, to.as_str(), reliable).await);
    }

    /// Every track that is here and what has flowed on it; `None` when the browser does not tell.
    pub async fn flows(&self) -> Option<Vec<Flow>> {
        read_flows(&self.0.engine.flows().await.ok()?).ok()
    }

    /// What was heard of some of the others' tracks so far; `None` when the browser does not tell.
    pub async fn sounds(&self, sids: &[TrackSid]) -> Option<Vec<Arrival>> {
        let sids: Vec<&str> = sids.iter().map(|sid| sid.0.as_str()).collect();
        read_arrivals(&self.0.engine.sounds(sids.join("\n")).await.ok()?).ok()
    }

    /// How pictures have fared since the last look; `None` when the browser does not tell.
    pub async fn look(&self) -> Option<Look> {
        read_look(&self.0.engine.look().await.ok()?).ok()
    }

    /// Sends and receives no larger pictures of cameras than these from now on, by their shorter side in pixels. What is not
    /// sent at all is muted, too, and what is not received is attached nowhere, by those who show that.
    pub fn limit(&self, sent_px: u32, received_px: u32) {
        self.0.engine.limit(sent_px, received_px);
    }

    /// Does not send the smallest picture of the camera for a moment, where a larger one is sent.
    pub fn leave_out_smallest(&self) {
        self.0.engine.leave_out_smallest();
    }

    /// Subscribes to another's track again.
    pub fn resubscribe(&self, sid: &TrackSid) {
        self.0.engine.resubscribe(&sid.0);
    }

    /// What arrives now, and how many frames were seen so far of each picture that is due; `None` when the browser does
    /// not tell.
    pub async fn traffic(&self) -> Option<(Traffic, Vec<Arrival>)> {
        let (traffic, pictures) = self.0.engine.traffic().await.ok()?;
        Some((traffic, read_arrivals(&pictures).ok()?))
    }
}

/// Our adapter writes what `RoomEvent` reads; a mismatch is a defect, told and not hidden.
fn parse(json: &str) -> Vec<RoomEvent> {
    read_events(json)
        .unwrap_or_else(|error| vec![RoomEvent::EngineError { message: format!("events could not be read: {error}") }])
}

/// livekit-client's name for a source.
const fn name(source: Source) -> &'static str {
    match source {
        Source::Camera => "camera",
        Source::Microphone => "microphone",
        Source::ScreenShare => "screen_share",
        Source::ScreenShareAudio => "screen_share_audio",
        Source::Unknown => "unknown",
    }
}

fn publish_error(thrown: wasm_bindgen::JsValue) -> PublishError {
    Thrown::from(thrown).into()
}

/// For commands after whose failure there is nothing that a caller could do.
fn log_failure(what: &str, result: Result<(), wasm_bindgen::JsValue>) {
    if let Err(thrown) = result {
        web_sys::console::warn_1(&format!("{what} failed: {}", Thrown::from(thrown)).into());
    }
}
