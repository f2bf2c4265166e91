//! The network that somebody comes from: all that is kept of an address, and what is kept out when a person alone is not
//! enough.

use std::fmt;
use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// How much of an address is one network: what a household or an office has of IPv6, and of IPv4 the neighbours too, among
/// whom a subscriber's address changes.
const V4_BITS: u8 = 24;
const V6_BITS: u8 = 64;

/// A network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(IpNet);

impl Network {
    /// The network of an address.
    pub fn of(address: IpAddr) -> Self {
        let network = match address.to_canonical() {
            IpAddr::V4(v4) => Ipv4Net::new(v4, V4_BITS).map(IpNet::from),
            IpAddr::V6(v6) => Ipv6Net::new(v6, V6_BITS).map(IpNet::from),
        };
        // A prefix of that length always is one; of any other it would be the address itself.
        Self(network.unwrap_or_else(|_| IpNet::from(address)).trunc())
    }

    /// Reads one as it is written; anything else is none.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_network() {
        for (address, network) in [
            ("203.0.113.7", "203.0.113.0/24"),
            ("::ffff:203.0.113.9", "203.0.113.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ] {
            let of = Network::of(address.parse().unwrap());
            assert_eq!(of.to_string(), network);
            assert_eq!(Network::parse(network), Some(of));
        }
        assert_eq!(Network::parse(""), None);
    }
}
