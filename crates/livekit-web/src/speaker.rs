//! The speaker test: a short chime on the chosen output.

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AudioContext, AudioNode, HtmlAudioElement, OscillatorNode};

use crate::devices::speaker_selectable;
use crate::externs::SinkElement;
use crate::failure::Thrown;
use crate::meter::close;

/// Three notes that rise: C5, E5, G5.
const NOTES_HZ: [f32; 3] = [523.25, 659.25, 783.99];
/// From one note to the next, in seconds.
const STEP_S: f64 = 0.18;
/// How long one note rings, in seconds.
const RING_S: f64 = 0.9;
/// How fast a note comes, in seconds: at once, but without a click.
const ATTACK_S: f64 = 0.02;
/// Of full scale, for each note: they overlap.
const PEAK: f32 = 0.2;
/// An exponential ramp cannot reach zero.
const INAUDIBLE: f32 = 0.0001;

/// Why there was no chime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpeakerError {
    /// There is no such speaker any more.
    Missing,
    /// The browser does not let the page play, or not on this speaker.
    Blocked,
    /// Anything else; what the browser says, for the log.
    Other(String),
}

impl From<Thrown> for SpeakerError {
    fn from(thrown: Thrown) -> Self {
        match thrown.name.as_str() {
            "NotFoundError" => Self::Missing,
            "NotAllowedError" | "SecurityError" => Self::Blocked,
            _ => Self::Other(thrown.to_string()),
        }
    }
}

/// Plays a chime and returns when it has faded. Where the browser does not let a page choose the
/// speaker, or none is named, it plays on the system's choice. Call it while a click is handled.
///
/// # Errors
/// When the speaker is gone or the browser does not let the page play.
pub async fn test_speaker(device: Option<&str>) -> Result<(), SpeakerError> {
    let device = device.filter(|id| !id.is_empty() && speaker_selectable());
    chime(device).await.map_err(|thrown| Thrown::from(thrown).into())
}

/// What plays; dropping it ends the sound.
struct Playing {
    context: AudioContext,
    element: Option<HtmlAudioElement>,
}

impl Drop for Playing {
    fn drop(&mut self) {
        if let Some(element) = &self.element {
            drop(element.pause());
            element.set_src_object(None);
        }
        close(&self.context);
    }
}

async fn chime(device: Option<&str>) -> Result<(), JsValue> {
    let mut playing = Playing { context: AudioContext::new()?, element: None };
    let context = playing.context.clone();
    // Asked for before anything is awaited: a later moment is no longer the click's.
    let resumed = context.resume()?;
    match device {
        None => notes(&context, &context.destination())?,
        Some(id) => {
            // An element can choose its output in every browser that lets a page choose at all.
            let output = context.create_media_stream_destination()?;
            let element = HtmlAudioElement::new()?;
            element.set_src_object(Some(&output.stream()));
            playing.element = Some(element.clone());
            let chosen = element.unchecked_ref::<SinkElement>().set_sink_id(id)?;
            let started = element.play()?;
            JsFuture::from(chosen).await?;
            JsFuture::from(started).await?;
            notes(&context, &output)?;
        }
    }
    JsFuture::from(resumed).await?;
    faded().await?;
    Ok(())
}

/// Plans all notes into `output`, from now on.
fn notes(context: &AudioContext, output: &AudioNode) -> Result<(), JsValue> {
    let mut start = context.current_time();
    for frequency in NOTES_HZ {
        let note = OscillatorNode::new(context)?;
        note.frequency().set_value(frequency);
        let envelope = context.create_gain()?;
        let gain = envelope.gain();
        gain.set_value_at_time(INAUDIBLE, start)?;
        gain.exponential_ramp_to_value_at_time(PEAK, start + ATTACK_S)?;
        gain.exponential_ramp_to_value_at_time(INAUDIBLE, start + RING_S)?;
        note.connect_with_audio_node(&envelope)?;
        envelope.connect_with_audio_node(output)?;
        note.start_with_when(start)?;
        note.stop_with_when(start + RING_S)?;
        start += STEP_S;
    }
    Ok(())
}

/// Waits as long as the chime lasts, by the clock: a context without a device never ends a note.
async fn faded() -> Result<JsValue, JsValue> {
    let seconds = NOTES_HZ.len() as f64 * STEP_S + RING_S;
    JsFuture::from(Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let timer =
                window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, (seconds * 1000.0) as i32);
            debug_assert!(timer.is_ok(), "a timer can be set");
        }
    }))
    .await
}
