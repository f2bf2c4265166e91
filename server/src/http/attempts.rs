//! How often somebody may try a password or a code.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest as _, Sha256};

use wire::RoomName;

use super::limits::{household, wait_time};
use super::meter::Meter;
use crate::accounts::BrowserNumber;
use crate::network::Network;
use crate::store::SecretHash;

/// Passwords that one address may try at once, and how soon another one: a school behind one address signs in together.
const ADDRESS_BURST: NonZeroU32 = at_least_one(30);
const ADDRESS_EVERY: Duration = Duration::from_secs(4);
/// Sign-ins by a provider that one address may finish at once, and how soon another one: the provider has seen the
/// passwords, and a school whose lesson begins comes from one address.
const CALLBACK_BURST: NonZeroU32 = at_least_one(300);
const CALLBACK_EVERY: Duration = Duration::from_secs(1);
/// Wrong passwords of one account that may be tried at once, and how soon another one: from one network, or from a browser
/// that has signed in to it before.
const ACCOUNT_BURST: u32 = 10;
const ACCOUNT_EVERY: Duration = Duration::from_secs(60);
/// The same from everywhere else together: several times what one network may, so that one alone keeps nobody out.
const EVERYWHERE_BURST: u32 = 50;
const EVERYWHERE_EVERY: Duration = Duration::from_secs(15);
/// How often somebody who is signed in may show at once that the account is theirs, and how soon once more.
const OWN_BURST: NonZeroU32 = at_least_one(10);
const OWN_EVERY: Duration = Duration::from_secs(60);
/// Wrong passwords of one meeting that one browser may try at once, and how soon another one.
const ROOM_BURST: u32 = 5;
const ROOM_EVERY: Duration = Duration::from_secs(30);
/// The same of one address, behind which a class may mistype.
const ROOM_ADDRESS_BURST: u32 = 30;
const ROOM_ADDRESS_EVERY: Duration = Duration::from_secs(10);
/// Codes that may be tried for one account at once, and how soon another one: a million codes take years.
const CODE_BURST: NonZeroU32 = at_least_one(5);
const CODE_EVERY: Duration = Duration::from_secs(5 * 60);

