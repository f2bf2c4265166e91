//! How large pictures are, sent and received: two ladders that know nothing of each other. Sound is on neither.

mod ladder;
mod sample;
mod sounding;
mod waiting;

pub use ladder::Ladder;
pub use sample::{Health, Look, Received, Sent, read_look};
pub use sounding::Sounding;
pub use waiting::Waiting;

/// How large a picture may be, by its shorter side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Rung {
    /// No picture: sound comes first.
    AudioOnly,
    /// 180 pixels.
    P180,
    /// 360 pixels.
    P360,
    /// 720 pixels.
    P720,
    /// 1080 pixels, and whatever is more.
    #[default]
    P1080,
}

impl Rung {
    /// The shorter side in pixels.
    #[must_use]
    pub const fn height_px(self) -> u32 {
        match self {
            Self::AudioOnly => 0,
            Self::P180 => 180,
            Self::P360 => 360,
            Self::P720 => 720,
            Self::P1080 => 1080,
        }
    }

    /// The rung that a picture stands on; one without a size could be anywhere.
    #[must_use]
    pub const fn of(height_px: u64) -> Self {
        match height_px {
            1..270 => Self::P180,
            270..540 => Self::P360,
            540..900 => Self::P720,
            _ => Self::P1080,
        }
    }

    const fn above(self) -> Self {
        match self {
            Self::AudioOnly => Self::P180,
            Self::P180 => Self::P360,
            Self::P360 => Self::P720,
            Self::P720 | Self::P1080 => Self::P1080,
        }
    }

    const fn below(self) -> Self {
        match self {
            Self::AudioOnly | Self::P180 => Self::AudioOnly,
            Self::P360 => Self::P180,
            Self::P720 => Self::P360,
            Self::P1080 => Self::P720,
        }
    }
}

/// Why pictures are smaller than they could be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The person's own connection.
    Connection,
    /// The person's computer cannot keep up.
    Computer,
    /// The person wants to save data.
    DataSaver,
    /// The person has chosen it.
    Pinned,
}

/// What the person has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pin {
    /// As good as the connection and the computer allow.
    #[default]
    Automatic,
    /// As large as there is.
    High,
    /// 360 pixels.
    Medium,
    /// 180 pixels.
    Low,
    /// Sound only.
    Off,
}

impl Pin {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Automatic, Self::High, Self::Medium, Self::Low, Self::Off];

    /// Its name where it is kept.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Off => "off",
        }
    }

    /// By its name; what is not known is automatic.
    #[must_use]
    pub fn named(word: &str) -> Self {
        Self::ALL.into_iter().find(|pin| pin.word() == word).unwrap_or_default()
    }

    const fn rung(self) -> Option<Rung> {
        match self {
            Self::Automatic => None,
            Self::High => Some(Rung::P1080),
            Self::Medium => Some(Rung::P360),
            Self::Low => Some(Rung::P180),
            Self::Off => Some(Rung::AudioOnly),
        }
    }
}

/// The rung to use, and why it is not the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Choice {
    /// What to use.
    pub rung: Rung,
    /// `None` where nothing is worth a word.
    pub reason: Option<Reason>,
}

/// Everything that the person has said about pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Setting {
    /// A size that stays whatever happens.
    pub pin: Pin,
    /// Small pictures at most.
    pub save_data: bool,
}

impl Setting {
    /// What is received.
    #[must_use]
    pub fn received(self, ladder: &Ladder) -> Choice {
        self.choose(ladder, self.pin.rung())
    }

    /// What is sent. The camera has a switch of its own: only the connection may pause it beside the person.
    #[must_use]
    pub fn sent(self, ladder: &Ladder) -> Choice {
        self.choose(ladder, self.pin.rung().map(|rung| rung.max(Rung::P180)))
    }

    fn choose(self, ladder: &Ladder, pinned: Option<Rung>) -> Choice {
        let choice = pinned.map_or_else(|| ladder.choice(), |rung| Choice { rung, reason: Some(Reason::Pinned) });
        if self.save_data && choice.rung > Rung::P180 {
            return Choice { rung: Rung::P180, reason: Some(Reason::DataSaver) };
        }
        choice
    }
}

#[cfg(test)]
mod tests;
