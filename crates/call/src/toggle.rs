//! A switch that answers at once: it shows what the person wants while the world catches up, and
//! goes back when the world refuses.

/// How long the person waits for an answer before the switch gives up.
const PATIENCE_MS: u64 = 5_000;

/// One try to bring the world to what the person wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "an attempt that is not carried out and settled leaves the toggle pending"]
pub struct Attempt {
    number: u64,
    wants: bool,
}

impl Attempt {
    /// What to bring about: on or off.
    #[must_use]
    pub const fn wants(self) -> bool {
        self.wants
    }
}

/// What to do after an attempt has settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Settled {
    /// Nothing: the world is as wanted, or the attempt no longer matters.
    Done,
    /// The person changed their mind meanwhile: carry this out now.
    Next(Attempt),
    /// It was refused, and the switch shows the old value again: say so.
    RolledBack,
}

/// An optimistic on/off. At most one attempt runs at a time; of everything that is clicked
/// meanwhile only the last intent counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toggle {
    /// What the world is known to be.
    actual: bool,
    /// What the person wants; the same as `actual` when nothing runs.
    wanted: bool,
    running: Option<Running>,
    attempts: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Running {
    attempt: Attempt,
    /// When the person last asked for something.
    asked_at_ms: u64,
    /// Whether the world has already been seen as the attempt wants it.
    reached: bool,
}

impl Toggle {
    /// A toggle that nobody has touched.
    #[must_use]
    pub const fn new(value: bool) -> Self {
        Self { actual: value, wanted: value, running: None, attempts: 0 }
    }

    /// What to show: the intent while it is being carried out, else the truth.
    #[must_use]
    pub const fn shown(&self) -> bool {
        self.wanted
    }

    /// Whether an attempt is under way.
    #[must_use]
    pub const fn pending(&self) -> bool {
        self.running.is_some()
    }

    /// The person wants it on or off. Returns the attempt to carry out now; `None` when the world is
    /// like that already or an attempt is under way (then [`Toggle::settled`] returns the next one).
    pub fn request(&mut self, want: bool, now_ms: u64) -> Option<Attempt> {
        self.wanted = want;
        if let Some(running) = &mut self.running {
            running.asked_at_ms = now_ms;
            return None;
        }
        (want != self.actual).then(|| self.start(now_ms))
    }

    /// An attempt has ended. The result of an attempt that was given up is not believed any more:
    /// the room tells what became of it ([`Toggle::observed`]).
    pub fn settled<E>(&mut self, attempt: Attempt, result: Result<(), E>) -> Settled {
        let Some(running) = self.running.take_if(|running| running.attempt == attempt) else {
            return Settled::Done;
        };
        // After it was reached, the world may have changed again, and that was observed.
        if result.is_ok() && !running.reached {
            self.actual = attempt.wants;
        }
        if self.wanted == self.actual {
            Settled::Done
        } else if result.is_err() && self.wanted == attempt.wants {
            self.wanted = self.actual;
            Settled::RolledBack
        } else {
            Settled::Next(self.start(running.asked_at_ms))
        }
    }

    /// The room tells what is so. It may be the attempt's effect, or old news from before it, or
    /// somebody else's doing (a host has muted us): that ends the intent.
    pub fn observed(&mut self, value: bool) {
        self.actual = value;
        match &mut self.running {
            None => self.wanted = value,
            Some(running) if value == running.attempt.wants => running.reached = true,
            Some(running) if running.reached => self.wanted = value,
            Some(_) => {}
        }
    }

    /// Gives up on an attempt that has not settled within five seconds of the last request: true
    /// once, and the toggle shows the truth again.
    pub fn expired(&mut self, now_ms: u64) -> bool {
        let gone = self.running.take_if(|running| now_ms.saturating_sub(running.asked_at_ms) >= PATIENCE_MS);
        if gone.is_some() {
            self.wanted = self.actual;
        }
        gone.is_some()
    }

