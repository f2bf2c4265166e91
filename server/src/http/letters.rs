//! How often somebody may ask for a mail: whoever asks need not be the one whose mailbox fills.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, RateLimiter};
use sha2::{Digest as _, Sha256};
use url::Host;

use super::attempts::{at_least_one, quota};
use super::limits::{household, wait_time};
use crate::email::Email;

/// Mails that one mailbox gets at once, and how soon another one, whoever asks.
const MAILBOX_BURST: NonZeroU32 = at_least_one(3);
const MAILBOX_EVERY: Duration = Duration::from_secs(20 * 60);
/// Mails that one address may ask for at once, and how soon another one: a class registers together.
const ADDRESS_BURST: NonZeroU32 = at_least_one(30);
const ADDRESS_EVERY: Duration = Duration::from_secs(60);
/// The same of the network around it.
const NETWORK_BURST: NonZeroU32 = at_least_one(60);
const NETWORK_EVERY: Duration = Duration::from_secs(30);
/// Mails to people who may have no account, to all of them together: nobody writes to the world by us.
const STRANGERS_BURST: NonZeroU32 = at_least_one(200);
const STRANGERS_EVERY: Duration = Duration::from_secs(10);

/// Bits of an address that are its network: more than what one subscriber has.
const NETWORK_V4_BITS: u32 = 24;
const NETWORK_V6_BITS: u32 = 48;

/// A fingerprint of a mailbox: nothing of its address is kept.
type Key = [u8; 32];

/// The limits.
pub(super) struct LetterLimits {
    accounts: DefaultKeyedRateLimiter<Key>,
    mailboxes: DefaultKeyedRateLimiter<Key>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    networks: DefaultKeyedRateLimiter<IpAddr>,
    strangers: DefaultDirectRateLimiter,
}

impl Default for LetterLimits {
    fn default() -> Self {
        Self {
            accounts: RateLimiter::keyed(quota(MAILBOX_EVERY, MAILBOX_BURST)),
            mailboxes: RateLimiter::keyed(quota(MAILBOX_EVERY, MAILBOX_BURST)),
            addresses: RateLimiter::keyed(quota(ADDRESS_EVERY, ADDRESS_BURST)),
            networks: RateLimiter::keyed(quota(NETWORK_EVERY, NETWORK_BURST)),
            strangers: RateLimiter::direct(quota(STRANGERS_EVERY, STRANGERS_BURST)),
        }
    }
}

impl LetterLimits {
    /// Whether a mail may be asked for from this address, to the owner of an account of exactly that address, whether there
    /// is one or not. Whoever uses up what somebody may ask for has sent them the mails.
    ///
    /// # Errors
    /// How long to wait.
    pub(super) fn check(&self, address: IpAddr, to: &Email) -> Result<(), Duration> {
        self.check_asker(address)?;
        self.accounts.check_key(&key(to.as_str())).map_err(|until| wait_time(&until))
    }

    /// The same, where it goes to somebody who may have no account, in a mailbox that may have many addresses.
    ///
    /// # Errors
    /// How long to wait.
    pub(super) fn check_stranger(&self, address: IpAddr, to: &Email) -> Result<(), Duration> {
        self.check_asker(address)?;
        self.strangers.check().map_err(|until| wait_time(&until))?;
        // Last: a refusal for another reason takes nothing from it.
        self.mailboxes.check_key(&mailbox(to)).map_err(|until| wait_time(&until))
    }

    fn check_asker(&self, address: IpAddr) -> Result<(), Duration> {
        self.addresses.check_key(&household(address)).map_err(|until| wait_time(&until))?;
        self.networks.check_key(&network(address)).map_err(|until| wait_time(&until))
    }

    /// Forgets who has been quiet long enough to be new again.
    pub(super) fn forget_quiet(&self) {
        self.accounts.retain_recent();
        self.mailboxes.retain_recent();
        self.addresses.retain_recent();
        self.networks.retain_recent();
    }
}

/// One mailbox, however its address is written: many providers pass over what follows a `+`, and a domain has two writings.
fn mailbox(to: &Email) -> Key {
    let local = to.as_str().split(['+', '@']).next().unwrap_or_default();
    let domain = Host::parse(to.domain()).map_or_else(|_| to.domain().to_owned(), |host| host.to_string());
    key(&format!("{local}@{domain}"))
}

fn key(address: &str) -> Key {
    Sha256::digest(address).into()
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(v4) => IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & (u32::MAX << (32 - NETWORK_V4_BITS)))),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << (128 - NETWORK_V6_BITS)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap()
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_strangers_mailbox_gets_three_mails_from_wherever_and_however_it_is_written() {
        let limits = LetterLimits::default();
        for (from, to) in [
            ("10.0.0.1", "ada@bücher.example"),
            ("10.1.0.1", "Ada+a@bücher.example"),
            ("10.2.0.1", "ada+b@xn--bcher-kva.example"),
        ] {
            limits.check_stranger(address(from), &email(to)).unwrap();
        }
        let wait = limits.check_stranger(address("10.3.0.1"), &email("ada@bücher.example")).unwrap_err();
        assert!(wait > Duration::from_secs(600), "{wait:?}");
        limits.check_stranger(address("10.3.0.1"), &email("adb@bücher.example")).unwrap();
    }

    #[test]
    fn whoever_asks_for_other_addresses_takes_nothing_from_an_account() {
        let limits = LetterLimits::default();
        for n in 0..20 {
            let _ = limits.check(address("10.0.0.1"), &email(&format!("ada+{n}@a.example")));
            let _ = limits.check_stranger(address("10.0.0.1"), &email("ada@a.example"));
        }
        for n in 1..4 {
            limits.check(address(&format!("10.{n}.0.1")), &email("Ada@a.example")).unwrap();
        }
        limits.check(address("10.4.0.1"), &email("ada@a.example")).unwrap_err();
    }

    #[test]
    fn an_address_and_its_network_ask_for_so_many() {
        let limits = LetterLimits::default();
        let asked = |from: &str, first: u32| {
            (first..first + 100)
                .take_while(|n| limits.check(address(from), &email(&format!("{n}@a.example"))).is_ok())
                .count()
        };
        assert_eq!(asked("10.0.0.1", 0), 30);
        assert_eq!(asked("10.0.0.2", 100), 30);
        assert!(limits.check(address("10.0.0.3"), &email("a@a.example")).is_err());
        assert_eq!(asked("2001:db8:1:1::1", 200), 30);
        assert_eq!(asked("2001:db8:1:2::1", 300), 30);
        assert_eq!(asked("2001:db8:1:3::1", 400), 0, "of one /48");
        assert_eq!(asked("2001:db8:2:3::1", 500), 30);
    }

    #[test]
    fn strangers_together_get_so_many() {
        let limits = LetterLimits::default();
        let check =
            |n: u32| limits.check_stranger(Ipv4Addr::from_bits(n << 8).into(), &email(&format!("{n}@a.example")));
        assert_eq!((0..300).filter(|n| check(*n).is_ok()).count(), 200);
        limits.check(address("10.0.0.1"), &email("ada@example.org")).unwrap();
    }
}
