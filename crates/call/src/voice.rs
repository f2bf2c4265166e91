//! What a person should know about their own microphone before the others tell them: muted while talking, no sound at all,
//! heard by nobody, or so loud that it distorts.

/// One reading of the microphone.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Loudness {
    /// As the ear takes it, from 0 (silence, 60 dB below full scale) to 1 (full scale).
    pub level: f64,
    /// The largest sample's distance from zero, from 0 to 1.
    pub peak: f64,
    /// Whether many samples stand at full scale: the top of the wave is cut off.
    pub clipped: bool,
    /// Whether the browser says that it gets nothing from the microphone.
    pub muted: bool,
}

/// What is wrong with what the microphone gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoiceWarning {
    /// The person talks, and is muted.
    TalkingMuted,
    /// The microphone is on and gives nothing at all: a switch on it, or the system, keeps it silent.
    NoSound,
    /// It gives sound, but those who could hear it report that none arrives.
    Unheard,
    /// It is driven beyond full scale: the others hear a rattle.
    TooLoud,
}

/// Louder than this is taken for a voice: 30 dB below full scale.
const VOICE_LEVEL: f64 = 0.5;
/// For how long the past counts when the share of voice or clipping is judged.
const MEMORY_MS: f64 = 2_000.0;
/// Talking is voice for so much of the time (between syllables there is none); below the lower share it has stopped.
const TALKS: (f64, f64) = (0.3, 0.05);
/// Clipping for so much of the time is heard.
const CLIPS: (f64, f64) = (0.3, 0.05);
/// A room is never without any sound, a microphone neither: even a quiet one gives some noise. But where noise is suppressed
/// there is nothing between words: one that has given sound is dead only when the browser says that it is muted.
const NO_SOUND_MS: u64 = 6_000;
/// Readings may come late; no single one counts for more time than this.
const STEP_MAX_MS: u64 = 300;

impl Loudness {
    /// Whether somebody talks in this very moment; between syllables nobody does.
    #[must_use]
    pub fn is_voice(self) -> bool {
        self.level > VOICE_LEVEL
    }
}

/// Listens to the person's own microphone.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Voice {
    at_ms: u64,
    talking: Share,
    clipping: Share,
    silent_ms: u64,
    /// Whether it has ever given a sound.
    sounded: bool,
    /// Whether the microphone was on at the last reading.
    on: bool,
}

impl Voice {
    /// Listens to the same microphone in another room: that it has given a sound is still true.
    #[must_use]
    pub fn anew(self) -> Self {
        Self { sounded: self.sounded, ..Self::default() }
    }

    /// Whether a microphone that is on gives nothing at all. One that has given sound may do so while nobody talks, or since
    /// somebody has switched it off: nobody can tell, but nobody is heard.
    #[must_use]
    pub const fn is_silent(self) -> bool {
        self.on && self.silent_ms >= NO_SOUND_MS
    }

    /// Takes in a reading and says what is wrong now. `on` is whether the others can hear this microphone, `unheard`
    /// whether they report that they do not.
    pub fn hear(&mut self, loudness: Loudness, on: bool, unheard: bool, now_ms: u64) -> Option<VoiceWarning> {
        if on != self.on {
            *self = Self { on, at_ms: now_ms, ..self.anew() };
        }
        let step_ms = now_ms.saturating_sub(self.at_ms).min(STEP_MAX_MS);
        self.at_ms = now_ms;
        self.talking.take(loudness.is_voice(), step_ms, TALKS);
        self.clipping.take(loudness.clipped, step_ms, CLIPS);
        let sounds = loudness.peak > 0.0;
        self.sounded |= sounds;
        self.silent_ms = if sounds { 0 } else { self.silent_ms + step_ms };
        let dead = self.silent_ms >= NO_SOUND_MS && (loudness.muted || !self.sounded);
        match on {
            false => self.talking.much.then_some(VoiceWarning::TalkingMuted),
            true if dead => Some(VoiceWarning::NoSound),
            true if unheard => Some(VoiceWarning::Unheard),
            true => self.clipping.much.then_some(VoiceWarning::TooLoud),
        }
    }
}

/// For how much of the time something was so, the recent past weighing most.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Share {
    share: f64,
    much: bool,
}

