//! The waiting room: who waits, and what is told to those who wait and to those who decide.

use std::sync::Arc;

use livekit_protocol::ParticipantInfo;
use wire::{DoorNews, Identity, Place, Right, RoomName, Waiting};

use super::Meetings;
use super::doorsteps::{Look, Watch};
use super::identity::Session;
use super::roles::role_of;
use crate::error::Error;
use crate::media::participants;
use crate::store::{Room, Standing};

impl Meetings {
    /// Watches a room's door as this session.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, or when the database fails.
    pub async fn watch_door(&self, session: &Session, typed: &str) -> Result<Watch, Error> {
        let room = self.find_typed(typed).await?;
        Ok(self.doorsteps.watch(&room.name, &session.identity(&room.name)))
    }

    /// What this session is to be told of a door as it is now; nothing when it is not concerned.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn door_news(&self, session: &Session, room: &RoomName) -> Result<Option<DoorNews>, Error> {
        let Some(room) = self.store.room(room).await? else { return Ok(None) };
        let identity = session.identity(&room.name);
        let Some(member) = self.store.member(&room.name, &identity).await? else { return Ok(None) };
        let role = role_of(session, &room, Some(&member));
        let current = member.meeting == room.meeting && !room.ended;
        Ok(match member.standing {
            // Whoever helped in an earlier meeting is nobody in this one yet.
            Standing::Admitted if role.may(Right::Own) || current && role.may(Right::Moderate) => {
                Some(DoorNews::Queue(self.look(&room).await?.queue.clone()))
            }
            // Where the door is another one now, whoever asks again is told. Whoever was taken out still has to ask.
            Standing::Waiting
                if current && !room.rules.locked && (room.rules.ask || member.asks_in == room.meeting) =>
            {
                Some(DoorNews::Waiting(self.place(&room, &identity).await?))
            }
            _ => None,
        })
    }

    /// Those who wait and are there.
    pub(super) async fn queue(&self, room: &Room) -> Result<Vec<Waiting>, Error> {
        let mut waiting = self.store.waiting(&room.name, room.meeting).await?;
        waiting.retain(|one| self.doorsteps.is_there(&room.name, &one.identity));
        Ok(waiting)
    }

    /// Somebody's place in the queue: as many are before them as are there.
    pub(super) async fn place(&self, room: &Room, identity: &Identity) -> Result<Place, Error> {
        let look = self.look(room).await?;
        let before = look.queue.iter().take_while(|one| one.identity != *identity).count();
        Ok(Place { place: before as u64 + 1, attended: look.attended })
    }

    /// How it is at a door. All who are told of the same change share one look.
    async fn look(&self, room: &Room) -> Result<Arc<Look>, Error> {
        let slot = self.doorsteps.look(&room.name);
        let mut last = slot.lock().await;
        // Asked first: what happens while we look is looked at again.
        let count = self.doorsteps.count(&room.name);
        if let (Some((known, look)), Some(count)) = (&*last, count)
            && *known == count
        {
            return Ok(Arc::clone(look));
        }
        // A LiveKit that does not answer lets nobody in, and throws nobody out of the queue.
        let inside = self.rooms.people(&room.name).await.ok();
        let may_decide = |person: &ParticipantInfo| participants::role_of(person).may(Right::Moderate);
        let look = Arc::new(Look {
            queue: self.queue(room).await?,
            attended: inside.map(|inside| inside.iter().any(may_decide)),
        });
        if let Some(count) = count {
            *last = Some((count, Arc::clone(&look)));
        }
        Ok(look)
    }
}
