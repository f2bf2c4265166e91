//! Coming in: what the door decided, carried out.

use wire::{ConnectionDetails, DisplayName, ErrorCode, Identity, Joined, Note, Place, Right, Role};

use super::Meetings;
use super::door::{Decision, decide};
use super::identity::Session;
use crate::clock;
use crate::error::Error;
use crate::media::access::Access;
use crate::media::tokens;
use crate::store::{Member, Room, RoomChange, Standing};

/// What a host is called who has not said a name yet.
pub(super) const UNNAMED_HOST: &str = "Host";

/// What became of somebody who wants in; a refusal is an error.
pub enum Admittance {
    /// Comes in.
    In(Box<Joined>),
    /// Waits.
    Waits(Place),
}

/// Somebody who was let in, as they are in the room.
pub(super) struct Present {
    /// Who they are in this room.
    pub(super) identity: Identity,
    /// What they are called.
    pub(super) name: DisplayName,
    /// What they are.
    pub(super) role: Role,
    /// Whether they were let into the meeting that goes on, and not only into an earlier one.
    pub(super) current: bool,
}

/// What somebody is who was given no role.
pub(super) fn role_of(session: &Session, room: &Room, member: Option<&Member>) -> Role {
    if room.host == session.hash() {
        return Role::Host;
    }
    let everybodys = if session.is_signed_in() { Role::Participant } else { Role::Guest };
    member.and_then(|member| member.role).unwrap_or(everybodys)
}

impl Meetings {
    /// Lets a session into a room, or has it wait; `server_url` is the signalling's address for this caller. Who takes
    /// part from another browser already has to mean to `move_here`: LiveKit ends the older call without asking.
    ///
    /// # Errors
    /// Why it stays outside; `media_unavailable`, or when the database fails.
    pub async fn admit(
        &self,
        session: &Session,
        mut room: Room,
        name: DisplayName,
        server_url: String,
        move_here: bool,
    ) -> Result<Admittance, Error> {
        let identity = session.identity(&room.name);
        let known = self.store.member(&room.name, &identity).await?;
        let role = role_of(session, &room, known.as_ref());
        let standing = match decide(&room, known.as_ref(), role, clock::now_ms()) {
            Decision::Refuse(code) => return Err(code.into()),
            Decision::Wait => Standing::Waiting,
            Decision::In => Standing::Admitted,
        };
        let seat = session.seat(&room.name);
        if standing == Standing::Admitted {
            if let Some(seat) = &seat
                && !move_here
                && self.rooms.is_elsewhere(&room.name, &identity, seat).await?
            {
                return Err(ErrorCode::InCallElsewhere.into());
            }
            if room.ended {
                self.store.change_room(&room.name, RoomChange::Begun).await?;
                room.ended = false;
                self.doorsteps.changed(&room.name);
            }
            self.ensure(&room).await?;
        }
        // A host's role is written down, so that others' sessions can be told that they are no match for it.
        let given = known.as_ref().and_then(|member| member.role).or_else(|| role.may(Right::Own).then_some(role));
        let same = known.as_ref().filter(|member| member.standing == standing && member.meeting == room.meeting);
        let member = Member {
            name: name.clone(),
            role: given,
            standing,
            meeting: room.meeting,
            since_ms: same.map_or_else(clock::now_ms, |member| member.since_ms),
            valid_from_s: known.as_ref().map_or(0, |member| member.valid_from_s),
            asks_in: known.as_ref().map_or(0, |member| member.asks_in),
        };
        if known.as_ref() != Some(&member)
            && !self.store.put_member(&room.name, &identity, &session.hash(), &member).await?
        {
            return Err(ErrorCode::Removed.into());
        }
        if standing == Standing::Waiting {
            self.doorsteps.changed(&room.name);
            return Ok(Admittance::Waits(self.place(&room, &identity).await?));
        }
        let access = Access { role, rules: room.rules };
        let token = tokens::participant(&self.keys, &room.name, &identity, &name, access, seat.as_deref())?;
        Ok(Admittance::In(Box::new(Joined {
            role,
            rules: room.rules,
            details: ConnectionDetails {
                server_url,
                room_name: room.name,
                participant_name: name,
                participant_token: token.jwt,
            },
            title: room.title,
            identity,
            ice_servers: self.ice_servers.clone(),
            // Another browser of theirs may have the call by the time they come back.
            reusable_until_ms: if seat.is_none() { token.expires_at_ms } else { 0 },
        })))
    }

    /// What the door would decide now.
    pub(super) async fn would_admit(&self, session: &Session, room: &Room) -> Result<Decision, Error> {
        let known = self.store.member(&room.name, &session.identity(&room.name)).await?;
        Ok(decide(room, known.as_ref(), role_of(session, room, known.as_ref()), clock::now_ms()))
    }

    /// Whether the session was let into the room before, which must be there for that. A database that fails knows
    /// nobody.
    pub async fn knows(&self, session: &Session, typed: &str) -> bool {
        let Ok(room) = self.find_typed(typed).await else { return false };
        room.host == session.hash() || self.present(session, &room).await.is_ok()
    }

    /// Who the session is in this room, when it was let in.
    pub(super) async fn present(&self, session: &Session, room: &Room) -> Result<Present, Error> {
        let identity = session.identity(&room.name);
        let member = self.store.member(&room.name, &identity).await?;
        let role = role_of(session, room, member.as_ref());
        match member {
            Some(member) if member.standing == Standing::Admitted => {
                let current = member.meeting == room.meeting && !room.ended;
                Ok(Present { identity, name: member.name, role, current })
            }
            // Whoever made the room decides in it also from outside.
            None if role.may(Right::Own) => {
                Ok(Present { identity, name: DisplayName::parse(UNNAMED_HOST)?, role, current: false })
            }
            _ => Err(ErrorCode::NotInMeeting.into()),
        }
    }

    /// The same, when they are still part of the meeting that goes on, and may do something in it.
    pub(super) async fn present_with(&self, session: &Session, room: &Room, right: Right) -> Result<Present, Error> {
        let present = self.present(session, room).await?;
        if !present.current && !present.role.may(Right::Own) {
            return Err(ErrorCode::NotInMeeting.into());
        }
        if present.role.may(right) { Ok(present) } else { Err(ErrorCode::NotAllowed.into()) }
    }

    /// Leaves the hosts a note while waiting.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, or when the database fails.
    pub async fn leave_note(&self, session: &Session, typed: &str, note: &str) -> Result<(), Error> {
        let room = self.find_typed(typed).await?;
        let identity = session.identity(&room.name);
        if !self.store.set_note(&room.name, &identity, Note::cut(note).as_str()).await? {
            return Err(ErrorCode::NotInMeeting.into());
        }
        self.doorsteps.changed(&room.name);
        Ok(())
    }

    /// Does not wait any more.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, or when the database fails.
    pub async fn stop_waiting(&self, session: &Session, typed: &str) -> Result<(), Error> {
        let room = self.find_typed(typed).await?;
        // Whoever does not wait has nothing to stop: others need not look.
        if self.store.stop_waiting(&room.name, &session.identity(&room.name)).await? {
            self.doorsteps.changed(&room.name);
        }
        Ok(())
    }
}
