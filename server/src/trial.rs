//! Whether something answers, tried now and then, however many ask.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::OwnedMutexGuard;
use tokio::task::{JoinError, JoinHandle};

/// What came of a trial.
type Outcome<E> = Result<(), Arc<E>>;
/// When it was tried, and what came of it.
type Last<E> = Option<(Instant, Outcome<E>)>;

/// Trials, of which there is one at a time.
pub struct Trial<E> {
    last: Arc<Mutex<Last<E>>>,
    running: Arc<tokio::sync::Mutex<()>>,
}

impl<E> Default for Trial<E> {
    fn default() -> Self {
        Self { last: Arc::default(), running: Arc::default() }
    }
}

impl<E> Clone for Trial<E> {
    fn clone(&self) -> Self {
        Self { last: self.last.clone(), running: self.running.clone() }
    }
}

impl<E: Send + Sync + 'static> Trial<E> {
    /// The outcome of the last trial, when it counts still; else of another one. That is carried out whether or not whoever
    /// asked is there still: who goes and asks again causes no more of them.
    ///
    /// # Errors
    /// When a trial was not carried out.
    pub async fn outcome(
        &self,
        counts_for: Duration,
        attempt: impl Future<Output = Result<(), E>> + Send + 'static,
    ) -> Result<Outcome<E>, JoinError> {
        let turn = self.running.clone().lock_owned().await;
        match self.counting(counts_for) {
            Some(outcome) => Ok(outcome),
            None => self.begin(turn, attempt).await,
        }
    }

    /// The outcome of the last trial at once, however old it is; when it counts no more, another one is begun for those who
    /// ask later. Who asks first is patient for so long; `None` when nothing has come of it by then.
    pub async fn known(
        &self,
        counts_for: Duration,
        patience: Duration,
        attempt: impl Future<Output = Result<(), E>> + Send + 'static,
    ) -> Option<Outcome<E>> {
        let Some(known) = self.counting(Duration::MAX) else {
            return tokio::time::timeout(patience, self.outcome(counts_for, attempt)).await.ok()?.ok();
        };
        if let Ok(turn) = self.running.clone().try_lock_owned()
            && self.counting(counts_for).is_none()
        {
            // It is carried out without anybody who waits for it.
            drop(self.begin(turn, attempt));
        }
        Some(known)
    }

    /// The outcome of the last trial, when that is not longer ago.
    fn counting(&self, counts_for: Duration) -> Option<Outcome<E>> {
        self.last().as_ref().filter(|(at, _)| at.elapsed() < counts_for).map(|(_, outcome)| outcome.clone())
    }

    fn begin(
        &self,
        turn: OwnedMutexGuard<()>,
        attempt: impl Future<Output = Result<(), E>> + Send + 'static,
    ) -> JoinHandle<Outcome<E>> {
        let trial = self.clone();
        tokio::spawn(async move {
            let _turn = turn;
            let outcome = attempt.await.map_err(Arc::new);
            *trial.last() = Some((Instant::now(), outcome.clone()));
            outcome
        })
    }

    /// An outcome is whole even when a thread panicked while it held the lock.
    fn last(&self) -> MutexGuard<'_, Last<E>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn however_many_ask_and_go_it_is_tried_once() {
        let (trial, tries) = (Trial::<String>::default(), Arc::new(AtomicU32::new(0)));
        let attempt = || {
            let tries = tries.clone();
            async move {
                tokio::task::yield_now().await;
                tries.fetch_add(1, Ordering::Relaxed);
                Err("away".to_owned())
            }
        };
        for _ in 0..100 {
            let gone = tokio::time::timeout(Duration::ZERO, trial.outcome(Duration::MAX, attempt())).await;
            assert!(gone.is_err() || tries.load(Ordering::Relaxed) == 1, "they do not wait");
        }
        let (one, two) = tokio::join!(trial.outcome(Duration::MAX, attempt()), trial.outcome(Duration::MAX, attempt()));
        assert_eq!(*one.unwrap().unwrap_err(), "away");
        assert!(two.unwrap().is_err());
        assert_eq!(tries.load(Ordering::Relaxed), 1);
        assert!(trial.outcome(Duration::ZERO, attempt()).await.unwrap().is_err());
        assert_eq!(tries.load(Ordering::Relaxed), 2, "another time");
    }

    #[tokio::test]
    async fn what_is_known_is_said_at_once_and_found_out_again_meanwhile() {
        let (trial, tries) = (Trial::<String>::default(), Arc::new(AtomicU32::new(0)));
        let answers = Arc::new(Semaphore::new(0));
        let ask = |counts_for| {
            let (tries, answers) = (tries.clone(), answers.clone());
            trial.known(counts_for, Duration::from_millis(20), async move {
                let first = tries.fetch_add(1, Ordering::Relaxed) == 0;
                answers.acquire().await.unwrap().forget();
                if first { Ok(()) } else { Err("away".to_owned()) }
            })
        };
        assert!(ask(Duration::MAX).await.is_none() && ask(Duration::MAX).await.is_none(), "nothing is known");
        answers.add_permits(1);
        drop(trial.running.lock().await);
        for counts_for in [Duration::MAX, Duration::ZERO, Duration::ZERO] {
            assert_eq!(ask(counts_for).await, Some(Ok(())), "the next one is silent");
        }
        answers.add_permits(1);
        drop(trial.running.lock().await);
        assert_eq!(*ask(Duration::MAX).await.unwrap().unwrap_err(), "away");
        assert_eq!(tries.load(Ordering::Relaxed), 2);
    }
}
