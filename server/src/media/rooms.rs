//! LiveKit's RoomService, at whatever address LiveKit has at the moment.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use livekit_api::services::room::{CreateRoomOptions, RoomClient, SendDataOptions, UpdateParticipantOptions};
use livekit_api::services::{ServerError, ServerErrorCode, ServiceError};
use livekit_protocol::{ParticipantInfo, data_packet, participant_info};
use tokio::sync::watch;
use wire::{DisplayName, Identity, PACKET_TOPIC, RoomName};

use super::{Endpoint, participant};
use crate::secret::KeyPair;
use crate::store::{Kind, Participant};

/// How long LiveKit may take to answer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(3);

/// LiveKit did not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum MediaError {
    /// It did not answer, or answered with an error.
    #[error("{0}")]
    Service(String),
    /// Parlour is starting it.
    #[error("it is being started")]
    Starting,
    /// It was asked just before, and failed.
    #[error("it failed a moment ago")]
    JustFailed,
}

/// RoomService.
pub struct Rooms {
    endpoint: watch::Receiver<Endpoint>,
    keys: KeyPair,
    // A client belongs to one address; making one costs a TLS configuration.
    client: Mutex<Option<(String, Arc<RoomClient>)>>,
}

impl Rooms {
    /// RoomService at `endpoint`.
    pub fn new(endpoint: watch::Receiver<Endpoint>, keys: KeyPair) -> Self {
        Self { endpoint, keys, client: Mutex::new(None) }
    }

    /// Where LiveKit is; told anew whenever it was started.
    pub fn endpoint(&self) -> watch::Receiver<Endpoint> {
        self.endpoint.clone()
    }

    /// The present start of LiveKit.
    pub fn generation(&self) -> u64 {
        self.endpoint.borrow().generation
    }

    /// Whether clients may come: those who are let in too early would all wait for each other.
    fn ready(&self) -> Result<(), MediaError> {
        if self.endpoint.borrow().ready { Ok(()) } else { Err(MediaError::Starting) }
    }

    fn client(&self) -> Arc<RoomClient> {
        let url = self.endpoint.borrow().url.clone();
        let mut client = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        match &*client {
            Some((address, client)) if *address == url => client.clone(),
            _ => {
                let fresh = RoomClient::with_api_key(&url, &self.keys.key, self.keys.secret.expose())
                    .with_request_timeout(REQUEST_TIMEOUT);
                let fresh = Arc::new(fresh);
                *client = Some((url, fresh.clone()));
                fresh
            }
        }
    }

    /// Makes the room, or finds it made.
    ///
    /// # Errors
    /// When LiveKit does not answer or refuses.
    pub async fn create(&self, room: &RoomName) -> Result<(), MediaError> {
        self.ready()?;
        self.client().create_room(room.as_str(), CreateRoomOptions::default()).await.map(drop).map_err(service)
    }

    /// Names of the people in a room, in order of arrival; nobody is in a room that LiveKit does not have.
    ///
    /// # Errors
    /// When LiveKit does not answer.
    pub async fn people(&self, room: &RoomName) -> Result<Vec<String>, MediaError> {
        let mut people = self.inside(room).await?;
        people.retain(|person| participant::kind(person) == Kind::Person);
        people.sort_by_key(|person| (person.joined_at_ms, person.joined_at));
        Ok(people.into_iter().map(|person| person.name).collect())
    }

    /// Everybody and everything in a room, as Parlour keeps it.
    ///
    /// # Errors
    /// When LiveKit does not answer.
    pub async fn participants(&self, room: &RoomName) -> Result<Vec<Participant>, MediaError> {
        Ok(self.inside(room).await?.into_iter().map(participant::of).collect())
    }

    /// The rooms that LiveKit has; with a LiveKit that others use too, also theirs.
    ///
    /// # Errors
    /// When LiveKit does not answer.
    pub async fn names(&self) -> Result<Vec<RoomName>, MediaError> {
        let rooms = self.client().list_rooms(Vec::new()).await.map_err(service)?;
        Ok(rooms.iter().filter_map(|room| RoomName::parse(&room.name).ok()).collect())
    }

    /// Nobody is in a room that LiveKit does not have.
    async fn inside(&self, room: &RoomName) -> Result<Vec<ParticipantInfo>, MediaError> {
        let mut inside = match self.client().list_participants(room.as_str()).await {
            Err(error) if is_not_found(&error) => return Ok(Vec::new()),
            answer => answer.map_err(service)?,
        };
        inside.retain(|participant| participant.state() != participant_info::State::Disconnected);
        Ok(inside)
    }

    /// Sends a packet of the server to everybody in a room.
    ///
    /// # Errors
    /// When LiveKit does not answer, or does not have the room.
    pub async fn send(&self, room: &RoomName, packet: Vec<u8>) -> Result<(), MediaError> {
        let options = SendDataOptions {
            kind: data_packet::Kind::Reliable,
            topic: Some(PACKET_TOPIC.to_owned()),
            ..SendDataOptions::default()
        };
        self.client().send_data(room.as_str(), packet, options).await.map_err(service)
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
        match self.client().get_participant(room.as_str(), identity.as_str()).await {
            Ok(mut participant) => Ok(participant.attributes.remove(key)),
            Err(error) if is_not_found(&error) => Ok(None),
            Err(error) => Err(service(error)),
        }
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
        match self.client().update_participant(room.as_str(), identity.as_str(), options).await {
            Ok(_) => Ok(true),
            Err(error) if is_not_found(&error) => Ok(false),
            Err(error) => Err(service(error)),
        }
    }

    /// Whether LiveKit answers, takes the API key and is ready for clients.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), MediaError> {
        self.ready()?;
        // A name that no room has: the answer stays short however many rooms there are.
        self.client().list_rooms(vec!["-".to_owned()]).await.map(drop).map_err(service)
    }
}

/// Whether LiveKit says that it has no such room, or nobody of that identity in it.
fn is_not_found(error: &ServiceError) -> bool {
    matches!(error, ServiceError::Twirp(ServerError::Twirp(error)) if error.code == ServerErrorCode::NOT_FOUND)
}

fn service(error: ServiceError) -> MediaError {
    MediaError::Service(match error {
        // reqwest's own message holds no more than the address; the cause beneath it says why.
        ServiceError::Twirp(ServerError::Request(error)) => {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
            format!("{error}{cause}")
        }
        error => error.to_string(),
    })
}
