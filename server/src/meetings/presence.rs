//! Who is inside: LiveKit's events, each applied once, and LiveKit's own list, asked for now and then.
//!
//! Events come more than once, late, in another order, or not at all. A stay is known by LiveKit's sid and by LiveKit's
//! times, so that their order does not matter; what is lost is found by asking.

mod keep;

use std::collections::HashMap;

use wire::RoomName;

use super::Meetings;
use super::identity::Session;
use crate::error::Error;
use crate::media::event::Event;
use crate::store::{Census, Change, Stay};

/// LiveKit's times are cut to whole seconds: this much later is the latest moment that they may mean.
const WHOLE_SECOND_MS: u64 = 999;

impl Meetings {
    /// Applies what LiveKit says that happened; an event that was applied before changes nothing.
    ///
    /// # Errors
    /// When the database fails: LiveKit then tells it again.
    pub async fn apply(&self, event: Event) -> Result<(), Error> {
        let Some(room) = event.room else { return Ok(()) };
        if self.store.was_applied(&event.id).await? {
            return Ok(());
        }
        // A LiveKit that others use too speaks of their rooms as well.
        if self.store.room(&room).await?.is_none() {
            // Whoever has kept a token of a room that was deleted can make LiveKit open it again.
            if self.store.was_deleted(&room).await? {
                self.rooms.delete(&room).await?;
            }
            return Ok(());
        }
        // Before the event counts as applied, so that it is told again when this fails. Twice is not too often: a meeting
        // that has begun after it is not the one that it ends.
        if event.name == "room_finished" {
            self.is_over(&room, event.created_at_ms.saturating_add(WHOLE_SECOND_MS)).await?;
        }
        let change = match (event.name.as_str(), event.participant) {
            // Told when media flows. Who is still on the way there is found by asking.
            ("participant_joined", Some(participant)) => {
                self.check_in(&room, &participant).await?;
                Change::Joined(participant)
            }
            // The second one: somebody whose media never came to flow.
            ("participant_left" | "participant_connection_aborted", Some(participant)) => {
                Change::Left(participant, event.created_at_ms)
            }
            ("room_finished", _) => Change::Ended(event.created_at_ms),
            _ => return Ok(()),
        };
        if self.store.apply_event(&event.id, &room, &change).await? {
            // A host may have come, or the only one gone.
            self.doorsteps.changed(&room);
        }
        Ok(())
    }

    /// People who are inside, in order of arrival, as far as LiveKit has told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn inside(&self, room: &RoomName) -> Result<Vec<Stay>, Error> {
        Ok(self.store.inside(room).await?)
    }

    /// How many people are inside, and in how many rooms, as far as LiveKit has told. What it says by itself of all rooms
    /// at once counts the hidden and ingresses, too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn census(&self) -> Result<Census, Error> {
        Ok(self.store.census().await?)
    }

    /// The names of those inside, in order of arrival, for every room that a session has made and somebody is in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn inside_those_made_by(&self, host: &Session) -> Result<HashMap<RoomName, Vec<String>>, Error> {
        let mut inside: HashMap<_, Vec<_>> = HashMap::new();
        for (room, name) in self.store.inside_rooms_of(&host.hash()).await? {
            inside.entry(room).or_default().push(name);
        }
        Ok(inside)
    }
}
