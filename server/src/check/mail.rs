//! The mail server: reached, encrypted and signed in to, as when a mail is sent.

use super::{Finding, Verdict};
use crate::config::Config;
use crate::mail::{Encryption, Failed};

pub(super) async fn all(config: &Config) -> Option<Finding> {
    let smtp = config.smtp.as_ref()?;
    let server = &smtp.server;
    let place = format!("PARLOUR_SMTP_URL: {}:{}", server.host, server.port);
    let failed = match smtp.ping().await {
        Ok(()) => {
            let login = if server.login.is_some() { ", and takes user and password" } else { "" };
            return Some(Finding(Verdict::Ok, format!("{place} answers{login}")));
        }
        Err(failed) => failed,
    };
    let fix = match &failed {
        Failed::Certificate(_) => {
            "Use the name that stands in the certificate, and let this machine trust whoever has signed it (SSL_CERT_FILE \
             may name a file of such certificates)."
        }
        Failed::Login(_) => {
            "Correct user and password; write %40 for @ and %3A for : in them. Some providers want a password of its own \
             for programs."
        }
        Failed::Refused(_) => "See in its log why it refuses this machine.",
        Failed::Connection(_) | Failed::Unable(_) | Failed::Slow(_) | Failed::Nonsense | Failed::Address => {
            match server.encryption {
                Encryption::Tls => {
                    "See whether host and port are right, and whether a firewall stands in between. Where the server has port \
                 587, write smtp: for smtps:."
                }
                Encryption::StartTls => {
                    "See whether host and port are right, whether it offers STARTTLS, and whether a firewall stands in between. \
                 Where the server has port 465, write smtps: for smtp:."
                }
                Encryption::IfOffered | Encryption::None => {
                    "See whether host and port are right, and whether a firewall stands in between."
                }
            }
        }
    };
    Some(Finding(Verdict::Mistake, format!("{place} does not take mail from here ({failed}). {fix}")))
}
