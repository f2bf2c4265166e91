//! LiveKit's RoomService, at whatever address LiveKit has at the moment.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use livekit_api::services::room::{CreateRoomOptions, RoomClient, SendDataOptions, UpdateParticipantOptions};
use livekit_api::services::{ServerError, ServerErrorCode, ServiceError};
use livekit_protocol::{data_packet, participant_info};
use tokio::sync::watch;
use wire::{DisplayName, Identity, PACKET_TOPIC, RoomName};

use super::Endpoint;
use crate::secret::KeyPair;
use crate::telemetry;

/// How long LiveKit may take to answer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(3);

/// LiveKit did not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum MediaError {
    /// It did not answer, or answered with an error.
    #[error("{0}")]
    Service(String),
    /// It answered, but not as it does to a key pair of its own.
    #[error("it does not take the API key pair, or is no LiveKit server")]
    Refused,
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
        let start = Instant::now();
        let answer = self.client().create_room(room.as_str(), CreateRoomOptions::default()).await;
        noted("CreateRoom", start, answer).map(drop).map_err(service)
    }

    /// Names of the people in a room, in order of arrival; nobody is in a room that LiveKit does not have.
    ///
    /// # Errors
    /// When LiveKit does not answer.
    pub async fn people(&self, room: &RoomName) -> Result<Vec<String>, MediaError> {
        let start = Instant::now();
        let answer = self.client().list_participants(room.as_str()).await;
        let mut people = match noted("ListParticipants", start, answer) {
            Err(error) if is_not_found(&error) => return Ok(Vec::new()),
            answer => answer.map_err(service)?,
        };
        people.retain(|person| {
            let hidden = person.permission.as_ref().is_some_and(|permission| permission.hidden);
            let human = matches!(person.kind(), participant_info::Kind::Standard | participant_info::Kind::Sip);
            human && !hidden && person.state() != participant_info::State::Disconnected
        });
        people.sort_by_key(|person| (person.joined_at_ms, person.joined_at));
        Ok(people.into_iter().map(|person| person.name).collect())
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
        let start = Instant::now();
        let answer = self.client().send_data(room.as_str(), packet, options).await;
        noted("SendData", start, answer).map_err(service)
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
        let start = Instant::now();
        let answer = self.client().get_participant(room.as_str(), identity.as_str()).await;
        match noted("GetParticipant", start, answer) {
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
        let start = Instant::now();
        let answer = self.client().update_participant(room.as_str(), identity.as_str(), options).await;
        match noted("UpdateParticipant", start, answer) {
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

    /// Rooms in which somebody is, and how many participants are in them; hidden ones do not count.
    ///
    /// # Errors
    /// When LiveKit does not answer.
    pub async fn census(&self) -> Result<(usize, usize), MediaError> {
        let start = Instant::now();
        let answer = self.client().list_rooms(Vec::new()).await;
        let mut rooms = noted("ListRooms", start, answer).map_err(service)?;
        rooms.retain(|room| room.num_participants > 0);
        let people = rooms.iter().map(|room| usize::try_from(room.num_participants).unwrap_or_default()).sum();
        Ok((rooms.len(), people))
    }
}

/// Notes how long a call took since `start`, and how it ended.
fn noted<T>(method: &'static str, start: Instant, answer: Result<T, ServiceError>) -> Result<T, ServiceError> {
    let result = match &answer {
        Ok(_) => "ok",
        Err(error) if is_not_found(error) => "not_found",
        Err(ServiceError::Twirp(ServerError::Request(error))) if error.is_timeout() => "timeout",
        Err(ServiceError::Twirp(ServerError::Request(error))) if error.is_connect() => "unreachable",
        Err(error) if is_refusal(error) => "refused",
        Err(_) => "error",
    };
    telemetry::livekit_called(method, result, start.elapsed());
    answer
}

/// Whether LiveKit says that it has no such room, or nobody of that identity in it.
fn is_not_found(error: &ServiceError) -> bool {
    matches!(error, ServiceError::Twirp(ServerError::Twirp(error)) if error.code == ServerErrorCode::NOT_FOUND)
}

/// Whether it answers as to a stranger. To a wrong key pair it says in plain text what is wrong, and repeats the token: that
/// is not read.
fn is_refusal(error: &ServiceError) -> bool {
    match error {
        ServiceError::Twirp(ServerError::Request(error)) => error.is_decode(),
        ServiceError::Twirp(ServerError::Twirp(error)) => error.code == ServerErrorCode::UNAUTHENTICATED,
        _ => false,
    }
}

fn service(error: ServiceError) -> MediaError {
    MediaError::Service(match error {
        error if is_refusal(&error) => return MediaError::Refused,
        // reqwest's own message holds no more than the address; what lies beneath all says why.
        ServiceError::Twirp(ServerError::Request(error)) => {
            let beneath = std::iter::successors(std::error::Error::source(&error), |cause| cause.source()).last();
            let cause = beneath.map(|cause| format!(": {cause}")).unwrap_or_default();
            format!("{error}{cause}")
        }
        error => error.to_string(),
    })
}
