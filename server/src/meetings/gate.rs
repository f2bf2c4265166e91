//! Tokens that are kept: LiveKit neither revokes them nor stops renewing them, so who is inside is checked again and again.

use std::time::Duration;

use futures_util::future::join_all;
use wire::{Identity, Role, RoomName};

use super::Meetings;
use super::door::is_barred;
use super::identity::Session;
use super::roles::newcomer;
use super::round::{Asked, Round};
use crate::clock;
use crate::error::Error;
use crate::media::access::Access;
use crate::media::participants::{is_account, is_heir, role_of};
use crate::media::rooms::MediaError;
use crate::store::Participant;

/// LiveKit tells of whoever has come in, or is asked: who came to the door so long ago is known to be inside, or is not.
const TOLD_WITHIN: Duration = Duration::from_secs(2 * 60);
/// From how many rooms somebody is taken out at once.
const OUT_AT_ONCE: usize = 8;

impl Meetings {
    /// Whether somebody may not be in a room, whatever token they hold; `issued_s` is when it was issued, where that is
    /// known, in seconds since 1970.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_barred(&self, room: &RoomName, identity: &Identity, issued_s: Option<u64>) -> Result<bool, Error> {
        let Some(room) = self.store.room(room).await? else { return Ok(self.store.was_deleted(room).await?) };
        let member = self.store.member(&room.name, identity).await?;
        Ok(is_barred(&room, member.as_ref(), issued_s))
    }

    /// Whether the call has moved to another browser since a token was issued for a seat. LiveKit goes by the identity, and
    /// would take the call from that browser when this one comes back and resumes.
    ///
    /// # Errors
    /// When LiveKit does not answer.
    pub async fn has_moved(
        &self,
        room: &RoomName,
        identity: &Identity,
        seat: &str,
        issued_s: u64,
    ) -> Result<bool, Error> {
        let since_s = self.rooms.elsewhere_since_s(room, identity, seat).await?;
        Ok(since_s.is_some_and(|since_s| issued_s < since_s))
    }

    /// A session of before a time, in seconds since 1970, is no longer good: its tokens end in every room, also those that
    /// it got at the last moment, and whoever is inside by one goes out. Who has come back meanwhile stays.
    ///
    /// # Errors
    /// When the database fails, or LiveKit did for one of the rooms: whoever stayed inside there, or was on the way, is
    /// found when LiveKit is asked the next time.
    pub async fn sign_out(&self, session: &Session, before_s: u64) -> Result<(), Error> {
        self.store.end_tokens(&session.hash(), before_s).await?;
        let since_ms = clock::now_ms().saturating_sub(clock::to_ms(TOLD_WITHIN));
        let places = self.store.places(&session.hash(), since_ms).await?;
        let mut failed = None;
        for some in places.chunks(OUT_AT_ONCE) {
            let tried = join_all(some.iter().map(|(room, identity)| self.end_stay(room, identity, before_s))).await;
            failed = tried.into_iter().find_map(Result::err).or(failed);
        }
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    async fn end_stay(&self, room: &RoomName, identity: &Identity, before_s: u64) -> Result<(), MediaError> {
        let inside = self.rooms.participant(room, identity).await?;
        if inside.is_some_and(|person| person.joined_at.cast_unsigned() < before_s) {
            self.rooms.remove(room, identity).await?;
        }
        self.doorsteps.changed(room);
        Ok(())
    }

    /// All these are inside, LiveKit says.
    pub(super) async fn check_in_all(&self, room: &RoomName, inside: &[Participant]) -> Result<(), Error> {
        let mut round = Round::default();
        for participant in inside {
            if !round.goes_on(self.check_in(room, participant).await.map(|()| Asked::Yes)) {
                break;
            }
        }
        round.end()
    }

    /// Somebody is inside, LiveKit says. Whoever holds a token that is not good any more goes out again, and whoever holds
    /// one from before their role or the rules changed gets the rights of now.
    pub(super) async fn check_in(&self, room: &RoomName, participant: &Participant) -> Result<(), Error> {
        let Some(room) = self.store.room(room).await? else { return Ok(()) };
        // LiveKit lets a client add this to its identity and be somebody else: none of ours does.
        let (holder, second_self) = match participant.identity.as_str().split_once('#') {
            Some((holder, _)) => (Identity(holder.to_owned()), true),
            None => (participant.identity.clone(), false),
        };
        let Some(member) = self.store.member(&room.name, &holder).await? else { return Ok(()) };
        // Their token is older than their stay.
        let issued_s = participant.joined_at_ms / 1_000;
        if second_self || is_barred(&room, Some(&member), Some(issued_s)) {
            tracing::info!(room = %room.name, "somebody came in who may not be inside");
            return Ok(self.rooms.remove(&room.name, &participant.identity).await?);
        }
        let Some(person) = self.rooms.participant(&room.name, &holder).await? else { return Ok(()) };
        let told = (role_of(&person), is_heir(&person));
        let role = member.role_in(&room).unwrap_or_else(|| newcomer(&room, is_account(&person)));
        let heir = member.has_taken_over(&room) && member.lasting_role_in(&room) != Some(Role::Host);
        let access = Access { role, heir, rules: room.rules };
        if told != (role, heir) || !access.is_that_of(&person) {
            self.rooms.set_access(&room.name, &holder, access).await?;
        }
        Ok(())
    }
}
