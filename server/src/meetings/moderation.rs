//! What hosts and co-hosts do. Everything may be done twice: what is so already is no error. All of it is written down.

use livekit_protocol::TrackSource;
use wire::{ErrorCode, HAND_ATTRIBUTE, Identity, Moderation, Right, Role, RoomName, Rules, ServerPacket};

use super::Meetings;
use super::admission::Present;
use super::door::is_barred;
use super::identity::Session;
use crate::clock;
use crate::error::Error;
use crate::media::access::Access;
use crate::media::participants::role_of;
use crate::store::{AuditEntry, Member, Room, RoomChange, Standing};

impl Meetings {
    /// Carries out what a host or co-host wants.
    ///
    /// # Errors
    /// `room_not_found`, `not_in_meeting` (the caller, or whom it is about), `not_allowed`, `media_unavailable`, or when
    /// the database fails.
    pub async fn moderate(&self, session: &Session, typed: &str, what: &Moderation) -> Result<(), Error> {
        let room = self.find_typed(typed).await?;
        let right = match what {
            Moderation::Assign(..) | Moderation::End => Right::Own,
            _ => Right::Moderate,
        };
        let me = self.present_with(session, &room, right).await?;
        let subject = match about(what) {
            Some(identity) => Some((identity, self.subject(&room, &me, identity).await?)),
            None => None,
        };
        match (what, &subject) {
            (Moderation::Admit(identity), _) => self.decide(&room, identity, Standing::Admitted).await?,
            (Moderation::Deny(identity), _) => self.decide(&room, identity, Standing::Denied).await?,
            (Moderation::AdmitAll, _) => self.store.admit_all(&room.name, room.meeting).await?,
            (Moderation::Mute(identity), _) => self.mute(&room, identity, TrackSource::Microphone).await?,
            (Moderation::StopCamera(identity), _) => self.mute(&room, identity, TrackSource::Camera).await?,
            (Moderation::StopShare(identity), _) => {
                self.mute(&room, identity, TrackSource::ScreenShare).await?;
                self.mute(&room, identity, TrackSource::ScreenShareAudio).await?;
            }
            (Moderation::MuteAll, _) => self.mute_all(&room, &me).await?,
            (Moderation::LowerHand(identity), _) => {
                self.rooms.set_attribute(&room.name, identity, HAND_ATTRIBUTE, String::new()).await?;
            }
            (Moderation::Remove(identity), _) => self.take_out(&room, identity, Standing::Removed).await?,
            (Moderation::Ban(identity), _) => self.take_out(&room, identity, Standing::Banned).await?,
            (Moderation::Assign(identity, role), _) => {
                self.store.set_role(&room.name, identity, *role).await?;
                self.rooms.set_access(&room.name, identity, Access { role: *role, rules: room.rules }).await?;
            }
            (Moderation::Rule(rules), _) => self.rule(&room, *rules).await?,
            (Moderation::End, _) => self.end(&room).await?,
        }
        self.doorsteps.changed(&room.name);
        let subject_name = subject.map(|(_, member)| member.name.to_string()).unwrap_or_default();
        self.write_down(&room, &me, action(what, room.rules), subject_name).await
    }

    /// Whom it is about: somebody who came to the door, and whom the caller's role may touch.
    async fn subject(&self, room: &Room, me: &Present, identity: &Identity) -> Result<Member, Error> {
        let Some(member) = self.store.member(&room.name, identity).await? else {
            return Err(ErrorCode::NotInMeeting.into());
        };
        let theirs = member.role.unwrap_or_default();
        if me.role.may_moderate(theirs) { Ok(member) } else { Err(ErrorCode::NotAllowed.into()) }
    }

    /// Decides about somebody who waits; about others it was decided already.
    async fn decide(&self, room: &Room, identity: &Identity, standing: Standing) -> Result<(), Error> {
        let waits = self
            .store
            .member(&room.name, identity)
            .await?
            .is_some_and(|member| matches!(member.standing, Standing::Waiting | Standing::Denied));
        if waits {
            self.store.decide(&room.name, identity, standing, room.meeting).await?;
        }
        Ok(())
    }

    async fn mute(&self, room: &Room, identity: &Identity, source: TrackSource) -> Result<(), Error> {
        Ok(self.rooms.mute(&room.name, identity, source).await?)
    }

    async fn mute_all(&self, room: &Room, me: &Present) -> Result<(), Error> {
        for person in self.rooms.people(&room.name).await? {
            if me.role.may_moderate(role_of(&person)) {
                self.mute(room, &Identity(person.identity), TrackSource::Microphone).await?;
            }
        }
        Ok(())
    }

    /// First it is written down, so that whoever comes back at once finds the door closed.
    async fn take_out(&self, room: &Room, identity: &Identity, standing: Standing) -> Result<(), Error> {
        self.store.decide(&room.name, identity, standing, room.meeting).await?;
        Ok(self.rooms.remove(&room.name, identity).await?)
    }

