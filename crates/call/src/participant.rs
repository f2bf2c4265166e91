//! A participant as the app shows it.

use wire::{DisplayName, Identity, Role};

use crate::{ParticipantInfo, Publication, Quality, Source, TrackSid};

/// What somebody is called who has no name that can be shown.
const NAMELESS: &str = "Guest";

/// Where somebody who is in the roster stands: not yet inside, inside, or lost for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Presence {
    /// Let in, but no sound or picture of theirs can travel yet.
    Joining,
    /// Inside.
    Active,
    /// LiveKit hears nothing of them any more. Nobody tells that they are coming back: until LiveKit lets them go it is
    /// taken for granted.
    Reconnecting,
}

impl Presence {
    /// What to say of it; nothing of whom there is nothing to say.
    #[must_use]
    pub const fn sentence(self) -> Option<&'static str> {
        match self {
            Self::Joining => Some("Joining…"),
            Self::Active => None,
            Self::Reconnecting => Some("Reconnecting…"),
        }
    }
}

/// Which of somebody's media have stopped on their way to us, although they are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stalled {
    /// The microphone's.
    pub sound: bool,
    /// The camera's.
    pub picture: bool,
}

/// One participant, as plain data that can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Identity in the room.
    pub identity: Identity,
    /// Name, cleaned and cut: another client may have written anything.
    pub name: String,
    /// Whether it is this browser.
    pub local: bool,
    /// Whether its media can travel.
    pub active: bool,
    /// When it joined, in milliseconds since 1970. It stays as first told while they are inside: one
    /// who reconnects keeps their place.
    pub joined_at_ms: u64,
    /// When it raised its hand, in milliseconds since 1970; `None` while the hand is down.
    pub hand_at_ms: Option<u64>,
    /// What the server says that it is.
    pub role: Role,
    /// Whether it is a host only since none was there.
    pub heir: bool,
    /// The microphone's track.
    pub microphone: Option<Publication>,
    /// The camera's track.
    pub camera: Option<Publication>,
    /// The shared screen's picture.
    pub screen: Option<Publication>,
    /// The shared screen's sound.
    pub screen_audio: Option<Publication>,
    /// Whether it is heard speaking; never while muted.
    pub speaking: bool,
    /// How good its connection is.
    pub quality: Quality,
    /// What does not arrive, while that of others does.
    pub stalled: Stalled,
}

impl Participant {
    /// What an event tells, over what was known before.
    pub(crate) fn from_info(info: &ParticipantInfo, before: Option<&Self>, heard: bool, stalled: &[TrackSid]) -> Self {
        let track = |source| pick(&info.publications, source);
        let mut participant = Self {
            identity: info.identity.clone(),
            name: DisplayName::cut(&info.name).map_or_else(|| NAMELESS.to_owned(), String::from),
            local: info.local,
            active: info.active,
            joined_at_ms: before.map_or(0, |p| p.joined_at_ms),
            hand_at_ms: info.hand_at_ms,
            role: info.role,
            heir: info.heir,
            microphone: track(Source::Microphone),
            camera: track(Source::Camera),
            screen: track(Source::ScreenShare),
            screen_audio: track(Source::ScreenShareAudio),
            speaking: false,
            quality: before.map(|p| p.quality).unwrap_or_default(),
            stalled: Stalled::default(),
        };
        if participant.joined_at_ms == 0 {
            participant.joined_at_ms = info.joined_at_ms;
        }
        participant.speaking = heard && participant.microphone_on();
        participant.stalled = participant.stalled_of(stalled);
        participant
    }

    /// What of its media is among these tracks, and on.
    pub(crate) fn stalled_of(&self, tracks: &[TrackSid]) -> Stalled {
        let is = |track: &Option<Publication>| track.as_ref().is_some_and(|t| !t.muted && tracks.contains(&t.sid));
        Stalled { sound: is(&self.microphone), picture: is(&self.camera) }
    }

    /// Where it stands between coming and going.
    #[must_use]
    pub const fn presence(&self) -> Presence {
        match self.quality {
            // How our own connection fares is told elsewhere, and sooner.
            _ if self.local => Presence::Active,
            Quality::Lost => Presence::Reconnecting,
            _ if self.active => Presence::Active,
            _ => Presence::Joining,
        }
    }

    /// What is wrong with somebody who should be heard or seen; nothing of whom there is nothing to say. A phone call stops
    /// both, so that nothing arrives of somebody is not to say that they are gone.
    #[must_use]
    pub fn trouble(&self) -> Option<&'static str> {
        self.presence().sentence().or(match self.stalled {
            Stalled { sound: true, picture: true } => Some("Nothing arrives"),
            Stalled { sound: true, .. } => Some("No sound arrives"),
            Stalled { picture: true, .. } => Some("Picture frozen"),
            Stalled { .. } => None,
        })
    }

    /// Where it stands in the roster.
    pub(crate) fn place(&self) -> (bool, u64, &Identity) {
        (!self.local, self.joined_at_ms, &self.identity)
    }

    /// Whether it can be heard: published and not muted.
    #[must_use]
    pub fn microphone_on(&self) -> bool {
        self.microphone.as_ref().is_some_and(|track| !track.muted)
    }

    /// Whether its camera can be shown: published, not muted, and here.
    #[must_use]
    pub fn camera_on(&self) -> bool {
        self.picture(Source::Camera).is_some()
    }

    /// The track to attach for a picture, when there is one to show.
    #[must_use]
    pub fn picture(&self, source: Source) -> Option<&TrackSid> {
        let track = self.picture_track(source)?;
        (!track.muted && track.subscribed).then_some(&track.sid)
    }

    /// Whether LiveKit has paused a picture: what is seen of it stands still.
    #[must_use]
    pub fn is_paused(&self, source: Source) -> bool {
        self.picture_track(source).is_some_and(|track| track.paused)
    }

    const fn picture_track(&self, source: Source) -> Option<&Publication> {
        match source {
            Source::Camera => self.camera.as_ref(),
            Source::ScreenShare => self.screen.as_ref(),
            Source::Microphone | Source::ScreenShareAudio | Source::Unknown => None,
        }
    }
}

/// The track of a source. While one replaces another there are two: the one that is not muted.
fn pick(publications: &[Publication], source: Source) -> Option<Publication> {
    let of_source = || publications.iter().filter(|track| track.source == source);
    of_source().find(|track| !track.muted).or_else(|| of_source().next()).cloned()
}
