//! How loud a microphone is.

use std::time::Duration;

use call::Loudness;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AnalyserNode, AudioContext, AudioContextOptions, AudioContextState, MediaStream, MediaStreamAudioSourceNode,
    MediaStreamTrack,
};

use crate::{Capture, Listener};

/// Samples in one reading: 21 ms at 48 kHz.
const WINDOW: usize = 1024;
/// The largest number that 16 bits hold, nearly: where the top of a wave is cut off.
const FULL_SCALE: f32 = 0.999;
/// How many samples of a reading have to stand there: single ones are a limiter at work.
const CLIPPED_SAMPLES: usize = WINDOW / 32;
/// What counts as silence, in dB below full scale.
const FLOOR_DB: f64 = -60.0;
/// Nothing is played, so no loudspeaker is opened, where the browser can do without; and nothing hurries: a phone's processor
/// wakes less often.
const LISTENS_ONLY: &str = r#"{"latencyHint":"playback","sinkId":{"type":"none"}}"#;

/// Reads how loud a capture is until it is dropped; also while the capture is disabled, so that who talks while muted can be
/// told.
#[must_use = "dropping it stops the readings"]
pub struct Meter {
    context: AudioContext,
    /// The capture under another handle, which nobody disables.
    _ear: Ear,
    input: MediaStreamAudioSourceNode,
    timer: Option<i32>,
    _read: Closure<dyn Fn()>,
    _gesture: Listener,
}

impl Meter {
    /// Calls back with every reading. `None` where the browser has no Web Audio. A browser that keeps it asleep until
    /// somebody clicks reads from then on.
    pub fn new(capture: &Capture, every: Duration, on_reading: impl Fn(Loudness) + 'static) -> Option<Self> {
        let window = web_sys::window()?;
        let context = listening_context().ok()?;
        let analyser = context.create_analyser().ok()?;
        analyser.set_fft_size(u32::try_from(WINDOW).ok()?);
        let ear = Ear(capture.ear());
        let stream = MediaStream::new().ok()?;
        stream.add_track(&ear.0);
        let input = context.create_media_stream_source(&stream).ok()?;
        input.connect_with_audio_node(&analyser).ok()?;

        wake(&context);
        let sleeper = context.clone();
        let gesture = Listener::new(&window, &["pointerdown", "keydown"], move |_| wake(&sleeper));
        let awake = context.clone();
        // The same handle, not another one as `clone` of the track itself would make.
        let heard = Clone::clone(&ear.0);
        let read: Closure<dyn Fn()> = Closure::new(move || {
            // One that sleeps gives zeros, which say nothing about the microphone.
            if awake.state() == AudioContextState::Running {
                on_reading(Loudness { muted: heard.muted(), ..sample(&analyser) });
            }
        });
        let every_ms = i32::try_from(every.as_millis()).ok()?;
        let timer =
            window.set_interval_with_callback_and_timeout_and_arguments_0(read.as_ref().unchecked_ref(), every_ms).ok();
        Some(Self { context, _ear: ear, input, timer, _read: read, _gesture: gesture })
    }
}

/// Stops when it is dropped: it holds the hardware as the capture does.
struct Ear(MediaStreamTrack);

impl Drop for Ear {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if let (Some(window), Some(timer)) = (web_sys::window(), self.timer) {
            window.clear_interval_with_handle(timer);
        }
        drop(self.input.disconnect());
        close(&self.context);
    }
}

fn listening_context() -> Result<AudioContext, JsValue> {
    let options: AudioContextOptions = js_sys::JSON::parse(LISTENS_ONLY)?.unchecked_into();
    AudioContext::new_with_context_options(&options)
}

/// Lets a context go on that autoplay rules keep asleep; without a gesture nothing happens.
pub(crate) fn wake(context: &AudioContext) {
    if context.state() == AudioContextState::Suspended
        && let Ok(resumed) = context.resume()
    {
        spawn_local(async move { drop(JsFuture::from(resumed).await) });
    }
}

/// Gives the context's thread and device back.
pub(crate) fn close(context: &AudioContext) {
    if let Ok(closed) = context.close() {
        spawn_local(async move { drop(JsFuture::from(closed).await) });
    }
}

fn sample(analyser: &AnalyserNode) -> Loudness {
    let mut samples = [0.0; WINDOW];
    analyser.get_float_time_domain_data(&mut samples);
    let peak = samples.iter().fold(0.0, |peak: f32, sample| peak.max(sample.abs()));
    let at_full_scale = samples.iter().filter(|sample| sample.abs() >= FULL_SCALE).count();
    Loudness { level: level(&samples), peak: f64::from(peak), clipped: at_full_scale >= CLIPPED_SAMPLES, muted: false }
}

/// Loudness as the ear takes it: the root mean square in decibels, from 0 at the floor to 1.
fn level(samples: &[f32]) -> f64 {
    let power: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    let count = u32::try_from(samples.len()).map_or(1.0, f64::from).max(1.0);
    let decibels = 10.0 * (power / count).log10();
    (1.0 - decibels / FLOOR_DB).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_nothing_and_full_scale_is_all() {
        assert_eq!(level(&[]), 0.0);
        assert_eq!(level(&[0.0; WINDOW]), 0.0);
        assert_eq!(level(&[1.0; WINDOW]), 1.0);
        assert_eq!(level(&[-1.0; WINDOW]), 1.0);
    }

    #[test]
    fn a_tenth_of_the_amplitude_is_twenty_decibels_less() {
        let quiet = level(&[0.1; WINDOW]);
        assert!((quiet - 2.0 / 3.0).abs() < 1e-6, "{quiet}");
        assert_eq!(level(&[0.0005; WINDOW]), 0.0);
    }
}