pub(super) const fn at_least_one(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// A fingerprint of what somebody typed as an address: nothing of it is kept, and it takes the same room.
type Key = [u8; 32];

/// The limits.
pub(super) struct Attempts {
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    callbacks: DefaultKeyedRateLimiter<IpAddr>,
    known_browsers: Meter<Key>,
    networks: Meter<(Key, Network)>,
    everywhere: Meter<Key>,
    own: DefaultKeyedRateLimiter<Key>,
    codes: DefaultKeyedRateLimiter<Key>,
    room_browsers: Meter<(RoomName, SecretHash)>,
    room_addresses: Meter<(RoomName, IpAddr)>,
}

/// A password of an account that is being tried.
#[derive(Debug)]
pub(super) enum Trial {
    /// By a browser that has signed in to it before.
    Known(Key),
    /// By anybody.
    Anybody(Key, Network),
}

/// A password of a meeting that is being tried.
#[derive(Debug)]
pub(super) struct Attempt {
    browser: (RoomName, SecretHash),
    address: (RoomName, IpAddr),
}

impl Default for Attempts {
    fn default() -> Self {
        Self {
            addresses: RateLimiter::keyed(quota(ADDRESS_EVERY, ADDRESS_BURST)),
            callbacks: RateLimiter::keyed(quota(CALLBACK_EVERY, CALLBACK_BURST)),
            known_browsers: Meter::new(ACCOUNT_BURST, ACCOUNT_EVERY),
            networks: Meter::new(ACCOUNT_BURST, ACCOUNT_EVERY),
            everywhere: Meter::new(EVERYWHERE_BURST, EVERYWHERE_EVERY),
            own: RateLimiter::keyed(quota(OWN_EVERY, OWN_BURST)),
            codes: RateLimiter::keyed(quota(CODE_EVERY, CODE_BURST)),
            room_browsers: Meter::new(ROOM_BURST, ROOM_EVERY),
            room_addresses: Meter::new(ROOM_ADDRESS_BURST, ROOM_ADDRESS_EVERY),
        }
    }
}

impl Attempts {
    /// Whether a password or a one-time link may be tried from this address.
    ///
    /// # Errors
    /// How long to wait.
    pub(super) fn check_address(&self, address: IpAddr) -> Result<(), Duration> {
        self.addresses.check_key(&household(address)).map_err(|until| wait_time(&until))
    }

    /// Whether a password may be tried for what was typed as the account's address; it counts until it
    /// [was right](Self::was_right). A browser that has signed in to the account before, known by this number, is not kept
    /// out by those who guess elsewhere.
    ///
    /// # Errors
    /// How long to wait.
    pub(super) fn try_password(
        &self,
        address: IpAddr,
        typed: &str,
        known: Option<&BrowserNumber>,
    ) -> Result<Trial, Duration> {
        let (now, account) = (Instant::now(), key(typed));
        if let Some(number) = known {
            let browser: Key = Sha256::new().chain_update(account).chain_update(number).finalize().into();
            self.known_browsers.pay(&browser, now)?;
            return Ok(Trial::Known(browser));
        }
        let here = (account, Network::of(address));
        self.networks.pay(&here, now)?;
        if let Err(wait) = self.everywhere.pay(&account, now) {
            self.networks.give_back(&here);
            return Err(wait);
        }
        Ok(Trial::Anybody(account, here.1))
    }

    /// The password was right: it does not count.
    pub(super) fn was_right(&self, trial: Trial) {
        match trial {
            Trial::Known(browser) => self.known_browsers.give_back(&browser),
            Trial::Anybody(account, network) => {
                self.networks.give_back(&(account, network));
                self.everywhere.give_back(&account);
            }
        }
    }

    /// Whether somebody who is signed in may show once more that the account is theirs.
    ///
    /// # Errors
    /// How long to wait.
    pub(super) fn check_own(&self, address: IpAddr, account: &str) -> Result<(), Duration> {
        self.check_address(address)?;
        self.own.check_key(&key(account)).map_err(|until| wait_time(&until))
    }

    /// Whether a code may be tried for this account.
    ///
    /// # Errors
    /// How long to wait.
    pub(super) fn check_code(&self, account: &str) -> Result<(), Duration> {
        self.codes.check_key(&key(account)).map_err(|until| wait_time(&until))
    }

    /// Whether a provider may be asked about somebody who has come back from it to this address.
    ///
    /// # Errors
    /// How long to wait.
    pub(super) fn check_callback(&self, address: IpAddr) -> Result<(), Duration> {
        self.callbacks.check_key(&household(address)).map_err(|until| wait_time(&until))
    }

    /// Whether a meeting's password may be tried; it counts until it is [given back](Self::give_back).
    ///
    /// # Errors
    /// How long to wait.
    pub(super) fn try_room(&self, room: &RoomName, address: IpAddr, session: &SecretHash) -> Result<Attempt, Duration> {
        let now = Instant::now();
        let attempt = Attempt { browser: (room.clone(), *session), address: (room.clone(), household(address)) };
        self.room_browsers.pay(&attempt.browser, now)?;
        if let Err(wait) = self.room_addresses.pay(&attempt.address, now) {
            self.room_browsers.give_back(&attempt.browser);
            return Err(wait);
        }
        Ok(attempt)
    }

    /// It was not wrong.
    pub(super) fn give_back(&self, attempt: Attempt) {
        self.room_browsers.give_back(&attempt.browser);
        self.room_addresses.give_back(&attempt.address);
    }

    /// Forgets who has been quiet long enough to be new again.
    pub(super) fn forget_quiet(&self) {
        self.addresses.retain_recent();
        self.callbacks.retain_recent();
        self.own.retain_recent();
        self.codes.retain_recent();
        let now = Instant::now();
        self.known_browsers.forget(now);
        self.networks.forget(now);
        self.everywhere.forget(now);
        self.room_browsers.forget(now);
        self.room_addresses.forget(now);
    }
}

pub(super) fn quota(every: Duration, burst: NonZeroU32) -> Quota {
    // It is `None` for no time at all only.
    Quota::with_period(every).map_or(Quota::per_minute(burst), |quota| quota.allow_burst(burst))
}

fn key(typed: &str) -> Key {
    Sha256::digest(typed.trim().to_lowercase()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_keeps_nobody_out_of_an_account_but_itself() {
        let attempts = Attempts::default();
        let address = |network: u8, n: u8| IpAddr::from([10, 0, network, n]);
        for n in 0..10 {
            attempts.try_password(address(0, n), "ada@example.org", None).unwrap();
        }
        let wait = attempts.try_password(address(0, 99), " Ada@Example.org", None).unwrap_err();
        assert!(wait <= Duration::from_secs(60), "{wait:?}");
        attempts.try_password(address(0, 99), "eve@example.org", None).unwrap();
        for _ in 0..100 {
            let right = attempts.try_password(address(1, 1), "ada@example.org", None).unwrap();
            attempts.was_right(right);
        }
    }

    #[test]
    fn many_networks_try_so_often_together_and_known_browsers_beside_them() {
        let attempts = Attempts::default();
        let ada = "ada@example.org";
        let tried = |network: u8| {
            (0..20).take_while(|_| attempts.try_password([10, 0, network, 1].into(), ada, None).is_ok()).count()
        };
        assert_eq!((0..10).map(tried).sum::<usize>(), 50);
        let here = "203.0.113.1".parse().unwrap();
        attempts.try_password(here, ada, None).unwrap_err();
        for _ in 0..10 {
            attempts.try_password(here, ada, Some(&[1; 16])).unwrap();
        }
        attempts.try_password(here, ada, Some(&[1; 16])).unwrap_err();
        attempts.try_password(here, ada, Some(&[2; 16])).unwrap();
        attempts.try_password(here, "eve@example.org", None).unwrap();
        // Whoever is signed in is asked apart.
        attempts.check_own(here, ada).unwrap();
    }

    #[test]
    fn an_address_tries_so_many_accounts() {
        let attempts = Attempts::default();
        let [here, beside] = ["2001:db8::1", "2001:db8::2"].map(|address| address.parse().unwrap());
        assert_eq!((0..1_000).take_while(|_| attempts.check_address(here).is_ok()).count(), 30);
        attempts.check_address(beside).unwrap_err();
    }

    #[test]
    fn a_meetings_password_is_guessed_so_often_and_known_as_often_as_it_is() {
        let (attempts, here) = (Attempts::default(), "10.0.0.1".parse().unwrap());
        let [lesson, other] = ["kfwm-3hzxr-8bqt", "kfwm-3hzxr-8bqu"].map(|name| RoomName::parse(name).unwrap());
        for _ in 0..100 {
            let right = attempts.try_room(&lesson, here, &[1; 32]).unwrap();
            attempts.give_back(right);
        }
        for _ in 0..5 {
            attempts.try_room(&lesson, here, &[1; 32]).unwrap();
        }
        assert!(attempts.try_room(&lesson, here, &[1; 32]).is_err());
        attempts.try_room(&other, here, &[1; 32]).unwrap();
        // Sessions cost nothing to make: the address has its own limit.
        let tried = (2..100).take_while(|n| attempts.try_room(&lesson, here, &[*n; 32]).is_ok()).count();
        assert_eq!(tried, 25);
        attempts.try_room(&lesson, "10.0.0.2".parse().unwrap(), &[1; 32]).unwrap_err();
        attempts.try_room(&lesson, "10.0.0.2".parse().unwrap(), &[101; 32]).unwrap();
    }

    #[test]
    fn a_school_comes_back_from_its_provider_together() {
        let (attempts, here) = (Attempts::default(), "10.0.0.1".parse().unwrap());
        assert_eq!((0..1_000).take_while(|_| attempts.check_callback(here).is_ok()).count(), 300);
        attempts.check_address(here).unwrap();
    }

    #[test]
    fn codes_are_tried_five_times() {
        let attempts = Attempts::default();
        for _ in 0..5 {
            attempts.check_code("one").unwrap();
        }
        assert!(attempts.check_code("one").unwrap_err() > Duration::from_secs(200));
        attempts.check_code("other").unwrap();
    }
}
