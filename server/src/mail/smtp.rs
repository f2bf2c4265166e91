//! The mail server, and what is handed over to it.

use std::time::Duration;

use lettre::address::AddressError;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use url::Host;

use super::{Failed, Letter};
use crate::email::Email;
use crate::secret::Secret;

/// How long handing over one mail may take: some servers look into it before they answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// How the connection to the mail server is encrypted. Where it is, the server's certificate must be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// From the beginning.
    Tls,
    /// By STARTTLS, always.
    StartTls,
    /// By STARTTLS where the server offers it.
    IfOffered,
    /// Never.
    None,
}

/// User and password.
#[derive(Clone)]
pub struct Login {
    /// The user.
    pub user: String,
    /// Their password.
    pub password: Secret,
}

/// A mail server. No `Debug`: it holds a password.
#[derive(Clone)]
pub struct Server {
    /// Name or address, without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is encrypted.
    pub encryption: Encryption,
    /// As whom Parlour signs in, if it has to.
    pub login: Option<Login>,
}

/// A mail server, and as whom it is used.
#[derive(Clone)]
pub struct Smtp {
    /// The server.
    pub server: Server,
    /// Whom mails are from.
    pub from: Mailbox,
}

/// Says that a program wrote the mail, so that no other program answers it (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Smtp {
    /// Looks whether the server answers, and takes user and password.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), Failed> {
        let transport = self.transport()?;
        let answer = in_time(transport.test_connection()).await?;
        if answer { Ok(()) } else { Err(Failed::Nonsense) }
    }

    /// A letter as it is handed over; `id` is its own.
    pub(super) fn message(&self, letter: &Letter, id: &str) -> Result<Message, Failed> {
        // Without a name: what people call themselves stands in no header.
        let to = Mailbox::new(None, address(&letter.to).map_err(|_| Failed::Address)?);
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(letter.subject)
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .date_now()
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .map_err(|_| Failed::Address)
    }

    /// Hands a mail over.
    pub(super) async fn send(&self, message: &Message) -> Result<(), Failed> {
        let transport = self.transport()?;
        in_time(transport.send(message.clone())).await.map(drop)
    }

    fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, Failed> {
        // Read each time: certificates that are trusted change.
        let Server { host, port, encryption, login } = &self.server;
        let parameters = || TlsParameters::new(host.clone());
        let tls = match encryption {
            Encryption::Tls => Tls::Wrapper(parameters()?),
            Encryption::StartTls => Tls::Required(parameters()?),
            Encryption::IfOffered => Tls::Opportunistic(parameters()?),
            Encryption::None => Tls::None,
        };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host.clone())
            .port(*port)
            .tls(tls)
            .timeout(Some(PATIENCE))
            .hello_name(ClientId::Domain(self.from.email.domain().to_owned()));
        Ok(match login {
            Some(Login { user, password }) => {
                builder.credentials(Credentials::new(user.clone(), password.expose().to_owned())).build()
            }
            None => builder.build(),
        })
    }
}

/// The library bounds connecting only.
async fn in_time<T>(work: impl Future<Output = Result<T, lettre::transport::smtp::Error>>) -> Result<T, Failed> {
    Ok(tokio::time::timeout(PATIENCE, work).await.map_err(|_| Failed::Slow(PATIENCE))??)
}

/// An address as mail servers know it: its domain in ASCII.
fn address(email: &Email) -> Result<Address, AddressError> {
    let (local, domain) = email.as_str().rsplit_once('@').ok_or(AddressError::MissingParts)?;
    let domain = Host::parse(domain).map_err(|_| AddressError::InvalidDomain)?;
    Address::new(local, domain.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Notice;
    use crate::origin::Origin;

    fn smtp() -> Smtp {
        let from = "Parlour <parlour@example.org>".parse().unwrap();
        let server = Server { host: "127.0.0.1".to_owned(), port: 9, encryption: Encryption::None, login: None };
        Smtp { server, from }
    }

    fn message(to: &str, name: &str) -> Result<String, Failed> {
        let origin = Origin::new(true, "meet.example").unwrap();
        let letter = Letter::notice(&Email::parse(to).unwrap(), name, &origin, Notice::Password);
        smtp().message(&letter, "0123").map(|message| String::from_utf8(message.formatted()).unwrap())
    }

    #[test]
    fn a_mail_says_what_it_is() {
        let mail = message("ada@example.org", "Ada").unwrap();
        for line in [
            "From: Parlour <parlour@example.org>",
            "To: ada@example.org",
            "Message-ID: <0123@example.org>",
            "Auto-Submitted: auto-generated",
            "Content-Type: text/plain; charset=utf-8",
        ] {
            assert_eq!(mail.lines().filter(|told| *told == line).count(), 1, "{line}: {mail}");
        }
        assert!(mail.lines().any(|line| line.starts_with("Date: ")), "{mail}");
    }

    #[test]
    fn a_name_adds_no_header() {
        let plain = message("ada@example.org", "Ada").unwrap();
        let heads = |mail: &str| {
            let head = mail.split("\r\n\r\n").next().unwrap().to_owned();
            head.lines().map(|line| line.split(':').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        for name in ["Ada\r\nBcc: eve@evil.example", "Ada\nBcc: eve@evil.example", "=?utf-8?q?=0D=0ABcc:_eve?=", "Ä"] {
            assert_eq!(heads(&message("ada@example.org", name).unwrap()), heads(&plain), "{name:?}");
        }
    }

    #[test]
    fn an_address_is_one_address() {
        assert!(message("ada@bücher.example", "Ada").unwrap().contains("To: ada@xn--bcher-kva.example\r\n"));
        for odd in ["ada%40evil.example@example.org", "ada+a@example.org", "a'b@example.org", "ada|x@example.org"] {
            let mail = message(odd, "Ada").unwrap();
            assert!(mail.contains(&format!("To: {odd}\r\n")), "{mail}");
        }
        assert!(matches!(message("a..b@example.org", "Ada"), Err(Failed::Address)));
    }
}
