//! What a room keeps of its chat, for whom and for how long; and the end of it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use wire::{FileId, Gone, History, Right, ServerPacket};

use super::Meetings;
use super::identity::Session;
use crate::clock;
use crate::error::Error;
use crate::store::{Ages, Noted, Readable, Room};

/// How often what is old is deleted.
const FORGET_EVERY: Duration = Duration::from_secs(60);
/// How often what was deleted is tried to be overwritten, in a row, and how long in between: readers seldom take longer.
const OVERWRITE_TRIES: u32 = 10;
const OVERWRITE_PAUSE: Duration = Duration::from_millis(200);
/// How long a room that keeps nothing keeps it for those whose connection was lost.
const MISSED_FOR: Duration = Duration::from_secs(10 * 60);
/// How long a month is.
const MONTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// After so long a file that was begun will not be finished any more.
const BEGUN_FOR: Duration = Duration::from_secs(60 * 60);

impl Meetings {
    /// What somebody who was let in may read. Who is not part of the meeting that goes on reads those that they were in.
    pub(super) async fn readable(&self, session: &Session, room: &Room) -> Result<Readable, Error> {
        let me = self.present(session, room).await?;
        let member = self.store.member(&room.name, &me.identity).await?;
        let (met, since_ms) = member.map_or((0, u64::MAX), |member| (member.meeting, member.since_ms));
        Ok(Readable {
            from_meeting: match room.history {
                History::None | History::Meeting => room.meeting,
                History::Month | History::Ever => 0,
            },
            upto_meeting: if me.current || me.role.may(Right::Own) { i64::MAX } else { met },
            since_ms: match room.history {
                History::None => since_ms,
                History::Month => ago_ms(MONTH),
                History::Meeting | History::Ever => 0,
            },
        })
    }

    /// Deletes all messages of a room, those that are marked too.
    ///
    /// # Errors
    /// `room_not_found`, `not_in_meeting`, `not_allowed`, or when the database fails.
    pub async fn clear_chat(&self, session: &Session, typed: &str) -> Result<(), Error> {
        let room = self.find_typed(typed).await?;
        let me = self.owner(session, &room).await?;
        let noted = Noted::Anyway(me.did("clear_chat", String::new()));
        let seq = self.store.clear_messages(&room.name, &noted).await?;
        self.news.tell(&room.name, ServerPacket::Gone(Gone { seq, place: seq, all: true }));
        self.history.notify_one();
        Ok(())
    }

    /// Deletes what is kept no longer: every minute, and whenever there is reason to, until `stop`.
    pub async fn keep_history(&self, stop: CancellationToken) {
        let mut every = tokio::time::interval(FORGET_EVERY);
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let told = tokio::select! {
                () = stop.cancelled() => return,
                _ = every.tick() => false,
                () = self.history.notified() => true,
            };
            if let Err(cause) = self.forget_chat(told).await {
                tracing::error!(%cause, "messages and files that are kept no longer could not all be deleted");
            }
        }
    }

    /// Deletes messages that are kept no longer, and the files of messages that are gone; then nothing of them is left in
    /// the database either. `told`: something was deleted already.
    ///
    /// # Errors
    /// When the database fails, or a file cannot be deleted: it is tried again.
    pub async fn forget_chat(&self, told: bool) -> Result<(), Error> {
        let ages = Ages { none_before_ms: ago_ms(MISSED_FOR), month_before_ms: ago_ms(MONTH) };
        let forgotten = self.store.forget_messages(&ages).await;
        // A part of it may be done when it fails.
        if told || !matches!(forgotten, Ok(0)) {
            self.not_overwritten.store(true, Ordering::Relaxed);
        }
        forgotten?;
        let mut failed = None;
        for file in self.store.unneeded_files(ago_ms(BEGUN_FOR)).await? {
            if let Err(cause) = self.forget_file(&file).await {
                failed = Some(cause);
            }
        }
        // Texts do not wait for files.
        if self.not_overwritten.load(Ordering::Relaxed) {
            self.overwrite_deleted().await?;
        }
        failed.map_or(Ok(()), Err)
    }

    /// Overwrites what was deleted. Whoever reads the database keeps it there for as long: it is tried some times, and from
    /// then on every minute.
    async fn overwrite_deleted(&self) -> Result<(), Error> {
        for tries in 1..=OVERWRITE_TRIES {
            if self.store.overwrite_deleted().await? {
                self.not_overwritten.store(false, Ordering::Relaxed);
                return Ok(());
            }
            if tries < OVERWRITE_TRIES {
                tokio::time::sleep(OVERWRITE_PAUSE).await;
            }
        }
        tracing::warn!(
            "deleted messages are still in the database's log, since something has been reading it for long; it is tried \
             again in a minute"
        );
        Ok(())
    }

    async fn forget_file(&self, file: &FileId) -> Result<(), Error> {
        self.files.depot.delete(file).await?;
        Ok(self.store.forget_file(file).await?)
    }
}

fn ago_ms(duration: Duration) -> u64 {
    clock::now_ms().saturating_sub(clock::to_ms(duration))
}