    fn start(&mut self, now_ms: u64) -> Attempt {
        self.attempts += 1;
        let attempt = Attempt { number: self.attempts, wants: self.wanted };
        self.running = Some(Running { attempt, asked_at_ms: now_ms, reached: false });
        attempt
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OK: Result<(), ()> = Ok(());
    const REFUSED: Result<(), ()> = Err(());

    #[test]
    fn it_answers_at_once_and_settles() {
        let mut toggle = Toggle::new(false);
        let attempt = toggle.request(true, 0).unwrap();
        assert!(attempt.wants() && toggle.shown() && toggle.pending());
        assert_eq!(toggle.settled(attempt, OK), Settled::Done);
        assert!(toggle.shown() && !toggle.pending());
        assert_eq!(toggle.request(true, 1), None, "it is on already");
    }

    #[test]
    fn a_refusal_rolls_back() {
        let mut toggle = Toggle::new(false);
        let attempt = toggle.request(true, 0).unwrap();
        assert_eq!(toggle.settled(attempt, REFUSED), Settled::RolledBack);
        assert!(!toggle.shown() && !toggle.pending());
    }

    #[test]
    fn the_last_of_many_clicks_counts() {
        let mut toggle = Toggle::new(false);
        let first = toggle.request(true, 0).unwrap();
        assert_eq!(toggle.request(false, 1), None);
        assert_eq!(toggle.request(true, 2), None);
        assert_eq!(toggle.request(false, 3), None);
        assert!(!toggle.shown());
        let Settled::Next(second) = toggle.settled(first, OK) else { panic!("there is another intent") };
        assert!(!second.wants());
        assert_eq!(toggle.settled(second, OK), Settled::Done);
        assert!(!toggle.shown());
    }

    #[test]
    fn a_refusal_of_what_is_no_longer_wanted_is_no_news() {
        let mut toggle = Toggle::new(false);
        let first = toggle.request(true, 0).unwrap();
        assert_eq!(toggle.request(false, 1), None);
        assert_eq!(toggle.settled(first, REFUSED), Settled::Done);
        assert!(!toggle.shown() && !toggle.pending());
    }

    #[test]
    fn a_host_mutes_us() {
        let mut toggle = Toggle::new(true);
        toggle.observed(false);
        assert!(!toggle.shown());

        // While we unmute, and after it had worked: the host's word is the last.
        let attempt = toggle.request(true, 0).unwrap();
        toggle.observed(true);
        toggle.observed(false);
        assert!(!toggle.shown());
        assert_eq!(toggle.settled(attempt, OK), Settled::Done);
        assert!(!toggle.shown());
    }

    #[test]
    fn old_news_does_not_disturb_an_attempt() {
        let mut toggle = Toggle::new(false);
        let attempt = toggle.request(true, 0).unwrap();
        toggle.observed(false);
        assert!(toggle.shown());
        assert_eq!(toggle.settled(attempt, OK), Settled::Done);
        assert!(toggle.shown());
    }

    #[test]
    fn seen_but_refused_and_no_longer_wanted_is_undone() {
        let mut toggle = Toggle::new(false);
        let attempt = toggle.request(true, 0).unwrap();
        toggle.observed(true);
        assert_eq!(toggle.request(false, 1), None);
        let Settled::Next(next) = toggle.settled(attempt, REFUSED) else { panic!("it is on and should be off") };
        assert!(!next.wants());
    }

    #[test]
    fn five_seconds_without_an_answer_are_enough() {
        let mut toggle = Toggle::new(false);
        let lost = toggle.request(true, 1_000).unwrap();
        assert!(!toggle.expired(5_999));
        assert!(toggle.expired(6_000));
        assert!(!toggle.expired(6_001), "told once");
        assert!(!toggle.shown() && !toggle.pending());
        assert_eq!(toggle.settled(lost, OK), Settled::Done);
        assert!(!toggle.shown(), "only the room can say so now");
        toggle.observed(true);
        assert!(toggle.shown());
    }

    #[test]
    fn patience_counts_from_the_last_click() {
        let mut toggle = Toggle::new(false);
        let first = toggle.request(true, 0).unwrap();
        assert_eq!(toggle.request(false, 4_000), None);
        assert!(!toggle.expired(5_000));
        assert!(matches!(toggle.settled(first, OK), Settled::Next(_)));
        assert!(!toggle.expired(8_999));
        assert!(toggle.expired(9_000));
        assert!(toggle.shown(), "the first attempt did work");
    }

    #[derive(Debug, Clone)]
    enum Step {
        Request(bool),
        Settle(bool),
        Observe(bool),
        Wait(u64),
    }

    fn any_step() -> impl Strategy<Value = Step> {
        prop_oneof![
            any::<bool>().prop_map(Step::Request),
            any::<bool>().prop_map(Step::Settle),
            any::<bool>().prop_map(Step::Observe),
            (0_u64..6_000).prop_map(Step::Wait),
        ]
    }

    proptest! {
        #[test]
        fn it_always_comes_to_rest(steps in proptest::collection::vec(any_step(), 0..60), last in any::<bool>()) {
            let mut toggle = Toggle::new(false);
            let mut open = None;
            let mut now_ms = 0;
            for step in steps {
                match step {
                    Step::Request(want) => {
                        if let Some(attempt) = toggle.request(want, now_ms) {
                            prop_assert!(open.is_none(), "one attempt at a time");
                            open = Some(attempt);
                        }
                        prop_assert_eq!(toggle.shown(), want);
                    }
                    Step::Settle(ok) => {
                        if let Some(attempt) = open.take()
                            && let Settled::Next(next) = toggle.settled(attempt, if ok { OK } else { REFUSED })
                        {
                            open = Some(next);
                        }
                    }
                    Step::Observe(value) => toggle.observed(value),
                    Step::Wait(ms) => {
                        now_ms += ms;
                        if toggle.expired(now_ms) {
                            open = None;
                        }
                    }
                }
                prop_assert_eq!(toggle.pending(), open.is_some());
            }
            // The last word is the person's, when everything works from now on.
            if let Some(attempt) = toggle.request(last, now_ms) {
                open = Some(attempt);
            }
            for _ in 0..3 {
                if let Some(attempt) = open.take()
                    && let Settled::Next(next) = toggle.settled(attempt, OK)
                {
                    open = Some(next);
                }
            }
            prop_assert!(!toggle.pending());
            prop_assert_eq!(toggle.shown(), last);
        }
    }
}
