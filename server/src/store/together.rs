//! What is written together: whoever waits while others are written for is written for with all who wait, since a
//! transaction costs SQLite's one writer as much for one as for a hundred.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sqlx::{Any, AnyPool, Transaction};
use tokio::sync::oneshot;
use wire::RoomName;

use super::unavailable::{gave_way, is_unavailable};

/// Something that is to be written in a room, and does not look at what stands beside it in its transaction.
pub(super) trait Job: Send + Sync + Sized + 'static {
    /// What became of it.
    type Done: Send + 'static;

    fn room(&self) -> &RoomName;

    /// Jobs are written in this order, and those that are alike in that of their coming. It begins with the room; several
    /// Parlours that take rows in one order do not wait for each other in a ring.
    fn order(&self) -> impl Ord + '_;

    /// Writes jobs, which are in their order, and answers what became of each.
    fn write(
        jobs: &[Self],
        transaction: &mut Transaction<'_, Any>,
    ) -> impl Future<Output = Result<Vec<Self::Done>, sqlx::Error>> + Send;

    /// It was tried to write it, whether anybody waits for word of that or not.
    fn tried(&self) {}
}

/// Those who wait for a transaction. A clone is the same queue.
pub(super) struct Queue<J: Job> {
    /// Lines in which somebody is written for, each with those who wait until that is done.
    lines: Arc<Mutex<HashMap<Line, Vec<Waiting<J>>>>>,
    is_sqlite: bool,
}

/// SQLite has one writer, and one line. With Postgres each room has its own: one that somebody holds keeps no other back.
type Line = Option<RoomName>;

/// A job, and who waits for word of it.
struct Waiting<J: Job> {
    job: J,
    answer: oneshot::Sender<Result<J::Done, Arc<sqlx::Error>>>,
}

impl<J: Job> Clone for Queue<J> {
    fn clone(&self) -> Self {
        Self { lines: self.lines.clone(), is_sqlite: self.is_sqlite }
    }
}

impl<J: Job> Queue<J> {
    pub(super) fn new(is_sqlite: bool) -> Self {
        Self { lines: Arc::default(), is_sqlite }
    }

    /// Writes something, with what else waits.
    pub(super) async fn write(&self, job: J, writer: &AnyPool) -> Result<J::Done, Arc<sqlx::Error>> {
        let (answer, answered) = oneshot::channel();
        self.add(Waiting { job, answer }, writer);
        answered.await.map_err(|_| sqlx::Error::WorkerCrashed)?
    }

    fn add(&self, waiting: Waiting<J>, writer: &AnyPool) {
        let line = (!self.is_sqlite).then(|| waiting.job.room().clone());
        match self.lines().entry(line.clone()) {
            Entry::Occupied(mut before) => return before.get_mut().push(waiting),
            Entry::Vacant(free) => free.insert(vec![waiting]),
        };
        // On its own, since it writes for others too: whoever asked may go.
        tokio::spawn(self.clone().serve(line, writer.clone()));
    }

    /// Writes until nobody waits.
    async fn serve(self, line: Line, writer: AnyPool) {
        loop {
            let mut together = self.next(&line);
            if together.is_empty() {
                return;
            }
            // Nobody is there any more who would say what became of it.
            together.retain(|waiting| !waiting.answer.is_closed());
            together.sort_by(|one, other| one.job.order().cmp(&other.job.order()));
            let writer = writer.clone();
            // On its own as well: a panic may not leave the line to wait for ever.
            if let Err(failed) = tokio::spawn(async move { write_for(together, &writer).await }).await {
                tracing::error!(%failed, "the store could not be written");
            }
        }
    }

    /// Those who wait, whose turn it is now; without anybody, the line is free.
    fn next(&self, line: &Line) -> Vec<Waiting<J>> {
        let mut lines = self.lines();
        let next = lines.get_mut(line).map(std::mem::take).unwrap_or_default();
        if next.is_empty() {
            lines.remove(line);
        }
        next
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<Line, Vec<Waiting<J>>>> {
        // Nothing that is done under the lock leaves it half done.
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many wait in SQLite's line, while somebody is written for there.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> Option<usize> {
        self.lines().get(&None).map(Vec::len)
    }
}

/// Writes for those who wait, and tells them.
async fn write_for<J: Job>(together: Vec<Waiting<J>>, writer: &AnyPool) {
    let (jobs, answers): (Vec<_>, Vec<_>) = together.into_iter().map(|waiting| (waiting.job, waiting.answer)).unzip();
    let written = write(&jobs, writer).await;
    jobs.iter().for_each(Job::tried);
    let error = match written {
        Ok(done) => {
            for (answer, done) in answers.into_iter().zip(done) {
                let _ = answer.send(Ok(done)); // who has gone in the meantime asks again
            }
            return;
        }
        Err(error) => error,
    };
    if jobs.len() == 1 || is_unavailable(&error) && !gave_way(&error) {
        let error = Arc::new(error);
        for answer in answers {
            let _ = answer.send(Err(error.clone())); // the same
        }
        return;
    }
    // Something is wrong with one of them, which is no reason to refuse the others; or they held so much at once that they
    // were in somebody's way, which one alone is not.
    for (job, answer) in jobs.into_iter().zip(answers) {
        Box::pin(write_for(vec![Waiting { job, answer }], writer)).await;
    }
}

/// Writes jobs in one transaction: all are stored in the end, or none.
async fn write<J: Job>(jobs: &[J], writer: &AnyPool) -> Result<Vec<J::Done>, sqlx::Error> {
    if jobs.is_empty() {
        return Ok(Vec::new());
    }
    let mut transaction = writer.begin().await?;
    let done = J::write(jobs, &mut transaction).await?;
    transaction.commit().await?;
    Ok(done)
}
