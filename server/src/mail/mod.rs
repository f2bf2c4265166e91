//! Mail to the owners of accounts: written when something happens, sent in the background, tried again until it arrives or
//! is of no use any more.
//!
//! Nobody waits for a mail: a page answers before it is known whether there is anybody to write to. What waits is in
//! memory, since the links in it are kept nowhere else; it is gone when Parlour ends.

mod failed;
mod letter;
mod smtp;

use std::future::{Future, ready};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

pub use failed::Failed;
pub use letter::{FORGOTTEN, Letter, Notice};
pub use smtp::{Encryption, Login, Server, Smtp};

use crate::error::Error;
use crate::origin::Origin;
use crate::random;
use crate::telemetry::{self, MailOutcome};

/// How many mails may wait.
const PLACES: u32 = 1_000;
/// How many are handed over at once.
const CONNECTIONS: usize = 4;
/// When a mail is tried again, the first time and after many times; each time is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);
/// How long the page that has asked for a mail may take to answer: looking somebody up would slow it down.
const ANSWER_TIME: Duration = Duration::from_millis(200);

/// Too many mails wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

/// Sends mails. A clone is the same.
#[derive(Clone)]
pub struct Mail {
    smtp: Arc<Smtp>,
    /// Parlour's address in links: never that of a request, which may name another one.
    origin: Origin,
    places: Arc<Semaphore>,
    connections: Arc<Semaphore>,
    shutdown: CancellationToken,
}

impl Mail {
    /// Sends by this server, with links to this address, until Parlour stops.
    pub fn new(smtp: Smtp, origin: Origin, shutdown: CancellationToken) -> Self {
        Self {
            smtp: Arc::new(smtp),
            origin,
            places: Arc::new(Semaphore::new(PLACES as usize)),
            connections: Arc::new(Semaphore::new(CONNECTIONS)),
            shutdown,
        }
    }

    /// Parlour's address in links.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Sends a letter, later.
    ///
    /// # Errors
    /// When too many wait.
    pub fn send(&self, letter: Letter) -> Result<(), Full> {
        self.later(ready(Ok(Some(letter))))
    }

    /// Writes a letter and sends it, both when the page has been answered: whether there is one, and how long it takes to
    /// find out, nobody sees.
    ///
    /// # Errors
    /// When too many wait.
    pub fn write(
        &self,
        letter: impl Future<Output = Result<Option<Letter>, Error>> + Send + 'static,
    ) -> Result<(), Full> {
        self.later(async move {
            tokio::time::sleep(ANSWER_TIME).await;
            letter.await
        })
    }

    fn later(&self, letter: impl Future<Output = Result<Option<Letter>, Error>> + Send + 'static) -> Result<(), Full> {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            telemetry::mail(MailOutcome::Dropped);
            tracing::error!("a mail is not written: too many wait for the mail server");
            return Err(Full);
        };
        let mail = self.clone();
        tokio::spawn(async move {
            match letter.await {
                Ok(Some(letter)) => mail.deliver(&letter).await,
                Ok(None) => {}
                Err(error) => drop(error.report()),
            }
            drop(place);
        });
        Ok(())
    }

    /// Waits until nothing waits any more; each is tried once more when Parlour stops.
    pub async fn finish(&self) {
        // It is never closed.
        let _ = self.places.acquire_many(PLACES).await;
    }

    /// Tries until the letter is handed over, refused, or of no use any more.
    async fn deliver(&self, letter: &Letter) {
        let kind = letter.kind;
        let id = match random::bytes::<16>() {
            Ok(bytes) => random::hex(&bytes),
            Err(error) => return tracing::error!(%error, kind, "a mail is not written"),
        };
        // The same each time: where it arrived after all, the second one is known to be the first.
        let message = match self.smtp.message(letter, &id) {
            Ok(message) => message,
            Err(failed) => return give_up(kind, &failed),
        };
        let (began, mut pause) = (Instant::now(), FIRST_PAUSE);
        loop {
            // It is never closed.
            let connection = self.connections.acquire().await;
            // Asked before: one that is on its way when Parlour is stopped is not the last.
            let last = self.shutdown.is_cancelled();
            let sent = self.smtp.send(&message).await;
            drop(connection);
            let failed = match sent {
                Ok(()) => {
                    telemetry::mail(MailOutcome::Sent);
                    return tracing::info!(kind, mail = id, "a mail was sent");
                }
                Err(failed) => failed,
            };
            let patience = letter.lasts.min(failed.patience());
            if last || began.elapsed() + pause > patience {
                return give_up(kind, &failed);
            }
            telemetry::mail(MailOutcome::Again);
            tracing::warn!(kind, mail = id, %failed, again_in_s = pause.as_secs(), "a mail was not sent yet");
            tokio::select! {
                () = self.shutdown.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

fn give_up(kind: &str, failed: &Failed) {
    telemetry::mail(MailOutcome::Lost);
    tracing::error!(kind, %failed, "a mail is given up");
}