    async fn rule(&self, room: &Room, rules: Rules) -> Result<(), Error> {
        self.store.change_room(&room.name, RoomChange::Rules(rules)).await?;
        if room.rules.ask && !rules.ask {
            self.store.admit_all(&room.name, room.meeting).await?;
        }
        if rules.share_off != room.rules.share_off {
            for person in self.rooms.people(&room.name).await? {
                let access = Access { role: role_of(&person), rules };
                self.rooms.set_access(&room.name, &Identity(person.identity), access).await?;
            }
        }
        self.tell_room(&room.name, ServerPacket::Rules(rules));
        Ok(())
    }

    async fn end(&self, room: &Room) -> Result<(), Error> {
        self.store.change_room(&room.name, RoomChange::Ended).await?;
        self.ensured.forget(&room.name);
        Ok(self.rooms.delete(&room.name).await?)
    }

    pub(super) async fn write_down(
        &self,
        room: &Room,
        me: &Present,
        action: &str,
        subject_name: String,
    ) -> Result<(), Error> {
        let entry = AuditEntry {
            at_ms: clock::now_ms(),
            actor: me.identity.clone(),
            actor_name: me.name.to_string(),
            action: action.to_owned(),
            subject_name,
        };
        Ok(self.store.note_action(&room.name, &entry).await?)
    }

    /// What hosts did in a room, the newest first, for hosts.
    ///
    /// # Errors
    /// `room_not_found`, `not_in_meeting`, `not_allowed`, or when the database fails.
    pub async fn audit(&self, session: &Session, typed: &str) -> Result<Vec<AuditEntry>, Error> {
        let room = self.find_typed(typed).await?;
        self.present_with(session, &room, Right::Own).await?;
        Ok(self.store.audit(&room.name).await?)
    }

    /// Whether somebody may not be in a room, whatever token they hold; `issued_s` is when it was issued, where that is
    /// known, in seconds since 1970.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_barred(&self, room: &RoomName, identity: &Identity, issued_s: Option<u64>) -> Result<bool, Error> {
        let Some(room) = self.store.room(room).await? else { return Ok(false) };
        let member = self.store.member(&room.name, identity).await?;
        Ok(is_barred(&room, member.as_ref(), issued_s))
    }

    /// A session is no longer good: whoever is inside by it goes out, and their tokens with them.
    ///
    /// # Errors
    /// When the database or LiveKit fails.
    pub async fn sign_out(&self, session: &Session) -> Result<(), Error> {
        for room in self.store.occupied_rooms().await? {
            let identity = session.identity(&room);
            if self.store.member(&room, &identity).await?.is_some() {
                self.store.end_tokens(&room, &identity).await?;
                self.rooms.remove(&room, &identity).await?;
            }
        }
        Ok(())
    }

    /// Somebody is inside, LiveKit says. Whoever holds a token that is not good any more goes out again.
    pub(super) async fn check_in(&self, room: &RoomName, identity: &Identity) -> Result<(), Error> {
        if self.is_barred(room, identity, None).await? {
            tracing::info!(%room, "somebody came in who may not be inside");
            self.rooms.remove(room, identity).await?;
        }
        Ok(())
    }
}

/// Whom something is about.
const fn about(what: &Moderation) -> Option<&Identity> {
    match what {
        Moderation::Admit(identity)
        | Moderation::Deny(identity)
        | Moderation::Mute(identity)
        | Moderation::StopCamera(identity)
        | Moderation::StopShare(identity)
        | Moderation::LowerHand(identity)
        | Moderation::Remove(identity)
        | Moderation::Ban(identity)
        | Moderation::Assign(identity, _) => Some(identity),
        Moderation::AdmitAll | Moderation::MuteAll | Moderation::Rule(_) | Moderation::End => None,
    }
}

/// What it is called in the audit log.
fn action(what: &Moderation, before: Rules) -> &'static str {
    match what {
        Moderation::Admit(_) => "admit",
        Moderation::AdmitAll => "admit_all",
        Moderation::Deny(_) => "deny",
        Moderation::Mute(_) => "mute",
        Moderation::StopCamera(_) => "stop_camera",
        Moderation::StopShare(_) => "stop_share",
        Moderation::MuteAll => "mute_all",
        Moderation::LowerHand(_) => "lower_hand",
        Moderation::Remove(_) => "remove",
        Moderation::Ban(_) => "ban",
        Moderation::Assign(_, role) => match role {
            Role::Host => "make_host",
            Role::CoHost => "make_co_host",
            Role::Participant | Role::Guest => "make_participant",
            Role::Student => "make_student",
            Role::Viewer => "make_viewer",
        },
        Moderation::Rule(rules) => match (rules, before) {
            (now, before) if now.locked != before.locked => {
                if now.locked {
                    "lock"
                } else {
                    "unlock"
                }
            }
            (now, before) if now.ask != before.ask => {
                if now.ask {
                    "ask_on"
                } else {
                    "ask_off"
                }
            }
            (now, before) if now.chat_off != before.chat_off => {
                if now.chat_off {
                    "chat_off"
                } else {
                    "chat_on"
                }
            }
            (now, before) if now.share_off != before.share_off => {
                if now.share_off {
                    "share_off"
                } else {
                    "share_on"
                }
            }
            _ => "rules",
        },
        Moderation::End => "end",
    }
}
