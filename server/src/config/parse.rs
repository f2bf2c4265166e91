//! Single values of the configuration, each with a sentence for what can be wrong with it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use ipnet::IpNet;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use tracing_subscriber::EnvFilter;
use url::Url;
use wire::{ClientProfile, ICE_FROM_LIVEKIT, IceServer};

use crate::accounts::{Access, Teachers};
use crate::origin::Origin;
use crate::store::is_supported;

/// What may not stand in a path of a database's address as it is.
const PATH: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b'?').add(b'#').add(b'\\');

/// Stands where no address could be read.
pub(super) const NOWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A configuration that cannot work, in a sentence that begins with the variable's name and says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub String);

pub(super) fn address(variable: &str, text: &str) -> Result<SocketAddr, Invalid> {
    text.trim().parse().map_err(|_| {
        Invalid(format!("{variable} must be an IP address with a port, such as 127.0.0.1:3000; it is `{text}`."))
    })
}

pub(super) fn port(variable: &str, text: &str) -> Result<u16, Invalid> {
    let port = text.trim().parse().ok().filter(|port| *port != 0);
    port.ok_or_else(|| Invalid(format!("{variable} must be a port from 1 to 65535; it is `{text}`.")))
}

pub(super) fn rate(variable: &str, text: &str) -> Result<u32, Invalid> {
    text.trim().parse().map_err(|_| Invalid(format!("{variable} must be a number, 0 for no limit; it is `{text}`.")))
}

pub(super) fn days(variable: &str, text: &str) -> Result<u32, Invalid> {
    text.trim().parse().map_err(|_| Invalid(format!("{variable} must be a number of days; it is `{text}`.")))
}

/// In bytes.
pub(super) fn megabytes(variable: &str, text: &str) -> Result<u64, Invalid> {
    let megabytes: u32 = text
        .trim()
        .parse()
        .map_err(|_| Invalid(format!("{variable} must be a number of megabytes; it is `{text}`.")))?;
    Ok(u64::from(megabytes) * 1_000_000)
}

pub(super) fn bucket(name: &str) -> Result<String, Invalid> {
    let fits = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'));
    if fits {
        return Ok(name.to_owned());
    }
    let rule = "must be the name of a bucket; its server's address belongs into AWS_ENDPOINT";
    Err(Invalid(format!("S3_BUCKET {rule}; it is `{name}`.")))
}

pub(super) fn access(text: &str) -> Result<Access, Invalid> {
    match text.trim() {
        "open" => Ok(Access::Open),
        "guests-join" => Ok(Access::GuestsJoin),
        "accounts" => Ok(Access::Accounts),
        _ => Err(Invalid(format!("PARLOUR_ACCESS must be open, guests-join or accounts; it is `{text}`."))),
    }
}

pub(super) fn teachers(list: &str) -> Result<Teachers, Invalid> {
    Teachers::parse(list).map_err(|entry| {
        Invalid(format!(
            "PARLOUR_TEACHERS holds `{entry}`, which is neither an e-mail address nor a domain such as @school.example: \
             separate them by commas."
        ))
    })
}

pub(super) fn client_profile(text: &str) -> Result<ClientProfile, Invalid> {
    match text.trim() {
        "production" => Ok(ClientProfile::PRODUCTION),
        "development" => Ok(ClientProfile::DEVELOPMENT),
        _ => Err(Invalid(format!("PARLOUR_CLIENT_PROFILE must be production or development; it is `{text}`."))),
    }
}

pub(super) fn log(filter: String) -> Result<String, Invalid> {
    match EnvFilter::try_new(&filter) {
        Ok(_) => Ok(filter),
        Err(error) => Err(Invalid(format!(
            "PARLOUR_LOG is not a filter ({error}): use a level such as info, or a filter such as info,server=debug."
        ))),
    }
}

/// Addresses and networks, separated by commas.
pub(super) fn networks(list: &str) -> Result<Vec<IpNet>, Invalid> {
    let network = |text: &str| {
        let parsed = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        parsed.map_err(|_| {
            Invalid(format!(
                "PARLOUR_TRUSTED_PROXIES holds `{text}`, which is neither an IP address nor a network \
                 such as 10.0.0.0/8: separate the proxies' addresses by commas."
            ))
        })
    };
    list.split(',').map(|text| network(text.trim())).collect()
}

pub(super) fn media_ip(text: &str) -> Result<IpAddr, Invalid> {
    text.parse().map_err(|_| Invalid(format!("PARLOUR_MEDIA_IP must be an IP address, or unset; it is `{text}`.")))
}

pub(super) fn public_url(text: &str) -> Result<Origin, Invalid> {
    origin(text, &["http", "https"]).ok_or_else(|| {
        Invalid(format!("PARLOUR_PUBLIC_URL must look like https://meet.example.org, without a path; it is `{text}`."))
    })
}

