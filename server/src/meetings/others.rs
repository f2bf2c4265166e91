//! Other Parlours at the same Postgres: they are told what happens here, and heard.

use std::time::Duration;

use tokio::time::MissedTickBehavior;

use super::Meetings;
use crate::store::{Notice, SAID_EVERY, SecretHash};

/// How long nothing is tried after the database has failed.
const PAUSE: Duration = Duration::from_secs(1);
/// How often all doors are looked at again: a Parlour that ends may leave something untold.
const LOOK_EVERY: Duration = Duration::from_secs(60);

impl Meetings {
    /// Tells the others what happens here, and again and again who is at the doors, until the store is closed.
    pub async fn tell_others(&self) {
        let outbox = self.store.outbox();
        if !outbox.is_read() {
            return;
        }
        let (mut say, mut look) = (tokio::time::interval(SAID_EVERY), tokio::time::interval(LOOK_EVERY));
        for every in [&mut say, &mut look] {
            every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        }
        loop {
            let notices = tokio::select! {
                notices = outbox.take() => notices,
                // Also that there is nothing: whoever hears nothing takes the connection for dead.
                _ = say.tick() => self.doorsteps.here(),
                _ = look.tick() => {
                    self.doorsteps.all_changed();
                    continue;
                }
            };
            while let Err(cause) = self.store.announce(&notices).await {
                if matches!(cause, sqlx::Error::PoolClosed) {
                    return;
                }
                tracing::warn!(%cause, "other Parlours could not be told");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Hears the others for as long as there are any. `on_sign_out` is told the hash of a session that is no longer good, or
    /// nothing when that may be any.
    pub async fn hear_others(&self, on_sign_out: impl Fn(Option<SecretHash>)) {
        while let Err(cause) = self.hear(&on_sign_out).await {
            tracing::warn!(%cause, "other Parlours cannot be heard");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Hears the others until the database fails; there may be none.
    async fn hear(&self, on_sign_out: &impl Fn(Option<SecretHash>)) -> Result<(), sqlx::Error> {
        let Some(mut others) = self.store.listen().await? else { return Ok(()) };
        loop {
            // What was told before anybody listened is not known.
            self.doorsteps.all_changed();
            on_sign_out(None);
            while let Some((from, notices)) = others.next().await? {
                for notice in notices {
                    match &notice {
                        Notice::SignedOut(hash) => on_sign_out(Some(*hash)),
                        Notice::Anything => on_sign_out(None),
                        _ => {}
                    }
                    self.doorsteps.hear(&from, notice);
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}
