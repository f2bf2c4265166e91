//! What hosts and co-hosts do. Everything may be done twice: what is so already is no error. All of it is written down.

use livekit_protocol::TrackSource;
use wire::{ErrorCode, Identity, Moderation, Right, Role, Rule, ServerPacket};

use super::Meetings;
use super::hosts::ends;
use super::identity::Session;
use super::roles::Present;
use crate::clock;
use crate::error::Error;
use crate::media::access::Access;
use crate::media::participants::{is_heir, role_of};
use crate::store::{AuditEntry, Ends, Member, Noted, Room, RoomChange, Standing};

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
        let what = &if me.took_over { for_this_meeting(what)? } else { what.clone() };
        let subject = match about(what) {
            Some(identity) => match self.subject(&room, &me, identity).await {
                // Who was made a host may be touched no more; whoever says it again has not heard the answer.
                Err(Error::Refused(ErrorCode::NotAllowed)) if self.is_so(&room, what).await? => {
                    return self.carry_out(&room, &me, what, Ends::Nothing, Noted::Nothing).await;
                }
                subject => Some(subject?),
            },
            None => None,
        };
        let subject_name = subject.as_ref().map(|member| member.name.to_string()).unwrap_or_default();
        let ends = subject.as_ref().map_or(Ends::Nothing, |member| ends(&room, what, member));
        let entry = me.did(action(what), subject_name);
        // Who is kept out already may be inside all the same: they are taken out again, and nothing is decided.
        let noted = if matches!(what, Moderation::Ban(_)) { Noted::IfChanged(entry) } else { Noted::Anyway(entry) };
        let done = self.carry_out(&room, &me, what, ends, noted).await;
        self.doorsteps.changed(&room.name);
        done
    }

    /// What is stored is written down together with it; what LiveKit alone does, before: also what it does not carry out was
    /// wanted.
    async fn carry_out(
        &self,
        room: &Room,
        me: &Present,
        what: &Moderation,
        ends: Ends,
        noted: Noted,
    ) -> Result<(), Error> {
        let name = &room.name;
        match what {
            Moderation::Admit(identity) => self.decide(room, identity, Standing::Admitted, ends, noted).await,
            Moderation::Deny(identity) => self.decide(room, identity, Standing::Denied, ends, noted).await,
            Moderation::Mute(identity) => self.mute(room, identity, &[TrackSource::Microphone], noted).await,
            Moderation::StopCamera(identity) => self.mute(room, identity, &[TrackSource::Camera], noted).await,
            Moderation::StopShare(identity) => {
                self.mute(room, identity, &[TrackSource::ScreenShare, TrackSource::ScreenShareAudio], noted).await
            }
            Moderation::MuteAll => self.mute_all(room, me, noted).await,
            Moderation::LowerHand(identity) => self.lower_hand(name, identity, noted).await.map(drop),
            // Those whom the host saw; who came since is seen first.
            Moderation::AdmitAll(identities) => Ok(self.store.admit_all(name, identities, room.meeting, noted).await?),
            // First it is decided, so that whoever comes back at once finds the door closed.
            Moderation::Remove(identity) => {
                self.decide(room, identity, Standing::Removed, ends, noted).await?;
                Ok(self.rooms.remove(name, identity).await?)
            }
            Moderation::Ban(identity) => {
                self.decide(room, identity, Standing::Banned, ends, noted).await?;
                Ok(self.rooms.remove(name, identity).await?)
            }
            Moderation::Assign(identity, role) => {
                self.store.set_role(name, identity, *role, ends, noted).await?;
                let access = Access { role: *role, heir: false, rules: room.rules };
                self.rooms.set_access(name, identity, access).await?;
                Ok(())
            }
            Moderation::Rule(rule, on) => self.rule(room, *rule, *on, noted).await,
            Moderation::End => self.end(room, noted).await,
        }
    }

    /// Whom it is about: somebody who came to the door, and whom the caller's role may touch.
    pub(super) async fn subject(&self, room: &Room, me: &Present, identity: &Identity) -> Result<Member, Error> {
        let Some(member) = self.store.member(&room.name, identity).await? else {
            return Err(ErrorCode::NotInMeeting.into());
        };
        let theirs = member.role_in(room).unwrap_or_default();
        let may = me.role.may_moderate(theirs) || me.made_it && me.identity != *identity;
        if may { Ok(member) } else { Err(ErrorCode::NotAllowed.into()) }
    }

    /// Whether somebody has the role already that they are to have.
    async fn is_so(&self, room: &Room, what: &Moderation) -> Result<bool, Error> {
        let Moderation::Assign(identity, role) = what else { return Ok(false) };
        let member = self.store.member(&room.name, identity).await?;
        let roles = member.map(|member| (member.lasting_role_in(room), member.role_in(room)));
        Ok(roles == Some((Some(*role), Some(*role))))
    }

    async fn decide(
        &self,
        room: &Room,
        identity: &Identity,
        standing: Standing,
        ends: Ends,
        noted: Noted,
    ) -> Result<(), Error> {
        self.store.decide(&room.name, identity, standing, room.meeting, ends, noted).await?;
        Ok(())
    }

    async fn mute(&self, room: &Room, identity: &Identity, sources: &[TrackSource], noted: Noted) -> Result<(), Error> {
        self.store.write_down(&room.name, &noted).await?;
        for source in sources {
            self.rooms.mute(&room.name, identity, *source).await?;
        }
        Ok(())
    }

    async fn mute_all(&self, room: &Room, me: &Present, noted: Noted) -> Result<(), Error> {
        self.store.write_down(&room.name, &noted).await?;
        for person in self.rooms.people(&room.name).await? {
            if me.role.may_moderate(role_of(&person)) {
                self.rooms.mute(&room.name, &Identity(person.identity), TrackSource::Microphone).await?;
            }
        }
        Ok(())
    }

    /// Turns a rule on or off, and writes it down; nothing where it is so already, perhaps by somebody else's word just now.
    pub(super) async fn decide_rule(&self, room: &Room, me: &Present, rule: Rule, on: bool) -> Result<(), Error> {
        let room = self.find(&room.name).await?;
        if room.rules.has(rule) == on {
            return Ok(());
        }
        let noted = Noted::Anyway(me.did(action(&Moderation::Rule(rule, on)), String::new()));
        let done = self.rule(&room, rule, on, noted).await;
        self.doorsteps.changed(&room.name);
        done
    }

    async fn rule(&self, room: &Room, rule: Rule, on: bool, noted: Noted) -> Result<(), Error> {
        self.store.change_room(&room.name, RoomChange::Rule(rule, on), noted).await?;
        let room = self.find(&room.name).await?;
        self.news.tell(&room.name, ServerPacket::Rules(room.dated_rules()));
        if rule == Rule::ShareOff { self.renew_access(&room).await } else { Ok(()) }
    }

    /// Gives everybody inside the rights that they have by role and rules. One who fails does not keep the others from it.
    async fn renew_access(&self, room: &Room) -> Result<(), Error> {
        let mut failed = None;
        for person in self.rooms.people(&room.name).await? {
            let access = Access { role: role_of(&person), heir: is_heir(&person), rules: room.rules };
            if let Err(error) = self.rooms.set_access(&room.name, &Identity(person.identity), access).await {
                failed = Some(error);
            }
        }
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    async fn end(&self, room: &Room, noted: Noted) -> Result<(), Error> {
        self.store.change_room(&room.name, RoomChange::Ended, noted).await?;
        self.history.notify_one();
        self.ensured.forget(&room.name);
        Ok(self.rooms.delete(&room.name).await?)
    }

    /// What hosts did in a room, the newest first, for hosts; without what is older than is kept.
    ///
    /// # Errors
    /// `room_not_found`, `not_in_meeting`, `not_allowed`, or when the database fails.
    pub async fn audit(&self, session: &Session, typed: &str) -> Result<Vec<AuditEntry>, Error> {
        let room = self.find_typed(typed).await?;
        self.owner(session, &room).await?;
        Ok(self.store.audit(&room.name, self.audit_since_ms()).await?)
    }

    /// What was done before this is not told, and deleted within the hour.
    pub(super) fn audit_since_ms(&self) -> u64 {
        clock::days_ago_ms(self.retention.audit_days)
    }
}

