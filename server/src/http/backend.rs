//! What the pages ask of the server, for one request.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use app::api::backend::{Answer, Backend};
use axum::extract::FromRequestParts;
use axum::http::Extensions;
use axum::http::request::Parts;
use wire::{
    Admission, ApiError, ChatChange, ChatMessage, ChatPage, DatedRules, DisplayName, ErrorCode, HOST_FRAGMENT,
    Moderation, RoomCreated, RoomName, RoomStatus,
};

use super::api_keys::Presented;
use super::client::Client;
use super::problem::Problem;
use super::signed_in::SignedIn;
use crate::accounts::Scope;
use crate::error::Error;
use crate::meetings::identity::Session;
use crate::meetings::{Admittance, Knock};
use crate::network::Network;
use crate::secret::Secret;
use crate::state::{AppState, Signalling};
use crate::store::{Account, Room};
use crate::telemetry;

/// What is to be done for somebody. In a box: it goes through several hands, and is large.
type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// What somebody brings along to a meeting's door.
#[derive(Default)]
pub(super) struct Keys {
    password: Option<Secret>,
    invitation: Option<Secret>,
}

impl Keys {
    /// As they came with a request, where what is empty is not there.
    pub(super) fn new(password: Option<String>, invitation: Option<String>) -> Self {
        let some = |text: Option<String>| text.filter(|text| !text.is_empty()).map(Secret::new);
        Self { password: some(password), invitation: some(invitation) }
    }
}

/// Somebody's request: who, from where, to whom.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) state: AppState,
    pub(super) session: Session,
    pub(super) client: Client,
    pub(super) account: Option<Arc<Account>>,
    key: Option<Presented>,
    asked: Arc<AtomicBool>,
    wait: Arc<OnceLock<Duration>>,
}

impl Caller {
    /// The caller of a request that went through the middleware.
    pub(super) fn new(state: &AppState, extensions: &Extensions) -> Option<Self> {
        Some(Self {
            state: state.clone(),
            session: extensions.get::<Session>()?.clone(),
            client: extensions.get::<Client>()?.clone(),
            account: extensions.get::<SignedIn>().map(|signed_in| Arc::clone(&signed_in.account)),
            key: extensions.get().cloned(),
            asked: Arc::default(),
            wait: Arc::default(),
        })
    }

    /// Whether a server function came as far as asking: its arguments were understood.
    pub(super) fn has_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Whether this caller may create meetings here.
    pub(super) fn may_create(&self) -> Result<(), ErrorCode> {
        self.state.access.create(self.session.is_signed_in())
    }

    /// Whether this caller may join meetings here, and ask about them.
    pub(super) fn may_join(&self) -> Result<(), ErrorCode> {
        self.state.access.join(self.session.is_signed_in())
    }

    /// Whether this caller may learn what belongs to a scope. Only keys have scopes: people may what their role may.
    pub(super) fn has(&self, scope: Scope) -> bool {
        self.key.as_ref().is_none_or(|key| key.may(scope))
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
        RoomCreated { url: self.link(&room.name), room_name: room.name, title: room.title }
    }

    /// The link to a room.
    pub(super) fn link(&self, room: &RoomName) -> String {
        format!("{}/{room}", self.client.origin.http())
    }

    /// The link that makes hosts of a room.
    pub(super) fn host_link(&self, room: &RoomName, secret: &Secret) -> String {
        format!("{}#{HOST_FRAGMENT}{}", self.link(room), secret.expose())
    }

    /// How long the caller has to wait who asked too often: an error of the pages has no room for it.
    pub(super) fn has_to_wait(&self) -> Option<Duration> {
        self.wait.get().copied()
    }

    /// Lets the caller make a meeting.
    pub(super) async fn create(&self, title: &str) -> Result<Room, Error> {
        self.may_create()?;
        self.state.limits.check_create(self.client.address).map_err(Error::TooOften)?;
        self.state.meetings.create(&self.session, title).await
    }

