//! Coming in: what the door decided, carried out.

use wire::{ConnectionDetails, DisplayName, ErrorCode, Identity, Joined, Note, Place, Right, Role, RoomName};

use super::Meetings;
use super::door::{Decision, Key, Visitor, decide, is_shown};
use super::identity::Session;
use super::roles::{is_heir, role_of};
use crate::clock;
use crate::error::Error;
use crate::media::access::Access;
use crate::media::tokens;
use crate::network::Network;
use crate::secret::Secret;
use crate::store::{Member, Noted, Room, RoomChange, Seated, Standing};

/// What became of somebody who wants in; a refusal is an error.
pub enum Admittance {
    /// Comes in.
    In(Box<Joined>),
    /// Waits: for which room, as whom, and where.
    Waits(RoomName, Identity, Place),
}

/// How often somebody is looked at anew about whom something is decided at the same time.
pub(super) const LOOKED_AT: usize = 8;

/// Somebody who knocks, and what they bring along.
pub struct Knock<'a> {
    /// Who.
    pub session: &'a Session,
    /// The name that they want to have.
    pub name: DisplayName,
    /// Where from.
    pub network: Network,
    /// What they take for the meeting's password.
    pub password: Option<Secret>,
    /// The secret of their invitation.
    pub invitation: Option<Secret>,
    /// Whether the call shall leave another browser of theirs for this one: LiveKit ends the older call without asking.
    pub move_here: bool,
}

impl Meetings {
    /// Lets somebody into a room, or has them wait; `server_url` is the signalling's address for this caller.
    ///
    /// # Errors
    /// Why they stay outside; `media_unavailable`, or when the database fails.
    pub async fn admit(&self, knock: Knock<'_>, room: Room, server_url: String) -> Result<Admittance, Error> {
        let identity = knock.session.identity(&room.name);
        let (mut room, mut known) = self.known(&room.name, &identity).await?;
        for _ in 0..LOOKED_AT {
            if let Some(done) = self.admit_known(&knock, room.clone(), known.as_ref(), server_url.clone()).await? {
                return Ok(done);
            }
            (room, known) = self.known_anew(&room, &identity, known.as_ref()).await?;
        }
        Err(ErrorCode::StoreUnavailable.into())
    }

    /// A room and somebody at its door, as they are by now. The room is not older than what is known of them: what is decided
    /// after that, in whichever meeting, is found when they are written down.
    pub(super) async fn known(&self, name: &RoomName, identity: &Identity) -> Result<(Room, Option<Member>), Error> {
        let known = self.store.member(name, identity).await?;
        Ok((self.find(name).await?, known))
    }

    /// The same, where that is not as it was; else they cannot be let in, since they were taken out.
    pub(super) async fn known_anew(
        &self,
        room: &Room,
        identity: &Identity,
        known: Option<&Member>,
    ) -> Result<(Room, Option<Member>), Error> {
        let (anew, now) = self.known(&room.name, identity).await?;
        if now.as_ref() == known && anew.meeting == room.meeting {
            return Err(ErrorCode::Removed.into());
        }
        Ok((anew, now))
    }

    /// The same for somebody as they are known; `None` when something was decided about them meanwhile.
    async fn admit_known(
        &self,
        knock: &Knock<'_>,
        mut room: Room,
        known: Option<&Member>,
        server_url: String,
    ) -> Result<Option<Admittance>, Error> {
        let (session, name) = (knock.session, &knock.name);
        let identity = session.identity(&room.name);
        let role = role_of(session, &room, known);
        let heir = is_heir(session, &room, known);
        let visitor = Visitor {
            member: known,
            role,
            signed_in: session.is_signed_in(),
            kept_out: self.is_kept_out(&room, knock.network).await?,
            key: Key::None,
        };
        let standing = match self.decide_with_keys(&room, visitor, &identity, knock).await? {
            Decision::Refuse(code) => return Err(code.into()),
            Decision::Wait => Standing::Waiting,
            Decision::In => Standing::Admitted,
        };
        let seat = session.seat(&room.name);
        if standing == Standing::Admitted {
            if let Some(seat) = &seat
                && !knock.move_here
                && self.rooms.elsewhere_since_s(&room.name, &identity, seat).await?.is_some()
            {
                return Err(ErrorCode::InCallElsewhere.into());
            }
            if room.ended {
                self.store.change_room(&room.name, RoomChange::Begun, Noted::Nothing).await?;
                room.ended = false;
                self.doorsteps.changed(&room.name);
            }
            self.ensure(&room).await?;
        }
        // That somebody made the room is written down, so that others' sessions can be told that they are no match for it.
        // What follows from settings is not: it may be otherwise when they come again.
        let made_it = (room.host == session.hash()).then_some(Role::Host);
        let same = known.filter(|member| member.standing == standing && member.meeting == room.meeting);
        let member = Member {
            name: name.clone(),
            role: known.and_then(|member| member.role).or(made_it),
            teacher: session.is_teacher(),
            took_over_in: known.map_or(0, |member| member.took_over_in),
            standing,
            meeting: room.meeting,
            since_ms: same.map_or_else(clock::now_ms, |member| member.since_ms),
            valid_from_s: known.map_or(0, |member| member.valid_from_s),
            asks_in: known.map_or(0, |member| member.asks_in),
            network: Some(knock.network),
        };
        // Hosts find a place where nobody else does.
        let places = room.settings.capacity.filter(|_| standing == Standing::Admitted && !role.may(Right::Own));
        let seated = match places {
            Some(places) => self.store.seat(&room.name, &identity, &session.hash(), &member, known, places).await?,
            None if known == Some(&member) => Seated::In,
            None if self.store.put_member(&room.name, &identity, &session.hash(), &member, known).await? => Seated::In,
            None => Seated::Decided,
        };
        match seated {
            Seated::In => {}
            Seated::Full => return Err(ErrorCode::RoomFull.into()),
            Seated::Decided => return Ok(None),
        }
        if standing == Standing::Waiting {
            self.doorsteps.changed(&room.name);
            let place = self.place(&room, &identity).await?;
            return Ok(Some(Admittance::Waits(room.name, identity, place)));
        }
        let access = Access { role, heir, rules: room.rules };
        let token = tokens::participant(&self.keys, &room.name, &identity, name, access, seat.as_deref())?;
        Ok(Some(Admittance::In(Box::new(Joined {
            role,
            rules: room.dated_rules(),
            details: ConnectionDetails {
                server_url,
                room_name: room.name,
                participant_name: name.clone(),
                participant_token: token,
            },
            title: room.title,
            identity,
            ice_servers: self.ice_servers.clone(),
        }))))
    }