impl Present {
    /// What they do now, as it is written down.
    pub(super) fn did(&self, action: &str, subject_name: String) -> AuditEntry {
        AuditEntry {
            at_ms: clock::now_ms(),
            actor: self.identity.clone(),
            actor_name: self.name.to_string(),
            action: action.to_owned(),
            subject_name,
        }
    }
}

/// What of it is done by somebody who has only taken the meeting over. Roles stay for later meetings, so that they give
/// none; and whom they would keep out for good, they take out.
fn for_this_meeting(what: &Moderation) -> Result<Moderation, ErrorCode> {
    match what {
        Moderation::Assign(..) => Err(ErrorCode::NotAllowed),
        Moderation::Ban(identity) => Ok(Moderation::Remove(identity.clone())),
        _ => Ok(what.clone()),
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
        Moderation::AdmitAll(_) | Moderation::MuteAll | Moderation::Rule(..) | Moderation::End => None,
    }
}

/// What it is called in the audit log.
const fn action(what: &Moderation) -> &'static str {
    match what {
        Moderation::Admit(_) => "admit",
        Moderation::AdmitAll(_) => "admit_all",
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
        Moderation::Rule(Rule::Ask, on) => {
            if *on {
                "ask_on"
            } else {
                "ask_off"
            }
        }
        Moderation::Rule(Rule::Locked, on) => {
            if *on {
                "lock"
            } else {
                "unlock"
            }
        }
        Moderation::Rule(Rule::ChatOff, on) => {
            if *on {
                "chat_off"
            } else {
                "chat_on"
            }
        }
        Moderation::Rule(Rule::ShareOff, on) => {
            if *on {
                "share_off"
            } else {
                "share_on"
            }
        }
        Moderation::End => "end",
    }
}
