//! What the pages ask of the server, for one request.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use app::api::backend::{Answer, Backend};
use axum::http::Extensions;
use wire::{Admission, ApiError, ChatMessage, DisplayName, ErrorCode, RoomCreated, RoomStatus};

use super::client::Client;
use super::signed_in::SignedIn;
use crate::error::Error;
use crate::meetings::identity::Session;
use crate::state::{AppState, Signalling};
use crate::store::{Account, Room};

/// Somebody's request: who, from where, to whom.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) state: AppState,
    pub(super) session: Session,
    pub(super) client: Client,
    pub(super) account: Option<Arc<Account>>,
    asked: Arc<AtomicBool>,
}

impl Caller {
    /// The caller of a request that went through the middleware.
    pub(super) fn new(state: &AppState, extensions: &Extensions) -> Option<Self> {
        Some(Self {
            state: state.clone(),
            session: extensions.get::<Session>()?.clone(),
            client: extensions.get::<Client>()?.clone(),
            account: extensions.get::<SignedIn>().map(|signed_in| Arc::clone(&signed_in.account)),
            asked: Arc::default(),
        })
    }

    /// Whether a server function came as far as asking: its arguments were understood.
    pub(super) fn has_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Whether this caller may create meetings here.
    pub(super) fn may_create(&self) -> Result<(), ErrorCode> {
        self.state.access.create(self.account.is_some())
    }

    /// Whether this caller may join meetings here, and ask about them.
    pub(super) fn may_join(&self) -> Result<(), ErrorCode> {
        self.state.access.join(self.account.is_some())
    }

    /// Where this caller finds LiveKit's signalling.
    pub(super) fn server_url(&self) -> String {
        match &self.state.signalling {
            Signalling::External(origin) => origin.ws(),
            Signalling::Proxied(_) => self.client.origin.ws(),
        }
    }

    /// A room as it is told to callers.
    pub(super) fn describe(&self, room: Room) -> RoomCreated {
        let url = format!("{}/{}", self.client.origin.http(), room.name);
        RoomCreated { room_name: room.name, title: room.title, url }
    }

    fn answer<'a, T>(&'a self, work: impl Future<Output = Result<T, Error>> + Send + 'a) -> Answer<'a, T> {
        self.asked.store(true, Ordering::Relaxed);
        Box::pin(async move { work.await.map_err(ApiError::from) })
    }
}

impl Backend for Caller {
    fn create_room(&self, title: String) -> Answer<'_, RoomCreated> {
        self.answer(async move {
            self.may_create()?;
            self.state.limits.check_create(self.client.address).map_err(|_| ErrorCode::RateLimited)?;
            Ok(self.describe(self.state.meetings.create(&self.session, &title).await?))
        })
    }

    fn room_status(&self, room: String) -> Answer<'_, RoomStatus> {
        self.answer(async move {
            self.may_join()?;
            self.state.meetings.status(&room).await
        })
    }

    fn join_room(&self, room: String, name: String) -> Answer<'_, Admission> {
        self.answer(async move {
            self.may_join()?;
            let name = DisplayName::parse(&name)?;
            let room = match self.state.meetings.find_typed(&room).await {
                Ok(room) => room,
                // That there is no such room is an answer.
                Err(Error::Refused(code)) => return Ok(Admission::Refused(code.into())),
                Err(error) => return Err(error),
            };
            let joined = self.state.meetings.admit(&self.session, room, name, self.server_url()).await?;
            Ok(Admission::Admitted(Box::new(joined)))
        })
    }

    fn send_message(&self, room: String, id: String, text: String) -> Answer<'_, ChatMessage> {
        self.answer(async move { self.state.meetings.send(&self.session, &room, &id, &text).await })
    }

    fn messages_after(&self, room: String, seq: u64) -> Answer<'_, Vec<ChatMessage>> {
        self.answer(async move { self.state.meetings.messages_after(&self.session, &room, seq).await })
    }

    fn set_name(&self, room: String, name: String) -> Answer<'_, ()> {
        self.answer(async move { self.state.meetings.set_name(&self.session, &room, &name).await })
    }

    fn set_hand(&self, room: String, raised: bool) -> Answer<'_, ()> {
        self.answer(async move { self.state.meetings.set_hand(&self.session, &room, raised).await })
    }
}
