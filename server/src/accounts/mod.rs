//! Accounts: who has one, how they sign in, and who looks after them. Meetings know nothing of accounts: an account is a
//! [`Session`] that is the same in every browser.

mod administration;
mod api_keys;
mod browser;
mod first_run;
mod known_browsers;
mod links;
pub mod oidc;
mod provider_accounts;
mod registration;
mod second_factor;
mod sessions;
mod teachers;

use tokio::sync::broadcast;
use wire::{DisplayName, ErrorCode};

use crate::clock;
use crate::email::Email;
use crate::error::Error;
use crate::meetings::identity::Session;
use crate::password::{self, Passwords, Refusal};
use crate::random;
use crate::secret::Secret;
use crate::store::{Account, AccountId, Notice, SecretHash, Store};

pub use administration::Change;
pub use api_keys::Scope;
pub use first_run::NoLink;
pub use known_browsers::{BrowserNumber, BrowserProof};
pub use links::{Link, LinkToken, NewAdministrator};
pub use provider_accounts::NotEntered;
pub use registration::{Newcomer, Registration};
pub use second_factor::Enrolment;
pub use sessions::{Begun, SessionToken};
pub use teachers::Teachers;

/// How many revocations may wait to be carried out; who is left then has still lost their session and their tokens.
const REVOKED_AT_ONCE: usize = 256;

/// Who may create meetings, and who may join them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Access {
    /// Everybody both.
    #[default]
    Open,
    /// Accounts create, everybody joins.
    GuestsJoin,
    /// Only accounts.
    Accounts,
}

impl Access {
    /// Whether somebody may create a meeting.
    ///
    /// # Errors
    /// `sign_in_required`.
    pub fn create(self, signed_in: bool) -> Result<(), ErrorCode> {
        if signed_in || self == Self::Open { Ok(()) } else { Err(ErrorCode::SignInRequired) }
    }

    /// Whether somebody may join meetings, and know of them.
    ///
    /// # Errors
    /// `sign_in_required`.
    pub fn join(self, signed_in: bool) -> Result<(), ErrorCode> {
        if signed_in || self != Self::Accounts { Ok(()) } else { Err(ErrorCode::SignInRequired) }
    }
}

impl Account {
    /// The account as meetings know it.
    pub fn session(&self) -> Session {
        Session::of_account(self.subject)
    }

    /// Whether it may look after accounts: an administrator, with codes; a second factor of those who sign in by a
    /// provider is the provider's to ask for.
    pub fn may_administer(&self) -> bool {
        self.administrator && (self.second_factor || self.by_provider)
    }

    /// Whether it is a teacher's: by the provider's word at the last sign-in, or by the operator's list.
    pub fn teaches(&self, teachers: &Teachers) -> bool {
        let listed = || self.email.as_ref().is_some_and(|email| teachers.include(email));
        if self.by_provider { self.teacher } else { listed() }
    }

    /// An account that nobody has yet, without a password.
    fn fresh(email: Option<Email>, name: DisplayName, administrator: bool) -> Result<Self, Error> {
        let id = AccountId::parse(&random::hex(&random::bytes::<8>()?)).ok_or(ErrorCode::Internal)?;
        let subject = random::bytes()?;
        Ok(Self {
            id,
            subject,
            email,
            name,
            administrator,
            disabled: false,
            second_factor: false,
            by_provider: false,
            teacher: false,
        })
    }

    /// Words that are no password for it.
    fn about(&self) -> Vec<String> {
        self.email.iter().map(Email::as_str).chain([self.name.as_str()]).map(str::to_owned).collect()
    }
}

/// Why a password was not changed.
pub enum NotChanged {
    /// The old password, or the link, is not right.
    NotYou,
    /// The new one is not taken.
    Refused(Refusal),
    /// Something failed.
    Failed(Error),
}

impl From<Error> for NotChanged {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<sqlx::Error> for NotChanged {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// A session is no longer good.
#[derive(Clone)]
pub struct Revocation {
    /// Which one:
    pub session: Session,
    /// what it has begun before this, in seconds since 1970.
    pub before_s: u64,
}

/// Every account.
pub struct Accounts {
    store: Store,
    passwords: Passwords,
    /// Sessions that are no longer good: whoever is in a call by one goes out.
    revoked: broadcast::Sender<Revocation>,
    /// The hashes of such sessions, also of those that another Parlour has revoked; `None`: any.
    signed_out: broadcast::Sender<Option<SecretHash>>,
}

impl Accounts {
    /// The accounts in `store`.
    pub fn new(store: Store, passwords: Passwords) -> Self {
        let (revoked, signed_out) = (broadcast::Sender::new(REVOKED_AT_ONCE), broadcast::Sender::new(REVOKED_AT_ONCE));
        Self { store, passwords, revoked, signed_out }
    }

