//! What mails say. Plain text, in the language of the pages: it reads the same everywhere, and a link can be seen.

use std::time::Duration;

use crate::accounts::LinkToken;
use crate::clock;
use crate::email::Email;
use crate::moment;
use crate::origin::Origin;

/// How long it is of use to know what has happened.
const NOTICE_LASTS: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// Where somebody gets a link for a new password.
pub const FORGOTTEN: &str = "/signin/forgotten";

/// One mail. No `Debug`: it holds an address, and often a link.
pub struct Letter {
    /// What it is about, for the log.
    pub(super) kind: &'static str,
    pub(super) to: Email,
    pub(super) subject: &'static str,
    pub(super) text: String,
    /// For how long it is worth sending.
    pub(super) lasts: Duration,
}

/// What the owner of an account is told when it has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The password was changed in the settings.
    Password,
    /// It was set by a one-time link.
    PasswordByLink,
    /// Codes are asked for from now on.
    CodesOn,
    /// They are not any more.
    CodesOff,
}

impl Letter {
    /// A link for a new password, which somebody has asked for.
    pub fn reset(to: &Email, name: &str, origin: &Origin, link: &LinkToken) -> Self {
        let (site, path) = (origin.http(), link.path());
        let text = format!(
            "Hello {name},\n\n\
             somebody, most likely you, has asked for a new password at {site}. Open this link to choose one. It works \
             once, for an hour:\n\n\
             {site}{path}\n\n\
             If it was not you, do nothing: your password stays as it is.\n"
        );
        Self { kind: "reset", to: to.clone(), subject: "Choose a new password", text, lasts: LinkToken::RESET_LASTS }
    }

    /// The link of a new account.
    pub fn invitation(to: &Email, name: &str, origin: &Origin, link: &LinkToken) -> Self {
        let (site, path) = (origin.http(), link.path());
        let text = format!(
            "Hello {name},\n\n\
             an account was made for you at {site}. Open this link to choose a password. It works once, for three \
             days:\n\n\
             {site}{path}\n"
        );
        let (kind, subject, lasts) = ("invitation", "Your account for meetings", LinkToken::INVITATION_LASTS);
        Self { kind, to: to.clone(), subject, text, lasts }
    }

    /// The link by which somebody proves the address of the account that they want to make.
    pub fn registration(to: &Email, origin: &Origin, link: &LinkToken) -> Self {
        let (site, path) = (origin.http(), link.path());
        let text = format!(
            "Hello,\n\n\
             somebody, most likely you, wants to make an account with this address at {site}. Open this link to go on. \
             It works once, for 24 hours:\n\n\
             {site}{path}\n\n\
             If it was not you, do nothing: no account is made.\n"
        );
        let (kind, subject, lasts) = ("registration", "Make your account", LinkToken::REGISTRATION_LASTS);
        Self { kind, to: to.clone(), subject, text, lasts }
    }

    /// There is an account with the address for which somebody wants to make one.
    pub fn known(to: &Email, name: &str, origin: &Origin) -> Self {
        let site = origin.http();
        let text = format!(
            "Hello {name},\n\n\
             somebody, most likely you, wants to make an account with this address at {site}. You have one already: \
             sign in at {site}/signin\n\n\
             If you have forgotten your password, choose a new one at {site}{FORGOTTEN}\n\n\
             If it was not you, do nothing.\n"
        );
        Self { kind: "known", to: to.clone(), subject: "You have an account already", text, lasts: NOTICE_LASTS }
    }

    /// Something has happened to an account.
    pub fn notice(to: &Email, name: &str, origin: &Origin, notice: Notice) -> Self {
        let (kind, subject, happened) = match notice {
            Notice::Password => (
                "password",
                "Your password was changed",
                "the password of your account was changed, and your other browsers were signed out",
            ),
            Notice::PasswordByLink => (
                "password_by_link",
                "Your password was changed",
                "the password of your account was set by a one-time link, and your other browsers were signed out",
            ),
            Notice::CodesOn => {
                ("codes_on", "A code is asked for when you sign in", "codes were set up for your account")
            }
            Notice::CodesOff => {
                ("codes_off", "No code is asked for any more", "the codes of your account were switched off")
            }
        };
        let (site, when) = (origin.http(), moment::words(clock::now_ms(), 0));
        let text = format!(
            "Hello {name},\n\n\
             at {site} {happened} ({when}).\n\n\
             If it was not you, choose a new password at once at {site}{FORGOTTEN}, and tell the person who looks after \
             this Parlour.\n"
        );
        Self { kind, to: to.clone(), subject, text, lasts: NOTICE_LASTS }
    }
}
