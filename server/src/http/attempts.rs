//! How often somebody may try a password or a code.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest as _, Sha256};

use super::limits::{household, wait_time};

/// Passwords that one address may try at once, and how soon another one: a school behind one address signs in together.
const ADDRESS_BURST: NonZeroU32 = at_least_one(30);
const ADDRESS_EVERY: Duration = Duration::from_secs(4);
/// Passwords that may be tried for one account at once, and how soon another one, from wherever.
const ACCOUNT_BURST: NonZeroU32 = at_least_one(10);
const ACCOUNT_EVERY: Duration = Duration::from_secs(60);
/// Codes that may be tried for one account at once, and how soon another one: a million codes take years.
const CODE_BURST: NonZeroU32 = at_least_one(5);
const CODE_EVERY: Duration = Duration::from_secs(5 * 60);

const fn at_least_one(number: u32) -> NonZeroU32 {
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
    accounts: DefaultKeyedRateLimiter<Key>,
    codes: DefaultKeyedRateLimiter<Key>,
}

impl Default for Attempts {
    fn default() -> Self {
        Self {
            addresses: RateLimiter::keyed(quota(ADDRESS_EVERY, ADDRESS_BURST)),
            accounts: RateLimiter::keyed(quota(ACCOUNT_EVERY, ACCOUNT_BURST)),
            codes: RateLimiter::keyed(quota(CODE_EVERY, CODE_BURST)),
        }
    }
}

impl Attempts {
    /// Whether a password may be tried, from this address and for what was typed as the account's.
    ///
    /// # Errors
    /// How long to wait.
    pub(super) fn check_password(&self, address: IpAddr, typed: &str) -> Result<(), Duration> {
        self.addresses.check_key(&household(address)).map_err(|until| wait_time(&until))?;
        self.accounts.check_key(&key(typed)).map_err(|until| wait_time(&until))
    }

    /// Whether a code may be tried for this account.
    ///
    /// # Errors
    /// How long to wait.
    pub(super) fn check_code(&self, account: &str) -> Result<(), Duration> {
        self.codes.check_key(&key(account)).map_err(|until| wait_time(&until))
    }

    /// Whether a one-time link may be tried from this address.
    ///
    /// # Errors
    /// How long to wait.
    pub(super) fn check_link(&self, address: IpAddr) -> Result<(), Duration> {
        self.addresses.check_key(&household(address)).map_err(|until| wait_time(&until))
    }

    /// Forgets who has been quiet long enough to be new again.
    pub(super) fn forget_quiet(&self) {
        self.addresses.retain_recent();
        self.accounts.retain_recent();
        self.codes.retain_recent();
    }
}

fn quota(every: Duration, burst: NonZeroU32) -> Quota {
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
    fn an_account_is_tried_so_often_from_wherever() {
        let attempts = Attempts::default();
        let address = |n: u8| IpAddr::from([10, 0, 0, n]);
        for n in 0..10 {
            attempts.check_password(address(n), "ada@example.org").unwrap();
        }
        let wait = attempts.check_password(address(99), " Ada@Example.org").unwrap_err();
        assert!(wait <= Duration::from_secs(60), "{wait:?}");
        attempts.check_password(address(99), "eve@example.org").unwrap();
    }

    #[test]
    fn an_address_tries_so_many_accounts() {
        let attempts = Attempts::default();
        let here = "2001:db8::1".parse().unwrap();
        for n in 0..30 {
            attempts.check_password(here, &format!("{n}@example.org")).unwrap();
        }
        assert!(attempts.check_password("2001:db8::2".parse().unwrap(), "ada@example.org").is_err());
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