    /// The account with this address and password; whatever is wrong, the answer is the same and takes as long.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn check_password(&self, email: Option<&Email>, password: Secret) -> Result<Option<Account>, Error> {
        let found = match email {
            Some(email) => self.store.account_by_email(email).await?,
            None => None,
        };
        let (account, hash) = found.map_or((None, None), |(account, hash)| (Some(account), hash));
        let right = self.passwords.verify(password, hash).await?;
        if let Some(account) = &account
            && !right
        {
            tracing::info!(account = account.id.as_str(), "a password was wrong");
        }
        Ok(account.filter(|account| right && !account.disabled))
    }

    /// Whether this is the password of somebody who is signed in. Who signs in by a provider has none.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn is_own_password(&self, account: &Account, password: Secret) -> Result<bool, Error> {
        let email = account.email.as_ref().filter(|_| !account.by_provider);
        Ok(self.check_password(email, password).await?.is_some())
    }

    /// Gives an account another name.
    ///
    /// # Errors
    /// `invalid_participant_name`, or when the database fails.
    pub async fn rename(&self, account: &Account, name: &str) -> Result<(), Error> {
        Ok(self.store.rename_account(&account.id, &DisplayName::parse(name)?).await?)
    }

    /// Changes the password of somebody who knows it. All sessions are over.
    ///
    /// # Errors
    /// What is wrong with either password.
    pub async fn change_password(&self, account: &Account, old: Secret, new: Secret) -> Result<(), NotChanged> {
        if !self.is_own_password(account, old).await? {
            return Err(NotChanged::NotYou);
        }
        let hash = self.hash(new, account).await?;
        self.store.set_password(&account.id, &hash).await?;
        Ok(self.revoked(account).await?)
    }

    async fn hash(&self, password: Secret, account: &Account) -> Result<String, NotChanged> {
        self.passwords.hash(password, account.about()).await.map_err(|failed| match failed {
            password::Failed::Refused(refusal) => NotChanged::Refused(refusal),
            failed => NotChanged::Failed(failed.into()),
        })
    }

    /// Sessions of this account, or the account itself, are no longer good. The store has forgotten them already, so that
    /// the next request is a guest's.
    async fn revoked(&self, account: &Account) -> Result<(), sqlx::Error> {
        tracing::info!(account = account.id.as_str(), "sessions were revoked");
        self.end_calls(account.session()).await
    }

    /// What came in by a session is over. Its tokens end before anybody is told, so that they are good for nothing when
    /// this is answered, and whoever is inside is found also when so many are told of that one gets lost.
    async fn end_calls(&self, session: Session) -> Result<(), sqlx::Error> {
        // Tokens count whole seconds.
        let before_s = clock::now_ms() / 1_000 + 1;
        let hash = session.hash();
        let ended = self.store.end_tokens(&hash, before_s).await;
        // Without a listener nobody is in a call.
        let _ = self.revoked.send(Revocation { session, before_s });
        self.end_streams(Some(hash));
        // A command that ends has no time for the outbox.
        if let Err(cause) = self.store.announce(&[Notice::SignedOut(hash)]).await {
            tracing::warn!(%cause, "other Parlours hear of it later");
            self.store.outbox().put(Notice::SignedOut(hash));
        }
        ended.map(drop)
    }

    /// What is open by the session with this hash ends, or by any: who is still signed in comes back.
    pub(crate) fn end_streams(&self, hash: Option<SecretHash>) {
        // Without a listener nothing is open.
        let _ = self.signed_out.send(hash);
    }

    /// Waits until the session with this hash may be no longer good.
    pub fn signed_out(&self, hash: SecretHash) -> impl Future<Output = ()> + Send + use<> {
        let mut signed_out = self.signed_out.subscribe();
        async move {
            // It may be among those that were missed.
            while let Ok(Some(other)) = signed_out.recv().await
                && other != hash
            {}
        }
    }

    /// The sessions that are revoked from now on.
    pub fn revocations(&self) -> broadcast::Receiver<Revocation> {
        self.revoked.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_do_what_follows_from_the_access() {
        let required = Err(ErrorCode::SignInRequired);
        for (access, create, join) in [
            (Access::Open, Ok(()), Ok(())),
            (Access::GuestsJoin, required, Ok(())),
            (Access::Accounts, required, required),
        ] {
            assert_eq!((access.create(false), access.join(false)), (create, join), "{access:?}");
            assert_eq!((access.create(true), access.join(true)), (Ok(()), Ok(())), "{access:?}");
        }
    }
}