/// The address of a LiveKit server.
///
/// # Errors
/// When it is none, or more than an address.
pub fn livekit_url(text: &str) -> Result<Origin, Invalid> {
    origin(text, &["ws", "wss", "http", "https"]).ok_or_else(|| {
        // It may hold a password, so it is not repeated.
        Invalid("LIVEKIT_URL must look like wss://livekit.example.org, without a path or a user.".to_owned())
    })
}

fn origin(text: &str, schemes: &[&str]) -> Option<Origin> {
    let url = Url::parse(text).ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let nobody = url.username().is_empty() && url.password().is_none();
    if !(bare && nobody && schemes.contains(&url.scheme())) {
        return None;
    }
    let authority = match url.port() {
        Some(port) => format!("{}:{port}", url.host_str()?),
        None => url.host_str()?.to_owned(),
    };
    Origin::new(matches!(url.scheme(), "https" | "wss"), &authority)
}

pub(super) fn database(url: Option<String>, data_dir: &Path) -> Result<String, Invalid> {
    match url {
        None => {
            // An address: what means something there is escaped.
            let path = data_dir.join("parlour.db").display().to_string();
            Ok(format!("sqlite:{}", utf8_percent_encode(&path, PATH)))
        }
        Some(url) if is_supported(&url) => Ok(url),
        // The address may hold a password, so only its scheme is repeated.
        Some(url) => Err(Invalid(format!(
            "DATABASE_URL begins with `{}`: use sqlite:/path/to/parlour.db or postgres://user:password@host/database, \
             or unset it for a file in the data folder.",
            url.split(':').next().unwrap_or_default()
        ))),
    }
}

/// `None`: what LiveKit hands out.
pub(super) fn ice_servers(text: &str) -> Result<Option<Vec<IceServer>>, Invalid> {
    let servers: Vec<IceServer> = match text {
        "none" => Vec::new(),
        ICE_FROM_LIVEKIT => return Ok(None),
        json if json.starts_with('[') => serde_json::from_str(json).map_err(|error| {
            // serde_json's message may quote a credential, its place may not.
            Invalid(format!(
                "PARLOUR_ICE_SERVERS is not a JSON list like [{{\"urls\":[\"turn:turn.example.org\"],\"username\":\"…\",\
                 \"credential\":\"…\"}}]: see line {}, column {}.",
                error.line(),
                error.column()
            ))
        })?,
        urls => vec![IceServer {
            urls: urls.split(',').map(|url| url.trim().to_owned()).collect(),
            username: None,
            credential: None,
        }],
    };
    for server in &servers {
        let turn = server.urls.iter().any(|url| url.starts_with("turn"));
        let known = |url: &String| ["stun:", "stuns:", "turn:", "turns:"].iter().any(|scheme| url.starts_with(scheme));
        if server.urls.is_empty() || !server.urls.iter().all(known) {
            return Err(Invalid(
                "PARLOUR_ICE_SERVERS holds an address that does not begin with stun:, stuns:, turn: or turns:."
                    .to_owned(),
            ));
        }
        if turn && (server.username.is_none() || server.credential.is_none()) {
            return Err(Invalid(
                "PARLOUR_ICE_SERVERS holds a turn: address, which needs a username and a credential: use the JSON list."
                    .to_owned(),
            ));
        }
    }
    Ok(Some(servers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ice_servers_come_in_four_writings() {
        assert_eq!(ice_servers("none"), Ok(Some(Vec::new())));
        assert_eq!(ice_servers("livekit"), Ok(None));
        let stun = ice_servers("stun:a.example:3478, stun:b.example").unwrap().unwrap();
        assert_eq!(stun[0].urls, ["stun:a.example:3478", "stun:b.example"]);
        let turn = ice_servers(r#"[{"urls":["turn:t.example"],"username":"u","credential":"c"}]"#).unwrap().unwrap();
        assert_eq!(turn[0].credential.as_deref(), Some("c"));
    }

    #[test]
    fn wrong_ice_servers_are_explained() {
        for text in ["a.example", "turn:t.example", "[{\"urls\":[]}]", "[{]", "stun:a.example,"] {
            assert!(ice_servers(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_password_in_a_database_address_is_not_repeated() {
        let invalid = database(Some("mysql://me:hunter2@db/parlour".to_owned()), Path::new("/data")).unwrap_err();
        assert!(!invalid.0.contains("hunter2"), "{invalid}");
    }

    #[test]
    fn an_origin_is_only_an_origin() {
        assert_eq!(public_url("https://Meet.example.org:8443/").unwrap().http(), "https://meet.example.org:8443");
        assert_eq!(livekit_url("ws://127.0.0.1:7880").unwrap().http(), "http://127.0.0.1:7880");
        for text in ["https://a.example/x", "https://u:p@a.example", "ftp://a.example", "a.example", "https://a?b"] {
            assert!(public_url(text).is_err(), "{text}");
        }
    }
}
