//! `/signin/register`: making one's own account. The address comes first, and is proven by a link.

use app::account::{self, NewAccount, Problems, Register};
use axum::http::StatusCode;
use axum::response::Response;
use wire::{DisplayName, ErrorCode};

use super::SIGN_IN;
use super::fields::Fields;
use super::links::{self, NO_EMAIL, find, gone};
use super::mailing::{mail, not_now, too_many};
use super::sign_in::enter;
use super::visit::{Stop, Visit};
use crate::accounts::{Link, Newcomer, NotChanged};
use crate::email::Email;
use crate::mail::{Letter, Mail};

const TITLE: &str = "Make an account";

/// `GET /signin/register`
pub(super) async fn page(visit: Visit) -> Result<Response, Stop> {
    open(&visit).await?;
    show(&visit, "", StatusCode::OK, Problems::default())
}

/// `POST /signin/register`: the same answer, as soon, whether somebody has the address already or not.
pub(super) async fn send(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let mail = open(&visit).await?;
    let typed = fields.text("email");
    let again = |status, problems| show(&visit, typed, status, problems);
    let Some(email) = Email::parse(typed) else {
        return again(StatusCode::BAD_REQUEST, Problems::one("email", NO_EMAIL));
    };
    if !admits(&visit, &email) {
        let problem = "Only addresses of these domains can have an account here.";
        return again(StatusCode::BAD_REQUEST, Problems::one("email", problem));
    }
    if let Err(wait) = visit.state.limits.letters.check_stranger(visit.client.address, &email) {
        return too_many(wait, again);
    }
    let (state, origin) = (visit.state.clone(), mail.origin().clone());
    let written = mail.write(async move {
        let newcomer = state.accounts.newcomer(&email).await?;
        Ok(newcomer.map(|newcomer| match newcomer {
            // Whoever has it typed it as the account does, or found nothing.
            Newcomer::Known(account) => Letter::known(&email, account.name.as_str(), &origin),
            Newcomer::New(link) => Letter::registration(&email, &origin, &link),
        }))
    });
    match written {
        Ok(()) => visit.page(StatusCode::OK, TITLE, SIGN_IN, account::mail_sent(typed, false)),
        Err(_) => not_now(again),
    }
}

/// `POST /signin/account`: name and password of somebody who has proven their address.
pub(super) async fn finish(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let Some((link, Link::Registration(email))) = find(&visit, &fields).await? else { return gone(&visit) };
    let name = fields.text("name");
    let again = |problems| {
        let form = NewAccount { link: &link.to_text(), email: email.as_str(), name, problems };
        links::show(&visit, StatusCode::BAD_REQUEST, account::new_account(&form))
    };
    let Ok(parsed) = DisplayName::parse(name) else {
        return again(Problems::one("name", ErrorCode::InvalidParticipantName.sentence()));
    };
    match visit.state.accounts.register(&link, parsed, fields.secret("new_password")).await {
        Ok(account) => enter(&visit, &account, None).await,
        Err(NotChanged::NotYou) => gone(&visit),
        Err(NotChanged::Failed(error)) => Err(error.into()),
        Err(NotChanged::Refused(refusal)) => again(Problems::one("new_password", refusal.sentence())),
    }
}

/// Whether people may make accounts; not before the first administrator is there, whose place nobody may take.
pub(super) async fn is_open(visit: &Visit) -> Result<bool, Stop> {
    Ok(admits_somebody(visit) && visit.state.accounts.has_any().await?)
}

/// Whether anybody may, as far as the configuration goes.
fn admits_somebody(visit: &Visit) -> bool {
    !visit.state.registration.is_closed() && mail(visit).is_ok()
}

/// Whether somebody with this address may.
pub(super) fn admits(visit: &Visit, email: &Email) -> bool {
    admits_somebody(visit) && visit.state.registration.admits(email)
}

/// Mail, where people may make accounts; elsewhere there is no such page.
async fn open(visit: &Visit) -> Result<&Mail, Stop> {
    if is_open(visit).await? { Ok(mail(visit)?) } else { Err(ErrorCode::NotFound.into()) }
}

fn show(visit: &Visit, typed: &str, status: StatusCode, problems: Problems) -> Result<Response, Stop> {
    let form = Register { email: typed, domains: visit.state.registration.domains(), problems };
    visit.page(status, TITLE, SIGN_IN, account::register(&form))
}
