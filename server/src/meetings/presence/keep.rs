//! Keeps presences true while Parlour runs, and forgets them in time.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use wire::RoomName;

use super::super::Meetings;
use super::super::round::{Asked, Round};
use crate::clock;
use crate::error::Error;

/// How often LiveKit is asked who is inside.
const EVERY: Duration = Duration::from_secs(60);
/// After so long without anybody a meeting is over, whoever may have failed to say so.
const DESERTED_AFTER: Duration = Duration::from_secs(5 * 60);
/// How often what is old is forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(60 * 60);
/// How long the ids of events are kept, and at least the stays that they are about: six times what a late one may take.
const EVENTS_KEPT: Duration = Duration::from_secs(60 * 60);
/// How long it is kept who has waited at a door and was not let in.
const STRANGERS_KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How long the names of deleted rooms are kept: a token is good for ten minutes, and LiveKit renews it for those inside.
const DELETED_KEPT: Duration = Duration::from_secs(24 * 60 * 60);

impl Meetings {
    /// Asks LiveKit now, every minute and whenever it was started anew, until `stop`.
    pub async fn keep_presence(&self, stop: CancellationToken) {
        let mut endpoint = self.rooms.endpoint();
        let mut generation = endpoint.borrow_and_update().generation;
        let mut every = tokio::time::interval(EVERY);
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut forgot: Option<Instant> = None;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = every.tick() => {}
                Ok(()) = endpoint.changed() => {}
            }
            let now = endpoint.borrow().clone();
            if now.generation != generation {
                match self.everybody_left().await {
                    Ok(()) => generation = now.generation,
                    Err(cause) => tracing::error!(%cause, "that everybody left with LiveKit could not be stored"),
                }
            }
            if now.ready {
                match self.reconcile().await {
                    Ok(()) => {}
                    Err(Error::Media(cause)) => tracing::warn!(%cause, "LiveKit does not say who is inside"),
                    Err(cause) => tracing::error!(%cause, "who is inside could not be stored"),
                }
                self.doorsteps.look_again();
            }
            if forgot.is_none_or(|at| at.elapsed() >= FORGET_EVERY) {
                match self.forget().await {
                    Ok(()) => forgot = Some(Instant::now()),
                    Err(cause) => tracing::error!(%cause, "what is old could not be deleted"),
                }
            }
        }
    }

    /// Asks LiveKit who is inside, in all its rooms that are Parlour's and in all where Parlour believes somebody to be. A room
    /// that fails does not keep the others from it, unless LiveKit fails for one after the other: then the rest is for the
    /// next time.
    ///
    /// # Errors
    /// `media_unavailable`, or when the database fails, also when it did for one of the rooms only.
    pub async fn reconcile(&self) -> Result<(), Error> {
        let mut round = Round::default();
        let mut rooms: HashSet<_> = self.store.occupied_rooms().await?.into_iter().collect();
        for room in self.rooms.names().await? {
            if rooms.contains(&room) {
                continue;
            }
            match self.is_ours(&room).await {
                Ok(true) => {
                    rooms.insert(room);
                }
                Ok(false) => {}
                Err(error) => {
                    if !round.goes_on(Err(error)) {
                        return round.end();
                    }
                }
            }
        }
        for room in rooms {
            if !round.goes_on(self.put_right(&room).await.map(|()| Asked::Yes)) {
                return round.end();
            }
        }
        // Nobody may have said that these are over: not a LiveKit that was stopped, nor one whose word was lost.
        for room in self.store.deserted_rooms(clock::now_ms().saturating_sub(clock::to_ms(DESERTED_AFTER))).await? {
            if !round.goes_on(self.is_over(&room, clock::now_ms()).await.map(|()| Asked::Yes)) {
                break;
            }
        }
        round.end()
    }

    /// Whether a room that LiveKit has is Parlour's. One that was deleted here is deleted there, too.
    async fn is_ours(&self, room: &RoomName) -> Result<bool, Error> {
        if self.store.room(room).await?.is_some() {
            return Ok(true);
        }
        if self.store.was_deleted(room).await? {
            self.rooms.delete(room).await?;
        }
        Ok(false)
    }

    /// Asks LiveKit who is inside one room.
    async fn put_right(&self, room: &RoomName) -> Result<(), Error> {
        let asked_at_ms = clock::now_ms();
        let answer = self.rooms.participants(room).await?;
        if self.store.reconcile(room, asked_at_ms, &answer).await? {
            self.doorsteps.changed(room);
        }
        self.check_in_all(room, &answer).await
    }

    /// LiveKit's rooms are gone, and everybody with them.
    async fn everybody_left(&self) -> Result<(), Error> {
        for room in self.store.everybody_left().await? {
            // No host is there any more either.
            self.doorsteps.changed(&room);
        }
        Ok(())
    }

    /// Forgets attendance and what hosts did where that is older than is wanted, events that cannot come again, who has
    /// waited in vain, and where people came from.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget(&self) -> Result<(), Error> {
        let events_before = clock::now_ms().saturating_sub(clock::to_ms(EVENTS_KEPT));
        self.store.forget_presences(self.attendance_since_ms().min(events_before), events_before).await?;
        self.store.forget_strangers(clock::now_ms().saturating_sub(clock::to_ms(STRANGERS_KEPT))).await?;
        self.store.forget_actions(self.audit_since_ms()).await?;
        self.store.forget_deleted_rooms(clock::now_ms().saturating_sub(clock::to_ms(DELETED_KEPT))).await?;
        self.forget_networks().await
    }
}
