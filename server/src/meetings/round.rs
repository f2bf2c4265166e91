//! The same for many, one after the other: one that fails does not keep the others from it, a LiveKit that is gone does.

use crate::error::Error;

/// After so many failures of LiveKit in a row the others would fail too, each after as long a wait.
const GIVES_UP_AFTER: usize = 2;

/// Whether LiveKit was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Yes,
    No,
}

/// How it has gone so far.
#[derive(Default)]
pub(super) struct Round {
    failed: Option<Error>,
    media_failures: usize,
}

impl Round {
    /// Notes how it went for one; `false`: the next one need not be tried.
    #[must_use]
    pub(super) fn goes_on(&mut self, done: Result<Asked, Error>) -> bool {
        match done {
            Ok(Asked::Yes) => self.media_failures = 0,
            Ok(Asked::No) => {}
            Err(error) => {
                if matches!(error, Error::Media(_)) {
                    self.media_failures += 1;
                }
                self.failed = Some(error);
            }
        }
        self.media_failures < GIVES_UP_AFTER
    }

    /// The last failure.
    pub(super) fn end(self) -> Result<(), Error> {
        self.failed.map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use wire::ErrorCode;

    use super::*;
    use crate::media::rooms::MediaError;

    fn goes_on(done: impl IntoIterator<Item = Result<Asked, Error>>) -> (bool, Result<(), Error>) {
        let mut round = Round::default();
        let all = done.into_iter().all(|done| round.goes_on(done));
        (all, round.end())
    }

    fn gone() -> Result<Asked, Error> {
        Err(MediaError::Service("timeout".to_owned()).into())
    }

    #[test]
    fn a_round_ends_when_livekit_fails_again_and_again_and_for_nothing_else() {
        let spoilt = || Err(Error::from(ErrorCode::Internal));
        assert!(matches!(goes_on([Ok(Asked::Yes), Ok(Asked::No)]), (true, Ok(()))));
        assert!(matches!(goes_on([spoilt(), spoilt(), spoilt()]), (true, Err(Error::Refused(_)))));
        assert!(matches!(goes_on([gone(), Ok(Asked::Yes), gone()]), (true, Err(Error::Media(_)))));
        assert!(matches!(goes_on([gone(), gone()]), (false, Err(Error::Media(_)))));
        // What was done without LiveKit says nothing of it.
        assert!(matches!(goes_on([gone(), Ok(Asked::No), spoilt(), gone()]), (false, Err(Error::Media(_)))));
    }
}
