//! Why a mail was not sent, without anything that a mail server says: it likes to repeat addresses.

use std::io;
use std::time::Duration;

use lettre::transport::smtp;

/// How long a mail is tried again that the server has looked at and does not take: those that have it wait for unknown
/// senders to come back take it within minutes. Mails to whoever cannot be written to shall not take the places of others.
const REFUSED_FOR: Duration = Duration::from_secs(60 * 60);

/// Answers about user and password (RFC 4954).
const LOGIN_CODES: [u16; 5] = [454, 530, 534, 535, 538];

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// It cannot be written to.
    #[error("no mail can be addressed like this")]
    Address,
    /// The server cannot be reached, or the connection was lost.
    #[error("{0}")]
    Connection(String),
    /// The server's certificate is not trusted.
    #[error("the mail server's certificate is not trusted: {0}")]
    Certificate(rustls::Error),
    /// The server does not take user and password.
    #[error("the mail server does not take user and password (code {0})")]
    Login(u16),
    /// The server refuses: for good, or for now.
    #[error("the mail server refuses (code {0})")]
    Refused(u16),
    /// The server does not offer what this mail, or the way to it, needs.
    #[error("{0}")]
    Unable(String),
    /// What the server says makes no sense.
    #[error("the mail server does not speak SMTP")]
    Nonsense,
    /// It takes too long.
    #[error("the mail server has not answered within {} seconds", .0.as_secs())]
    Slow(Duration),
}

impl Failed {
    /// How long after the first time it is of use to try again.
    pub fn patience(&self) -> Duration {
        match self {
            // The next answer will be the same, whoever mends what.
            Self::Address | Self::Refused(500..) => Duration::ZERO,
            Self::Refused(_) | Self::Unable(_) => REFUSED_FOR,
            // Of no mail in particular: an operator mends it.
            Self::Connection(_) | Self::Certificate(_) | Self::Login(_) | Self::Nonsense | Self::Slow(_) => {
                Duration::MAX
            }
        }
    }
}

impl From<smtp::Error> for Failed {
    fn from(error: smtp::Error) -> Self {
        if let Some(code) = error.status().map(u16::from) {
            return if LOGIN_CODES.contains(&code) { Self::Login(code) } else { Self::Refused(code) };
        }
        if error.is_response() {
            return Self::Nonsense;
        }
        let mut cause: &(dyn std::error::Error + 'static) = &error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        let tls = cause.downcast_ref::<io::Error>().and_then(|io| io.get_ref()?.downcast_ref::<rustls::Error>());
        match tls {
            Some(error @ rustls::Error::InvalidCertificate(_)) => Self::Certificate(error.clone()),
            // Of the library, which knows no addresses here.
            _ if error.is_client() => Self::Unable(cause.to_string()),
            // Of the system, or of TLS.
            _ => Self::Connection(cause.to_string()),
        }
    }
}
