//! The mail server, and what can only be had with one.

use std::net::IpAddr;

use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use url::Url;

use super::mistakes::Mistakes;
use super::parse::Invalid;
use crate::accounts::Registration;
use crate::mail::{Encryption, Login, Server, Smtp};
use crate::secret::Secret;

/// Port on which mail servers speak TLS from the beginning, and on which they take mail from those who sign in.
const TLS_PORT: u16 = 465;
const SUBMISSION_PORT: u16 = 587;

const URL_RULE: &str = "PARLOUR_SMTP_URL must look like smtps://user:password@mail.example.org or \
                        smtp://user:password@mail.example.org:587, with ?tls=opportunistic or ?tls=none behind it where \
                        need be. Write %40 for @ and %3A for : in user and password.";

/// The mail server, when there is one and nothing is wrong with it.
pub(super) fn smtp(
    mistakes: &mut Mistakes,
    url: Option<Secret>,
    from: Option<String>,
    has_public_url: bool,
) -> Option<Smtp> {
    let from_is_given = from.is_some();
    let from = mistakes.or_default(from.map(|from| sender(&from)).transpose());
    let url = match (url, from_is_given) {
        (Some(url), _) => url,
        (None, false) => return None,
        (None, true) => {
            let text =
                "PARLOUR_SMTP_FROM is set, but PARLOUR_SMTP_URL is not: set it to the mail server, or unset both.";
            return mistakes.keep(Err(Invalid(text.to_owned())));
        }
    };
    if !has_public_url {
        let text = "PARLOUR_PUBLIC_URL must be set beside PARLOUR_SMTP_URL: mails hold links, and whoever asks for one could \
                    otherwise make them lead elsewhere. Set it to the address that people open.";
        mistakes.keep::<()>(Err(Invalid(text.to_owned())));
    }
    if !from_is_given {
        let text = "PARLOUR_SMTP_FROM must be set beside PARLOUR_SMTP_URL: set it to the address that mails are from, such \
                    as parlour@example.org.";
        mistakes.keep::<()>(Err(Invalid(text.to_owned())));
    }
    let server = mistakes.keep(server(url.expose()));
    Some(Smtp { server: server?, from: from? })
}

/// Who may make an account of their own.
pub(super) fn registration(text: &str, has_mail: bool) -> Result<Registration, Invalid> {
    let registration = Registration::parse(text).map_err(|entry| {
        Invalid(format!(
            "PARLOUR_REGISTRATION must be closed, open, or domains such as @school.example, separated by commas; it holds \
             `{entry}`."
        ))
    })?;
    if !registration.is_closed() && !has_mail {
        let text = "PARLOUR_REGISTRATION needs mail, by which people prove their addresses: set PARLOUR_SMTP_URL, or set it to \
                    closed.";
        return Err(Invalid(text.to_owned()));
    }
    Ok(registration)
}

fn sender(text: &str) -> Result<Mailbox, Invalid> {
    text.parse().map_err(|_| {
        Invalid(format!(
            "PARLOUR_SMTP_FROM must be an address such as parlour@example.org or `Parlour <parlour@example.org>`; it is \
             `{text}`."
        ))
    })
}

/// The address may hold a password, so it is not repeated.
fn server(text: &str) -> Result<Server, Invalid> {
    let invalid = || Invalid(URL_RULE.to_owned());
    let url = Url::parse(text.trim()).map_err(|_| invalid())?;
    let encryption = match (url.scheme(), url.query()) {
        ("smtps", None) => Encryption::Tls,
        ("smtp", None | Some("tls=required")) => Encryption::StartTls,
        ("smtp", Some("tls=opportunistic")) => Encryption::IfOffered,
        ("smtp", Some("tls=none")) => Encryption::None,
        _ => return Err(invalid()),
    };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    if host.is_empty() || !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return Err(invalid());
    }
    let plain =
        |text: &str| percent_decode_str(text).decode_utf8().map(|text| text.into_owned()).map_err(|_| invalid());
    let login = match (plain(url.username())?, plain(url.password().unwrap_or_default())?) {
        (user, password) if user.is_empty() && password.is_empty() => None,
        (user, password) if user.is_empty() || password.is_empty() => return Err(invalid()),
        (user, password) => Some(Login { user, password: Secret::new(password) }),
    };
    // Whoever is in between could take the offer of STARTTLS away, and read.
    let local = host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    if login.is_some() && matches!(encryption, Encryption::IfOffered | Encryption::None) && !local {
        let text = "PARLOUR_SMTP_URL would send a password that others can read: use smtps:, or leave ?tls=… away.";
        return Err(Invalid(text.to_owned()));
    }
    let standard = if encryption == Encryption::Tls { TLS_PORT } else { SUBMISSION_PORT };
    Ok(Server { host, port: url.port().unwrap_or(standard), encryption, login })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_server_comes_in_four_writings() {
        for (url, host, port, encryption, user) in [
            ("smtps://me:p%40ss@mail.example", "mail.example", 465, Encryption::Tls, Some("me")),
            (
                "smtp://me%40example.org:p%40ss@mail.example/",
                "mail.example",
                587,
                Encryption::StartTls,
                Some("me@example.org"),
            ),
            ("smtp://mail.example:25?tls=required", "mail.example", 25, Encryption::StartTls, None),
            ("smtp://mail.example:25?tls=opportunistic", "mail.example", 25, Encryption::IfOffered, None),
            ("smtp://me:p%40ss@127.0.0.1:1025?tls=none", "127.0.0.1", 1025, Encryption::None, Some("me")),
            ("smtp://me:p%40ss@[::1]:1025?tls=opportunistic", "::1", 1025, Encryption::IfOffered, Some("me")),
        ] {
            let server = server(url).unwrap_or_else(|invalid| panic!("{url}: {invalid}"));
            assert_eq!((server.host.as_str(), server.port, server.encryption), (host, port, encryption), "{url}");
            assert_eq!(server.login.as_ref().map(|login| login.user.as_str()), user, "{url}");
            assert!(server.login.is_none_or(|login| login.password.expose() == "p@ss"), "{url}");
        }
    }

    #[test]
    fn what_is_no_mail_server_is_explained_and_not_repeated() {
        for url in [
            "mail.example:25",
            "https://me:hunter2@mail.example",
            "smtp://",
            "smtp://:hunter2@mail.example",
            "smtp://hunter2@mail.example",
            "smtps://me:hunter2@mail.example?tls=none",
            "smtps://me:hunter2@mail.example/inbox",
            "smtp://me:hunter2@mail.example?tls=opportunistic",
            "smtp://me:hunter2@10.0.0.1?tls=none",
            "smtp://me:hunter2%ff@mail.example",
        ] {
            let invalid = server(url).err().unwrap_or_else(|| panic!("{url}"));
            assert!(invalid.0.starts_with("PARLOUR_SMTP_URL ") && !invalid.0.contains("hunter2"), "{url}: {invalid}");
        }
    }
}
