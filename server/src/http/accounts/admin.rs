//! `/admin`: looking after accounts.

use app::account::{self, AccountRow, Admin, Again, HandOver, Keys, Problems};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use wire::ErrorCode;

use super::fields::Fields;
use super::links::who;
use super::visit::{Stop, Visit};
use super::{ADMIN, api_keys, livekit, mailing, recordings};
use crate::accounts::{Change, LinkToken};
use crate::email::Email;
use crate::http::signed_in::SignedIn;
use crate::mail::Letter;
use crate::store::{Account, AccountId};

const TITLE: &str = "Administration";
/// What is done elsewhere, and is said here.
const DONE: [(&str, &str); 1] = [("key", "The key is revoked: it is good for nothing any more.")];
const TAKEN: &str = "There is an account with this address.";

/// What a button changes, as it stands in the form, and what is said then.
const CHANGES: [(&str, Change, &str); 5] = [
    ("disable", Change::Disable, "The account is disabled and signed out."),
    ("enable", Change::Enable, "The account can be signed in to again."),
    ("make_administrator", Change::MakeAdministrator, "The account looks after accounts now."),
    ("make_ordinary", Change::MakeOrdinary, "The account looks after accounts no more."),
    ("sign_out", Change::SignOut, "The account is signed out everywhere."),
];

/// `GET /admin`
pub(super) async fn page(visit: Visit) -> Result<Response, Stop> {
    let me = visit.me(ADMIN)?;
    if me.account.administrator && !me.account.may_administer() {
        return visit.page(StatusCode::OK, TITLE, ADMIN, account::admin_setup(&Problems::default()));
    }
    administrator(me)?;
    show(&visit, me, Shown::default()).await
}

/// `POST /admin/accounts`: makes one, and shows the link to hand over.
pub(super) async fn make(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let me = administrator(visit.me(ADMIN)?)?;
    let (name, email) = (fields.text("name"), fields.text("email"));
    let made = match who(name, email) {
        Err(problems) => Err(problems),
        Ok((name, email)) => {
            let made = visit.state.accounts.make(email, name).await?;
            made.ok_or_else(|| Problems::one("email", TAKEN))
        }
    };
    match made {
        Ok((account, link)) => {
            let letter = |to: &_, origin: &_| Letter::invitation(to, account.name.as_str(), origin, &link);
            let mailed = mailing::send(&visit, &account, letter);
            show(&visit, me, Shown::link(&visit, &account, &link, mailed)).await
        }
        Err(problems) => show(&visit, me, Shown { name, email, problems, ..Shown::default() }).await,
    }
}

/// `POST /admin/link`: another link, for somebody who has forgotten their password.
pub(super) async fn link(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let me = administrator(visit.me(ADMIN)?)?;
    let id = AccountId::parse(fields.text("account")).ok_or(ErrorCode::BadRequest)?;
    let account = visit.state.accounts.get(&id).await?;
    let link = visit.state.accounts.reset_link(&account).await?;
    let letter = |to: &_, origin: &_| Letter::reset(to, account.name.as_str(), origin, &link);
    let mailed = mailing::send(&visit, &account, letter);
    show(&visit, me, Shown::link(&visit, &account, &link, mailed)).await
}

/// `POST /admin/change`
pub(super) async fn change(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let me = administrator(visit.me(ADMIN)?)?;
    let id = AccountId::parse(fields.text("account")).ok_or(ErrorCode::BadRequest)?;
    let asked = fields.text("change");
    let (word, change, _) = CHANGES.iter().find(|(word, ..)| *word == asked).ok_or(ErrorCode::BadRequest)?;
    let role = matches!(change, Change::MakeAdministrator | Change::MakeOrdinary);
    if role && tells_administrators(&visit) && visit.state.accounts.get(&id).await?.by_provider {
        // The next sign-in would undo it.
        return Err(ErrorCode::BadRequest.into());
    }
    visit.state.accounts.change(&me.account, &id, *change).await?;
    Ok(Redirect::to(&format!("{ADMIN}?done={word}")).into_response())
}

/// Whether somebody may look after accounts: an administrator, with codes or by a provider. For anybody else there is no such page.
pub(super) fn administrator(me: &SignedIn) -> Result<&SignedIn, ErrorCode> {
    if me.account.may_administer() { Ok(me) } else { Err(ErrorCode::NotFound) }
}

/// Whether the provider says who of its people is an administrator.
fn tells_administrators(visit: &Visit) -> bool {
    visit.state.provider.as_ref().is_some_and(|provider| !provider.settings().administrators.is_empty())
}

/// What is different from the bare page.
#[derive(Default)]
pub(super) struct Shown<'a> {
    pub(super) hand_over: Option<HandOver>,
    pub(super) name: &'a str,
    pub(super) email: &'a str,
    pub(super) problems: Problems,
    pub(super) keys: Keys<'a>,
    pub(super) livekit: livekit::Typed<'a>,
    pub(super) recordings: recordings::Typed<'a>,
    pub(super) done: Option<&'static str>,
}

impl Shown<'_> {
    fn link(visit: &Visit, account: &Account, link: &LinkToken, mailed: bool) -> Self {
        let hand_over = HandOver {
            name: account.name.as_str().to_owned(),
            link: format!("{}{}", visit.client.origin.http(), link.path()),
            mailed,
        };
        Self { hand_over: Some(hand_over), ..Self::default() }
    }
}

pub(super) async fn show(visit: &Visit, me: &SignedIn, shown: Shown<'_>) -> Result<Response, Stop> {
    let Shown { hand_over, name, email, problems, keys, livekit, recordings, done } = shown;
    let all = [&problems, &keys.problems, &livekit.problems, &recordings.problems];
    let good = all.into_iter().all(Problems::is_empty);
    let status = if good { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let said = visit.query("done");
    let sentences = CHANGES.iter().map(|(word, _, sentence)| (*word, *sentence)).chain(DONE);
    let done = done.or_else(|| sentences.into_iter().find(|(word, _)| *word == said).map(|(_, sentence)| sentence));
    let keys = api_keys::filled(visit, keys).await?;
    let again = match visit.state.accounts.is_fresh(&me.session).await? {
        true => Again::No,
        false if me.account.by_provider => Again::ByProvider,
        false => Again::Here,
    };
    let livekit = livekit::filled(visit, again, livekit);
    let recordings = recordings::filled(visit, again, recordings);
    let accounts = visit.state.accounts.all().await?;
    let told = tells_administrators(visit);
    let rows = accounts
        .into_iter()
        .map(|account| AccountRow {
            own: account.id == me.account.id,
            id: account.id.as_str().to_owned(),
            name: account.name.as_str().to_owned(),
            email: account.email.as_ref().map_or("", Email::as_str).to_owned(),
            by_provider: account.by_provider,
            role_is_told: account.by_provider && told,
            administrator: account.administrator,
            disabled: account.disabled,
            second_factor: account.second_factor,
        })
        .collect();
    visit.page(
        status,
        TITLE,
        ADMIN,
        account::admin(Admin { rows, hand_over, done, name, email, problems, keys, livekit, recordings }),
    )
}
