//! A value that answers at once: it shows what the person wants while the world catches up, and
//! goes back when the world refuses.

/// How long the person waits for an answer before the value goes back.
const PATIENCE_MS: u64 = 5_000;

/// One try to bring the world to what the person wants.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "an attempt that is not carried out and settled leaves the value pending"]
pub struct Attempt<T> {
    number: u64,
    wants: T,
}

impl<T> Attempt<T> {
    /// What to bring about.
    #[must_use]
    pub const fn wants(&self) -> &T {
        &self.wants
    }
}

/// What to do after an attempt has settled.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Settled<T> {
    /// Nothing: the world is as wanted, or the attempt no longer matters.
    Done,
    /// The person changed their mind meanwhile: carry this out now.
    Next(Attempt<T>),
    /// It was refused, and the old value is shown again: say so.
    RolledBack,
}

/// What is told on several ways, of which one may be slower than another: by when it became so it is put in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Newest<T> {
    value: T,
    at_ms: u64,
}

impl<T: Copy> Newest<T> {
    /// Takes in what is told, unless it is older than what is known; what has no date (0) is believed, as there is nothing
    /// better. Returns the newest.
    pub fn told(&mut self, value: T, at_ms: u64) -> T {
        if at_ms == 0 || at_ms >= self.at_ms {
            *self = Self { value, at_ms: self.at_ms.max(at_ms) };
        }
        self.value
    }
}

/// An optimistic value. At most one attempt runs at a time; of everything that is clicked
/// meanwhile only the last intent counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Optimistic<T> {
    /// What the world is known to be.
    actual: T,
    /// What the person wants; the same as `actual` when nothing runs.
    wanted: T,
    running: Option<Running<T>>,
    attempts: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Running<T> {
    attempt: Attempt<T>,
    /// When the person last asked for something.
    asked_at_ms: u64,
    /// Whether the world has already been seen as the attempt wants it.
    reached: bool,
}

impl<T: Clone + PartialEq> Optimistic<T> {
    /// A value that nobody has touched.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self { actual: value.clone(), wanted: value, running: None, attempts: 0 }
    }

    /// Begins anew with a value, as when a device was unplugged: an attempt under way is given up, and
    /// its late result cannot be taken for that of a new one.
    pub fn reset(&mut self, value: T) {
        (self.actual, self.wanted, self.running) = (value.clone(), value, None);
    }

    /// What to show: the intent while it is being carried out, else the truth.
    #[must_use]
    pub const fn shown(&self) -> &T {
        &self.wanted
    }

    /// Whether an attempt is under way.
    #[must_use]
    pub const fn pending(&self) -> bool {
        self.running.is_some()
    }

    /// The person wants something else. Returns the attempt to carry out now; `None` when the world is
    /// like that already or an attempt is under way (then [`Optimistic::settled`] returns the next one).
    pub fn request(&mut self, want: T, now_ms: u64) -> Option<Attempt<T>> {
        self.wanted = want;
        if let Some(running) = &mut self.running {
            running.asked_at_ms = now_ms;
            return None;
        }
        (self.wanted != self.actual).then(|| self.start(now_ms))
    }

    /// An attempt has ended, and the world is now as the answer says: as wanted, or as somebody else has made it since, which
    /// ends the intent. The result of an attempt that was given up is not believed any more: the room tells what became of
    /// it ([`Optimistic::observed`]).
    pub fn settled<E>(&mut self, attempt: Attempt<T>, result: Result<T, E>) -> Settled<T> {
        let Some(running) = self.running.take_if(|running| running.attempt == attempt) else {
            return Settled::Done;
        };
        let refused = result.is_err();
        // After it was reached, the world may have changed again, and that was observed.
        if let Ok(now) = result
            && !running.reached
        {
            if self.wanted == attempt.wants {
                self.wanted = now.clone();
            }
            self.actual = now;
        }
        if self.wanted == self.actual {
            Settled::Done
        } else if refused && self.wanted == attempt.wants {
            self.wanted = self.actual.clone();
            Settled::RolledBack
        } else {
            Settled::Next(self.start(running.asked_at_ms))
        }
    }

    /// The room tells what is so. It may be the attempt's effect, or old news from before it, or
    /// somebody else's doing (a host has muted us): that ends the intent. The same again is no news.
    pub fn observed(&mut self, value: T) {
        let news = self.actual != value;
        self.actual = value.clone();
        match &mut self.running {
            None => self.wanted = value,
            Some(running) if value == running.attempt.wants => running.reached = true,
            Some(running) if running.reached && news => self.wanted = value,
            Some(_) => {}
        }
    }

    /// Gives up on an attempt that has not settled within five seconds of the last request: true
    /// once, and the truth is shown again.
    pub fn expired(&mut self, now_ms: u64) -> bool {
        let gone = self.running.take_if(|running| now_ms.saturating_sub(running.asked_at_ms) >= PATIENCE_MS);
        if gone.is_some() {
            self.wanted = self.actual.clone();
        }
        gone.is_some()
    }

    fn start(&mut self, now_ms: u64) -> Attempt<T> {
        self.attempts += 1;
        let attempt = Attempt { number: self.attempts, wants: self.wanted.clone() };
        self.running = Some(Running { attempt: attempt.clone(), asked_at_ms: now_ms, reached: false });
        attempt
    }
}

#[cfg(test)]
mod tests;
