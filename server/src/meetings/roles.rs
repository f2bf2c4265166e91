//! What somebody is in a room, and what they may do there.

use wire::{DisplayName, ErrorCode, Identity, Right, Role};

use super::Meetings;
use super::identity::Session;
use crate::error::Error;
use crate::store::{Member, Room, Standing};

/// What a host is called who has not said a name yet.
pub(super) const UNNAMED_HOST: &str = "Host";

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
    /// Whether they made the room: what other hosts are, they decide.
    pub(super) made_it: bool,
    /// Whether they are a host only since none was there: what outlasts the meeting is not theirs.
    pub(super) took_over: bool,
}

/// What a session is in a room.
pub(super) fn role_of(session: &Session, room: &Room, member: Option<&Member>) -> Role {
    let taken_over = member.is_some_and(|member| member.has_taken_over(room));
    if taken_over { Role::Host } else { lasting_role(session, room, member) }
}

/// Whether a session is a host of a room only since none was there.
pub(super) fn is_heir(session: &Session, room: &Room, member: Option<&Member>) -> bool {
    role_of(session, room, member).may(Right::Own) && !lasting_role(session, room, member).may(Right::Own)
}

/// What a session is in a room, but for what it has taken over. Whether that is a teacher's is asked of the session and not
/// of what is stored: that is how it was when they came the last time.
fn lasting_role(session: &Session, room: &Room, member: Option<&Member>) -> Role {
    if room.host == session.hash() {
        return Role::Host;
    }
    match member.and_then(|member| member.role) {
        Some(given) => given,
        None if room.settings.teachers && session.is_teacher() => Role::Host,
        None => newcomer(room, session.is_account()),
    }
}

/// What everybody is to whom nothing else was said.
pub(super) fn newcomer(room: &Room, account: bool) -> Role {
    room.settings.newcomers.unwrap_or(if account { Role::Participant } else { Role::Guest })
}

impl Meetings {
    /// Who the session is in this room, when it was let in.
    pub(super) async fn present(&self, session: &Session, room: &Room) -> Result<Present, Error> {
        let identity = session.identity(&room.name);
        let member = self.store.member(&room.name, &identity).await?;
        let (role, made_it) = (role_of(session, room, member.as_ref()), room.host == session.hash());
        let took_over = is_heir(session, room, member.as_ref());
        match member {
            Some(member) if member.standing == Standing::Admitted => {
                let current = member.meeting == room.meeting && !room.ended;
                // What a program does stands in the audit log under the name of its key, whatever it is called inside.
                let name = session.name().cloned().unwrap_or(member.name);
                Ok(Present { identity, name, role, current, made_it, took_over })
            }
            // Whoever made the room decides in it also from outside.
            None if role.may(Right::Own) => {
                let name = session.name().cloned().map_or_else(|| DisplayName::parse(UNNAMED_HOST), Ok)?;
                Ok(Present { identity, name, role, current: false, made_it, took_over })
            }
            _ => Err(ErrorCode::NotInMeeting.into()),
        }
    }

    /// The same, when they are still part of the meeting that goes on, and may do something in it.
    pub(super) async fn present_with(&self, session: &Session, room: &Room, right: Right) -> Result<Present, Error> {
        let present = self.present_now(session, room).await?;
        if present.role.may(right) { Ok(present) } else { Err(ErrorCode::NotAllowed.into()) }
    }

    /// The same, for what only hosts do and what is not about this meeting alone: not for who has only taken it over.
    pub(super) async fn owner(&self, session: &Session, room: &Room) -> Result<Present, Error> {
        let present = self.present_with(session, room, Right::Own).await?;
        if present.took_over { Err(ErrorCode::NotAllowed.into()) } else { Ok(present) }
    }

    /// The same, whatever they may do.
    pub(super) async fn present_now(&self, session: &Session, room: &Room) -> Result<Present, Error> {
        let present = self.present(session, room).await?;
        let counts = present.current || present.role.may(Right::Own);
        if counts { Ok(present) } else { Err(ErrorCode::NotInMeeting.into()) }
    }
}
