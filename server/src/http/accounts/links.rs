//! One-time links: opened by a form, never by their address alone.

use app::account::{self, FirstAdministrator, NewAccount, Problems};
use axum::http::StatusCode;
use axum::response::Response;
use wire::{DisplayName, ErrorCode};

use super::fields::Fields;
use super::mailing::tell;
use super::sign_in::enter;
use super::visit::{Stop, Visit};
use super::{SIGN_IN, register};
use crate::accounts::{Link, LinkToken, NewAdministrator, NotChanged};
use crate::email::Email;
use crate::http::problem::Problem;
use crate::mail::Notice;
use crate::store::Account;

const TITLE: &str = "Set your password";
pub(super) const NO_EMAIL: &str = "This is not an e-mail address.";

/// `POST /signin/link`: the form that the link is for. The link stays good until that is sent.
pub(super) async fn open(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    match find(&visit, &fields).await? {
        Some((link, Link::Password(account))) => {
            let (name, email) = (account.name.as_str(), address(&account));
            show(&visit, StatusCode::OK, account::new_password(&link.to_text(), name, email, &Problems::default()))
        }
        Some((link, Link::FirstAdministrator)) => {
            let link = &link.to_text();
            let form = FirstAdministrator { link, name: "", email: "", problems: Problems::default() };
            show(&visit, StatusCode::OK, account::first_administrator(&form))
        }
        Some((link, Link::Registration(email))) => {
            let form = NewAccount { link: &link.to_text(), email: email.as_str(), ..NewAccount::default() };
            show(&visit, StatusCode::OK, account::new_account(&form))
        }
        None => gone(&visit),
    }
}

/// `POST /signin/password`
pub(super) async fn set_password(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let Some((link, Link::Password(owner))) = find(&visit, &fields).await? else { return gone(&visit) };
    match visit.state.accounts.set_password(&link, fields.secret("new_password")).await {
        Ok(account) => {
            tell(&visit, &account, Notice::PasswordByLink);
            enter(&visit, &account, None).await
        }
        Err(NotChanged::NotYou) => gone(&visit),
        Err(NotChanged::Failed(error)) => Err(error.into()),
        Err(NotChanged::Refused(refusal)) => {
            let problems = Problems::one("new_password", refusal.sentence());
            let (name, email) = (owner.name.as_str(), address(&owner));
            let form = account::new_password(&link.to_text(), name, email, &problems);
            show(&visit, StatusCode::BAD_REQUEST, form)
        }
    }
}

/// `POST /signin/first`
pub(super) async fn make_first(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let Some((link, Link::FirstAdministrator)) = find(&visit, &fields).await? else { return gone(&visit) };
    let (name, email) = (fields.text("name"), fields.text("email"));
    let again = |problems| {
        let link = &link.to_text();
        let form = account::first_administrator(&FirstAdministrator { link, name, email, problems });
        show(&visit, StatusCode::BAD_REQUEST, form)
    };
    let (parsed_name, parsed_email) = match who(name, email) {
        Ok(who) => who,
        Err(problems) => return again(problems),
    };
    let new = NewAdministrator { name: parsed_name, email: parsed_email, password: fields.secret("new_password") };
    match visit.state.accounts.make_first(&link, new).await {
        Ok(account) => enter(&visit, &account, None).await,
        Err(NotChanged::NotYou) => gone(&visit),
        Err(NotChanged::Failed(error)) => Err(error.into()),
        Err(NotChanged::Refused(refusal)) => again(Problems::one("new_password", refusal.sentence())),
    }
}

/// Name and address of an account to be, or what is wrong with them.
pub(super) fn who(name: &str, email: &str) -> Result<(DisplayName, Email), Problems> {
    let mut problems = Problems::default();
    let name = DisplayName::parse(name).map_err(|_| problems.add("name", ErrorCode::InvalidParticipantName.sentence()));
    let email = Email::parse(email).ok_or_else(|| problems.add("email", NO_EMAIL));
    match (name, email) {
        (Ok(name), Ok(email)) => Ok((name, email)),
        _ => Err(problems),
    }
}

/// The link that a form holds, and what it is for.
pub(super) async fn find(visit: &Visit, fields: &Fields) -> Result<Option<(LinkToken, Link)>, Stop> {
    let Some(token) = LinkToken::parse(fields.text("link")) else { return Ok(None) };
    let link = visit.state.accounts.link(&token).await?.filter(|link| match link {
        // It may have been closed since the link was sent.
        Link::Registration(email) => register::admits(visit, email),
        Link::FirstAdministrator | Link::Password(_) => true,
    });
    if link.is_none() {
        // A class that has its links is not stopped; whoever guesses at 256 bits is.
        visit.state.limits.attempts.check_address(visit.client.address).map_err(Problem::rate_limited)?;
    }
    Ok(link.map(|link| (token, link)))
}

/// The address beside which a password manager keeps the new password.
fn address(account: &Account) -> &str {
    account.email.as_ref().map_or("", Email::as_str)
}

pub(super) fn gone(visit: &Visit) -> Result<Response, Stop> {
    show(visit, StatusCode::GONE, account::link_gone())
}

/// Whoever is signed in here, the link is about somebody else.
pub(super) fn show(visit: &Visit, status: StatusCode, main: leptos::prelude::AnyView) -> Result<Response, Stop> {
    visit.page_for(None, status, TITLE, SIGN_IN, main)
}
