//! Addresses and ports, and who stands in front of them.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};

use super::{Finding, Verdict};
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::origin::Origin;

pub(super) fn all(config: &Config) -> Vec<Finding> {
    let mut findings = vec![address(config, "PARLOUR_ADDR", config.addr), public_url(config)];
    findings.extend(proxies(config));
    if let Some(addr) = config.metrics_addr {
        findings.push(address(config, "PARLOUR_METRICS_ADDR", addr));
        if !addr.ip().is_loopback() {
            let text = format!(
                "PARLOUR_METRICS_ADDR: everybody who reaches {addr} can see how many people meet. Use 127.0.0.1, or let a \
                 firewall keep others away."
            );
            findings.push(Finding(Verdict::Warning, text));
        }
    }
    findings
}

fn address(config: &Config, variable: &str, addr: SocketAddr) -> Finding {
    let error = match TcpListener::bind(addr) {
        Ok(_) => return Finding(Verdict::Ok, format!("{variable}: {addr} is free")),
        Err(error) => error,
    };
    if error.kind() == io::ErrorKind::AddrInUse && DataDir::is_in_use(&config.data_dir) {
        let text = format!("{variable}: {addr} is taken, most likely by the Parlour that runs on this data folder.");
        return Finding(Verdict::Warning, text);
    }
    let fix = match error.kind() {
        io::ErrorKind::AddrInUse => "Stop the program that has it, or set another port.",
        io::ErrorKind::AddrNotAvailable => {
            "This machine does not have that address: use one of its own, or 0.0.0.0 for all."
        }
        io::ErrorKind::PermissionDenied => {
            "Ports below 1024 are kept for root: set a higher one, and put a proxy in front."
        }
        _ => "Set another address or port.",
    };
    Finding(Verdict::Mistake, format!("{variable}: cannot listen on {addr} ({error}). {fix}"))
}

/// Browsers give camera and microphone to pages that came by https, or from the same machine.
fn public_url(config: &Config) -> Finding {
    match &config.public_url {
        Some(url) if url.is_secure() => Finding(Verdict::Ok, format!("PARLOUR_PUBLIC_URL: {}", url.http())),
        Some(url) if is_local(url) => {
            Finding(Verdict::Ok, format!("PARLOUR_PUBLIC_URL: {} works in browsers on this machine", url.http()))
        }
        Some(url) => {
            let text = format!(
                "PARLOUR_PUBLIC_URL: {} is not https, so browsers will give no camera and no microphone. Put a proxy with \
                 a certificate in front, and set its https address.",
                url.http()
            );
            Finding(Verdict::Warning, text)
        }
        None if config.addr.ip().is_loopback() && config.trusted_proxies.is_empty() => {
            let text = "PARLOUR_PUBLIC_URL is not set, which is fine as long as only browsers on this machine come";
            Finding(Verdict::Ok, text.to_owned())
        }
        None => {
            let text = "PARLOUR_PUBLIC_URL is not set, so links carry the address of each request. Set it to the https address \
                        that people open: without https browsers give no camera and no microphone.";
            Finding(Verdict::Warning, text.to_owned())
        }
    }
}

fn is_local(url: &Origin) -> bool {
    let authority = url.authority();
    let host = authority.rsplit_once(':').filter(|(_, port)| !port.contains(']')).map_or(authority, |(host, _)| host);
    let bare = host.trim_matches(['[', ']']);
    host == "localhost" || host.ends_with(".localhost") || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

fn proxies(config: &Config) -> Vec<Finding> {
    let secure = config.public_url.as_ref().is_some_and(Origin::is_secure);
    let warn = |text: &str| Finding(Verdict::Warning, format!("PARLOUR_TRUSTED_PROXIES {text}"));
    if config.trusted_proxies.is_empty() {
        // Parlour itself speaks no TLS.
        let text = "is not set, but PARLOUR_PUBLIC_URL is https: set it to the address of the proxy that has the \
                    certificate. Otherwise all people seem to come from one address, and share its limits.";
        return if secure { vec![warn(text)] } else { Vec::new() };
    }
    let mut findings = Vec::new();
    if config.trusted_proxies.iter().any(|network| network.prefix_len() == 0) {
        findings.push(warn(
            "holds every address there is, so anybody can say that they come from another one. Name the proxies only.",
        ));
    }
    let ours = config.addr.ip();
    if ours.is_loopback() && !config.trusted_proxies.iter().any(|network| network.contains(&ours)) {
        findings.push(warn(&format!(
            "does not hold {ours}, but PARLOUR_ADDR lets only this machine in: a proxy here comes from {ours}. Add it.",
        )));
    }
    if findings.is_empty() {
        let list = config.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        findings.push(Finding(Verdict::Ok, format!("PARLOUR_TRUSTED_PROXIES: {list}")));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_its_names() {
        for (authority, local) in [
            ("localhost:3000", true),
            ("127.0.0.1", true),
            ("[::1]:3000", true),
            ("[::1]", true),
            ("meet.localhost", true),
            ("10.0.0.1:3000", false),
            ("localhost.example", false),
            ("[2001:db8::1]", false),
        ] {
            assert_eq!(is_local(&Origin::new(false, authority).unwrap()), local, "{authority}");
        }
    }
}