    /// Decides. What somebody brings along is looked at only where the door does not open without it: an invitation for one
    /// person is not used up at an open door.
    async fn decide_with_keys(
        &self,
        room: &Room,
        visitor: Visitor<'_>,
        identity: &Identity,
        knock: &Knock<'_>,
    ) -> Result<Decision, Error> {
        let by = |key| decide(room, Visitor { key, ..visitor }, clock::now_ms());
        let alone = by(Key::None);
        if let Some(secret) = &knock.invitation
            && by(Key::Invitation) != alone
        {
            if self.use_invitation(room, secret, identity).await? {
                return Ok(by(Key::Invitation));
            }
            if knock.password.is_none() {
                return Ok(Decision::Refuse(ErrorCode::InvitationExpired));
            }
        }
        match (alone, &knock.password) {
            (Decision::Refuse(ErrorCode::PasswordRequired), Some(password)) => {
                let right = self.passwords.verify(password.clone(), room.password.clone()).await?;
                Ok(if right { by(Key::Password) } else { Decision::Refuse(ErrorCode::PasswordWrong) })
            }
            _ => Ok(alone),
        }
    }

    /// Whether newcomers from this network are kept out of a room.
    pub(super) async fn is_kept_out(&self, room: &Room, network: Network) -> Result<bool, Error> {
        if room.networks_until_ms <= clock::now_ms() {
            return Ok(false);
        }
        Ok(self.store.network_bans(&room.name).await?.iter().any(|ban| ban.network == network))
    }

    /// What the door would decide now about somebody with nothing in their hands.
    pub(super) async fn would_admit(&self, session: &Session, room: &Room, kept_out: bool) -> Result<Decision, Error> {
        let known = self.store.member(&room.name, &session.identity(&room.name)).await?;
        let role = role_of(session, room, known.as_ref());
        let (member, signed_in) = (known.as_ref(), session.is_signed_in());
        let visitor = Visitor { member, role, signed_in, kept_out, key: Key::None };
        match decide(room, visitor, clock::now_ms()) {
            Decision::In if !role.may(Right::Own) && self.is_full_for(session, room).await? => {
                Ok(Decision::Refuse(ErrorCode::RoomFull))
            }
            decision => Ok(decision),
        }
    }

    async fn is_full_for(&self, session: &Session, room: &Room) -> Result<bool, Error> {
        let Some(places) = room.settings.capacity else { return Ok(false) };
        Ok(!self.store.has_place(&room.name, &session.identity(&room.name), places).await?)
    }

    /// The room that somebody stands before, by its code, or by its readable name: that shows no door that is closed to them.
    ///
    /// # Errors
    /// `room_not_found`, or when the database fails.
    pub async fn stand_before(&self, session: &Session, network: Network, name: &RoomName) -> Result<Room, Error> {
        if let Some(room) = self.store.room(name).await? {
            return Ok(room);
        }
        let code = self.store.room_with_alias(name).await?.ok_or(ErrorCode::RoomNotFound)?;
        let room = self.find(&code).await?;
        let kept_out = self.is_kept_out(&room, network).await?;
        if is_shown(self.would_admit(session, &room, kept_out).await?) {
            Ok(room)
        } else {
            Err(ErrorCode::RoomNotFound.into())
        }
    }

    /// Whether the session was let into the room before, which must be there for that. A database that fails knows
    /// nobody.
    pub async fn knows(&self, session: &Session, network: Network, typed: &str) -> bool {
        let Ok(name) = RoomName::parse(typed) else { return false };
        let Ok(room) = self.stand_before(session, network, &name).await else { return false };
        room.host == session.hash() || self.present(session, &room).await.is_ok()
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
