//! Which address and interface a managed LiveKit uses for media.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// Addresses that belong to documentation and are never sent to: connecting a UDP socket to them
/// only makes the system choose a route.
const ELSEWHERE: [SocketAddr; 2] = [
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 1)), 9),
    SocketAddr::new(IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)), 9),
];

/// Where media travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Address that browsers are told to send to.
    pub node_ip: IpAddr,
    /// Interface that LiveKit listens on.
    pub interface: Option<String>,
    /// Whether media stays on this machine.
    pub loopback: bool,
}

/// Chooses by the address that was asked for, else by the default route, else loopback.
///
/// # Errors
/// When the system does not list its interfaces.
pub fn choose(wish: Option<IpAddr>) -> io::Result<Media> {
    let interfaces: Vec<(String, IpAddr)> =
        if_addrs::get_if_addrs()?.into_iter().map(|interface| (interface.name.clone(), interface.ip())).collect();
    Ok(pick(wish, default_source(), &interfaces))
}

/// The address from which this machine would send far away.
fn default_source() -> Option<IpAddr> {
    ELSEWHERE.into_iter().find_map(|far| {
        let any: SocketAddr =
            if far.is_ipv4() { (Ipv4Addr::UNSPECIFIED, 0).into() } else { (Ipv6Addr::UNSPECIFIED, 0).into() };
        let socket = UdpSocket::bind(any).ok()?;
        socket.connect(far).ok()?;
        let source = socket.local_addr().ok()?.ip();
        (!source.is_unspecified() && !source.is_loopback()).then_some(source)
    })
}

fn pick(wish: Option<IpAddr>, source: Option<IpAddr>, interfaces: &[(String, IpAddr)]) -> Media {
    let named = |ip: IpAddr| interfaces.iter().find(|(_, address)| *address == ip).map(|(name, _)| name.clone());
    let node_ip = wish.or(source).unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    if node_ip.is_loopback() {
        return Media { node_ip, interface: named(node_ip), loopback: true };
    }
    // An address that no interface has is one that a router translates: it arrives by the default route.
    let interface = named(node_ip).or_else(|| source.and_then(named));
    Media { node_ip, interface, loopback: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn interfaces() -> Vec<(String, IpAddr)> {
        [("lo", "127.0.0.1"), ("eth0", "10.0.0.5"), ("docker0", "172.17.0.1")]
            .map(|(name, address)| (name.to_owned(), ip(address)))
            .to_vec()
    }

    fn picked(wish: Option<&str>, source: Option<&str>) -> (String, Option<String>, bool) {
        let media = pick(wish.map(ip), source.map(ip), &interfaces());
        (media.node_ip.to_string(), media.interface, media.loopback)
    }

    #[test]
    fn the_default_route_decides() {
        assert_eq!(picked(None, Some("10.0.0.5")), ("10.0.0.5".to_owned(), Some("eth0".to_owned()), false));
    }

    #[test]
    fn without_a_route_media_stays_here() {
        assert_eq!(picked(None, None), ("127.0.0.1".to_owned(), Some("lo".to_owned()), true));
    }

    #[test]
    fn a_wish_is_followed() {
        assert_eq!(picked(Some("172.17.0.1"), Some("10.0.0.5")).1.as_deref(), Some("docker0"));
        assert!(picked(Some("127.0.0.1"), Some("10.0.0.5")).2);
    }

    #[test]
    fn a_translated_address_arrives_by_the_default_route() {
        assert_eq!(
            picked(Some("198.51.100.7"), Some("10.0.0.5")),
            ("198.51.100.7".to_owned(), Some("eth0".to_owned()), false)
        );
    }
}
