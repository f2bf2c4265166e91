//! What hosts set for their meeting, from the page of its settings.

use wire::{RoomName, Rule};

use super::Meetings;
use super::identity::Session;
use crate::error::Error;
use crate::network::Network;
use crate::store::Room;

/// Most people at once that can be asked for,
pub const CAPACITY_MAX: u32 = 100_000;
/// and what is wrong with other numbers.
pub const NO_CAPACITY: &str = "It has to be a whole number from 1 to 100,000, or nothing.";
/// What is wrong with times that do not follow each other.
pub const BACKWARDS: &str = "The end has to come after the beginning.";

/// Who comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Everybody with the link.
    Open,
    /// Whoever a host lets in.
    Ask,
    /// Nobody new.
    Locked,
}

impl Door {
    /// The door of a room.
    pub const fn of(room: &Room) -> Self {
        if room.rules.locked {
            Self::Locked
        } else if room.rules.ask {
            Self::Ask
        } else {
            Self::Open
        }
    }

    /// The rules that make it; a locked door asks those again who asked before, when it is unlocked.
    pub fn rules(self) -> Vec<(Rule, bool)> {
        match self {
            Self::Open => vec![(Rule::Ask, false), (Rule::Locked, false)],
            Self::Ask => vec![(Rule::Ask, true), (Rule::Locked, false)],
            Self::Locked => vec![(Rule::Locked, true)],
        }
    }
}

impl Meetings {
    /// The room of somebody who is its host.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, `not_in_meeting`, `not_allowed`, or when the database fails.
    pub async fn owned(&self, session: &Session, network: Network, typed: &str) -> Result<Room, Error> {
        let room = self.stand_before(session, network, &RoomName::parse(typed)?).await?;
        self.owner(session, &room).await?;
        Ok(room)
    }

    /// Whether somebody may give a room a readable name: who made it, with an account. Guests would keep names that nobody
    /// can give back.
    pub fn may_name(&self, session: &Session, room: &Room) -> bool {
        session.is_signed_in() && room.host == session.hash()
    }
}
