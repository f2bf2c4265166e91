//! How often one client address may ask.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};

use super::attempts::Attempts;
use super::client::Client;
use super::problem::Problem;
use crate::config::Rates;
use crate::state::AppState;

/// How many seconds' worth of requests may come at once: a class behind one address joins together.
const BURST_S: NonZeroU32 = match NonZeroU32::new(10) {
    Some(seconds) => seconds,
    None => NonZeroU32::MIN,
};
/// How often addresses that have been quiet are forgotten.
pub const FORGET_EVERY: Duration = Duration::from_secs(60);

/// How many failures of its browsers one address may report in a minute: enough to know, too few to fill a disk.
const CLIENT_ERRORS_PER_MINUTE: NonZeroU32 = match NonZeroU32::new(20) {
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
    streams: Arc<Mutex<HashMap<IpAddr, usize>>>,
    create: Option<DefaultKeyedRateLimiter<IpAddr>>,
    requests: Option<DefaultKeyedRateLimiter<IpAddr>>,
    pub(super) attempts: Attempts,
}

impl Limits {
    /// Limits at these rates.
    pub fn new(rates: Rates) -> Self {
        let per_minute = NonZeroU32::new(rates.create_per_minute).map(Quota::per_minute);
        let per_second = NonZeroU32::new(rates.requests_per_second)
            .map(|rate| Quota::per_second(rate).allow_burst(rate.saturating_mul(BURST_S)));
        Self {
            streams: Arc::default(),
            client_errors: RateLimiter::keyed(Quota::per_minute(CLIENT_ERRORS_PER_MINUTE)),
            create: per_minute.map(RateLimiter::keyed),
            requests: per_second.map(RateLimiter::keyed),
            attempts: Attempts::default(),
        }
    }

    /// Whether this address may make another meeting now.
    ///
    /// # Errors
    /// How long it has to wait.
    pub fn check_create(&self, address: IpAddr) -> Result<(), Duration> {
        check(self.create.as_ref(), address)
    }

    /// Whether this address may report another failure of a browser now.
    ///
    /// # Errors
    /// How long it has to wait.
    pub fn check_client_errors(&self, address: IpAddr) -> Result<(), Duration> {
        check(Some(&self.client_errors), address)
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

    /// Forgets addresses that have been quiet long enough to be new again.
    pub fn forget_quiet(&self) {
        for limiter in [Some(&self.client_errors), self.create.as_ref(), self.requests.as_ref()].into_iter().flatten() {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        self.attempts.forget_quiet();
    }
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
        && let Err(wait) = check(state.limits.requests.as_ref(), client.address)
    {
        return Problem::rate_limited(wait).into_response();
    }
    next.run(request).await
}

fn check(limiter: Option<&DefaultKeyedRateLimiter<IpAddr>>, address: IpAddr) -> Result<(), Duration> {
    let Some(limiter) = limiter else { return Ok(()) };
    limiter.check_key(&household(address)).map_err(|until| wait_time(&until))
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
        Limits::new(Rates { create_per_minute, requests_per_second })
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
    fn a_class_of_forty_joins_at_once() {
        let limits = limits(1, 50);
        let school: IpAddr = "2001:db8::1".parse().unwrap();
        // The page, who is inside, joining, the chat: four requests each.
        for _ in 0..40 * 4 {
            check(limits.requests.as_ref(), school).unwrap();
        }
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
