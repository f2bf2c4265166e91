//! LiveKit's RoomService, at whatever address LiveKit has at the moment.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use livekit_api::services::room::{CreateRoomOptions, RoomClient, SendDataOptions};
use livekit_api::services::{ServerError, ServerErrorCode, ServiceError, ServiceResult};
use livekit_protocol::data_packet;
use tokio::sync::watch;
use wire::{PACKET_TOPIC, RoomName};

use super::Endpoint;
use crate::secret::KeyPair;
use crate::telemetry;

/// How long LiveKit may take to answer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a room stays when the last one has left it, in seconds: as long as a place is kept. Whoever has lost their
/// connection comes back to the same meeting, with its chat, and is not asked for again at its door.
const DEPARTURE_TIMEOUT_S: u32 = 120;

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

    pub(super) fn client(&self) -> Arc<RoomClient> {
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
        let client = self.client();
        let options = CreateRoomOptions { departure_timeout: DEPARTURE_TIMEOUT_S, ..CreateRoomOptions::default() };
        let call = client.create_room(room.as_str(), options);
        called("CreateRoom", call).await.map(drop).map_err(service)
    }

    /// Whether LiveKit has the room.
    ///
    /// # Errors
    /// When LiveKit does not answer.
    pub async fn exists(&self, room: &RoomName) -> Result<bool, MediaError> {
        let rooms = called("ListRooms", self.client().list_rooms(vec![room.as_str().to_owned()])).await;
        rooms.map(|rooms| !rooms.is_empty()).map_err(service)
    }

    /// Ends a room: everybody in it is disconnected. One that is not there has ended already.
    ///
    /// # Errors
    /// When LiveKit does not answer.
    pub async fn delete(&self, room: &RoomName) -> Result<(), MediaError> {
        found(called("DeleteRoom", self.client().delete_room(room.as_str())).await).map(drop)
    }

    /// The rooms that LiveKit has; with a LiveKit that others use too, also theirs.
    ///
    /// # Errors
    /// When LiveKit does not answer.
    pub async fn names(&self) -> Result<Vec<RoomName>, MediaError> {
        let rooms = called("ListRooms", self.client().list_rooms(Vec::new())).await.map_err(service)?;
        Ok(rooms.iter().filter_map(|room| RoomName::parse(&room.name).ok()).collect())
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
        called("SendData", self.client().send_data(room.as_str(), packet, options)).await.map_err(service)
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

/// Calls LiveKit, and notes how long that took and how it ended.
pub(super) async fn called<T>(method: &'static str, call: impl Future<Output = ServiceResult<T>>) -> ServiceResult<T> {
    let start = Instant::now();
    let answer = call.await;
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

/// What LiveKit answered; nothing when what it was asked about is not there.
pub(super) fn found<T>(answer: ServiceResult<T>) -> Result<Option<T>, MediaError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if is_not_found(&error) => Ok(None),
        Err(error) => Err(service(error)),
    }
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
