//! What the browser counts about pictures, and what that means for a ladder.

use serde_json::Value;

use super::{Reason, Rung};

/// Packets lost, in thousandths, at which sending less helps nobody yet but sending more would be wrong; at which pictures
/// suffer; at which sound does.
pub(super) const SOME_LOST: u64 = 20;
const MUCH_LOST: u64 = 80;
const MOST_LOST: u64 = 200;
/// Less than this, in kilobits a second, carries sound and no picture.
const SOUND_KBPS: u64 = 50;

/// What a look says about the rung that is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// There may be room for more.
    Well,
    /// There is no room for more.
    Strained,
    /// The browser holds back by itself, and less than before.
    Rising,
    /// The browser holds back by itself: a while of that is too much, but it may only be on its way up.
    Limited(Reason),
    /// It is too much.
    Bad,
    /// It is by far too much.
    Failing,
}

/// What has gone out since the last look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// The shorter side of the camera's largest picture that is sent, in pixels; 0 where none is.
    pub height_px: u64,
    /// Whether the encoder holds back for want of bandwidth.
    pub by_bandwidth: bool,
    /// Whether it holds back for want of computing power.
    pub by_cpu: bool,
    /// What the browser takes the way out to carry, in kilobits a second, where it says.
    pub available_kbps: Option<u64>,
    /// Whether that is more than it was.
    pub rises: bool,
    /// How long packets travel there and back, in milliseconds, where it says.
    pub round_trip_ms: Option<u64>,
    /// Packets lost, in thousandths.
    pub lost: u64,
    /// How often a key frame of the camera's largest picture was asked for.
    pub key_frames_asked: u64,
}

/// What has come in since the last look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Received {
    /// The shorter side of the largest picture of a camera, in pixels; 0 where there is none.
    pub height_px: u64,
    /// Pictures that are looked at and should move.
    pub pictures: u64,
    /// How many of them stood still, although their sender's connection is well.
    pub frozen: u64,
    /// Pictures that LiveKit has paused because the way in does not carry them.
    pub paused: u64,
    /// Packets lost, in thousandths, of the sender of whom the fewest are: our way in is common to all.
    pub lost: u64,
}

/// Both directions at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// What goes out.
    pub sent: Sent,
    /// What comes in.
    pub received: Received,
}

impl Sent {
    /// What it means for the rung that is used. The last picture goes only for the sake of sound.
    #[must_use]
    pub fn health(&self, rung: Rung) -> Health {
        let narrow = self.available_kbps.is_some_and(|kbps| kbps < SOUND_KBPS);
        match rung {
            _ if self.lost >= MOST_LOST => Health::Failing,
            _ if self.lost >= MUCH_LOST => Health::Bad,
            // What the way out carries is found out by sending pictures: without one, nobody knows.
            Rung::AudioOnly if self.lost < SOME_LOST => Health::Well,
            // Thumbnails find out what the way carries, and say nothing of larger pictures.
            _ if self.is_thumbnail() && (narrow || rung > Rung::P180) => Health::Strained,
            // Where nothing is late, the small picture harms nobody, and without it nobody would know more.
            Rung::P180 if narrow && !self.is_full() => Health::Strained,
            _ if narrow => Health::Bad,
            Rung::AudioOnly | Rung::P180 if self.by_bandwidth || self.by_cpu => Health::Strained,
            _ if self.by_bandwidth && self.rises => Health::Rising,
            _ if self.by_bandwidth => Health::Limited(Reason::Connection),
            _ if self.by_cpu => Health::Limited(Reason::Computer),
            _ if self.lost >= SOME_LOST => Health::Strained,
            _ => Health::Well,
        }
    }

    /// Where the camera's picture would stand without the ladder; what is held back would be larger.
    #[must_use]
    pub fn in_use(&self) -> Rung {
        match Rung::of(self.height_px) {
            _ if self.is_thumbnail() => Rung::default(),
            rung if self.by_bandwidth || self.by_cpu => rung.above(),
            rung => rung,
        }
    }
}

impl Received {
    /// What it means for the rung that is used. Freezing may be the computer's fault or the sender's: where pictures
    /// cannot be smaller it neither takes them away nor keeps them small. What LiveKit has paused at the lowest rung, it
    /// resumes as soon as it can.
    #[must_use]
    pub fn health(&self, rung: Rung) -> Health {
        let smaller_helps = rung.min(self.in_use()) > Rung::P180;
        // One that stands still among others is its sender's affair.
        let stuck = self.paused > 0 || smaller_helps && self.frozen * 2 > self.pictures;
        if self.lost >= MOST_LOST {
            Health::Failing
        } else if self.lost >= MUCH_LOST || stuck && smaller_helps {
            Health::Bad
        } else if self.lost >= SOME_LOST || stuck {
            Health::Strained
        } else {
            Health::Well
        }
    }

    /// Where the largest picture stands.
    #[must_use]
    pub const fn in_use(&self) -> Rung {
        Rung::of(self.height_px)
    }
}

/// Reads what the browser's half writes, picked by hand as everything from there.
///
/// # Errors
/// When it is not JSON.
pub fn read_look(json: &str) -> Result<Look, serde_json::Error> {
    Ok(look(&serde_json::from_slice(json.as_bytes())?))
}

fn look(told: &Value) -> Look {
    let number = |key: &str| told[key].as_u64();
    let count = |key: &str| number(key).unwrap_or_default();
    Look {
        sent: Sent {
            height_px: count("sentHeight"),
            by_bandwidth: told["byBandwidth"] == true,
            by_cpu: told["byCpu"] == true,
            available_kbps: number("available"),
            rises: told["rises"] == true,
            round_trip_ms: number("roundTrip"),
            lost: count("sentLost"),
            key_frames_asked: count("keyFramesAsked"),
        },
        received: Received {
            height_px: count("height"),
            pictures: count("pictures"),
            frozen: count("frozen"),
            paused: count("paused"),
            lost: count("lost"),
        },
    }
}