    /// Lets the caller into a meeting, out of another browser of theirs if they say so; everybody who asks is counted.
    pub(super) async fn join(&self, room: &str, name: &str, keys: Keys, move_here: bool) -> Result<Admittance, Error> {
        let start = Instant::now();
        let work = Box::pin(async {
            self.may_join()?;
            let typed = RoomName::parse(room)?;
            let name = DisplayName::parse(name)?;
            let room = self.state.meetings.stand_before(&self.session, self.network(), &typed).await?;
            let Keys { password, invitation } = keys;
            let attempts = &self.state.limits.attempts;
            // Paid before it is looked at: many at the same time are as many attempts.
            let attempt = password
                .as_ref()
                .map(|_| attempts.try_room(&room.name, self.client.address, &self.session.hash()))
                .transpose()
                .map_err(Error::TooOften)?;
            let network = self.network();
            let knock = Knock { session: &self.session, name, network, password, invitation, move_here };
            let answer = self.state.meetings.admit(knock, room, self.server_url()).await;
            if let Some(attempt) = attempt
                && !matches!(answer, Err(Error::Refused(ErrorCode::PasswordWrong)))
            {
                attempts.give_back(attempt);
            }
            answer
        });
        // Those who wait are no news to everybody inside: strangers do not use up what the meeting bears.
        let joined = self.change_that(room, work, |joined| matches!(joined, Admittance::In(_))).await;
        telemetry::joined(joined.as_ref().err().map(Error::code), start.elapsed());
        joined
    }

    /// What the caller may know of a room before joining.
    pub(super) async fn look_up(&self, room: &str) -> Result<RoomStatus, Error> {
        self.ask(room, Box::pin(self.state.meetings.status(&self.session, self.network(), room))).await
    }

    /// Where the caller comes from.
    pub(super) fn network(&self) -> Network {
        Network::of(self.client.address)
    }

    /// Whether the caller may ask for a meeting. From an address that has tried many codes only those may who were let in
    /// before; the others are not told whether there is one.
    pub(super) async fn may_ask(&self, room: &str) -> Result<(), Error> {
        self.may_join()?;
        match self.state.limits.check_guess(self.client.address) {
            Err(wait) if !self.state.meetings.knows(&self.session, self.network(), room).await => {
                Err(Error::TooOften(wait))
            }
            _ => Ok(()),
        }
    }

    /// Does what is about a meeting, and notes when there is none.
    pub(super) async fn ask<T>(&self, room: &str, work: Work<'_, T>) -> Result<T, Error> {
        self.may_ask(room).await?;
        let answer = work.await;
        if matches!(answer, Err(Error::Refused(ErrorCode::RoomNotFound))) {
            self.state.limits.count_guess(self.client.address);
        }
        answer
    }

    /// The same of something that everybody inside is told.
    pub(super) async fn change<T>(&self, room: &str, work: Work<'_, T>) -> Result<T, Error> {
        self.change_that(room, work, |_| true).await
    }

    /// The same where what came of it says whether it is such a thing.
    async fn change_that<T>(&self, room: &str, work: Work<'_, T>, counts: fn(&T) -> bool) -> Result<T, Error> {
        let Ok(name) = RoomName::parse(room) else { return self.ask(room, work).await };
        self.state.limits.check_room(&name).map_err(Error::TooOften)?;
        let answer = self.ask(room, work).await;
        if answer.as_ref().is_ok_and(counts) {
            self.state.limits.count_room(&name);
        }
        answer
    }

    fn answer<'a, T>(&'a self, work: impl Future<Output = Result<T, Error>> + Send + 'a) -> Answer<'a, T> {
        self.asked.store(true, Ordering::Relaxed);
        Box::pin(async move {
            work.await.map_err(|error| {
                if let Error::TooOften(wait) = error {
                    let _ = self.wait.set(wait);
                }
                ApiError::from(error)
            })
        })
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        Ok(Self::new(state, &parts.extensions).ok_or(ErrorCode::Internal)?)
    }
}

