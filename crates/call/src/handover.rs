//! One browser is one person to LiveKit, so two of its tabs in one meeting would throw each other out. This machine lets
//! the person decide instead: a lock of the browser says which tab has the call, and a tab that wants it asks first. Of
//! another browser with the same account Parlour knows, and the question is the same.
//!
//! The lock is held from the press on Join until the call is over. What the browser cannot do (no locks) keeps nobody out.

/// How long the other tab may take to leave. One that is frozen or hangs does not answer at all.
const PATIENCE_MS: u64 = 3_000;
/// What a tab says to the one that has the call.
const MOVE: &str = "move";

/// Where this tab stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Handover {
    /// It has no call and wants none.
    #[default]
    Away,
    /// The browser is asked whether the call is free.
    Requesting {
        /// Whether the call shall come here from another browser.
        move_here: bool,
    },
    /// Another tab has the call; the person is asked whether to move it here.
    Asking,
    /// Another browser of the same person has the call; they are asked whether to move it here.
    AskingElsewhere,
    /// The other tab has been told, and is waited for.
    Waiting {
        /// How long, in milliseconds since 1970.
        until_ms: u64,
    },
    /// The other tab did not answer: the lock is being taken from it.
    Stealing,
    /// The call is in this tab.
    Holding,
}

/// What moves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandoverEvent {
    /// The person wants to join.
    Join,
    /// This tab has the lock.
    Granted,
    /// Another tab has the lock.
    Taken,
    /// The lock was stolen from this tab, or the browser has none to give.
    Lost,
    /// The person wants the call here.
    Move,
    /// The person leaves the call where it is.
    Stay,
    /// The moment of a [`HandoverEffect::Tell`] or a [`HandoverEffect::WakeAt`] has come.
    Woken,
    /// Another tab wants the call.
    Told,
    /// Parlour does not let this browser in, because another one has the call.
    Elsewhere,
    /// The call is over, or the page goes.
    Over,
}

impl HandoverEvent {
    /// Reads what another tab says. It may run another version of Parlour: what is not understood is not for us.
    #[must_use]
    pub fn from_message(message: &str) -> Option<Self> {
        (message == MOVE).then_some(Self::Told)
    }
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "an effect that is not carried out leaves the person before the door"]
pub enum HandoverEffect {
    /// Request the lock if it is free: `Granted`, `Taken` or `Lost`.
    Request,
    /// Say this to the tab that has the call and request the lock behind it: `Granted` or `Lost`, else `Woken`.
    Tell {
        /// The message.
        message: &'static str,
        /// When to send `Woken`, in milliseconds since 1970.
        until_ms: u64,
    },
    /// Send `Woken` then, in milliseconds since 1970: it came early.
    WakeAt(u64),
    /// Take the lock, whoever holds it: `Granted` or `Lost`.
    Steal,
    /// Join; listen to what other tabs say until `Release`.
    Enter {
        /// Whether the call comes here from another browser.
        move_here: bool,
    },
    /// Leave the call, since it goes on in another tab: `Over` when that is done.
    GiveUp,
    /// Let go of the lock, or of the request for it.
    Release,
}

impl Handover {
    /// Whether the person is asked, or has just answered.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Asking | Self::AskingElsewhere) || self.is_answered()
    }

    /// Whether it is asked about another browser, and not about another tab of this one.
    #[must_use]
    pub const fn is_about_browsers(self) -> bool {
        matches!(self, Self::AskingElsewhere)
    }

    /// Whether the person has said that the call shall come here.
    #[must_use]
    pub const fn is_answered(self) -> bool {
        matches!(self, Self::Waiting { .. } | Self::Stealing)
    }

    /// Takes in an event.
    pub const fn apply(&mut self, event: HandoverEvent, now_ms: u64) -> Option<HandoverEffect> {
        use HandoverEffect as Do;
        use HandoverEvent as E;
        let (state, effect) = match (*self, event) {
            (Self::Away, E::Join) => (Self::Requesting { move_here: false }, Do::Request),
            (Self::AskingElsewhere, E::Move) => (Self::Requesting { move_here: true }, Do::Request),
            (Self::Requesting { .. }, E::Taken) => {
                *self = Self::Asking;
                return None;
            }
            (Self::Asking, E::Move) => {
                let until_ms = now_ms.saturating_add(PATIENCE_MS);
                (Self::Waiting { until_ms }, Do::Tell { message: MOVE, until_ms })
            }
            (Self::Asking | Self::AskingElsewhere, E::Stay) => (Self::Away, Do::Release),
            // Until that is answered, other tabs may have the call.
            (Self::Holding, E::Elsewhere) => (Self::AskingElsewhere, Do::Release),
            (Self::Waiting { until_ms }, E::Woken) if now_ms >= until_ms => (Self::Stealing, Do::Steal),
            (Self::Waiting { until_ms }, E::Woken) => (Self::Waiting { until_ms }, Do::WakeAt(until_ms)),
            // A browser without locks joins as if there were no other tab: LiveKit then ends the older call.
            (Self::Requesting { move_here }, E::Granted | E::Lost) => (Self::Holding, Do::Enter { move_here }),
            (Self::Waiting { .. } | Self::Stealing, E::Granted | E::Lost) => {
                (Self::Holding, Do::Enter { move_here: false })
            }
            // It still holds: until the call is left in order, or was stolen and is left all the same.
            (Self::Holding, E::Told | E::Lost) => (Self::Holding, Do::GiveUp),
            (_, E::Over) => (Self::Away, Do::Release),
            // A second click, a timer of an earlier question, and an answer that crossed with the person's.
            (_, E::Join | E::Move | E::Stay | E::Woken | E::Granted | E::Taken | E::Told | E::Lost | E::Elsewhere) => {
                return None;
            }
        };
        *self = state;
        Some(effect)
    }
}

#[cfg(test)]
mod tests;
