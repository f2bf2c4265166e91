//! Fetching a part of the page that can come later: one fetch at a time, and further ones after those that have failed.

/// A fetch that has failed is followed by another one after so long, then after twice as long, and so on …
const AGAIN_AFTER_S: u64 = 5;
/// … up to this: the part of another version of Parlour does not come back.
const AGAIN_MAX_S: u64 = 320;

/// The fetches of one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fetch {
    /// Or done.
    under_way: bool,
    /// Whether the end of a pause is waited for: there is one at a time, however often somebody tries again meanwhile.
    waits: bool,
    /// The next pause, in seconds.
    pause_s: u64,
}

impl Fetch {
    /// Not begun.
    #[must_use]
    pub const fn new() -> Self {
        Self { under_way: false, waits: false, pause_s: AGAIN_AFTER_S }
    }

    /// Somebody wants it. Tells whether it has to be fetched now.
    #[must_use]
    pub const fn begin(&mut self) -> bool {
        !std::mem::replace(&mut self.under_way, true)
    }

    /// The fetch has failed. Tells after how many seconds to call `woken`, if at all.
    #[must_use]
    pub const fn failed(&mut self) -> Option<u64> {
        self.under_way = false;
        if self.waits || self.pause_s > AGAIN_MAX_S {
            return None;
        }
        let pause_s = self.pause_s;
        (self.waits, self.pause_s) = (true, pause_s * 2);
        Some(pause_s)
    }

    /// The pause is over. Tells whether it has to be fetched now.
    #[must_use]
    pub const fn woken(&mut self) -> bool {
        self.waits = false;
        self.begin()
    }
}

impl Default for Fetch {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_fetches_never_run_at_the_same_time() {
        let mut fetch = Fetch::new();
        assert!(fetch.begin());
        assert!(!fetch.begin());
        assert_eq!(fetch.failed(), Some(5));
        assert!(fetch.begin(), "somebody does not wait for the pause to end");
        assert!(!fetch.woken(), "and it ends meanwhile");
        assert_eq!(fetch.failed(), Some(10), "the next one begins");
        assert!(fetch.woken());
    }

    #[test]
    fn what_is_there_is_not_fetched_again() {
        let mut fetch = Fetch::new();
        assert!(fetch.begin());
        assert_eq!(fetch.failed(), Some(5));
        assert!(fetch.begin());
        // It came.
        assert!(!fetch.woken());
        assert!(!fetch.begin());
    }

    #[test]
    fn pauses_grow_and_end() {
        let mut fetch = Fetch::new();
        let mut pauses = Vec::new();
        let mut due = fetch.begin();
        while due {
            let pause_s = fetch.failed();
            pauses.extend(pause_s);
            due = pause_s.is_some() && fetch.woken();
        }
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 320]);
        assert!(fetch.begin(), "whoever wants it may still try");
        assert_eq!(fetch.failed(), None);
    }

    #[test]
    fn trying_again_and_again_begins_no_further_pauses() {
        let mut fetch = Fetch::new();
        assert!(fetch.begin());
        assert_eq!(fetch.failed(), Some(5));
        for _ in 0..3 {
            assert!(fetch.begin());
            assert_eq!(fetch.failed(), None);
        }
        assert!(fetch.woken());
        assert_eq!(fetch.failed(), Some(10));
    }
}
