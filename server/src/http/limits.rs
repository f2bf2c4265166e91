//! How often somebody may ask: a browser, a client address, and what one meeting bears.
//!
//! Sessions cost nothing to make, so that the limit which nobody gets around is the address'. It is generous, since a
//! school has one; a single browser meets its own first.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};
use wire::RoomName;

use super::attempts::Attempts;
use super::client::Client;
use super::letters::LetterLimits;
use super::meter::Meter;
use super::problem::Problem;
use super::{session, signed_in};
use crate::config::Rates;
use crate::state::AppState;
use crate::store::SecretHash;

/// How many seconds' worth of requests may come from one address at once: two hundred people join together.
const ADDRESS_BURST_S: u32 = 20;
/// The same of one browser, and of what happens in one meeting.
const BURST_S: u32 = 10;

/// How many codes of meetings that do not exist one address may try at once, and when it may try another one. People
/// mistype; with 64 bits in a code, nobody finds one by trying.
const GUESSES: u32 = 30;
const GUESS_PAUSE: Duration = Duration::from_secs(2);

/// How often addresses that have been quiet are forgotten.
pub const FORGET_EVERY: Duration = Duration::from_secs(60);

/// How many failures of its browsers one address may report in a minute: enough to know, too few to fill a disk.
const CLIENT_ERRORS_PER_MINUTE: NonZeroU32 = match NonZeroU32::new(20) {
    Some(reports) => reports,
    None => NonZeroU32::MIN,
};

/// How often one browser may say how its connection is; it does every ten seconds, and an account may have several browsers.
const QUALITY_EVERY: Duration = Duration::from_secs(2);
const QUALITY_BURST: NonZeroU32 = match NonZeroU32::new(5) {
    Some(reports) => reports,
    None => NonZeroU32::MIN,
};

/// How many streams of events one address may hold open: a large school behind one address, and far from what Parlour can
/// serve.
const STREAMS_MAX: usize = 500;

/// When to ask again then.
const STREAMS_WAIT: Duration = Duration::from_secs(30);

/// The limits; one that is switched off is `None`.
pub struct Limits {
    client_errors: DefaultKeyedRateLimiter<IpAddr>,
    quality: DefaultKeyedRateLimiter<SecretHash>,
    streams: Arc<Mutex<HashMap<IpAddr, usize>>>,
    create: Option<DefaultKeyedRateLimiter<IpAddr>>,
    addresses: Option<DefaultKeyedRateLimiter<IpAddr>>,
    sessions: Option<DefaultKeyedRateLimiter<SecretHash>>,
    rooms: Option<Meter<RoomName>>,
    guesses: Option<Meter<IpAddr>>,
    pub(super) attempts: Attempts,
    pub(super) letters: LetterLimits,
}

impl Limits {
    /// Limits at these rates.
    pub fn new(rates: Rates) -> Self {
        let create = NonZeroU32::new(rates.create_per_minute).map(Quota::per_minute);
        let rooms = NonZeroU32::new(rates.room_changes_per_second);
        Self {
            streams: Arc::default(),
            client_errors: RateLimiter::keyed(Quota::per_minute(CLIENT_ERRORS_PER_MINUTE)),
            quality: RateLimiter::keyed(
                Quota::with_period(QUALITY_EVERY)
                    .map_or(Quota::per_second(QUALITY_BURST), |quota| quota.allow_burst(QUALITY_BURST)),
            ),
            create: create.map(RateLimiter::keyed),
            addresses: per_second(rates.requests_per_second, ADDRESS_BURST_S),
            sessions: per_second(rates.session_requests_per_second, BURST_S),
            rooms: rooms
                .map(|rate| Meter::new(rate.get().saturating_mul(BURST_S), Duration::from_secs(1) / rate.get())),
            // Who wants no limit for an address, wants none for what it tries.
            guesses: (rates.requests_per_second > 0).then(|| Meter::new(GUESSES, GUESS_PAUSE)),
            attempts: Attempts::default(),
            letters: LetterLimits::default(),
        }
    }

    /// Whether this address may ask for a meeting that it may not know.
    ///
    /// # Errors
    /// How long it has to wait, after it has asked for many that do not exist.
    pub fn check_guess(&self, address: IpAddr) -> Result<(), Duration> {
        self.guesses.as_ref().map_or(Ok(()), |guesses| guesses.check(&household(address), Instant::now()))
    }

    /// This address has asked for a meeting that does not exist.
    pub fn count_guess(&self, address: IpAddr) {
        if let Some(guesses) = &self.guesses {
            guesses.charge(&household(address), Instant::now());
        }
    }

    /// Whether one more thing may happen in this meeting now.
    ///
    /// # Errors
    /// How long it has to wait.
    pub fn check_room(&self, room: &RoomName) -> Result<(), Duration> {
        self.rooms.as_ref().map_or(Ok(()), |rooms| rooms.check(room, Instant::now()))
    }

    /// Something has happened in this meeting. What was refused does not count: strangers would use the limit up.
    pub fn count_room(&self, room: &RoomName) {
        if let Some(rooms) = &self.rooms {
            rooms.charge(room, Instant::now());
        }
    }

    /// Whether this session may ask once more.
    ///
    /// # Errors
    /// How long it has to wait.
    pub fn check_session(&self, session: &SecretHash) -> Result<(), Duration> {
        check(self.sessions.as_ref(), session)
    }

    /// How many streams of events are open.
    pub fn streams(&self) -> usize {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }

    /// Whether this address may make another meeting now.
    ///
    /// # Errors
    /// How long it has to wait.
    pub fn check_create(&self, address: IpAddr) -> Result<(), Duration> {
        check(self.create.as_ref(), &household(address))
    }