impl Share {
    fn take(&mut self, now: bool, step_ms: u64, (much, little): (f64, f64)) {
        let weight = (step_ms as f64 / MEMORY_MS).min(1.0);
        self.share += weight * (f64::from(u8::from(now)) - self.share);
        self.much = self.share > if self.much { little } else { much };
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::SizeRange;
    use proptest::prelude::*;

    use super::*;
    use crate::long_history::{LONG, few};

    const DEAD: Loudness = Loudness { level: 0.0, peak: 0.0, clipped: false, muted: false };
    const OFF: Loudness = Loudness { muted: true, ..DEAD };
    const QUIET: Loudness = Loudness { level: 0.1, peak: 0.001, ..DEAD };
    const VOICE: Loudness = Loudness { level: 0.7, peak: 0.4, ..DEAD };
    const LOUD: Loudness = Loudness { level: 0.95, peak: 1.0, clipped: true, ..DEAD };

    /// Listens for a while, a reading every tenth of a second; answers what was said last.
    fn listen(voice: &mut Voice, readings: &[Loudness], on: bool, for_ms: u64) -> Option<VoiceWarning> {
        let begin = voice.at_ms;
        (1..=for_ms / 100)
            .zip(readings.iter().cycle())
            .map(|(n, r)| voice.hear(*r, on, false, begin + n * 100))
            .last()
            .flatten()
    }

    #[test]
    fn what_is_not_louder_than_a_room_is_no_voice() {
        assert!(!Loudness { level: VOICE_LEVEL, ..VOICE }.is_voice());
    }

    #[test]
    fn talking_while_muted_is_said_and_stops_being_said() {
        let mut voice = Voice::default();
        assert_eq!(listen(&mut voice, &[QUIET], false, 10_000), None);
        assert_eq!(listen(&mut voice, &[VOICE], false, 300), None, "a cough is not a speech");
        assert_eq!(listen(&mut voice, &[VOICE, VOICE, QUIET], false, 2_000), Some(VoiceWarning::TalkingMuted));
        assert_eq!(listen(&mut voice, &[QUIET], false, 1_000), Some(VoiceWarning::TalkingMuted), "a pause for breath");
        assert_eq!(listen(&mut voice, &[QUIET], false, 8_000), None);
        assert_eq!(listen(&mut voice, &[VOICE], false, 3_000), Some(VoiceWarning::TalkingMuted));
        assert_eq!(listen(&mut voice, &[VOICE], true, 3_000), None, "unmuted, they are heard");
    }

    #[test]
    fn a_microphone_without_any_sound_is_dead_and_one_in_a_quiet_room_is_not() {
        let mut quiet = Voice::default();
        assert_eq!(listen(&mut quiet, &[QUIET], true, 60_000), None);
        let mut voice = Voice::default();
        assert_eq!(listen(&mut voice, &[DEAD], true, 5_000), None);
        assert_eq!(listen(&mut voice, &[DEAD], true, 2_000), Some(VoiceWarning::NoSound));
        assert_eq!(listen(&mut voice, &[DEAD], false, 60_000), None, "muted, it may be as dead as it likes");
        assert_eq!(listen(&mut voice, &[DEAD], true, 5_000), None, "and begins anew when it is unmuted");
    }

    #[test]
    fn a_microphone_that_gives_nothing_between_words_is_not_dead_unless_the_browser_says_so() {
        let mut voice = Voice::default();
        assert_eq!(listen(&mut voice, &[VOICE], false, 200), None);
        assert_eq!(listen(&mut voice, &[DEAD], true, 59_000), None, "it was heard before it was unmuted");
        assert_eq!(listen(&mut voice, &[VOICE], true, 200), None);
        assert!(!voice.is_silent());
        assert_eq!(listen(&mut voice, &[DEAD], true, 5_900), None);
        assert!(!voice.is_silent(), "a pause");
        assert_eq!(listen(&mut voice, &[DEAD], true, 600_000), None, "they listen");
        assert!(voice.is_silent(), "and are not heard");
        voice = voice.anew();
        assert_eq!(listen(&mut voice, &[DEAD], true, 600_000), None, "in another room too");
        assert!(voice.is_silent());
        assert_eq!(listen(&mut voice, &[DEAD], false, 60_000), None);
        assert!(!voice.is_silent(), "it is off");
        assert_eq!(listen(&mut voice, &[VOICE], true, 200), None);
        assert_eq!(listen(&mut voice, &[OFF], true, 5_000), None);
        assert_eq!(listen(&mut voice, &[OFF], true, 2_000), Some(VoiceWarning::NoSound), "a switch on it");
    }

    #[test]
    fn the_time_without_sound_begins_with_the_switching_on() {
        let mut voice = Voice::default();
        assert_eq!(listen(&mut voice, &[DEAD], false, 60_000), None);
        assert_eq!(voice.hear(DEAD, true, false, 100_000), None);
        assert_eq!(listen(&mut voice, &[DEAD], true, NO_SOUND_MS - 100), None);
        assert_eq!(listen(&mut voice, &[DEAD], true, 100), Some(VoiceWarning::NoSound));
    }

    #[test]
    fn distortion_is_said_when_it_lasts() {
        let mut voice = Voice::default();
        assert_eq!(listen(&mut voice, &[VOICE], true, 10_000), None);
        assert_eq!(listen(&mut voice, &[LOUD], true, 200), None, "somebody laughed");
        assert_eq!(listen(&mut voice, &[LOUD, VOICE], true, 4_000), Some(VoiceWarning::TooLoud));
        assert_eq!(listen(&mut voice, &[VOICE], true, 10_000), None);
    }

    #[test]
    fn a_page_that_was_asleep_does_not_take_the_gap_for_silence() {
        let mut voice = Voice::default();
        assert_eq!(voice.hear(DEAD, true, false, 1_000), None);
        assert_eq!(voice.hear(DEAD, true, false, 3_600_000), None);
    }

    #[test]
    fn what_nobody_hears_is_said_unless_it_is_for_want_of_sound() {
        let mut voice = Voice::default();
        assert_eq!(voice.hear(VOICE, true, true, 1_000), Some(VoiceWarning::Unheard));
        assert_eq!(listen(&mut voice, &[LOUD], true, 4_000), Some(VoiceWarning::TooLoud));
        assert_eq!(
            voice.hear(LOUD, true, true, 5_100),
            Some(VoiceWarning::Unheard),
            "first that they are heard at all"
        );
        assert_eq!(listen(&mut voice, &[OFF], true, 6_000), Some(VoiceWarning::NoSound));
        assert_eq!(voice.hear(OFF, true, true, 11_200), Some(VoiceWarning::NoSound));
        assert_eq!(voice.hear(VOICE, false, true, 11_300), None, "muted, nobody has to hear them");
    }

    /// What the microphone gives, whether it is on and not heard, how long after the reading before, and how often in a row.
    type Readings = (Loudness, [bool; 2], u64, usize);

    fn any_history(length: impl Into<SizeRange>) -> impl Strategy<Value = Vec<Readings>> {
        let peak = prop_oneof![Just(0.0), 0.0..=1.0];
        let loudness = (0.0..=1.0, peak, any::<[bool; 2]>()).prop_map(|(level, peak, [clipped, muted])| Loudness {
            level,
            peak,
            clipped,
            muted,
        });
        let on = prop::sample::select(vec![true, true, true, false]);
        let on = (on, any::<bool>()).prop_map(|(on, unheard)| [on, unheard]);
        prop::collection::vec((loudness, on, 0_u64..5_000, 1_usize..40), length)
    }

    /// Each warning fits the microphone, and who gives a sound is neither silent nor without any.
    fn obeys_the_rules(readings: Vec<Readings>) -> Result<(), TestCaseError> {
        let (mut voice, mut now_ms) = (Voice::default(), 0);
        let each = readings.into_iter().flat_map(|(loudness, on, wait_ms, times)| vec![(loudness, on, wait_ms); times]);
        for (loudness, [on, unheard], wait_ms) in each {
            now_ms += wait_ms;
            let warning = voice.hear(loudness, on, unheard, now_ms);
            prop_assert!(warning.is_none() || on != (warning == Some(VoiceWarning::TalkingMuted)));
            prop_assert!(!voice.is_silent() || on && loudness.peak == 0.0);
            prop_assert!(warning != Some(VoiceWarning::NoSound) || voice.is_silent());
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn every_history_obeys_the_rules(readings in any_history(0..300)) {
            obeys_the_rules(readings)?;
        }
    }

    proptest! {
        #![proptest_config(few())]

        #[test]
        fn so_does_one_of_ten_thousand_readings(readings in any_history(LONG)) {
            obeys_the_rules(readings)?;
        }
    }
}
