//! One-time links: by them a password is set, without anybody else knowing it.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use wire::{DisplayName, ErrorCode};

use super::{Accounts, NotChanged};
use crate::clock;
use crate::email::Email;
use crate::error::Error;
use crate::random;
use crate::secret::Secret;
use crate::store::{Account, AccountId, Opens, TokenHash};

/// How long a link for the first administrator is good.
pub(super) const FIRST_LASTS: Duration = Duration::from_secs(24 * 60 * 60);

/// The secret in a link: 32 random bytes. No `Debug`.
pub struct LinkToken([u8; 32]);

impl LinkToken {
    /// How long a link for a new account is good: it is handed over by a person.
    pub const INVITATION_LASTS: Duration = Duration::from_secs(3 * 24 * 60 * 60);
    /// How long a link for a forgotten password is good.
    pub const RESET_LASTS: Duration = Duration::from_secs(60 * 60);
    /// How long a link that proves an address is good.
    pub const REGISTRATION_LASTS: Duration = Duration::from_secs(24 * 60 * 60);

    pub(super) fn fresh() -> Result<Self, Error> {
        Ok(Self(random::bytes()?))
    }

    /// Reads a token as it stands in a link; anything else is none.
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text.trim()).ok()?.try_into().ok().map(Self)
    }

    /// The token as it stands in a link.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The path of its link. The secret is in the fragment: servers and their logs never see it, and neither do the
    /// programs that fetch every link of a chat.
    pub fn path(&self) -> String {
        format!("/signin#link={}", self.to_text())
    }

    /// What the database keeps of it.
    pub(super) fn hash(&self) -> TokenHash {
        Sha256::new().chain_update(b"parlour one-time link\0").chain_update(self.0).finalize().into()
    }
}

/// What a link is for.
pub enum Link {
    /// Makes the first administrator.
    FirstAdministrator,
    /// Sets this account's password.
    Password(Box<Account>),
    /// Makes an account with this address.
    Registration(Email),
}

/// Who the first administrator is to be.
pub struct NewAdministrator {
    /// Address to sign in with.
    pub email: Email,
    /// What others call them.
    pub name: DisplayName,
    /// Their password.
    pub password: Secret,
}

impl Accounts {
    /// What a link is for, when it is still good. It stays good.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn link(&self, token: &LinkToken) -> Result<Option<Link>, Error> {
        Ok(match self.store.link(&token.hash()).await? {
            Some(Opens::FirstAdministrator) => Some(Link::FirstAdministrator),
            Some(Opens::Password(account)) => Some(Link::Password(account)),
            None => self.store.registration(&token.hash()).await?.map(Link::Registration),
        })
    }

    /// Sets a password by a link, which is used up; all sessions of the account are over.
    ///
    /// # Errors
    /// What is wrong with the link or the password; a refused password leaves the link as it is.
    pub async fn set_password(&self, token: &LinkToken, password: Secret) -> Result<Account, NotChanged> {
        let Some(Link::Password(account)) = self.link(token).await? else { return Err(NotChanged::NotYou) };
        let hash = self.hash(password, &account).await?;
        if !self.store.use_link(&token.hash(), &account.id, &hash).await? {
            return Err(NotChanged::NotYou);
        }
        self.revoked(&account).await?;
        Ok(*account)
    }

    /// Makes the first administrator by a link, which is used up.
    ///
    /// # Errors
    /// What is wrong with the link or the password; a refused password leaves the link as it is.
    pub async fn make_first(&self, token: &LinkToken, new: NewAdministrator) -> Result<Account, NotChanged> {
        let Some(Link::FirstAdministrator) = self.link(token).await? else { return Err(NotChanged::NotYou) };
        let account = Account::fresh(Some(new.email), new.name, true)?;
        let hash = self.hash(new.password, &account).await?;
        let made = self.store.insert_first(&token.hash(), &account, &hash).await?;
        if made { Ok(account) } else { Err(NotChanged::NotYou) }
    }

    /// A link by which an account's owner sets a new password.
    ///
    /// # Errors
    /// `bad_request` for an account that has no password; when the database or the system's randomness fails.
    pub async fn reset_link(&self, account: &Account) -> Result<LinkToken, Error> {
        if account.by_provider {
            return Err(ErrorCode::BadRequest.into());
        }
        self.new_link(Some(&account.id), LinkToken::RESET_LASTS).await
    }

    /// A link by which the owner of a new account sets the first password.
    pub(super) async fn invitation(&self, id: &AccountId) -> Result<LinkToken, Error> {
        self.new_link(Some(id), LinkToken::INVITATION_LASTS).await
    }

    pub(super) async fn new_link(&self, id: Option<&AccountId>, lasts: Duration) -> Result<LinkToken, Error> {
        let token = LinkToken::fresh()?;
        let ends_at_ms = clock::now_ms() + clock::to_ms(lasts);
        self.store.insert_link(&token.hash(), id, ends_at_ms).await?;
        Ok(token)
    }

    /// A link for whoever reads the mail of this address; `None` when nobody may sign in by it.
    ///
    /// # Errors
    /// When the database or the system's randomness fails.
    pub async fn reset_by_mail(&self, email: &Email) -> Result<Option<(Account, LinkToken)>, Error> {
        let found = self.store.account_by_email(email).await?;
        let Some((account, _)) = found.filter(|(account, _)| !account.disabled) else { return Ok(None) };
        let link = self.reset_link(&account).await?;
        tracing::info!(account = account.id.as_str(), "a link for a new password goes out by mail");
        Ok(Some((account, link)))
    }

    /// A link for whoever has this address: `parlour account reset`. With `codes`, none is asked for any more.
    ///
    /// # Errors
    /// `not_found` when nobody has it.
    pub async fn reset_by_operator(&self, email: &Email, codes: bool) -> Result<LinkToken, Error> {
        let (account, _) = self.store.account_by_email(email).await?.ok_or(ErrorCode::NotFound)?;
        if codes {
            self.store.remove_second_factor(&account.id).await?;
        }
        self.reset_link(&account).await
    }
}
