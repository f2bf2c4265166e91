//! Participants in LiveKit's rooms: who is inside, and what the server does to them. Whoever is not inside any more needs
//! nothing done: that is no error.

use std::collections::HashMap;

use livekit_api::services::room::UpdateParticipantOptions;
use livekit_protocol::{ParticipantInfo, TrackSource, participant_info};
use wire::{DisplayName, HEIR_ATTRIBUTE, Identity, ROLE_ATTRIBUTE, Role, RoomName};

use super::access::Access;
use super::participant;
use super::rooms::{MediaError, Rooms, called, found};
use crate::store::{Kind, Participant};

/// From which of their browsers somebody takes part, where they may have several. Only the server can set it, and reads it.
pub(crate) const SEAT_ATTRIBUTE: &str = "parlour.seat";

impl Rooms {
    /// The people in a room, in order of arrival.
    ///
    /// # Errors
    /// When LiveKit does not answer.
    pub async fn people(&self, room: &RoomName) -> Result<Vec<ParticipantInfo>, MediaError> {
        let mut people = self.everybody(room).await?;
        people.retain(|person| participant::kind(person) == Kind::Person);
        people.sort_by_key(|person| (person.joined_at_ms, person.joined_at));
        Ok(people)
    }

    /// Everybody and everything in a room, as Parlour keeps it.
    ///
    /// # Errors
    /// When LiveKit does not answer.
    pub async fn participants(&self, room: &RoomName) -> Result<Vec<Participant>, MediaError> {
        Ok(self.everybody(room).await?.into_iter().map(participant::of).collect())
    }

    /// Nobody is in a room that LiveKit does not have.
    async fn everybody(&self, room: &RoomName) -> Result<Vec<ParticipantInfo>, MediaError> {
        let answer = called("ListParticipants", self.client().list_participants(room.as_str())).await;
        let mut inside = found(answer)?.unwrap_or_default();
        inside.retain(|participant| participant.state() != participant_info::State::Disconnected);
        Ok(inside)
    }

    /// A participant; `None` when nobody of this identity is inside.
    ///
    /// # Errors
    /// When LiveKit does not answer.
    pub async fn participant(
        &self,
        room: &RoomName,
        identity: &Identity,
    ) -> Result<Option<ParticipantInfo>, MediaError> {
        found(called("GetParticipant", self.client().get_participant(room.as_str(), identity.as_str())).await)
    }

    /// Since when somebody is inside on another seat, in seconds since 1970; `None` when they are not.
    ///
    /// # Errors
    /// When LiveKit does not answer.
    pub async fn elsewhere_since_s(
        &self,
        room: &RoomName,
        identity: &Identity,
        seat: &str,
    ) -> Result<Option<u64>, MediaError> {
        let inside = self.participant(room, identity).await?.filter(|person| {
            person.state() != participant_info::State::Disconnected
                && person.attributes.get(SEAT_ATTRIBUTE).is_none_or(|taken| taken != seat)
        });
        Ok(inside.map(|person| person.joined_at.cast_unsigned()))
    }

    /// An attribute of a participant; `None` when it is not set, or nobody of this identity is inside.
    ///
    /// # Errors
    /// When LiveKit does not answer.
    pub async fn attribute(
        &self,
        room: &RoomName,
        identity: &Identity,
        key: &str,
    ) -> Result<Option<String>, MediaError> {
        let participant = self.participant(room, identity).await?;
        Ok(participant.and_then(|mut participant| participant.attributes.remove(key)))
    }

    /// Sets an attribute of a participant, or removes it when the value is empty; everything else stays as it is. False
    /// when nobody of this identity is inside.
    ///
    /// # Errors
    /// When LiveKit does not answer.
    pub async fn set_attribute(
        &self,
        room: &RoomName,
        identity: &Identity,
        key: &str,
        value: String,
    ) -> Result<bool, MediaError> {
        let attributes = HashMap::from([(key.to_owned(), value)]);
        self.update(room, identity, UpdateParticipantOptions { attributes, ..UpdateParticipantOptions::default() })
            .await
    }

    /// Gives a participant another name; everything else stays as it is. False when nobody of this identity is inside.
    ///
    /// # Errors
    /// When LiveKit does not answer.
    pub async fn set_name(&self, room: &RoomName, identity: &Identity, name: &DisplayName) -> Result<bool, MediaError> {
        let options = UpdateParticipantOptions { name: name.to_string(), ..UpdateParticipantOptions::default() };
        self.update(room, identity, options).await
    }

    /// What is left empty, LiveKit leaves alone: name, metadata, permission and the other attributes.
    async fn update(
        &self,
        room: &RoomName,
        identity: &Identity,
        options: UpdateParticipantOptions,
    ) -> Result<bool, MediaError> {
        let answer =
            called("UpdateParticipant", self.client().update_participant(room.as_str(), identity.as_str(), options))
                .await;
        Ok(found(answer)?.is_some())
    }

    /// Gives somebody inside other rights, and tells the others what they are.
    ///
    /// # Errors
    /// When LiveKit does not answer.
    pub async fn set_access(&self, room: &RoomName, identity: &Identity, access: Access) -> Result<bool, MediaError> {
        let options = UpdateParticipantOptions {
            attributes: access.attributes().map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
            permission: Some(access.permission()),
            ..UpdateParticipantOptions::default()
        };
        self.update(room, identity, options).await
    }

    /// Mutes what somebody sends of a source; only they switch it on again.
    ///
    /// # Errors
    /// When LiveKit does not answer.
    pub async fn mute(&self, room: &RoomName, identity: &Identity, source: TrackSource) -> Result<(), MediaError> {
        let client = self.client();
        let Some(person) =
            found(called("GetParticipant", client.get_participant(room.as_str(), identity.as_str())).await)?
        else {
            return Ok(());
        };
        for track in person.tracks.iter().filter(|track| track.source() == source && !track.muted) {
            found(
                called(
                    "MutePublishedTrack",
                    client.mute_published_track(room.as_str(), identity.as_str(), &track.sid, true),
                )
                .await,
            )?;
        }
        Ok(())
    }

    /// Takes somebody out of a room. Their token goes on being good: who may come back is for the door to know.
    ///
    /// # Errors
    /// When LiveKit does not answer.
    pub async fn remove(&self, room: &RoomName, identity: &Identity) -> Result<(), MediaError> {
        found(called("RemoveParticipant", self.client().remove_participant(room.as_str(), identity.as_str())).await)
            .map(drop)
    }
}

/// Whether somebody inside is a person with an account: only they have a seat.
#[must_use]
pub fn is_account(person: &ParticipantInfo) -> bool {
    person.attributes.contains_key(SEAT_ATTRIBUTE)
}

/// Whether somebody inside is a host only since none was there, as the server has told LiveKit.
#[must_use]
pub fn is_heir(person: &ParticipantInfo) -> bool {
    person.attributes.contains_key(HEIR_ATTRIBUTE)
}

/// What somebody inside is, as the server has told LiveKit.
#[must_use]
pub fn role_of(person: &ParticipantInfo) -> Role {
    person.attributes.get(ROLE_ATTRIBUTE).and_then(|role| Role::parse(role)).unwrap_or_default()
}