impl Backend for Caller {
    fn create_room(&self, title: String) -> Answer<'_, RoomCreated> {
        self.answer(async move { Ok(self.describe(self.create(&title).await?)) })
    }

    fn room_status(&self, room: String) -> Answer<'_, RoomStatus> {
        self.answer(async move { self.look_up(&room).await })
    }

    fn join_room(
        &self,
        room: String,
        name: String,
        password: Option<String>,
        invitation: Option<String>,
        move_here: bool,
    ) -> Answer<'_, Admission> {
        self.answer(async move {
            match self.join(&room, &name, Keys::new(password, invitation), move_here).await {
                Ok(Admittance::In(joined)) => Ok(Admission::Admitted(joined)),
                Ok(Admittance::Waits(_, _, place)) => Ok(Admission::Waiting(place)),
                // Why somebody stays outside is an answer.
                Err(Error::Refused(code))
                    if !matches!(code, ErrorCode::InvalidParticipantName | ErrorCode::SignInRequired) =>
                {
                    Ok(Admission::Refused(code.into()))
                }
                Err(error) => Err(error),
            }
        })
    }

    fn leave_note(&self, room: String, note: String) -> Answer<'_, ()> {
        self.answer(async move {
            self.ask(&room, Box::pin(self.state.meetings.leave_note(&self.session, &room, &note))).await
        })
    }

    fn stop_waiting(&self, room: String) -> Answer<'_, ()> {
        self.answer(
            async move { self.ask(&room, Box::pin(self.state.meetings.stop_waiting(&self.session, &room))).await },
        )
    }

    fn moderate(&self, room: String, what: Moderation) -> Answer<'_, Option<DatedRules>> {
        self.answer(async move {
            let meetings = &self.state.meetings;
            self.ask(&room, Box::pin(meetings.moderate(&self.session, &room, &what))).await?;
            Ok(match what {
                Moderation::Rule(..) => Some(meetings.find_typed(&room).await?.dated_rules()),
                _ => None,
            })
        })
    }

    fn make_host_link(&self, room: String) -> Answer<'_, String> {
        self.answer(async move {
            let made = self.ask(&room, Box::pin(self.state.meetings.make_host_link(&self.session, &room)));
            let (room, secret) = made.await?;
            Ok(self.host_link(&room.name, &secret))
        })
    }

    fn become_host(&self, room: String, secret: String) -> Answer<'_, ()> {
        self.answer(async move {
            // Guessing is as slow as making meetings.
            self.state.limits.check_create(self.client.address).map_err(Error::TooOften)?;
            self.ask(&room, Box::pin(self.state.meetings.become_host(&self.session, &room, &secret))).await
        })
    }

    fn send_message(&self, room: String, id: String, text: String) -> Answer<'_, ChatMessage> {
        self.answer(async move {
            self.change(&room, Box::pin(self.state.meetings.send(&self.session, &room, &id, &text))).await
        })
    }

    fn change_chat(&self, room: String, what: ChatChange) -> Answer<'_, ()> {
        self.answer(async move {
            self.change(&room, Box::pin(self.state.meetings.change_chat(&self.session, &room, &what))).await
        })
    }

    fn messages_after(&self, room: String, seq: u64) -> Answer<'_, ChatPage> {
        self.answer(async move {
            self.ask(&room, Box::pin(self.state.meetings.messages_after(&self.session, &room, seq))).await
        })
    }

    fn set_name(&self, room: String, name: String) -> Answer<'_, ()> {
        self.answer(async move {
            self.change(&room, Box::pin(self.state.meetings.set_name(&self.session, &room, &name))).await
        })
    }

    fn set_hand(&self, room: String, raised: bool, again: bool) -> Answer<'_, ()> {
        self.answer(async move {
            self.change(&room, Box::pin(self.state.meetings.set_hand(&self.session, &room, raised, again))).await
        })
    }
}
