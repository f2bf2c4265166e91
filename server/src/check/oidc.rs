//! Who signs people in.

use super::{Finding, Verdict};
use crate::accounts::oidc::{CALLBACK, Provider};
use crate::config::Config;
use crate::origin::Origin;

pub(super) async fn all(config: &Config) -> Vec<Finding> {
    let Some(settings) = &config.provider else { return Vec::new() };
    let issuer = settings.issuer.as_str();
    let mut findings = Vec::new();
    let reached = match Provider::new(settings.clone()) {
        Ok(provider) => provider.reach().await,
        Err(trouble) => Err(trouble),
    };
    findings.push(match reached {
        Ok(()) => {
            let callback = match config.public_url.as_ref().map(Origin::http) {
                Some(url) => format!("{url}{CALLBACK}"),
                None => format!("PARLOUR_PUBLIC_URL with {CALLBACK} behind it"),
            };
            Finding(
                Verdict::Ok,
                format!("PARLOUR_OIDC_ISSUER: {issuer} answers; it must send people back to {callback}"),
            )
        }
        Err(trouble) => {
            let text = format!(
                "PARLOUR_OIDC_ISSUER: {issuer} cannot be used from here ({trouble}). See whether \
                 {}/.well-known/openid-configuration can be opened here, and names itself by exactly this issuer.",
                issuer.trim_end_matches('/')
            );
            Finding(Verdict::Mistake, text)
        }
    });
    if config.public_url.is_none() {
        let text = "PARLOUR_PUBLIC_URL is not set, so the provider is told the address of each request to send people back to: \
                    it takes only those that are registered there. Set it to the one that is.";
        findings.push(Finding(Verdict::Warning, text.to_owned()));
    }
    if settings.only && settings.administrators.is_empty() {
        let text = "PARLOUR_OIDC_ADMINISTRATORS is not set, and PARLOUR_OIDC_ONLY keeps administrators with a password out: \
                    nobody can look after accounts, unless one who came by the provider was made an administrator before.";
        findings.push(Finding(Verdict::Warning, text.to_owned()));
    }
    findings
}
