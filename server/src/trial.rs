//! Whether something answers, tried now and then, however many ask.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::task::JoinError;

/// When it was tried, and what came of it.
type Last<E> = Option<(Instant, Result<(), Arc<E>>)>;

/// The last trial, which those who ask meanwhile wait for.
pub struct Trial<E>(Arc<Mutex<Last<E>>>);

impl<E> Default for Trial<E> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<E> Clone for Trial<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
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
    ) -> Result<Result<(), Arc<E>>, JoinError> {
        let mut last = self.0.clone().lock_owned().await;
        if let Some((at, outcome)) = &*last
            && at.elapsed() < counts_for
        {
            return Ok(outcome.clone());
        }
        let trial = async move {
            let outcome = attempt.await.map_err(Arc::new);
            *last = Some((Instant::now(), outcome.clone()));
            outcome
        };
        tokio::spawn(trial).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

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
}
