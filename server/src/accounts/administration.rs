//! What administrators do with accounts.

use wire::{DisplayName, ErrorCode};

use super::{Accounts, LinkToken};
use crate::email::Email;
use crate::error::Error;
use crate::store::{Account, AccountId};

/// What an administrator changes about an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nobody signs in to it any more.
    Disable,
    /// People do again.
    Enable,
    /// It looks after accounts.
    MakeAdministrator,
    /// It does not any more.
    MakeOrdinary,
    /// It is signed out everywhere.
    SignOut,
}

impl Accounts {
    /// Every account, for an administrator.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn all(&self) -> Result<Vec<Account>, Error> {
        Ok(self.store.accounts().await?)
    }

    /// Makes an account, and the link by which its owner sets the first password; `None` when the address is taken.
    ///
    /// # Errors
    /// When the database or the system's randomness fails.
    pub async fn make(&self, email: Email, name: DisplayName) -> Result<Option<(Account, LinkToken)>, Error> {
        let account = Account::fresh(Some(email), name, false)?;
        if !self.store.insert_account(&account).await? {
            return Ok(None);
        }
        let link = self.invitation(&account.id).await?;
        tracing::info!(account = account.id.as_str(), "an account was made");
        Ok(Some((account, link)))
    }

    /// The account with this id.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn get(&self, id: &AccountId) -> Result<Account, Error> {
        self.store.account(id).await?.ok_or_else(|| ErrorCode::NotFound.into())
    }

    /// Changes an account. Nobody changes their own: so there is always an administrator left.
    ///
    /// # Errors
    /// `bad_request` for one's own account, `not_found`, or when the database fails.
    pub async fn change(&self, by: &Account, id: &AccountId, change: Change) -> Result<(), Error> {
        if by.id == *id {
            return Err(ErrorCode::BadRequest.into());
        }
        let account = self.get(id).await?;
        match change {
            Change::Disable => {
                self.store.set_disabled(id, true).await?;
                self.revoked(&account).await?;
            }
            Change::Enable => self.store.set_disabled(id, false).await?,
            Change::MakeAdministrator => self.store.set_administrator(id, true).await?,
            Change::MakeOrdinary => self.store.set_administrator(id, false).await?,
            Change::SignOut => self.revoke_sessions(&account, None).await?,
        }
        tracing::info!(by = by.id.as_str(), account = id.as_str(), ?change, "an account was changed");
        Ok(())
    }
}