    /// Whether this address may report another failure of a browser now.
    ///
    /// # Errors
    /// How long it has to wait.
    pub fn check_client_errors(&self, address: IpAddr) -> Result<(), Duration> {
        check(Some(&self.client_errors), &household(address))
    }

    /// Whether this session may say once more how its connection is.
    ///
    /// # Errors
    /// How long it has to wait.
    pub fn check_quality(&self, session: &SecretHash) -> Result<(), Duration> {
        check(Some(&self.quality), session)
    }

    /// Whether this address may hold another stream open; it does as long as the answer lives.
    ///
    /// # Errors
    /// When it has too many.
    pub fn open_stream(&self, address: IpAddr) -> Result<OpenStream, Duration> {
        let address = household(address);
        let mut open = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_default();
        if *count >= STREAMS_MAX {
            return Err(STREAMS_WAIT);
        }
        *count += 1;
        Ok(OpenStream { address, streams: Arc::clone(&self.streams) })
    }

    /// Forgets who has been quiet long enough to be new again.
    pub fn forget_quiet(&self) {
        for addresses in
            [Some(&self.client_errors), self.create.as_ref(), self.addresses.as_ref()].into_iter().flatten()
        {
            addresses.retain_recent();
            addresses.shrink_to_fit();
        }
        for sessions in [Some(&self.quality), self.sessions.as_ref()].into_iter().flatten() {
            sessions.retain_recent();
            sessions.shrink_to_fit();
        }
        if let Some(rooms) = &self.rooms {
            rooms.forget(Instant::now());
        }
        if let Some(guesses) = &self.guesses {
            guesses.forget(Instant::now());
        }
        self.attempts.forget_quiet();
        self.letters.forget_quiet();
    }
}

/// A rate, with so many seconds' worth at once.
fn per_second<K: Hash + Eq + Clone>(rate: u32, burst_s: u32) -> Option<DefaultKeyedRateLimiter<K>> {
    let rate = NonZeroU32::new(rate)?;
    let burst = NonZeroU32::new(rate.get().saturating_mul(burst_s))?;
    Some(RateLimiter::keyed(Quota::per_second(rate).allow_burst(burst)))
}

/// Counts as one stream of its address until it is dropped.
pub struct OpenStream {
    address: IpAddr,
    streams: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut open = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut count) = open.entry(self.address) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

/// Lets a request through, unless its address has asked too often. Files are free, they cost nothing; and so is what
/// LiveKit says, of which there is more the more people meet.
pub(super) async fn requests(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let free = path.starts_with("/pkg/") || path.starts_with("/webhooks/") || path == "/healthz";
    if !free
        && let Some(client) = request.extensions().get::<Client>()
        && let Err(wait) = check(state.limits.addresses.as_ref(), &household(client.address))
    {
        return Problem::rate_limited(wait).into_response();
    }
    next.run(request).await
}

/// Lets a request through, unless its browser has asked too often, by whichever cookie it is known. It is not asked whose
/// cookies they are, or whether they are good: that costs more than what is refused. One that brings none counts for its
/// address only.
pub(super) async fn sessions(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let guest = session::read(request.headers()).map(|session| session.hash());
    let account = signed_in::token(request.headers()).map(|token| token.hash());
    for browser in [guest, account].into_iter().flatten() {
        if let Err(wait) = state.limits.check_session(&browser) {
            return Problem::rate_limited(wait).into_response();
        }
    }
    next.run(request).await
}

fn check<K: Hash + Eq + Clone>(limiter: Option<&DefaultKeyedRateLimiter<K>>, key: &K) -> Result<(), Duration> {
    let Some(limiter) = limiter else { return Ok(()) };
    limiter.check_key(key).map_err(|until| wait_time(&until))
}

/// How long somebody has to wait who asked too often.
pub(super) fn wait_time(until: &NotUntil<<DefaultClock as Clock>::Instant>) -> Duration {
    until.wait_time_from(DefaultClock::default().now())
}

/// One subscriber has a whole /64 of IPv6 addresses.
pub(super) fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(create_per_minute: u32, requests_per_second: u32) -> Limits {
        Limits::new(Rates { create_per_minute, requests_per_second, ..Rates::NONE })
    }

    #[test]
    fn an_address_has_its_burst_and_others_are_not_touched() {
        let limits = limits(3, 1);
        let (here, there) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        for _ in 0..3 {
            limits.check_create(here).unwrap();
        }
        let wait = limits.check_create(here).unwrap_err();
        assert!(wait <= Duration::from_secs(20), "{wait:?}");
        limits.check_create(there).unwrap();
    }

    #[test]
    fn an_address_holds_so_many_streams_and_has_them_back() {
        let limits = limits(1, 1);
        let here = "10.0.0.1".parse().unwrap();
        let mut open: Vec<_> = (0..STREAMS_MAX).map(|_| limits.open_stream(here).unwrap()).collect();
        assert!(limits.open_stream(here).is_err());
        assert!(limits.open_stream("10.0.0.2".parse().unwrap()).is_ok());
        open.pop();
        assert!(limits.open_stream(here).is_ok());
        open.clear();
        assert!(limits.streams.lock().unwrap().is_empty(), "nobody is remembered");
    }

    #[test]
    fn neighbours_in_a_64_are_one() {
        let limits = limits(1, 1);
        limits.check_create("2001:db8::1".parse().unwrap()).unwrap();
        assert!(limits.check_create("2001:db8::2".parse().unwrap()).is_err());
        assert!(limits.check_create("2001:db8:0:1::1".parse().unwrap()).is_ok());
    }

    #[test]
    fn zero_is_no_limit() {
        let limits = limits(0, 0);
        assert!((0..1_000).all(|_| limits.check_create(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)).is_ok()));
    }
}
