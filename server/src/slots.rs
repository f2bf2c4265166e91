//! Work that keeps a core busy: beside the requests, and not much of it at once.

use std::sync::Arc;

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinError, spawn_blocking};

/// So many may work at once; the others wait. A clone shares them.
#[derive(Clone)]
pub struct Slots(Arc<Semaphore>);

/// Somebody's turn.
pub struct Slot(OwnedSemaphorePermit);

impl Slots {
    /// For so many at once.
    pub fn new(at_once: usize) -> Self {
        Self(Arc::new(Semaphore::new(at_once)))
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// When there will be none any more.
    pub async fn wait(&self) -> Result<Slot, AcquireError> {
        self.0.clone().acquire_owned().await.map(Slot)
    }

    /// Takes several turns at once.
    #[cfg(test)]
    pub async fn take(&self, several: usize) -> OwnedSemaphorePermit {
        self.0.clone().acquire_many_owned(several.try_into().unwrap()).await.unwrap()
    }

    /// How many may work that do not.
    #[cfg(test)]
    pub fn free(&self) -> usize {
        self.0.available_permits()
    }
}

impl Slot {
    /// Works where that keeps nobody else's request waiting. The turn lasts also when nobody waits for the answer any more:
    /// the core is busy all the same.
    ///
    /// # Errors
    /// When the work panics, or Parlour stops before it has begun.
    pub async fn work<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, JoinError> {
        spawn_blocking(move || {
            let _turn = self.0;
            work()
        })
        .await
    }
}
