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

/// Wrong passwords that one address may try at once, and how soon another one. Right ones do not count: a school behind
/// one address signs in together.
const ADDRESS_BURST: u32 = 30;
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
    addresses: Meter<IpAddr>,
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
    Anybody { account: Key, network: Network, address: IpAddr },
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
            addresses: Meter::new(ADDRESS_BURST, ADDRESS_EVERY),
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
    /// Whether one more may be tried from this address of what counts whether it is right or not.
    ///
    /// # Errors
    /// How long to wait.
    pub(super) fn check_address(&self, address: IpAddr) -> Result<(), Duration> {
        self.addresses.pay(&household(address), Instant::now())
    }

    /// Whether a password may be tried for what was typed as the account's address; it counts until it
    /// [was right](Self::was_right). A browser that has signed in to the account before, known by this number, is not kept
    /// out by those who guess, be it behind the same address.
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
        let (network, address) = (Network::of(address), household(address));
        self.addresses.pay(&address, now)?;
        if let Err(wait) = self.pay_account(account, network, now) {
            self.addresses.give_back(&address);
            return Err(wait);
        }
        Ok(Trial::Anybody { account, network, address })
    }

    fn pay_account(&self, account: Key, network: Network, now: Instant) -> Result<(), Duration> {
        self.networks.pay(&(account, network), now)?;
        let everywhere = self.everywhere.pay(&account, now);
        if everywhere.is_err() {
            self.networks.give_back(&(account, network));
        }
        everywhere
    }

    /// The password was right: it does not count.
    pub(super) fn was_right(&self, trial: Trial) {
        match trial {
            Trial::Known(browser) => self.known_browsers.give_back(&browser),
            Trial::Anybody { account, network, address } => {
                self.addresses.give_back(&address);
                self.networks.give_back(&(account, network));
                self.everywhere.give_back(&account);
            }
        }
    }

    /// Whether somebody who is signed in may show once more that the account is theirs. It does not count for the address:
    /// it is no other account's, and a class may change its passwords together.
    ///
    /// # Errors
    /// How long to wait.
    pub(super) fn check_own(&self, account: &str) -> Result<(), Duration> {
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
        self.callbacks.retain_recent();
        self.own.retain_recent();
        self.codes.retain_recent();
        let now = Instant::now();
        self.addresses.forget(now);
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
mod tests;
