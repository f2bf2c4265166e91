//! The waiting room: who waits, and what is told to those who wait and to those who decide.

use wire::{DoorNews, Identity, Place, Right, RoomName, Waiting};

use super::Meetings;
use super::admission::role_of;
use super::doorsteps::Watch;
use super::identity::Session;
use crate::error::Error;
use crate::media::participants;
use crate::store::{Room, Standing};

impl Meetings {
    /// Watches a room's door as this session; `None` when there is no such room.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn watch_door(&self, session: &Session, room: &RoomName) -> Result<Option<Watch>, Error> {
        let room = self.store.room(room).await?;
        Ok(room.map(|room| self.doorsteps.watch(&room.name, &session.identity(&room.name))))
    }

    /// What this session is to be told of a door as it is now; nothing when it is not concerned.
    ///
    /// # Errors
    /// When the database or LiveKit fails.
    pub async fn door_news(&self, session: &Session, room: &RoomName) -> Result<Option<DoorNews>, Error> {
        let Some(room) = self.store.room(room).await? else { return Ok(None) };
        let identity = session.identity(&room.name);
        let Some(member) = self.store.member(&room.name, &identity).await? else { return Ok(None) };
        let role = role_of(session, &room, Some(&member));
        Ok(match member.standing {
            Standing::Admitted if role.may(Right::Moderate) => Some(DoorNews::Queue(self.queue(&room).await?)),
            // Where the door is another one now, whoever asks again is told.
            Standing::Waiting if member.meeting == room.meeting && !room.ended && !room.rules.locked => {
                Some(DoorNews::Waiting(self.place(&room, &identity).await?))
            }
            _ => None,
        })
    }

    /// Those who wait and are there.
    async fn queue(&self, room: &Room) -> Result<Vec<Waiting>, Error> {
        let mut waiting = self.store.waiting(&room.name, room.meeting).await?;
        waiting.retain(|one| self.doorsteps.is_here(&room.name, &one.identity));
        Ok(waiting)
    }

    /// Somebody's place in the queue: as many are before them as are there.
    pub(super) async fn place(&self, room: &Room, identity: &Identity) -> Result<Place, Error> {
        let before = self.queue(room).await?.iter().take_while(|one| one.identity != *identity).count();
        let inside = self.rooms.people(&room.name).await?;
        Ok(Place {
            place: before as u64 + 1,
            attended: inside.iter().any(|person| participants::role_of(person).may(Right::Moderate)),
        })
    }
}
