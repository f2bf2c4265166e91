//! What the operator says about the provider.

use openidconnect::IssuerUrl;
use url::{Host, Url};
use wire::DisplayName;

use crate::secret::Secret;

/// A provider, and what it decides.
#[derive(Clone)]
pub struct ProviderSettings {
    /// Its name for itself, exactly.
    pub issuer: IssuerUrl,
    /// What Parlour is called there.
    pub client_id: String,
    /// What Parlour shows there.
    pub client_secret: Secret,
    /// What people call it.
    pub name: DisplayName,
    /// What is asked for beside the ID token.
    pub scopes: Vec<String>,
    /// Claim that holds somebody's groups.
    pub groups_claim: String,
    /// Groups whose members are administrators; when there are none, the provider does not decide that.
    pub administrators: Vec<String>,
    /// Groups whose members are teachers.
    pub teachers: Vec<String>,
    /// Whether nobody signs in with a password.
    pub only: bool,
}

/// The issuer of a typed address, kept as it was typed: providers are compared by the letter.
pub fn issuer(text: &str) -> Option<IssuerUrl> {
    let url = Url::parse(text).ok()?;
    let bare = url.query().is_none() && url.fragment().is_none();
    let nobody = url.username().is_empty() && url.password().is_none();
    (bare && nobody && is_private(&url)).then(|| IssuerUrl::new(text.to_owned()).ok()).flatten()
}

/// Whether nobody between here and there can read along: by TLS, or because it does not leave the machine.
pub(super) fn is_private(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => url.has_host(),
        "http" => here,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_reached_by_tls_or_on_this_machine() {
        for text in [
            "https://id.example.org",
            "https://id.example.org/realms/school/",
            "http://127.0.0.1:8080",
            "http://[::1]:1",
            "http://localhost:3",
        ] {
            assert_eq!(issuer(text).unwrap().as_str(), text);
        }
        for text in [
            "",
            "id.example.org",
            "http://id.example.org",
            "https://u:p@id.example.org",
            "https://id.example.org?x",
            "ftp://id.example.org",
            "https://id.example.org#x",
            "http://127.0.0.1.example.org",
        ] {
            assert!(issuer(text).is_none(), "{text}");
        }
    }
}
